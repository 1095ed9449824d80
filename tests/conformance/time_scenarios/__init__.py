"""The time scenarios: declarations (pki.yml, material.yml, scenarios.yml) and what builds documents and material from them.

Documents are written by the samples' generator, which lies outside every package: importing this one makes it importable.
"""

import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
if str(SAMPLES) not in sys.path:
    sys.path.insert(0, str(SAMPLES))
