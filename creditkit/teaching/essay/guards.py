"""What in an answer says nothing: the question pasted back, and words merely strung together."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from creditkit.teaching.essay.lexicon import Matcher
from creditkit.teaching.essay.reading import Clause, Reading
from creditkit.teaching.essay.tokens import CHINESE, Tokens, is_word

# A sentence of which this share is the question's own words is the question pasted back.
PASTED = 0.8
# Of fewer runs of three words it may be a heading.
PASTED_FROM = 4
# From this many words on, words in a row of which so few are function words say nothing.
STRUNG, FUNCTION = 9, 0.05
# So many Chinese characters without a function word or a mark are no sentence.
RUN_ON = 40
# The most words of a heading.
HEADING_ZH, HEADING_EN = 13, 6
# So many things of the key right after one another are a heap; within a sentence, in a whole text.
HEAP, HEAPED = 6, 0.4
HEAPS, ROW = ((7, 0.36), (11, 0.34)), 6
# Where grades are asked for, they stand in rows: no longer than this.
GRADES = 6
# A few are one already where the points belong to parts of the question in disorder.
SOME, SOME_OF = 5, 0.13
# Scraps of no more words on average, of so many points, are no sentences when their groups follow
# one another in disorder.
SCRAP, MANY, TOGETHER = 4.2, 8, 0.6
# What is told in disorder all the same: so many points, of which so few stand with their like.
POINTS, APART, LINES_APART = 10, 0.55, 0.45
# One who tells a little of each group goes from one to the next, and seldom back.
ONWARD, HEAPS_ZH = 0.2, 0.85
# Who gives each thing a line of its own makes a list.
LINES = 1
# So many words without a mark, with so many things of the key in a row, are no sentence.
BREATHLESS, IN_ROW, IN_ROW_OF = 100, 4, 0.17
# So many things of no more words each, parted by the same few marks and nothing else, are keywords;
# parted by full stops they must be shorter, for there are sentences of three words.
KEYWORDS, KEYWORD_ZH, KEYWORD_EN, STOPPED, MUTE = 10, 4, 3, 0.6, 1.5
# Where a list is asked for, so many English items of hardly more than a word each are words torn
# out of it.
TORN, TORN_WORDS = 15, 1.3
BETWEEN = frozenset(",、;/\n")
# English without its small words: notes are so, but in short pieces.
BARE, BARE_WORDS, BARE_CLAUSE = 0.1, 20, 4.5
# Nor are words a text of which so large a share are particles.
JOINED, JOINED_OF = 10, 0.4
# So many words out of place, and so large a share of all, are a shuffled text.
SLIPS, SLIPPED, SLIPPED_ZH = 2, 0.018, 0.006
# What may stand between them all the same.
PARTICLES = frozenset({"的", "在", "了", "和", "与", "及", "of", "the", "in", "with", "and"})


@dataclass(frozen=True, slots=True)
class Heaps:
    """Things of the key in a text: how many, how many right after another, the longest row of such,
    and the sentences that are heaps."""

    things: int
    pairs: int
    row: int
    sentences: frozenset[int]

    @property
    def whole(self) -> bool:
        """Whether the whole text is one heap."""
        if self.row >= ROW:
            return True
        return any(self.pairs >= max(n, share * self.things) for n, share in HEAPS)

    @property
    def some(self) -> bool:
        """Whether there is more of it than a telling has."""
        return self.pairs >= SOME and self.pairs >= SOME_OF * self.things


def trigrams(keys: Iterable[str]) -> list[tuple[str, ...]]:
    words = [key for key in keys if is_word(key)]
    return list(zip(words, words[1:], words[2:], strict=False))


def pasted(reading: Reading, prompts: set[tuple[str, ...]]) -> set[int]:
    """The sentences that are the question itself. `prompts` are its runs of three words. The head
    of a table may well consist of the question's words."""
    words: dict[int, list[str]] = {}
    for clause in reading.clauses:
        if _cells(reading.text_of(clause)):
            continue
        of = reading.tokens.keys[clause.start : clause.end]
        words.setdefault(clause.sentence, []).extend(of)
    found = {s: [gram in prompts for gram in trigrams(of)] for s, of in words.items()}
    return {
        s
        for s, shown in found.items()
        if len(shown) >= PASTED_FROM and sum(shown) >= PASTED * len(shown)
    }


