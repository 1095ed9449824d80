"""The service as an application (ASGI): the page, `POST /v1/verify`, and what operators ask."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sigcheck import __version__
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.hostile import shown
from sigcheck.running.pool import Loss, NoWorkersError
from sigcheck.service.answers import Answer, Judging, Task, lost
from sigcheck.service.asked import Standing, Wanted, read_options
from sigcheck.service.description import described
from sigcheck.service.forms import read_form
from sigcheck.service.guard import Guard
from sigcheck.service.limits import MULTIPART_OCTETS, ServiceLimits
from sigcheck.service.metrics import MEDIA_TYPE as PROMETHEUS
from sigcheck.service.metrics import Metrics
from sigcheck.service.page import Shown, page
from sigcheck.service.problems import Problem, problem_response
from sigcheck.service.uploads import Intake, busy
from sigcheck.service.workers import Failed, Workers
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation import RevocationStore

NO_PATH: Final = "-"
"""The path in the report of a document without a name, as of one on standard input."""
MOST_ON_PAGE: Final = 20
"""Documents in one form of the page, for browsers without scripts."""
PDF_TYPES: Final = frozenset({"application/pdf", "application/octet-stream", ""})
_OF_HTTP: Final = {404: "not-found", 405: "method-not-allowed"}


@dataclass(slots=True)
class Service:
    """One running service."""

    judging: Judging
    standing: Standing
    limits: ServiceLimits
    store: Callable[[], RevocationStore | None]
    """The revocation store as it is now; raises RevocationStoreError."""
    tell_fault: Callable[[str], None]
    """Hears the traceback of a fault of ours."""
    workers: Workers[Task, Answer]
    intake: Intake = field(init=False)
    room: asyncio.Semaphore = field(init=False)
    metrics: Metrics = field(default_factory=Metrics, init=False)

    def __post_init__(self) -> None:
        self.intake = Intake(self.limits)
        self.room = asyncio.Semaphore(self.limits.workers)

    async def verify(self, request: Request) -> Response:
        """One document, as the body itself or as the one file of a form: the JSON of the command."""
        wanted = read_options(request.query_params.multi_items(), self.standing)
        most = self.limits.file_octets
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            async with self.intake.received(request, most + MULTIPART_OCTETS) as body:
                parts = read_form(body, request.headers["content-type"])
                if len(parts) != 1 or parts[0].filename is None:
                    raise Problem("bad-form")
                path, content = parts[0].filename or NO_PATH, self._sized(parts[0].content)
                answer = await self._answer(path, content, wanted, ("json",))
        elif kind in PDF_TYPES:
            async with self.intake.received(request, most) as body:
                answer = await self._answer(NO_PATH, body, wanted, ("json",))
        else:
            raise Problem("media-type", given=kind)
        return Response(answer.written["json"], media_type="application/json")

    def _sized(self, content: bytearray) -> bytes:
        if len(content) > self.limits.file_octets:
            raise Problem("too-large", megabytes=f"{self.limits.file_octets / 1024 / 1024:.0f}")
        return bytes(content)

    async def _answer(self, path: str, content: bytes, wanted: Wanted, forms: tuple[str, ...]) -> Answer:
        """The reports of one document. Raises Problem when there can be none."""
        try:
            store = self.store()
        except RevocationStoreError as error:
            raise Problem("store-unusable") from error
        task = Task(
            path, content, wanted.policy, wanted.at, forms, wanted.profile, wanted.received, store, language=wanted.language
        )
        try:
            async with asyncio.timeout(self.limits.queue_seconds):
                await self.room.acquire()
        except TimeoutError as error:
            raise busy() from error
        began = time.monotonic()
        try:
            outcome = await self.workers.do(task)
        except NoWorkersError as error:
            raise busy() from error
        finally:
            self.room.release()
        answer = self._answer_of(outcome, task)
        self.metrics.checked(answer.state, time.monotonic() - began, len(content))
        return answer

    def _answer_of(self, outcome: Answer | Failed, task: Task) -> Answer:
        if isinstance(outcome, Answer):
            return outcome
        self.metrics.lost[outcome.loss.value] += 1
        if outcome.loss is Loss.FAULT:
            self.tell_fault(outcome.traceback)
            raise Problem("fault")
        return lost(self.judging, task, outcome.loss)

    def _page(self, language: str, answers: tuple[Shown, ...] = (), message: str = "", code: int = 200) -> Response:
        return page(language, self.limits.file_octets, self.standing.policy, answers, message, code)

    async def show(self, request: Request) -> Response:
        """The page itself; an unknown language gives the Vietnamese one."""
        return self._page("en" if request.query_params.get("lang") == "en" else "vi")

    async def check_on_page(self, request: Request) -> Response:
        """The form of the page, sent without a script: the page again, with a report for each file."""
        wanted = read_options(request.query_params.multi_items(), self.standing, ("lang",))
        language = wanted.language
        try:
            async with self.intake.received(request, self.limits.file_octets + MULTIPART_OCTETS) as body:
                parts = read_form(body, request.headers.get("content-type", ""))
                files = [part for part in parts if part.filename and part.name == "file"][:MOST_ON_PAGE]
                answers = [await self._shown(part.filename or NO_PATH, bytes(part.content), wanted) for part in files]
        except Problem as problem:
            self.metrics.problems[problem.kind] += 1
            told = json.loads(bytes(problem_response(problem).body))
            return self._page(language, message=told["messages"][language], code=told["status"])
        return self._page(language, tuple(answers), message="" if answers else "page-no-file")

    async def check_for_script(self, request: Request) -> Response:
        """One document for the page's script: everything that it shows, as JSON."""
        wanted = read_options(request.query_params.multi_items(), self.standing, ("lang", "name"))
        async with self.intake.received(request, self.limits.file_octets) as body:
            shown_one = await self._shown(request.query_params.get("name") or NO_PATH, body, wanted)
        return Response(json.dumps(shown_one.plain(), ensure_ascii=False).encode("utf-8"), media_type="application/json")

    async def _shown(self, name: str, content: bytes, wanted: Wanted) -> Shown:
        forms = ("text", "json", *(("html",) if "html" in FORMATS else ()))
        answer = await self._answer(name, content, wanted, forms)
        written = {form: octets.decode("utf-8", "replace") for form, octets in answer.written.items()}
        return Shown(shown(name), answer.state, written["text"], written["json"], written.get("html"), answer.reason)

    async def openapi(self, _: Request) -> Response:
        content = json.dumps(described(self.standing.policies, self.limits), ensure_ascii=False)
        return Response(content.encode("utf-8"), media_type="application/json")

    async def health(self, _: Request) -> Response:
        state = {"healthy": True, "version": __version__, "uploads": self.intake.count, "workers": self.limits.workers}
        return Response(json.dumps(state).encode(), media_type="application/json")

    async def measured(self, _: Request) -> Response:
        text = self.metrics.text(uploads=self.intake.count, held_octets=self.intake.octets, workers=self.limits.workers)
        return Response(text.encode("utf-8"), media_type=PROMETHEUS)

    async def on_problem(self, _: Request, problem: Exception) -> Response:
        if isinstance(problem, HTTPException):
            headers = dict(problem.headers or {})
            problem = Problem(_OF_HTTP.get(problem.status_code, "bad-request"), headers=headers)
        assert isinstance(problem, Problem)  # noqa: S101 - it is called for these alone
        self.metrics.problems[problem.kind] += 1
        return problem_response(problem)

    async def on_fault(self, _: Request, error: Exception) -> Response:
        self.metrics.problems["fault"] += 1
        self.tell_fault(f"{type(error).__name__}")
        return problem_response(Problem("fault"))


def application(service: Service, names: frozenset[str]) -> Guard:
    """The application behind its guard; `names` are the host names that it answers for."""

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm(service))
        try:
            yield
        finally:
            warming.cancel()
            await asyncio.to_thread(service.workers.end)

    routes = [
        Route("/", service.show, methods=["GET"]),
        Route("/", service.check_on_page, methods=["POST"]),
        Route("/check", service.check_for_script, methods=["POST"]),
        Route("/v1/verify", service.verify, methods=["POST"]),
        Route("/v1/openapi.json", service.openapi),
        Route("/health", service.health),
        Route("/metrics", service.measured),
    ]
    handlers = {Problem: service.on_problem, HTTPException: service.on_problem, Exception: service.on_fault}
    starlette = Starlette(routes=routes, exception_handlers=handlers, lifespan=living)
    return Guard(starlette, names, lambda code: service.metrics.responses.update([code]))


async def _warm(service: Service) -> None:
    """A service whose workers cannot start says so at each document; it goes on to try."""
    with suppress(NoWorkersError, RuntimeError):
        await service.workers.warm()
