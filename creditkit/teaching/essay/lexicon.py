"""Where the shared words of the essays stand in a text, misspelt ones among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from creditkit.content.library import essay_characters, essay_words
from creditkit.content.schema_essays import Characters, Lexicon
from creditkit.teaching.essay.automaton import Automaton
from creditkit.teaching.essay.tokens import CHINESE, Tokenizer, Tokens

# Sounds that many speakers, and so their typing, do not keep apart.
_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"))
# Nothing is put right into one of these, which would turn what is said into its opposite.
NO = "不没无未别"
# A misspelt English word is looked for from this length on.
LONG = 5
# How many characters the Chinese words have among which no typo is looked for.
WHOLE = range(2, 5)


@dataclass(frozen=True, slots=True)
class Span:
    """A concept found in a text, from one token to before another."""

    concept: str
    start: int
    end: int


class Matcher:
    """Finds concepts; see `find`. `roles` are all it knows."""

    def __init__(self, lexicon: Lexicon, characters: Characters) -> None:
        pairs = "".join(characters.traditional)
        simplified = dict(zip(pairs[::2], pairs[1::2], strict=True))
        irregular = {form: word for word, forms in lexicon.irregular.items() for form in forms}
        self.tokenize = Tokenizer(simplified, irregular)
        self.roles = {name: concept.role for name, concept in lexicon.concepts.items()}
        self._terms = Automaton(self._cut)
        for name, concept in lexicon.concepts.items():
            for term in (*concept.zh, *concept.en):
                self._terms.add(name, term)
        stem = self.tokenize.stem
        right = {stem(w) for w in lexicon.no_typos if w.isascii()}
        words = {w for w in self._terms.words if len(w) >= LONG and w.isascii()}
        self._known = words | right
        self._near = _shortened(words)
        self._sound = {
            character: _plain_sound(sound)
            for sound, alike in characters.sounds.items()
            for character in alike
        }
        chinese = {p for p in self._terms.pairs if len(p) == 2 and not p.isascii()}
        # Not any pair: the end of one word and the beginning of the next may be one of a third.
        self._whole = {
            word
            for word in (*self._terms.plain, *lexicon.no_typos)
            if not word.isascii() and len(word) in WHOLE
        }
        self._heard = self._by_sound(chinese)
        self.function_words = frozenset(
            stem(word) for words in lexicon.function_words.values() for word in words
        )
        self.never = {
            stem(word): frozenset(map(stem, m.never)) for m in lexicon.misplaced for word in m.after
        }

    def _cut(self, words: str) -> list[str]:
        # A possessive belongs to the word before it and has no token of its own.
        keys = self.tokenize(words.removeprefix("'s")).keys
        return [key for key in keys if key not in "'\"-"]

    def _by_sound(self, pairs: set[str]) -> dict[tuple[str, str], str]:
        """What a pair with one wrong character may mean: by its right one and the other's sound."""
        heard: dict[tuple[str, str], str] = {}
        for pair in sorted(pairs):
            a, b = pair[0], pair[1]
            if CHINESE.match(a) and CHINESE.match(b):
                heard.setdefault((a, self._sound.get(b, b)), pair)
                heard.setdefault((self._sound.get(a, a), b), pair)
        return heard

    def find(self, tokens: Tokens) -> list[Span]:
        """Every concept in a text, in the order in which they begin. Misspelt words are put right
        in `tokens.keys`; what was typed counts as well, for what looks like a slip may be none."""
        typed = tokens.keys
        tokens.keys = keys = self._spelt(typed)
        found = list(self._terms.find(keys))
        if keys != typed:
            found = sorted({*found, *self._terms.find(typed)}, key=lambda f: (f[1], f[2], f[0]))
        return [Span(*f) for f in found]

    def _spelt(self, typed: list[str]) -> list[str]:
        keys = list(typed)
        for n, key in enumerate(typed):
            if "a" <= key[0] <= "z":
                if len(key) >= LONG and key not in self._known:
                    keys[n] = self._meant(key)
            elif CHINESE.match(key) and not self._stands(typed, n):
                keys[n] = self._sounded(keys, typed, n)
        return keys

    def _stands(self, keys: list[str], n: int) -> bool:
        """Whether a character is part of a word that stands in some term as it is."""
        return any(
            "".join(keys[start : start + size]) in self._whole
            for size in WHOLE
            for start in range(max(0, n - size + 1), n + 1)
        )

    def _sounded(self, keys: list[str], typed: list[str], n: int) -> str:
        sound = self._sound.get(typed[n], "")
        if not sound:
            return typed[n]
        if n and not self._stands(typed, n - 1):
            pair = self._heard.get((keys[n - 1], sound))
            if pair is not None and pair[1] not in NO:
                return pair[1]
        if n + 1 < len(typed) and not self._stands(typed, n + 1):
            pair = self._heard.get((sound, typed[n + 1]))
            if pair is not None and pair[0] not in NO:
                return pair[0]
        return typed[n]

    def _meant(self, word: str) -> str:
        """The word meant: the known one a slip away, or what was typed."""
        for shorter in _one_less(word):
            for near in self._near.get(shorter, ()):
                if near[0] == word[0] and _one_slip(near, word):
                    return near
        return word


def _plain_sound(sound: str) -> str:
    for written, plain in _SOUNDS:
        sound = sound.replace(written, plain)
    return sound


def _one_less(word: str) -> list[str]:
    return [word, *(word[:n] + word[n + 1 :] for n in range(len(word)))]


def _shortened(words: set[str]) -> Mapping[str, list[str]]:
    """Each word under itself and under what is left of it when a letter falls out."""
    near: dict[str, list[str]] = {}
    for word in sorted(words):
        for shorter in dict.fromkeys(_one_less(word)):
            near.setdefault(shorter, []).append(word)
    return near


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter was added, dropped or changed, or two neighbours swapped.

    >>> _one_slip("recrod", "record"), _one_slip("retold", "record")
    (True, False)
    """
    if len(a) < len(b):
        a, b = b, a
    if len(a) > len(b) + 1:
        return False
    n = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
    if len(a) > len(b):
        return a[n + 1 :] == b[n:]
    swapped = a[n : n + 2] == b[n : n + 2][::-1] and a[n + 2 :] == b[n + 2 :]
    return a[n + 1 :] == b[n + 1 :] or swapped


@cache
def matcher() -> Matcher:
    """The matcher of the package's own words."""
    return Matcher(essay_words(), essay_characters())
