"""Every reason why nothing came has its words in both languages."""

from __future__ import annotations

import pytest

from sigcheck.cli_store import failure_text
from sigcheck.engine.revoking.answers import Mismatch
from sigcheck.fetching.outcome import Reason
from sigcheck.fetching.revocation import Attempt
from sigcheck.reporting.catalogue import load_catalogue

ADDRESS = "http://ca.gov.example/root.crl"


@pytest.mark.parametrize("reason", [*Reason, *Mismatch, "key-cannot-be-read"])
def test_every_reason_has_words(reason: str) -> None:
    texts = [
        failure_text(Attempt("crl", ADDRESS, ("00",), reason=str(reason), detail="503"), load_catalogue(language))
        for language in ("vi", "en")
    ]
    assert len(set(texts)) == 2
    for text in texts:
        assert text.startswith(ADDRESS)
        assert text.removeprefix(ADDRESS).replace("(503)", "").strip(" :") not in ("", reason)
