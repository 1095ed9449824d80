"""The report builder of tests/reporting serves here too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "reporting"))
