"""`python -m journeyai`."""

import sys

from journeyai.cli import main

if __name__ == "__main__":
    sys.exit(main())