def _cells(text: str) -> bool:
    """Whether a line is one of a table."""
    return "\t" in text or text.count("|") > 1


def strung(matcher: Matcher, reading: Reading, clause: Clause) -> bool:
    """Whether a clause is only words in a row, as a list of keywords is."""
    tokens = reading.tokens
    keys = tokens.keys
    words = [
        n for n in range(clause.start, clause.end) if is_word(keys[n]) and not keys[n].isdigit()
    ]
    text = reading.text_of(clause)
    # The row of a table is no sentence either.
    if len(words) < STRUNG or _cells(text):
        return False
    function = sum(tokens.keys[n] in matcher.function_words for n in words)
    marks = clause.end - clause.start - len(words)
    mostly_chinese = _chinese([keys[n] for n in words])
    few = function <= FUNCTION * len(words)
    # Nobody writes so much in one breath and without particles.
    long = len(words) >= RUN_ON and len(words) > 15 * (marks + 1)
    if mostly_chinese and long and function <= 2 * FUNCTION * len(words):
        return True
    if few and not mostly_chinese:
        # Items with marks between them are a list.
        return len(words) > 4 * marks
    # Chinese is written without spaces; keywords are not.
    return function <= 0.12 * len(words) and _spaced(tokens, words)


def heaped(reading: Reading, heads: Collection[str]) -> Heaps:
    """Where what the key asks for stands heaped up, one thing right after the other with no more
    than a particle between, as nobody writes who says something of them."""
    keys = reading.tokens.keys
    pairs: Counter[int] = Counter()
    things: Counter[int] = Counter()
    longest = 0
    for clause in reading.clauses:
        spans = sorted(
            (s for c in clause.own if c in heads for s in clause.own[c]),
            key=lambda s: (s.start, s.start - s.end),
        )
        end, row = -9, 0
        for s in spans:
            if s.start < end:
                continue
            things[clause.sentence] += 1
            between = keys[end : s.start] if end >= 0 else ["-"]
            if len(between) <= 2 and PARTICLES.issuperset(between):
                pairs[clause.sentence] += 1
                row += 1
                longest = max(longest, row)
            else:
                row = 0
            end = s.end
    found = frozenset(s for s, n in pairs.items() if n >= HEAP and n >= HEAPED * things[s])
    return Heaps(things.total(), pairs.total(), longest, found)


def shuffled(matcher: Matcher, reading: Reading) -> bool:
    """Whether small words stand where none can, before a mark or before one another, more often
    than slips of the pen do: a text whose words were shuffled."""
    keys = ["\n", *reading.tokens.keys, "."]
    words = sum(map(is_word, keys))
    slips = 0
    for before, key, after in zip(keys, keys[1:], keys[2:], strict=False):
        # "a." that begins an item is no article.
        letter = len(key) == 1 and key.isascii() and not is_word(before)
        slips += not letter and ("." if after == "\n" else after) in matcher.never.get(key, ())
    return slips >= SLIPS and slips >= (SLIPPED_ZH if _chinese(keys) else SLIPPED) * words


def breathless(reading: Reading, heaps: Heaps) -> bool:
    """Whether the text goes on and on without a mark and heaps things up; who only forgets his
    marks does not."""
    if heaps.pairs < max(IN_ROW, IN_ROW_OF * heaps.things):
        return False
    return any(clause.words >= BREATHLESS for clause in reading.clauses)


def keywords(matcher: Matcher, reading: Reading, heads: Set[str]) -> bool:
    """Whether a text is one bare row of keywords, no sentence, no heading and no number in it; or
    what is left of it without what holds no word of the key, before and after."""
    return any(
        _bare(matcher, _keys(reading, clauses), len(clauses))
        for clauses in (reading.clauses, _told(reading, heads))
    )


def _bare(matcher: Matcher, keys: list[str], clauses: int) -> bool:
    words = [key for key in keys if is_word(key)]
    joined = sum(key in PARTICLES for key in words)
    if joined >= max(JOINED, JOINED_OF * len(words)):
        return True
    function = sum(key in matcher.function_words for key in words)
    bare = function <= BARE * len(words) and not _chinese(words)
    if bare and len(words) >= max(BARE_WORDS, BARE_CLAUSE * clauses):
        return True
    stops = keys.count(".")
    marks = len(keys) - len(words)
    if sum(key in BETWEEN for key in keys) + stops < marks or any(map(str.isdigit, words)):
        return False
    most = (KEYWORD_ZH if _chinese(words) else KEYWORD_EN) * (STOPPED if stops else 1)
    if stops and _chinese(words) and function <= FUNCTION * len(words):
        # Notes have more small words.
        most = KEYWORD_ZH * MUTE
    return (items := _items(keys)) >= KEYWORDS and len(words) <= items * most


