"""Pages to pictures in a process of its own: what it draws, what it may not do, and how whatever is hostile ends.

Every document is drawn by the real process.
"""

from __future__ import annotations

import http.server
import io
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_pages as hostile
import pytest
from msgspec.structs import replace

from sigcheck.picturing import draw_pages, pages
from sigcheck.picturing.pages import DEFAULT_LIMITS, picture_pages
from sigcheck.picturing.picture import Missing, PagePicture, Pictured

pytest.importorskip("pypdfium2", reason="needs the extra pictures")
Image = pytest.importorskip("PIL.Image", reason="needs the extra pictures")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
QUICK = replace(DEFAULT_LIMITS, seconds=8.0)


def only(pictured: Pictured) -> PagePicture:
    assert pictured.missing is None
    (picture,) = pictured.pages
    return picture


def pixels(picture: PagePicture) -> Any:
    return Image.open(io.BytesIO(picture.octets)).convert("L")


class TestWhatIsDrawn:
    def test_a_page(self) -> None:
        picture = only(picture_pages(hostile.one_page(hostile.BLACK_SQUARE), [1]))
        assert (picture.page, picture.width, picture.height, picture.media_type) == (1, 595.0, 842.0, "image/webp")
        drawn = pixels(picture)
        assert max(drawn.size) == 1000
        points = 1000 / 842
        assert drawn.getpixel((round(200 * points), round((842 - 200) * points))) < 30
        assert drawn.getpixel((round(50 * points), round((842 - 50) * points))) > 225

    def test_a_page_as_it_is_turned_and_cropped(self) -> None:
        """ISO 32000-2, 7.7.3.3: the crop box is shown, turned clockwise; its lower left corner comes to the upper left."""
        page = b"/CropBox [90 90 590 390] /Rotate 90"
        picture = only(picture_pages(hostile.one_page(hostile.BLACK_SQUARE, page=page), [1]))
        assert (picture.width, picture.height) == (300.0, 500.0)
        drawn = pixels(picture)
        assert drawn.size == (600, 1000)
        assert drawn.getpixel((100, 100)) < 30
        assert drawn.getpixel((500, 900)) > 225

    def test_what_form_fields_show(self, samples: Path) -> None:
        octets = (samples / "five-blocks-stamped.pdf").read_bytes()
        with_stamps = pixels(only(picture_pages(octets, [1])))
        without = pixels(only(picture_pages(octets.replace(b"/AcroForm", b"/NoForm__").replace(b"/Annots", b"/NoNote"), [1])))
        assert with_stamps.size == without.size
        assert with_stamps.tobytes() != without.tobytes()

    def test_pages_come_once_and_in_order(self) -> None:
        found = picture_pages(_three_pages(), [2, 1, 2, -4, 0])
        assert [one.page for one in found.pages] == [1, 2]
        assert found.missing is None

    def test_encrypted_with_a_password(self, samples: Path) -> None:
        octets = (samples / "encrypted-with-password.pdf").read_bytes()
        assert picture_pages(octets, [1]) == Pictured(missing=Missing.PASSWORD)
        assert picture_pages(octets, [1], password="wrong") == Pictured(missing=Missing.PASSWORD)
        assert only(picture_pages(octets, [1], password="sigcheck")).page == 1

    def test_pages_that_are_not_there(self) -> None:
        found = picture_pages(hostile.one_page(hostile.BLACK_SQUARE), [1, 2, 10**9])
        assert [one.page for one in found.pages] == [1]
        assert found.missing == Missing.NO_SUCH_PAGE

    def test_a_count_that_is_not_true(self) -> None:
        objects = hostile.one_page(hostile.BLACK_SQUARE).replace(b"/Count 1", b"/Count 9")
        found = picture_pages(objects, [1, 5])
        assert [one.page for one in found.pages] == [1]
        assert found.missing in {Missing.UNREADABLE, Missing.NO_SUCH_PAGE}

    def test_more_pages_than_are_drawn(self) -> None:
        found = picture_pages(_three_pages(), [1, 2, 3], limits=replace(QUICK, pages=2))
        assert [one.page for one in found.pages] == [1, 2]
        assert found.missing == Missing.PAGE_LIMIT

    def test_no_page_needs_no_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "PROGRAM", "/nowhere")
        assert picture_pages(b"", []) == Pictured()


def _three_pages() -> bytes:
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 6 0 R>>"
    tree = b"<</Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3>>"
    more = {1: hostile.CATALOG, 2: tree, 3: page, 4: page, 5: page, 6: hostile.stream(b"", b"0 0 9 9 re f")}
    return hostile.written(more)


SIZES = [
    (b"[0 0 14400 14400]", (14400.0, 14400.0)),  # ISO 32000-1, Annex C
    (b"[0 0 14400 1]", (14400.0, 1.0)),
    (b"[0 0 3 3]", (3.0, 3.0)),
]


