"""What in an answer says nothing: the question pasted back, and words merely strung together."""

from collections.abc import Iterable

from creditkit.teaching.essay.lexicon import Matcher
from creditkit.teaching.essay.reading import Clause, Reading
from creditkit.teaching.essay.tokens import CHINESE, is_word

# A sentence of which this share is the question's own words is the question pasted back.
PASTED = 0.8
# From this many words on, words in a row of which so few are function words say nothing.
STRUNG, FUNCTION = 9, 0.05


def trigrams(keys: Iterable[str]) -> list[tuple[str, ...]]:
    words = [key for key in keys if is_word(key)]
    return list(zip(words, words[1:], words[2:], strict=False))


def pasted(reading: Reading, prompts: set[tuple[str, ...]]) -> set[int]:
    """The sentences that are the question itself. `prompts` are its runs of three words."""
    keys = reading.tokens.keys
    found: dict[int, list[bool]] = {}
    for clause in reading.clauses:
        shown = [gram in prompts for gram in trigrams(keys[clause.start : clause.end])]
        found.setdefault(clause.sentence, []).extend(shown)
    return {s for s, shown in found.items() if shown and sum(shown) >= PASTED * len(shown)}


def strung(matcher: Matcher, reading: Reading, clause: Clause) -> bool:
    """Whether a clause is only words in a row, as a list of keywords is."""
    tokens = reading.tokens
    words = [n for n in range(clause.start, clause.end) if is_word(tokens.keys[n])]
    if len(words) < STRUNG:
        return False
    function = sum(tokens.keys[n] in matcher.function_words for n in words)
    if function > FUNCTION * len(words):
        return _spaced(tokens.starts, tokens.ends, tokens.keys, words) and function <= 0.12 * len(words)
    chinese = [n for n in words if CHINESE.match(tokens.keys[n])]
    if len(chinese) > len(words) / 2:
        # Chinese is written without spaces; keywords are not.
        return _spaced(tokens.starts, tokens.ends, tokens.keys, words)
    return True


def _spaced(starts: list[int], ends: list[int], keys: list[str], words: list[int]) -> bool:
    """Whether Chinese words stand apart by spaces."""
    gaps = chinese = 0
    for a, b in zip(words, words[1:], strict=False):
        if CHINESE.match(keys[a]) or CHINESE.match(keys[b]):
            chinese += 1
            gaps += b == a + 1 and starts[b] > ends[a]
    return chinese > 0 and gaps >= 4 and gaps >= chinese / 7
