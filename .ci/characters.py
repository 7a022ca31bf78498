"""Make `content/essays/characters.yaml` anew: traditional characters, and characters by sound.

Needs opencc-python-reimplemented (Apache-2.0) and pypinyin (MIT), which the product does not.
"""

from pathlib import Path

import opencc
from pypinyin import lazy_pinyin

TARGET = Path(__file__).parents[1] / "creditkit/content/essays/characters.yaml"
HEAD = """\
# Made by .ci/characters.py; not to be edited by hand.
# `traditional` pairs each traditional character with its simplified one; from the dictionary of
# OpenCC (opencc-python-reimplemented 0.1.7, Apache-2.0). `sounds` lists the common characters
# (GB 2312, level 1) by their syllable without its tone; from pypinyin 0.55.0 (MIT). Students type
# Chinese by its sound, so their typos are mostly characters that sound alike.
"""


def main() -> None:
    dictionary = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    pairs = []
    for line in dictionary.read_text("utf-8").splitlines():
        old, _, new = line.partition("\t")
        new = new.split()[0]
        if len(old) == len(new) == 1 and old != new and max(old, new) <= "\uffff":
            pairs.append(old + new)
    common = [
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
    ]
    sounds: dict[str, str] = {}
    for character in common:
        syllable = lazy_pinyin(character)[0]
        sounds[syllable] = sounds.get(syllable, "") + character
    lines = [f"  - {''.join(pairs[n : n + 40])}" for n in range(0, len(pairs), 40)]
    by_sound = [f'  "{syllable}": {sounds[syllable]}' for syllable in sorted(sounds)]
    text = "\n".join(["traditional:", *lines, "sounds:", *by_sound]) + "\n"
    TARGET.write_text(HEAD + text, "utf-8")


if __name__ == "__main__":
    main()
