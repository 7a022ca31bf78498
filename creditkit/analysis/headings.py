"""Which heading of a file is which column of a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from creditkit.analysis.cells import even
from creditkit.analysis.files import ReadingError, say
from creditkit.content.schema_fields import Column, Table
from creditkit.text import Text, did_you_mean, join

# Simplified characters of headings and what traditional Chinese writes for them.
IN_TRADITIONAL = str.maketrans(
    "争价别区协发号围应开户据数时来档决码种称税类线结绝编职范见规计议诉话误说诺账货费轮采间门项额电贷币",
    "爭價別區協發號圍應開戶據數時來檔決碼種稱稅類線結絕編職範見規計議訴話誤說諾帳貨費輪採間門項額電貸幣",
)


def ways(column: Column) -> list[str]:
    """Every heading under which a column is known, as `even` writes it, its own id first; Chinese
    ones in traditional characters too."""
    plain = [even(way) for way in (column.id, column.title.zh, column.title.en, *column.also)]
    return list(dict.fromkeys([*plain, *(way.translate(IN_TRADITIONAL) for way in plain)]))


def fits(table: Table, heads: Sequence[object], given: Mapping[str, str]) -> bool:
    """Whether a row has the headings of all columns that a table needs."""
    there = {even(head) for head in heads}
    named = set(numbered(heads))
    return all(
        given[column.id] in named if column.id in given else not there.isdisjoint(ways(column))
        for column in table.columns
        if column.required or column.id in given
    )


def numbered(heads: Sequence[object]) -> list[str]:
    """Headings told apart: of several that are alike all but the first get a number.

    >>> numbered(["amount", "note", "amount"])
    ['amount', 'note', 'amount (2)']
    """
    met: Counter[str] = Counter()
    given, taken = {str(head) for head in heads}, set[str]()
    names = []
    for head in map(str, heads):
        met[head] += 1
        name = head
        while name in taken or (name != head and name in given):
            met[head] += name != head
            name = f"{head} ({met[head]})"
        taken.add(name)
        names.append(name)
    return names


def find(
    table: Table, heads: Sequence[object], given: Mapping[str, str], advice: Sequence[Text] = ()
) -> dict[str, str]:
    """The heading of each column that is there, as `numbered` writes it.

    Args:
        table: whose columns are looked for.
        heads: the headings as they stand in the file.
        given: headings named by the user, by column.
        advice: what to say beside if columns are missing.

    Raises:
        ReadingError: with all that is wrong with the headings at once.
    """
    problems: list[Text] = []
    found = numbered(heads)
    ids = [column.id for column in table.columns]
    for name, head in given.items():
        if name not in ids:
            hint = did_you_mean(name, ids)
            problems.append(say("no_column", name=name, table=table.title, hint=hint))
        elif head not in found:
            problems.append(say("no_heading", name=head, hint=did_you_mean(head, found)))
    evened = {name: even(head) for name, head in zip(found, heads, strict=True)}
    chosen = dict(given)
    taken = set(given.values())
    for column in table.columns:
        if column.id in given:
            continue
        known = ways(column)
        matches = [h for h in found if h not in taken and evened[h] in known]
        # The table's own name goes before other names for the same thing.
        matches = [h for h in matches if evened[h] == known[0]] or matches
        if len(matches) > 1:
            problems.append(say("two_headings", name=column.title, id=column.id,
                                heads=", ".join(matches), last=matches[-1]))  # fmt: skip
        elif matches:
            chosen[column.id] = matches[0]
            taken.add(matches[0])
        elif column.required:
            told = ", ".join(dict.fromkeys((column.id, column.title.zh, *column.also)))
            problems.append(say("missing_column", name=column.title, id=column.id, ways=told))
    if any(column.required and column.id not in chosen for column in table.columns):
        there = [name for name, head in zip(found, heads, strict=True) if str(head)]
        problems.append(say("found_headings", heads=", ".join(there) or "–"))
        problems += advice
    if problems:
        raise ReadingError(join(problems, zh="\n", en="\n"))
    return chosen
