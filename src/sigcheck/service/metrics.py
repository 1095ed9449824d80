"""What operators ask: counts and times in the text form of Prometheus (0.0.4). Nothing of a document stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sigcheck import __version__
from sigcheck.verdict import State

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds of a check, its wait for a worker left out."""


@dataclass(slots=True)
class Metrics:
    """The counters of one running service. The event loop's thread alone touches them."""

    states: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    responses: Counter[int] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    buckets: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0
    octets: int = 0

    def checked(self, state: str, seconds: float, octets: int) -> None:
        self.states[state] += 1
        self.seconds += seconds
        self.octets += octets
        self.buckets[next((bucket for bucket in BUCKETS if seconds <= bucket), float("inf"))] += 1

    def text(self, *, uploads: int, held_octets: int, workers: int) -> str:
        """All of it; `uploads` and `held_octets` are those of this moment."""
        lines = [
            *_metric("sigcheck_build_info", "gauge", "The version.", {f'version="{__version__}"': 1}),
            *_metric("sigcheck_documents_total", "counter", "Documents answered.", _labelled("state", self.states, State)),
            *_metric("sigcheck_problems_total", "counter", "Requests without a report.", _labelled("kind", self.problems)),
            *_metric("sigcheck_responses_total", "counter", "Responses by code.", _labelled("code", self.responses)),
            *_metric("sigcheck_workers_lost_total", "counter", "Documents that ended a worker.", _labelled("loss", self.lost)),
            *_metric("sigcheck_document_octets_total", "counter", "Octets of documents answered.", {"": self.octets}),
            *_metric("sigcheck_uploads", "gauge", "Uploads at hand.", {"": uploads}),
            *_metric("sigcheck_upload_octets", "gauge", "Octets of uploads in memory.", {"": held_octets}),
            *_metric("sigcheck_workers", "gauge", "Documents that can be checked at once.", {"": workers}),
            *self._histogram(),
        ]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterator[str]:
        name, total = "sigcheck_check_seconds", 0
        yield f"# HELP {name} Time of a check."
        yield f"# TYPE {name} histogram"
        for bucket in BUCKETS:
            total += self.buckets[bucket]
            yield f'{name}_bucket{{le="{bucket}"}} {total}'
        count = sum(self.buckets.values())
        yield f'{name}_bucket{{le="+Inf"}} {count}'
        yield f"{name}_sum {self.seconds:.6f}"
        yield f"{name}_count {count}"


def _labelled(label: str, counts: Counter[str] | Counter[int], always: type[State] | tuple[()] = ()) -> dict[str, float]:
    """Values by their label, in order; those of `always` also when nothing was counted."""
    values = {str(one): 0 for one in always} | {str(key): value for key, value in counts.items()}
    return {f'{label}="{key}"': values[key] for key in sorted(values)}


def _metric(name: str, kind: str, help_text: str, values: dict[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
