"""One document, as a worker process checks it: plain values in, the written reports out.

What comes out is what the command writes: the same check, the same formats.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.revocation import RevocationMaterial
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.picturing.pages import PictureLimits, picture_pages
from sigcheck.picturing.picture import Missing, Pictured
from sigcheck.pipeline import check, limits_of, not_checked
from sigcheck.policy import Demands, Policy
from sigcheck.profile import Profile
from sigcheck.profiles import shipped_profile
from sigcheck.references import RevocationStoreReference
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.reasons import first_reason
from sigcheck.running.pool import Ask, Loss
from sigcheck.store.revocation import RevocationStore

PICTURE_SECONDS: Final = 10.0
"""For the pictures of one document: nobody at a desk waits longer for them."""
SPARE_SECONDS: Final = 5.0
"""Of a document's time, kept for writing its reports, and for ending the process that draws."""
_LIMITS: Final = {Loss.TIME: "worker_seconds", Loss.MEMORY: "worker_memory"}


@dataclass(frozen=True, slots=True)
class Judging:
    """What is the same for every document of a running service."""

    trust: TrustList
    policies: Mapping[str, tuple[Policy, Profile]]
    """By the name that a request may give, each with the profile that holds where a request names none."""
    policy: str
    """The name of the one that holds where a request names none."""
    demands: Demands | None = None
    seconds: float = 30.0
    """Of the wall clock for one document. Pictures are drawn in what its check leaves of them."""


@dataclass(frozen=True, slots=True)
class Task:
    """One document and what is asked about it. All moments are aware."""

    path: str
    content: bytes
    policy: str
    at: datetime
    forms: tuple[str, ...]
    """Names of FORMATS."""
    profile: str | None = None
    received: datetime | None = None
    store: RevocationStore | None = None
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Answer:
    """A state, and the reports by the names of their formats."""

    state: str
    written: Mapping[str, bytes]
    reason: str | None = None
    """The cause in a sentence of the asked language; None: the state says it all."""


def start(judging: Judging) -> Callable[[Task, Ask], Answer]:
    """The work function of a worker."""
    return partial(answer, judging)


def answer(judging: Judging, task: Task, ask: Ask) -> Answer:  # noqa: ARG001 - nothing is known before
    began = time.monotonic()
    policy, profile = _chosen(judging, task)
    checked = check(
        MemorySource(task.content),
        path=task.path,
        trust=judging.trust,
        policy=policy,
        at=task.at,
        material=RevocationMaterial((), (), task.store),
        revocation_store=_reference(task),
        received=task.received,
        profile=profile,
        demands=judging.demands,
        limits=limits_of(policy),
    )
    if "html" in task.forms:
        left = judging.seconds - (time.monotonic() - began) - SPARE_SECONDS
        checked = replace(checked, pictures=_pictures(checked, task, min(left, PICTURE_SECONDS)))
    return _written(checked, task)


def _pictures(checked: Checked, task: Task, seconds: float) -> Pictured:
    """Of the pages that bear signature boxes, for the page that is shown."""
    pages = checked.pages_to_draw()
    if pages and seconds < 1:
        return Pictured(missing=Missing.TIME)
    return picture_pages(task.content, pages, limits=PictureLimits(seconds=seconds))


def lost(judging: Judging, task: Task, loss: Loss) -> Answer:
    """The reports of a document over which workers were lost."""
    policy, profile = _chosen(judging, task)
    sha256, size = hashlib.sha256(task.content).hexdigest(), len(task.content)
    why = Unreadable(UnreadableReason.CRASHED, sha256=sha256, size=size)
    if loss in _LIMITS:
        why = Unreadable(UnreadableReason.LIMIT, limit=_LIMITS[loss], sha256=sha256, size=size)
    report = not_checked(
        why,
        path=task.path,
        trust=judging.trust,
        policy=policy,
        at=task.at,
        revocation_store=_reference(task),
        received=task.received,
        profile=profile,
        demands=judging.demands,
    )
    return _written(Checked(report, why, policy, judging.trust), task)


def _chosen(judging: Judging, task: Task) -> tuple[Policy, Profile]:
    policy, profile = judging.policies[task.policy]
    return policy, profile if task.profile is None else shipped_profile(task.profile)


def _reference(task: Task) -> RevocationStoreReference:
    return RevocationStoreReference(None if task.store is None else task.store.sha256)


def _written(checked: Checked, task: Task) -> Answer:
    options = ReportOptions(language=task.language)
    written = {form: "".join(FORMATS[form]([checked], options)).encode("utf-8", "backslashreplace") for form in task.forms}
    return Answer(checked.report.state.value, written, first_reason(Phrases(load_catalogue(task.language)), checked.report))
