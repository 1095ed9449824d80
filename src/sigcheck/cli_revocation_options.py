"""The options of `sigcheck revocation`, each with its words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from click import Choice

AnchorsToo = Annotated[
    bool,
    typer.Option("--anchors", help="Hỏi cả những gì danh sách tin cậy nêu · what the trust list itself names, too."),
]
Documents = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PDF]...", help="Văn bản, thư mục · documents, folders (recursively), or - for standard input."),
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="CRL hoặc trả lời OCSP, DER hay PEM · CRLs, OCSP responses, DER or PEM.")
]
ReceivedThen = Annotated[
    str | None,
    typer.Option(
        "--received-at",
        metavar="TIME",
        help="Thời điểm đã nhận, theo sổ của cơ quan · when they were received, by your own records; now without it.",
    ),
]
ListForm = Annotated[
    str, typer.Option("--format", click_type=Choice(["text", "json"]), help="Dạng kết quả · form of the output.")
]
