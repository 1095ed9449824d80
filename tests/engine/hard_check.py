"""Checks one document in a process of its own and prints what became of it: `python hard_check.py FILE`."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import FileSource
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy


def peak_mib() -> int | None:
    """The most memory that this process had at once; None where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage on Linux counts what the parent had when it started us
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2


def slowness() -> float:
    """How many times slower than an ordinary machine this one counts, at least 1."""
    begun = time.process_time()
    sum(number * number for number in range(2_000_000))
    return max(1.0, (time.process_time() - begun) / 0.15)


def main() -> None:
    policy = parse_policy(shipped_policy("archive"), name="archive")
    at = datetime(2026, 11, 20, tzinfo=UTC)
    slow = slowness()
    with FileSource(Path(sys.argv[1])) as source:
        begun = time.process_time()
        report = check_document(
            source, path="hard.pdf", trust=TrustList((), (), "0" * 64), policy=policy, at=at, clock=time.process_time
        )
        seconds = time.process_time() - begun
    limit = next((finding.facts["limit"] for finding in report.findings if finding.code == "limit-reached"), None)
    outcome = str(report.state) if limit is None else f"{report.state}: {limit}"
    print(json.dumps({"outcome": outcome, "seconds": seconds, "slowness": slow, "mib": peak_mib()}))


if __name__ == "__main__":
    main()
