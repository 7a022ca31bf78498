"""Seeded training cases drawn from a bank of fragments: one for each student of a class."""

import operator
import random
import re
from functools import lru_cache
from typing import Any, SupportsIndex, cast

from creditkit.casework.journal import say
from creditkit.casework.retelling import retold
from creditkit.content.library import procedure, scenario, variants
from creditkit.content.schema import (
    Answer,
    Customer,
    Fragment,
    Retellings,
    Scenario,
    Variants,
)
from creditkit.content.ways import evidence
from creditkit.text import BilingualError, Text

# How many answers may mislead, and how many may say nothing, at each level.
MISLEADING = {1: 0, 2: 2, 3: 3}
NEUTRAL = {1: 1, 2: 2, 3: 3}
TRIES = 50


class VariantError(BilingualError):
    """A seed, level or truth from which no training case can be drawn."""


def variant(
    seed: int,
    level: int = 2,
    *,
    of: str = "refusal",
    truth: str | None = None,
    customer: str | None = None,
) -> Scenario:
    """Draw a training case. The same arguments give the same case, to the word.

    Its evidence always points to the truth more strongly than to any other cause: a draw that
    does not is drawn again.

    Args:
        seed: any whole number; a class list numbered 1, 2, 3 … gives each student another case.
        level: 1 plain, 2 some answers mislead, 3 more of them do.
        truth: the true cause; drawn when not given.
        customer: `new` or `existing`; drawn when not given.

    Raises:
        VariantError: the seed is not a whole number, or the level not 1, 2 or 3.

    >>> variant(17) == variant(17)
    True
    """
    seed = _whole(seed, "bad_seed", "seed")
    level = _whole(level, "bad_level", "level")
    if level not in MISLEADING:
        raise VariantError(say("bad_level", level=level))
    bank = variants(of)
    if isinstance(bank, Retellings):
        if truth or customer:
            raise VariantError(say("no_choice", of=of))
        return retold(bank, seed, level)
    rng = random.Random(f"{of}/{seed}/{level}")
    kinds = sorted({o.given["customer"] for o in bank.openings})
    drawn_truth, drawn_kind = rng.choice(sorted(bank.lessons)), rng.choice(kinds)
    fixed = "".join(f"/{value}" for value in (truth, customer) if value)
    truth, kind = truth or drawn_truth, customer or drawn_kind
    if truth not in bank.lessons:
        raise VariantError(say("unknown_option", name=truth, hint=""))
    if kind not in kinds:
        raise VariantError(say("unknown_option", name=kind, hint=""))

    buyer = rng.choice(bank.customers)
    slots: dict[str, Any] = {
        "customer": buyer.name,
        "goods": buyer.goods,
        "days": rng.choice(bank.days),
        "amount": rng.choice(bank.amount),
    }
    people = {role: rng.choice(names) for role, names in bank.people.items()}
    opening = rng.choice([o for o in bank.openings if o.given["customer"] == kind])
    outcomes = {
        route: rng.choice(texts).format(**slots) for route, texts in bank.outcomes[truth].items()
    }
    asked = _asked(of, kind)
    for _ in range(TRIES):
        answers = _draw(rng, bank.answers, asked, truth, level)
        totals = evidence(answers.values())
        if all(totals.get(truth, 0) > n for cause, n in totals.items() if cause != truth):
            break
    else:
        raise VariantError(say("no_variant", seed=seed, truth=truth))
    return Scenario(
        scenario=f"{of}/{seed}/{level}{fixed}",
        procedure=bank.procedure,
        ref=procedure(bank.procedure).option("causes", truth).ref,
        level=level,
        title=bank.title.format(**slots),
        customer=Customer(name=buyer.name, industry=buyer.industry),
        given={"customer": kind},
        truth={"cause": truth},
        people=people,
        opening=Text(opening.zh, opening.en).format(**slots),
        answers={item: _filled(fragment, slots) for item, fragment in answers.items()},
        outcomes=outcomes,
        lesson=bank.lessons[truth].format(**slots),
    )


def _whole(value: object, key: str, slot: str) -> int:
    """A whole number of any kind, a column of a table included; `True` is none."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(cast(SupportsIndex, value))
    except TypeError:
        raise VariantError(say(key, **{slot: value})) from None


def find_scenario(name: str) -> Scenario:
    """A scenario by id, by the path of a YAML file, or a variant by `procedure/seed/level`.

    Raises:
        ContentError: there is no such scenario, or its file is not in order.

    >>> find_scenario("refusal/17/2") == variant(17, 2)
    True
    """
    parts = re.fullmatch(r"(\w+)/(-?\d+)/([123])((?:/[a-z_]+){0,2})", name)
    if parts is None:
        return scenario(name)
    fixed = [p for p in parts[4].split("/") if p]
    kinds = {o.id for o in procedure(parts[1]).lists.get("customer_kinds", ())}
    return _variant_by_name(
        int(parts[2]),
        int(parts[3]),
        parts[1],
        next((p for p in fixed if p not in kinds), None),
        next((p for p in fixed if p in kinds), None),
    )


@lru_cache(maxsize=256)
def _variant_by_name(
    seed: int, level: int, of: str, truth: str | None, customer: str | None
) -> Scenario:
    return variant(seed, level, of=of, truth=truth, customer=customer)


def _asked(of: str, kind: str) -> list[str]:
    """The items a student can ask about in a case of this kind, in the procedure's order."""
    bank = variants(of)
    assert isinstance(bank, Variants)
    p = procedure(bank.procedure)
    other_ways = {
        branch.to
        for step in p.steps
        for branch in step.next
        if kind not in branch.when.get("customer", (kind,))
    }
    return [
        item.id
        for step in p.steps
        if step.id not in other_ways
        for item in step.items
        if item.id in bank.answers
    ]


def _draw(
    rng: random.Random,
    bank: dict[str, tuple[Fragment, ...]],
    asked: list[str],
    truth: str,
    level: int,
) -> dict[str, Fragment]:
    """One fragment an item: mostly ones that bear out the truth, some silent, some misleading."""
    true: dict[str, list[Fragment]] = {}
    silent: dict[str, list[Fragment]] = {}
    misleading: dict[str, list[Fragment]] = {}
    for item in asked:
        for fragment in bank[item]:
            if truth in fragment.for_:
                if not fragment.supports:
                    kind = silent
                elif fragment.supports.get(truth, 0) >= max(fragment.supports.values()):
                    kind = true
                else:
                    kind = misleading
                kind.setdefault(item, []).append(fragment)
    # The manager names the cause outright, so nothing there is drawn against it.
    bent = [item for item in asked if item in misleading]
    rng.shuffle(bent)
    bent = bent[: MISLEADING[level]]
    quiet = [item for item in asked if item in silent and item in true and item not in bent]
    rng.shuffle(quiet)
    quiet = quiet[: NEUTRAL[level]]
    answers: dict[str, Fragment] = {}
    for item in asked:
        pool = misleading if item in bent else silent if item in quiet else true
        answers[item] = rng.choice(pool.get(item) or silent[item])
    return answers


def _filled(fragment: Fragment, slots: dict[str, Any]) -> Answer:
    text = fragment.text.format(**slots)
    return Answer(
        zh=text.zh,
        en=text.en,
        supports=fragment.supports,
        misleads=fragment.misleads.format(**slots) if fragment.misleads else None,
    )
