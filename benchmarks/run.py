"""sigcheck, pdfsig, mutool and pyHanko side by side: see side_by_side.py, which this runs.

python benchmarks/run.py [--quick] [--pyhanko PATH] [--documents FOLDER]
"""

import sys

from side_by_side import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
