"""Puts the course into the wheel, from where `creditkit lab` copies it.

A hook, because hatchling's own force-include would also copy it into editable installs, where the
course is opened in the checkout itself.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        for part in ("notebooks", "data"):
            for file in (root / part).rglob("*"):
                if file.is_file() and ".ipynb_checkpoints" not in file.parts:
                    name = f"creditkit/course/{file.relative_to(root).as_posix()}"
                    build_data["force_include"][str(file)] = name
