"""Scenarios told anew by a seed: with other names, in time or late, with more or less patience."""

import random
import re
from collections.abc import Mapping
from typing import Any

from creditkit.content.library import procedure, scenarios
from creditkit.content.schema import Retellings, Scenario
from creditkit.text import Text

# So many cases in ten are held up.
LATE_SHARE = 0.4


def retold(bank: Retellings, seed: int, level: int) -> Scenario:
    """One of the procedure's scenarios of a level, told anew. The same arguments give the same
    case, to the word.

    >>> from creditkit.content.library import variants
    >>> retold(variants("complaint"), 17, 2) == retold(variants("complaint"), 17, 2)
    True
    """
    of = bank.procedure
    rng = random.Random(f"{of}/{seed}/{level}")
    base = rng.choice([s for s in scenarios(of) if s.level == level])
    customer, person = rng.choice(bank.customers), rng.choice(bank.people)
    telephone = f"000-555{rng.randrange(10_000):04d}"
    late = rng.random() < LATE_SHARE
    step = rng.choice(sorted(bank.delays))
    delay = rng.choice(bank.delays[step])
    told = _replaced(base.model_dump(), _names(base, customer, person, telephone))
    told["scenario"] = f"{of}/{seed}/{level}"
    told["delays"] = {step: delay.model_dump()} if late else {}
    told["deadline"] = None
    for name, list_name in procedure(of).hidden.items():
        if name == "patience":
            told["truth"][name] = rng.choice([o.id for o in procedure(of).lists[list_name]])
    return Scenario.model_validate(told)


def _names(base: Scenario, customer: Text, person: Text, telephone: str) -> dict[str, str]:
    """What to replace by what: each scenario's form names the customer, the person, the number."""
    short_zh, short_en = base.answers["customer_name"].accepts[0]
    old, number = base.answers["person"], base.answers["telephone"].zh
    return {
        short_zh: customer.zh,
        short_en: customer.en,
        old.zh: person.zh,
        old.en: person.en,
        number: telephone,
        number.replace("-", ""): telephone.replace("-", ""),
    }


def _replaced(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], value)
    if isinstance(value, Mapping):
        return {key: _replaced(child, names) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(child, names) for child in value]
    return value
