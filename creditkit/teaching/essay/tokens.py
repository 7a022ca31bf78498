"""An answer as tokens: Chinese by character, English by word stem, each with its place in the text.

Full width, capitals and traditional characters are evened out; nothing is lost of where a token
stood, so that the words that show a point can be marked in what the student typed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

# A hyphen within a word is passed over: "long-standing" is "long standing".
_TOKEN = re.compile(
    r"(?P<hyphen>(?<=[a-z])-(?=[a-z]))"
    r"|[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)*%?|[\u3400-\u9fff]|\n|\S"
)
# What a "not" grown onto a verb looks like, with its apostrophe or without.
_NOT = re.compile(
    r"(.+)n't|(can)not|(do|does|did|is|are|was|has|have|ca|wo|could|would|should|need|must)nt"
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
_VOWEL = re.compile(r"[aeiouy]")
# How strongly a mark parts what stands on its two sides.
CLAUSE, PART, SENTENCE, LINE = 1, 2, 3, 4
_MARKS = dict.fromkeys(",:—~>→", CLAUSE)
_MARKS |= {";": PART, **dict.fromkeys(".!?。…", SENTENCE), "\n": LINE}
_ALIKE = {"。": ".", "、": "、", "’": "'", "‘": "'", "“": '"', "”": '"', "－": "-", "\r": "\n"}


@dataclass(slots=True)
class Tokens:
    """The tokens of a text; `keys` are compared, `starts` and `ends` are offsets in the text."""

    text: str
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)


class _Even(dict[int, str]):
    """Each character in its plain form, always one character, so that places stay."""

    def __init__(self, simplified: dict[str, str]) -> None:
        super().__init__({ord(old): new for old, new in simplified.items()})
        self.update({ord(old): new for old, new in _ALIKE.items()})

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(plain) != 1:
            plain = chr(code) if chr(code) == "…" else " "
        self[code] = plain
        return plain


class Tokenizer:
    """Cuts texts into tokens.

    Args:
        simplified: traditional characters with their simplified ones.
        irregular: forms of English words with the word they belong to.
    """

    def __init__(self, simplified: dict[str, str], irregular: dict[str, str]) -> None:
        self._even = _Even(simplified)
        self._irregular = irregular
        self._stems: dict[str, str] = {}

    def even(self, text: str) -> str:
        """A text of the same length in plain characters."""
        return text.translate(self._even)

    def __call__(self, text: str) -> Tokens:
        found = Tokens(text)
        keys, starts, ends = found.keys, found.starts, found.ends
        for match in _TOKEN.finditer(self.even(text)):
            word = match.group()
            if match.lastgroup == "hyphen":
                continue
            start, end = match.span()
            if "a" <= word[0] <= "z":
                grown = _NOT.fullmatch(word)
                if grown is not None and grown.lastindex is not None:
                    verb = grown.group(grown.lastindex)
                    keys.append(self.stem(verb))
                    starts.append(start)
                    start += len(verb)
                    ends.append(start)
                    word = "not"
                keys.append(self.stem(word))
            else:
                keys.append(word)
            starts.append(start)
            ends.append(end)
        return found

    def stem(self, word: str) -> str:
        """An English word without its ending.

        >>> t = Tokenizer({}, {"told": "tell"})
        >>> [t.stem(w) for w in ("contacted", "companies", "told", "organizing")]
        ['contact', 'company', 'tel', 'organis']
        """
        known = self._stems.get(word)
        if known is None:
            known = _stem(self._irregular.get(word.split("'")[0], word))
            if len(self._stems) < 50_000:
                self._stems[word] = known
        return known


@cache
def _endings() -> tuple[tuple[str, str, int], ...]:
    # (ending, what takes its place, how many letters must be left)
    return (
        ("ies", "y", 2), ("sses", "ss", 2), ("xes", "x", 2), ("ches", "ch", 2), ("shes", "sh", 2),
        ("ied", "y", 2), ("ing", "", 3), ("ed", "", 3),
    )  # fmt: skip


def _stem(word: str) -> str:
    word = word.split("'")[0]
    if len(word) <= 3:
        return word
    for ending, instead, left in _endings():
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= left and _VOWEL.search(base):
            word = base + instead
            break
    else:
        if word.endswith("s") and word[-2] not in "siu":
            word = word[:-1]
    if len(word) > 6 and word.endswith("ly"):
        word = word[:-2]
    if len(word) > 3 and word != "fill" and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if word == "not":
        # "note" is not "not".
        return "note"
    return word.replace("iz", "is") if len(word) > 4 else word


def break_after(keys: Sequence[str], n: int) -> int:
    """How strongly the token at `n` parts the text; 0 when it does not."""
    mark = keys[n]
    strength = _MARKS.get(mark, 0)
    if strength == SENTENCE and mark == "." and n and keys[n - 1].isdigit():
        # "1." begins an item.
        return 0
    return strength


def is_word(key: str) -> bool:
    return key[0].isalnum()
