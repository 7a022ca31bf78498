"""Pictures of receivables. Currencies stand apart in all of them: their amounts are never added
up or put on one axis."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from creditkit.analysis.ageing import FIGURES, bucket_title
from creditkit.analysis.concentration import concentration
from creditkit.analysis.ledgers import money, say
from creditkit.analysis.roll_rates import SETTLED_STATE
from creditkit.analysis.warnings import SIGNS
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import join, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Not due, then from young to old; dark enough apart to be told in grey.
_AGES = ("#cfdcea", "#f5d9b0", "#e6a45c", "#c2612c", "#6f2a18")
_LINES = (("count_back", "-", COLOURS[0]), ("simple", "--", COLOURS[1]),
          ("best_possible", ":", COLOURS[4]))  # fmt: skip
# Customers listed in a picture; the table has all of them.
LISTED = 20


def ageing_picture(aged: pd.DataFrame) -> "Figure":
    """What is owed, by days past due: a bar for each row of `ageing`, in shares of what it owes,
    the amount beside it.

    >>> from creditkit.analysis.ageing import ageing
    >>> from creditkit.analysis.sample import sample
    >>> aged = ageing(sample("invoices"), sample("payments"), "2025-12-31")
    >>> len(ageing_picture(aged).axes[0].patches)
    15
    """
    aged = aged[aged["owed"] > 0]
    names = _buckets(aged)
    figure, axes = new(10.0, 1.7 + 0.55 * max(1, len(aged)))
    shares = aged[names].div(aged["owed"], axis=0)
    left = pd.Series(0.0, aged.index)
    places = range(len(aged))
    for name, shade in zip(names, _shades(len(names)), strict=True):
        axes.barh(places, shares[name], left=left, color=shade, edgecolor="white", height=0.68,
                  label=str(bucket_title(name)))  # fmt: skip
        for y, (share, start) in enumerate(zip(shares[name], left, strict=True)):
            if share >= 0.05:
                ink = "white" if shade in _AGES[-2:] else INK
                axes.text(start + share / 2, y, f"{share:.0%}", ha="center", va="center",
                          color=ink, fontsize=9.5)  # fmt: skip
        left = left + shares[name]
    for y, owed in zip(places, aged["owed"], strict=True):
        axes.text(1.01, y, str(money(owed)), va="center", fontsize=10)
    axes.set_yticks(places, [_label(key) for key in aged.index])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("owed_share_axis")))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    figure.legend(loc="outside lower center", ncols=len(names), frameon=False, fontsize=9.5)
    return figure


def ageing_text(aged: pd.DataFrame) -> str:
    """What `ageing_picture` shows, in words."""
    told = [
        say("ageing_alt", of=_label(key), owed=money(row["owed"]),
            parts=join(say("part", what=bucket_title(n), share=f"{row[n] / row['owed']:.0%}")
                       for n in _buckets(aged)))
        for key, row in aged[aged["owed"] > 0].iterrows()
    ]  # fmt: skip
    return str(join(told, zh="；", en="; "))


def days_sales_picture(months: pd.DataFrame) -> "Figure":
    """Days sales outstanding from month to month, by counting back, the simple way and the best
    possible; `months` is what `days_sales_by_month` gives.

    >>> from creditkit.analysis.days_sales import days_sales_by_month
    >>> from creditkit.analysis.sample import sample
    >>> table = days_sales_by_month(sample("invoices"), sample("payments"), "2025-12-31", months=3)
    >>> len(days_sales_picture(table).axes)
    3
    """
    groups = list(months.groupby(level="currency"))
    figure, panels = _panels(len(groups), height=3.6)
    for axes, (currency, rows) in zip(panels, groups, strict=True):
        at = pd.to_datetime(rows.index.get_level_values("month"))
        for name, stroke, colour in _LINES:
            axes.plot(at, rows[name], ls=stroke, color=colour, lw=2, label=str(say(f"line_{name}")))
        axes.set_title(str(currency), fontsize=11)
        axes.grid(color="#e6e9ee")
        shown = at[:: max(1, -(-len(at) // 5))]
        axes.set_xticks(shown, [f"{day:%Y-%m}" for day in shown], fontsize=8.5)
    if panels:
        highest = months[[name for name, _, _ in _LINES]].max().max()
        panels[0].set_ylim(0, 1.08 * highest if highest > 0 else 1.0)
        panels[0].set_ylabel(str(say("days_axis")))
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def days_sales_text(months: pd.DataFrame) -> str:
    """What `days_sales_picture` shows, in words."""
    told = []
    for currency, rows in months.groupby(level="currency"):
        first, last = rows["count_back"].iloc[0], rows["count_back"].iloc[-1]
        told.append(say("days_sales_alt", currency=currency, first=f"{first:.0f}",
                        last=f"{last:.0f}", months=len(rows) - 1))  # fmt: skip
    return str(join(told, zh="；", en="; "))


def roll_rates_picture(rates: pd.DataFrame) -> "Figure":
    """Where debts of each age are a month later, as a heat map for each currency: a row adds up to
    100 %; where nothing was ever owed stands a stroke.

    >>> from creditkit.analysis.roll_rates import roll_rates
    >>> from creditkit.analysis.sample import sample
    >>> rates = roll_rates(sample("invoices"), sample("payments"), "2025-12-31", months=3)
    >>> len(roll_rates_picture(rates).axes[0].texts)
    30
    """
    groups = list(rates.groupby(level="currency"))
    figure, panels = _panels(len(groups), height=3.7, width=3.8)
    for axes, (currency, rows) in zip(panels, groups, strict=True):
        shares = rows.drop(columns="owed").to_numpy(float)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
        for y, line in enumerate(shares):
            for x, share in enumerate(line):
                words = "–" if share != share else f"{share:.0%}" if share >= 0.005 else "·"
                ink = "white" if share > 0.6 else INK
                axes.text(x, y, words, ha="center", va="center", color=ink, fontsize=9)
        to = [str(bucket_title(str(c))) for c in rows.columns.drop("owed")]
        axes.set_xticks(range(len(to)), to, rotation=40, ha="right", rotation_mode="anchor")
        # The panels share this axis: names set on one stand at the left of each row.
        ages = [str(bucket_title(str(key[1]))) for key in rows.index]
        axes.set_yticks(range(len(ages)), ages)
        axes.set_title(str(currency), fontsize=11)
        axes.tick_params(length=0, labelsize=9)
        axes.spines[:].set_visible(False)
    figure.supxlabel(str(say("to_axis")), fontsize=10)
    figure.supylabel(str(say("from_axis")), fontsize=10)
    return figure


def roll_rates_text(rates: pd.DataFrame) -> str:
    """What `roll_rates_picture` shows, in words: of each age, what grows older."""
    told = []
    for currency, rows in rates.groupby(level="currency"):
        names = [str(key[1]) for key in rows.index]
        parts = []
        for i, name in enumerate(names[:-1]):
            older = rows.iloc[i][names[i + 1 :]].sum(skipna=False)
            settled = rows.iloc[i][SETTLED_STATE]
            if older == older:
                parts.append(say("roll_alt", what=bucket_title(name), older=f"{older:.0%}",
                                 settled=f"{settled:.0%}"))  # fmt: skip
        told.append(say("of_currency", currency=currency, parts=join(parts)))
    return str(join(told, zh="；", en="; "))


def concentration_picture(aged: pd.DataFrame) -> "Figure":
    """How much of what is owed the largest customers owe: customers from the largest to the
    smallest, and what they owe together; `aged` is an `ageing` by customer. The dotted line is
    where all owe alike.

    >>> index = pd.MultiIndex.from_product([["CNY"], ["C1", "C2", "C3"]],
    ...     names=["currency", "customer"])
    >>> aged = pd.DataFrame({"owed": [50.0, 25.0, 25.0]}, index)
    >>> len(concentration_picture(aged).axes[0].lines)
    2
    """
    table = concentration(aged)
    owed = aged["owed"].groupby(level=["currency", "customer"]).sum()
    figure, axes = new(8.0, 4.6)
    for i, (currency, row) in enumerate(table.iterrows()):
        parts = owed[(owed > 0) & (owed.index.get_level_values(0) == currency)]
        parts = parts.sort_values(ascending=False)
        share = [0.0, *(parts.cumsum() / parts.sum())]
        at = [n / len(parts) for n in range(len(share))]
        label = say("lorenz", currency=currency, customers=f"{row['customers']:.0f}",
                    top=f"{row['top']:.0%}")  # fmt: skip
        axes.plot(at, share, color=COLOURS[i % len(COLOURS)], lw=2, marker="o", markersize=3,
                  markevery=[min(10, len(parts))], label=str(label), clip_on=False)  # fmt: skip
    axes.plot([0, 1], [0, 1], color=FAINT, ls=":", lw=1.3)
    axes.set(xlim=(0, 1), ylim=(0, 1.01))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("customers_axis")))
    axes.set_ylabel(str(say("owed_share_axis")))
    axes.grid(color="#e6e9ee")
    if len(table):
        axes.legend(frameon=False, loc="lower right")
    return figure


def concentration_text(aged: pd.DataFrame) -> str:
    """What `concentration_picture` shows, in words."""
    told = [
        say("lorenz", currency=currency, customers=f"{row['customers']:.0f}",
            top=f"{row['top']:.0%}")
        for currency, row in concentration(aged).iterrows()
    ]  # fmt: skip
    return str(join(told, zh="；", en="; "))


def days_late_picture(late: pd.DataFrame) -> "Figure":
    """How late customers pay: of `days_late` by customer, how many customers pay how many days
    late on average, with the mean of all the money as a dotted line.

    >>> from creditkit.analysis.days_sales import days_late
    >>> from creditkit.analysis.sample import sample
    >>> late = days_late(sample("invoices"), sample("payments"), "2025-12-31", by=["customer"])
    >>> len(days_late_picture(late).axes)
    3
    """
    from matplotlib.ticker import MaxNLocator

    groups = list(late.groupby(level="currency"))
    figure, panels = _panels(len(groups), height=3.4, alike=False)
    low, high = late["late"].min(), late["late"].max()
    step = max(1, round((high - low) / 25)) if len(late) else 1
    bins = [low + step * n for n in range(int((high - low) / step) + 2)] if len(late) else 1
    for n, (axes, (currency, rows)) in enumerate(zip(panels, groups, strict=True)):
        axes.hist(rows["late"], bins=bins, color=COLOURS[0], edgecolor="white")
        mean = (rows["late"] * rows["paid"]).sum() / rows["paid"].sum()
        axes.axvline(mean, color=COLOURS[1], ls=":", lw=2.2)
        axes.axvline(0, color=FAINT, lw=1)
        told = say("mean_late", currency=currency, days=f"{mean:.1f}")
        axes.set_title(str(told), fontsize=10.5)
        axes.set_xlabel(str(say("late_axis")))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        if n == 0:
            axes.set_ylabel(str(say("count_axis")))
    return figure


def days_late_text(late: pd.DataFrame) -> str:
    """What `days_late_picture` shows, in words."""
    told = []
    for currency, rows in late.groupby(level="currency"):
        mean = (rows["late"] * rows["paid"]).sum() / rows["paid"].sum()
        told.append(say("late_alt", currency=currency, mean=f"{mean:.1f}", count=len(rows),
                        over=int((rows["late"] > 30).sum())))  # fmt: skip
    return str(join(told, zh="；", en="; "))


def warnings_picture(signs: pd.DataFrame, most: int = LISTED) -> "Figure":
    """Which customers show which early-warning signs, the gravest and largest first, as
    `warning_signs` gives them: a square is grave, a ring is not.

    >>> from creditkit.analysis.sample import sample
    >>> from creditkit.analysis.warnings import warning_signs
    >>> signs = warning_signs(sample("invoices"), sample("payments"), "2025-12-31")
    >>> len(warnings_picture(signs, most=5).axes[0].get_yticklabels())
    5
    """
    shown = _first(signs, most)
    keys = list(dict.fromkeys(zip(shown["customer"], shown["currency"], strict=True)))
    figure, axes = new(9.5, 1.9 + 0.3 * max(1, len(keys)))
    marks = (("high", "s", COLOURS[5], COLOURS[5]), ("medium", "o", "none", COLOURS[1]))
    for severity, mark, face, edge in marks:
        rows = shown[shown["severity"] == severity]
        x = [SIGNS.index(sign) for sign in rows["sign"]]
        y = [keys.index(key) for key in zip(rows["customer"], rows["currency"], strict=True)]
        axes.scatter(x, y, marker=mark, facecolor=face, edgecolor=edge, s=70, lw=2,
                     label=str(say(f"severity_{severity}")))  # fmt: skip
    owed = shown.drop_duplicates(["customer", "currency"])["owed"]
    axes.set_yticks(range(len(keys)), [f"{customer} · {currency}" for customer, currency in keys])
    axes.set_xticks(range(len(SIGNS)), [_wrapped(str(say(f"name_{sign}"))) for sign in SIGNS])
    axes.xaxis.tick_top()
    for place, amount in enumerate(owed):
        axes.text(len(SIGNS) - 0.35, place, str(money(amount)), va="center", fontsize=9.5)
    axes.text(len(SIGNS) - 0.35, -0.9, str(say("owed")), va="bottom", fontsize=9.5)
    axes.set(xlim=(-0.5, len(SIGNS) - 0.5), ylim=(max(len(keys), 1) - 0.4, -0.6))
    axes.grid(color="#e6e9ee")
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def warnings_text(signs: pd.DataFrame, most: int = LISTED) -> str:
    """What `warnings_picture` shows, in words."""
    counts = signs.groupby("sign")["customer"].nunique()
    parts = [say("part", what=say(f"name_{s}"), share=counts[s]) for s in SIGNS if s in counts]
    shown = len(_first(signs, most).drop_duplicates(["customer", "currency"]))
    told = join(parts) if parts else plain("–")
    return str(say("warnings_alt", count=signs["customer"].nunique(), parts=told, shown=shown))


# Inside


def _buckets(aged: pd.DataFrame) -> list[str]:
    return [str(c) for c in aged.columns if c not in FIGURES]


def _shades(count: int) -> list[Any]:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    if count == len(_AGES):
        return list(_AGES)
    older = LinearSegmentedColormap.from_list("ages", _AGES[1:])
    return [_AGES[0], *(to_hex(older(i / max(1, count - 2))) for i in range(count - 1))]


def _label(key: Any) -> str:
    return " · ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _across(count: int) -> int:
    return min(3, max(1, count))


def _panels(
    count: int, height: float, width: float = 3.6, *, alike: bool = True
) -> "tuple[Figure, list[Axes]]":
    """A panel for each currency, three to a row; with one scale for all where they are `alike`."""
    across = _across(count)
    down = -(-max(1, count) // across)
    figure, axes = new(max(7.0, width * across), height * down)
    axes.remove()
    grid = figure.subplots(down, across, squeeze=False, sharey=alike).ravel()
    for each in grid:
        each.spines[["top", "right"]].set_visible(False)
        each.set_axisbelow(True)
    for each in grid[count:]:
        each.set_visible(False)
    return figure, list(grid[:count])


def _first(signs: pd.DataFrame, most: int) -> pd.DataFrame:
    """The signs of the first customers listed."""
    keys = ["customer", "currency"]
    first = signs.drop_duplicates(keys)[keys].head(most)
    return signs.merge(first, on=keys)


def _wrapped(text: str, width: int = 11) -> str:
    """A heading in lines; Chinese headings are short enough."""
    from textwrap import fill

    return fill(text, width, break_long_words=False) if text.isascii() else text
