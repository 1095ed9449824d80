"""The warm pyHanko library over a list of files, run by the interpreter beside it: processor seconds for one, written out.

    python warm_pyhanko.py ROOT.pem SUB.pem,TSA.pem MOMENT FILE...

The first file warms up and does not count. Everything is set that its defaults leave to the clock, the system or the network.
"""

# ruff: noqa: TID251 - this is the peer's own program

from __future__ import annotations

import logging
import sys
import time
from datetime import datetime

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def check(path: str, root: object, others: list[object], moment: datetime) -> None:
    with open(path, "rb") as file:  # noqa: PTH123 - the peer's way
        reader = PdfFileReader(file)
        context = ValidationContext(
            trust_roots=[root], other_certs=others, moment=moment, allow_fetching=False, revocation_mode="soft-fail"
        )
        for signature in reader.embedded_signatures:
            if signature.field_name.startswith("DocTimeStamp"):
                stamp = validate_pdf_timestamp(signature, context)
                assert stamp.intact and stamp.valid, path  # noqa: S101, PT018 - both or none
            else:
                status = validate_pdf_signature(signature, context)
                assert status.bottom_line, path  # noqa: S101 - a benchmark of failures would say nothing


def main(arguments: list[str]) -> None:
    logging.disable(logging.CRITICAL)
    root = load_cert_from_pemder(arguments[0])  # type: ignore[no-untyped-call] # pyHanko does not type it
    others = [load_cert_from_pemder(name) for name in arguments[1].split(",")]  # type: ignore[no-untyped-call] # likewise
    moment = datetime.fromisoformat(arguments[2])
    first, *files = arguments[3:]
    check(first, root, others, moment)
    begun = time.process_time()
    for path in files:
        check(path, root, others, moment)
    sys.stdout.write(f"{(time.process_time() - begun) / len(files)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