def torn(reading: Reading, heads: Set[str]) -> bool:
    """Whether a list is of words torn from their terms: "human, raw, standing"."""
    keys = _keys(reading, _told(reading, heads))
    words = list(filter(is_word, keys))
    items = _items(keys)
    return items >= TORN and not _chinese(words) and len(words) <= TORN_WORDS * items


def _told(reading: Reading, heads: Set[str]) -> list[Clause]:
    """From the first clause with a word of the key to the last."""
    told = [n for n, c in enumerate(reading.clauses) if heads & c.own.keys()]
    return reading.clauses[told[0] : told[-1] + 1] if told else []


def _keys(reading: Reading, clauses: Sequence[Clause]) -> list[str]:
    return reading.tokens.keys[clauses[0].start : clauses[-1].end] if clauses else []


def _items(keys: Sequence[str]) -> int:
    """How many pieces there are between marks."""
    return sum(is_word(b) and not is_word(a) for a, b in pairwise(["\n", *keys]))


def _chinese(keys: Sequence[str]) -> bool:
    """Whether more than half of the words are Chinese characters."""
    words = list(filter(is_word, keys))
    return sum(CHINESE.match(key) is not None for key in words) > len(words) / 2


def scattered(
    reading: Reading, groups: Sequence[int], near: Mapping[int, int], heaps: Heaps
) -> bool:
    """Whether an answer is a list of keywords: scraps of a few words or things heaped up, and the
    groups of the points they belong to, by their numbers in the order of the answer, jump to and
    fro. `near` are groups that are told together with another."""
    lines = reading.clauses[-1].line + 1 if reading.clauses else 0
    if len(groups) < MANY:
        return False
    told = [near.get(group, group) for group in groups]
    # Shuffled English is known by its small words besides; Chinese has few.
    onward = HEAPS_ZH if _chinese(reading.tokens.keys) else APART + ONWARD
    if len(groups) >= POINTS and heaps.some and _disorderly(told, APART, onward):
        return True
    words = scraps = 0
    inside = False
    for key in reading.tokens.keys:
        word = is_word(key)
        words += word
        scraps += word and not inside
        inside = word
    most = TOGETHER if lines <= LINES else LINES_APART
    return _disorderly(groups, most, most + ONWARD) and words <= SCRAP * scraps


def _disorderly(groups: Sequence[int], stays: float, onward: float) -> bool:
    """Whether no more than a share of the steps stays within a group, and no more than another
    stays or leads on to a later one."""
    steps = list(pairwise(groups))
    same = sum(a == b for a, b in steps)
    later = sum(a < b for a, b in steps)
    return same <= stays * len(steps) and same + later <= onward * len(steps)


def _spaced(tokens: Tokens, words: list[int]) -> bool:
    """Whether Chinese words stand apart by spaces."""
    gaps = chinese = 0
    for a, b in pairwise(words):
        if CHINESE.match(tokens.keys[a]) and CHINESE.match(tokens.keys[b]):
            chinese += 1
            gaps += b == a + 1 and tokens.starts[b] > tokens.ends[a]
    return chinese > 0 and gaps >= 4 and gaps >= chinese / 7


def only_headings(reading: Reading) -> bool:
    """Whether a text is a list of headings: short lines that name a topic and say nothing."""
    lines: dict[int, list[Clause]] = {}
    for clause in reading.clauses:
        lines.setdefault(clause.line, []).append(clause)
    if len(lines) < 3:
        return False
    return all(_short(reading, clauses) for clauses in lines.values())


def _short(reading: Reading, clauses: list[Clause]) -> bool:
    keys = [
        key
        for c in clauses
        for key in reading.tokens.keys[c.start : c.end]
        if is_word(key) and not key.isdigit()
    ]
    chinese = sum(CHINESE.match(key) is not None for key in keys)
    return len(clauses) <= 2 and chinese <= HEADING_ZH and len(keys) - chinese <= HEADING_EN
