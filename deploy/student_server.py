"""What a student's server does before it starts, as that student: its folder, and the course in it.

The folder is `CREDITKIT_HOME`, by default `~/creditkit`; nobody else can read it.
"""

import os
import sys
from pathlib import Path

from creditkit.lab import prepare

# Whatever the student makes from here on is the student's own.
os.umask(0o077)
home = Path(os.environ.setdefault("CREDITKIT_HOME", str(Path.home() / "creditkit")))
home.mkdir(mode=0o700, parents=True, exist_ok=True)
home.chmod(0o700)
prepare(home)
os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])