@pytest.mark.parametrize(("media", "size"), SIZES)
def test_the_size_of_a_page_does_not_make_its_picture_larger(media: bytes, size: tuple[float, float]) -> None:
    picture = only(picture_pages(hostile.one_page(hostile.BLACK_SQUARE, media=media, page=b"/UserUnit 75000"), [1], limits=QUICK))
    assert (picture.width, picture.height) == size
    assert max(pixels(picture).size) <= 1001


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no PDF": lambda: b"junk" * 100,
    "a file that ends early": lambda: hostile.one_page(hostile.BLACK_SQUARE)[:300],
    "an image of 20,000 by 20,000": lambda: hostile.large_image(20_000),
    "a content stream of 64 MB": lambda: hostile.zip_bomb(64),
    "forms that draw each other 10^12 times": lambda: hostile.nested_forms(12, 10),
    "forms 3,000 deep": lambda: hostile.nested_forms(3000, 1),
    "a form that draws itself": hostile.form_in_itself,
    "a pattern in a pattern": hostile.pattern_bomb,
    "JBIG2 of 2^31 by 2^31": hostile.jbig2_bomb,
    "JPEG 2000 of 2^31 by 2^31": hostile.jpx_bomb,
    "groups blended ten thousand times": hostile.slow_page,
    "a page of no number": lambda: hostile.one_page(b"", media=b"[0 0 1e400 nan]"),
    "a page of 10^9 points": lambda: hostile.one_page(b"", media=b"[0 0 1e9 842]"),
    "a page of nothing": lambda: hostile.one_page(b"", media=b"[0 0 0 0]"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_hostile_ends_with_a_picture_or_a_reason(name: str) -> None:
    began = time.monotonic()
    found = picture_pages(HOSTILE[name](), [1], limits=replace(QUICK, seconds=3.0, memory_octets=256 * 1024**2))
    assert time.monotonic() - began < 3.0 + 2 * pages.GRACE_SECONDS
    assert (len(found.pages) == 1) == (found.missing is None)
    assert found.missing in {None, *Missing}
    assert found.missing != Missing.NOT_INSTALLED


@LINUX
def test_memory_and_time_are_told_apart() -> None:
    limits = replace(QUICK, memory_octets=128 * 1024**2)
    assert picture_pages(hostile.zip_bomb(64), [1], limits=limits).missing == Missing.MEMORY
    assert picture_pages(hostile.slow_page(), [1], limits=replace(QUICK, seconds=1.0)).missing == Missing.TIME


class TestWhatTheProcessMayDo:
    @pytest.fixture
    def caller(self) -> Iterator[tuple[str, list[str]]]:
        """An address that hears who calls."""
        heard: list[str] = []

        class Hearing(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)

            def log_message(self, *_: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hearing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/called", heard
        server.shutdown()

    def test_nothing_that_a_document_points_at_is_run_or_fetched(self, caller: tuple[str, list[str]], tmp_path: Path) -> None:
        address, heard = caller
        target = tmp_path / "target.txt"
        target.write_text("untouched", "utf-8")
        before = target.stat()
        picture = only(picture_pages(hostile.reaching_out(address, str(target)), [1], limits=QUICK))
        assert pixels(picture).getpixel((235, 760)) < 30  # the page itself is drawn
        assert heard == []
        assert target.read_text("utf-8") == "untouched"
        assert target.stat().st_mtime_ns == before.st_mtime_ns

    @LINUX
    def test_rights_are_gone_before_a_document_is_read(self, tmp_path: Path) -> None:
        """Tried in a process that has given them away: even a number that is closed again opens nothing."""
        tries = f"""
import importlib.util, os, socket, sys
spec = importlib.util.spec_from_file_location("draw_pages", {draw_pages.__file__!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module._give_rights_away({{"seconds": 9.0, "memory_octets": 256 * 1024**2}})
os.close(0)
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as error:
        return type(error).__name__ + str(getattr(error, "errno", ""))
    return "done"
said = [
    tried(lambda: os.open("/etc/hostname", os.O_RDONLY)),
    tried(lambda: os.open({str(tmp_path / "made")!r}, os.O_WRONLY | os.O_CREAT)),
    tried(socket.socket),
    tried(os.pipe),
    tried(lambda: bytearray(512 * 1024**2)),
]
os.write(1, " ".join(said).encode())
"""
        done = subprocess.run([sys.executable, "-I", "-c", tries], capture_output=True, check=True)
        assert done.stdout.decode() == "OSError24 OSError24 OSError24 OSError24 MemoryError"  # EMFILE
        assert not (tmp_path / "made").exists()

    @LINUX
    def test_no_process_is_left(self) -> None:
        before = _children()
        picture_pages(hostile.slow_page(), [1], limits=replace(QUICK, seconds=0.7))
        assert _children() == before

    def test_in_a_worker_of_the_pool(self) -> None:
        """Those are daemons, which may have no children by multiprocessing."""
        context = multiprocessing.get_context("spawn")
        answers = context.Queue()
        worker = context.Process(target=_drawn_in_worker, args=(answers,), daemon=True)
        worker.start()
        assert answers.get(timeout=60) == (1, None)
        worker.join(10)


def _children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii").split())


def _drawn_in_worker(answers: Any) -> None:
    found = picture_pages(hostile.one_page(hostile.BLACK_SQUARE), [1])
    answers.put((len(found.pages), found.missing))


class TestWhatIsBelievedOfTheProcess:
    """It has read a hostile document: what it says may be anything."""

    WEBP = b"RIFF\4\0\0\0WEBP"

    def frame(self, kind: bytes, page: int, octets: bytes, width: float = 9.0, length: int | None = None) -> bytes:
        return draw_pages.FRAME.pack(kind, page, width, 9.0, len(octets) if length is None else length) + octets

    def understood(self, said: bytes) -> tuple[list[int], Missing | None]:
        found, missing = pages._understood(said, [1, 2], QUICK)
        return [one.page for one in found], missing

    def test_pictures_that_were_asked_for(self) -> None:
        said = self.frame(b"P", 2, self.WEBP) + self.frame(b"P", 1, self.WEBP) + self.frame(b"E", 0, b"")
        assert self.understood(said) == ([1, 2], None)

    @pytest.mark.parametrize("width", [float("nan"), float("inf"), -1.0, 0.0, 1e7])
    def test_sizes_of_no_page(self, width: float) -> None:
        assert self.understood(self.frame(b"P", 1, self.WEBP, width)) == ([], None)

    def test_what_was_not_asked_for_is_no_picture_or_comes_short(self) -> None:
        assert self.understood(self.frame(b"P", 7, self.WEBP)) == ([], None)
        assert self.understood(self.frame(b"P", 1, b"<script>alert(1)</script>")) == ([], None)
        assert self.understood(self.frame(b"P", 1, self.WEBP, length=13)) == ([], None)
        assert self.understood(self.frame(b"P", 1, self.WEBP, length=2**32 - 1)) == ([], None)
        assert self.understood(b"\xff" * 3) == ([], None)

    def test_reasons_are_of_the_list(self) -> None:
        assert self.understood(self.frame(b"M", 1, b"memory")) == ([], Missing.MEMORY)
        assert self.understood(self.frame(b"M", 1, b"<b>because</b>\xff")) == ([], Missing.CRASHED)

    @pytest.mark.parametrize(
        ("program", "missing"),
        [
            ("import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)", Missing.CRASHED),
            ("import time\ntime.sleep(60)", Missing.TIME),
            ("raise SystemExit(3)", Missing.CRASHED),
            ("pass", Missing.CRASHED),
            ("import os\nos.abort()", Missing.MEMORY if os.name == "posix" else Missing.CRASHED),
        ],
    )
    def test_a_process_that_does_something_else(
        self, program: str, missing: Missing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "program.py"
        file.write_text(program, "utf-8")
        monkeypatch.setattr(pages, "PROGRAM", str(file))
        limits = replace(QUICK, seconds=1.5, pages=1, picture_octets=100_000)
        assert picture_pages(hostile.one_page(b"") * 1000, [1], limits=limits) == Pictured(missing=missing)


class _Failing:
    """A file that another program cuts short, or that its disk does not give back."""

    size = 1000

    def read(self, start: int, length: int) -> bytes:
        if start >= 100:
            raise OSError("gone")
        return b"%PDF-1.7".ljust(min(length, 100))


class TestWithoutADrawing:
    def test_a_file_that_cannot_be_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sigcheck.engine.bytesource.CHUNK", 50)
        assert picture_pages(_Failing(), [1], limits=QUICK).missing == Missing.UNREADABLE

    def test_a_file_that_is_too_large(self) -> None:
        assert picture_pages(b"%PDF", [1], limits=replace(QUICK, file_octets=3)) == Pictured(missing=Missing.TOO_LARGE)

    def test_a_picture_that_is_too_large(self) -> None:
        limits = replace(QUICK, picture_octets=500)
        assert picture_pages(hostile.one_page(hostile.BLACK_SQUARE), [1], limits=limits) == Pictured(missing=Missing.TOO_LARGE)

    def test_without_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "LIBRARIES", ("pypdfium2", "no_such_library"))
        assert picture_pages(b"%PDF", [1]) == Pictured(missing=Missing.NOT_INSTALLED)

    def test_with_libraries_that_do_not_load(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "library_folders", list)
        monkeypatch.setattr(sys, "executable", _python_without_libraries(tmp_path))
        assert picture_pages(hostile.one_page(b""), [1]) == Pictured(missing=Missing.NOT_INSTALLED)

    def test_without_a_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        assert picture_pages(hostile.one_page(b""), [1]) == Pictured(missing=Missing.CRASHED)


def _python_without_libraries(folder: Path) -> str:
    """A program that runs this Python with `-S`: without the folder in which libraries are installed."""
    if os.name != "posix":
        pytest.skip("needs a shell")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', "utf-8")
    program.chmod(0o755)
    return str(program)
