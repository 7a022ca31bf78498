"""`python -m creditkit` is the `creditkit` command."""

import sys

from creditkit.cli import main

sys.exit(main())
