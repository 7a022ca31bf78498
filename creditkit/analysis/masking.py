"""Masking of names and numbers.

What is masked is harder to recognise, not anonymous. A surname beside a department may be one
person, and words can name somebody in ways no rule foresees: a short form, a nickname, a colleague.
Read a masked text before it is given to anybody who may not know the original.
"""

import re
from collections.abc import Iterable

# Digits that together may be a telephone, account or document number.
RUN = 5
# A number of which the last two digits may stay has at least so many: they are then a small part.
LONG = 7
MASK = "**"


def mask_name(name: str) -> str:
    """The first character and a mask that hides how long the name is; of one character nothing.

    >>> mask_name("王小明"), mask_name("Ren Feng"), mask_name("王"), mask_name("")
    ('王**', 'R**', '**', '')
    """
    name = name.strip()
    return f"{name[0]}{MASK}" if len(name) > 1 else MASK if name else ""


def mask_number(number: str) -> str:
    """The last two digits of a number long enough to hide behind them; of a short one nothing.

    >>> mask_number("000-5550137"), mask_number("8012"), mask_number("")
    ('****37', '****', '')
    """
    digits = [c for c in number if c.isdigit()]
    if not number.strip():
        return ""
    return f"****{''.join(digits[-2:])}" if len(digits) >= LONG else "****"


def mask_words(
    words: str, names: Iterable[str] = (), numbers: Iterable[str] = (), *, digits: bool = True
) -> str:
    """Free text without the names and numbers given, and, with `digits`, without any run of five
    digits or more.

    Names are found in any case and however they are spaced, digits with up to three signs between
    them; so dates and amounts are masked along with telephone numbers.

    >>> mask_words("王小明 hung up; call (0571) 555.0137 before 5", ["王小明"])
    '王** hung up; call (**** before 5'
    """
    known = sorted({n.strip() for n in names if n.strip()}, key=len, reverse=True)
    if known:
        # All at once: one after the other, what a mask leaves could complete another name.
        found = "|".join(r"\s*".join(map(re.escape, name.split())) for name in known)
        words = re.sub(found, lambda m: mask_name(m[0]), words, flags=re.IGNORECASE)
    for number in numbers:
        if any(c.isdigit() for c in number):
            words = words.replace(number.strip(), "****")
    if not digits:
        return words
    return re.sub(rf"\d(?:[^\w\n]{{0,3}}\d){{{RUN - 1},}}", "****", words)
