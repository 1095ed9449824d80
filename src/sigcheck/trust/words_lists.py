"""The words about trusted lists (ETSI TS 119 612), in Vietnamese and English."""

from __future__ import annotations

LIST_SENTENCES: dict[str, tuple[str, str]] = {}
