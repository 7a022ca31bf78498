"""`python -m creditkit` is the `creditkit` command."""

import sys

from creditkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
