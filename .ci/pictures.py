"""Bring the screenshots of the browser tests into the documentation, cut and with few colours.

`python .ci/pictures.py NAME ...` or `NAME:HEIGHT`, the height in pixels that is kept of it.
"""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
COLOURS, HEIGHT = 256, 1500


def keep(name: str, height: int) -> None:
    for lang in ("zh", "en"):
        file = f"{name}.{lang}.png"
        picture = Image.open(ROOT / "tests" / "artefacts" / file).convert("RGB")
        picture = picture.crop((0, 0, picture.width, min(height, picture.height)))
        # Rare colours count as much as common ones: a legend may hang on them.
        few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(ROOT / "docs" / "pictures" / file, optimize=True)


if __name__ == "__main__":
    for word in sys.argv[1:]:
        name, _, height = word.partition(":")
        keep(name, int(height or HEIGHT))
