"""The section on receivables: what is owed, how late, by whom, and what is likely to be lost."""

from typing import Any

import pandas as pd

from creditkit.analysis.ageing import ageing, bucket_names, bucket_title
from creditkit.analysis.concentration import concentration
from creditkit.analysis.days_sales import days_late, days_sales_by_month, days_sales_outstanding
from creditkit.analysis.ledgers import money
from creditkit.analysis.ledgers import say as say_receivables
from creditkit.analysis.open_items import PAYMENTS, problems
from creditkit.analysis.promises import promises
from creditkit.analysis.roll_rates import expected_loss, roll_rates
from creditkit.analysis.warnings import sign_words, warning_signs
from creditkit.plots import receivables as plots
from creditkit.reporting.folder import say
from creditkit.reporting.page import Section, bullets, heading, paragraph, picture, table
from creditkit.reporting.study import Study
from creditkit.text import Text, join

# Pictures of more currencies would be too small to read; tables have all of them.
DRAWN = 6
WORST = 15
# How far back days sales outstanding are drawn.
MONTHS = 6
Card = tuple[object, object, object]


def receivables(study: Study) -> tuple[Section, list[Card], list[Text]] | None:
    """The section, its headline figures, and what to attend to; None without invoices."""
    invoices = study.frame("invoices")
    if invoices is None:
        return None
    paid = study.frame("payments")
    payments = _none() if paid is None else paid
    aged = ageing(invoices, payments, study.as_of)
    aged = aged[aged["owed"] > 0]
    if aged.empty:
        return Section("receivables", str(say("receivables")),
                       [paragraph(say("nothing_owed"), "note")]), [], []  # fmt: skip
    by_customer = ageing(invoices, payments, study.as_of, by=["customer"])
    body = [] if paid is not None else [paragraph(say("no_payments"), "note")]
    if paid is not None:
        body.append(bullets(problems(invoices, payments)))
    drawn = _drawn(aged)
    if len(drawn) < len(aged):
        body.append(paragraph(say("drawn", count=DRAWN, all=len(aged)), "quiet"))
    body += _ageing(aged, drawn)
    cards = [_card(currency, row) for currency, row in aged.loc[drawn].iterrows()]
    told: list[Text] = []
    if paid is not None:
        sales = days_sales_outstanding(invoices, payments, study.as_of)
        body += _days(study, invoices, payments, sales, invoices[invoices["currency"].isin(drawn)])
    body += _concentration(study, by_customer, drawn)
    if paid is not None:
        rates = roll_rates(invoices, payments, study.as_of)
        known = aged[aged.index.isin(rates.index.get_level_values("currency"))]
        loss = expected_loss(known, rates)
        body += _loss(loss, _of(rates, drawn))
        cards = [(*card[:2], join((card[2], _more(sales, loss, currency)), zh="；", en="; "))
                 for card, currency in zip(cards, drawn, strict=True)]  # fmt: skip
        more, told = _warnings(study, invoices, payments)
        body += more
    return Section("receivables", str(say("receivables")), body), list(cards), told


# Inside


def _none() -> pd.DataFrame:
    """No payments, in their types."""
    types: dict[str, str] = dict.fromkeys(PAYMENTS, "str")
    types |= {"amount": "float64", "paid_on": "datetime64[us]"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _drawn(aged: pd.DataFrame) -> list[str]:
    most = aged.sort_values("open_invoices", ascending=False, kind="stable").head(DRAWN)
    return sorted(str(currency) for currency in most.index)


def _of(frame: pd.DataFrame, currencies: list[str]) -> pd.DataFrame:
    return frame[frame.index.get_level_values("currency").isin(currencies)]


def _amount(value: Any) -> str:
    return f"{value:,.0f}"


def _share(value: Any) -> str:
    return "–" if pd.isna(value) else f"{value:.1%}"


def _day_count(value: Any) -> str:
    return "–" if pd.isna(value) else f"{value:.1f}"


def _card(currency: Any, row: "pd.Series[float]") -> tuple[Text, Text, Text]:
    late = 1 - row["not_due"] / row["owed"]
    old = row[bucket_names()[-1]] / row["owed"]
    remark = say("card_owed", late=f"{late:.0%}", old=f"{old:.0%}")
    return say("owed_in", currency=currency), money(float(row["owed"])), remark


def _more(sales: pd.DataFrame, loss: pd.DataFrame, currency: str) -> Text:
    """What a headline says of one currency beside its ageing."""
    days = sales["count_back"].get(currency, float("nan"))
    rate = loss["rate"].get(currency, float("nan"))
    return say("card_more", days=_day_count(days), rate=_share(rate))


def _ageing(aged: pd.DataFrame, drawn: list[str]) -> list[str]:
    names = bucket_names()
    columns: dict[str, object] = {"currency": say("currency"), "owed": say("owed")}
    columns |= {name: bucket_title(name) for name in names}
    columns |= {k: say(k) for k in ("disputed", "unapplied", "open_invoices")}
    rows = [
        {"currency": currency} | {str(k): _amount(v) for k, v in row.items()}
        for currency, row in aged.iterrows()
    ]
    shown = _of(aged, drawn)
    return [
        heading(say("ageing")),
        table(rows, columns, numbers=[c for c in columns if c != "currency"]),
        picture(plots.ageing_picture(shown), plots.ageing_text(shown)),
    ]


def _days(
    study: Study, invoices: pd.DataFrame, payments: pd.DataFrame, sales: pd.DataFrame,
    drawn: pd.DataFrame,
) -> list[str]:  # fmt: skip
    late = days_late(invoices, payments, study.as_of)
    kept = promises(invoices, payments, study.as_of) if invoices["promised_on"].notna().any() else (
        pd.DataFrame({"kept_share": []})
    )  # fmt: skip
    both = sales.join(late, how="left").join(kept[["kept_share"]], how="left")
    columns = {"currency": say("currency")} | {
        k: say(k) for k in ("count_back", "simple", "best_possible", "late", "share_late",
                            "kept_share")
    }  # fmt: skip
    rows = [
        {"currency": currency, "share_late": _share(row["share_late"]),
         "kept_share": _share(row["kept_share"])}
        | {k: _day_count(row[k]) for k in ("count_back", "simple", "best_possible", "late")}
        for currency, row in both.iterrows()
    ]  # fmt: skip
    body = [
        heading(say("days")),
        table(rows, columns, numbers=[c for c in columns if c != "currency"]),
    ]
    months = days_sales_by_month(drawn, payments, study.as_of, months=MONTHS)
    if len(months):
        body.append(picture(plots.days_sales_picture(months), plots.days_sales_text(months),
                            say("days_caption")))  # fmt: skip
    each = days_late(drawn, payments, study.as_of, by=["customer"])
    if len(each):
        body.append(picture(plots.days_late_picture(each), plots.days_late_text(each),
                            say("late_caption")))  # fmt: skip
    return body


def _concentration(study: Study, aged: pd.DataFrame, drawn: list[str]) -> list[str]:
    held = concentration(aged)
    columns = {"currency": say("currency")} | {
        k: say(k) for k in ("customers", "largest", "top", "effective")
    }
    rows = [
        {"currency": currency, "customers": f"{row['customers']:,.0f}",
         "largest": _share(row["largest"]), "top": _share(row["top"]),
         "effective": f"{row['effective']:.1f}"}
        for currency, row in held.iterrows()
    ]  # fmt: skip
    shown = _of(aged, drawn)
    body = [
        heading(say("concentration")),
        table(rows, columns, numbers=[c for c in columns if c != "currency"]),
        picture(plots.concentration_picture(shown), plots.concentration_text(shown)),
    ]
    owing = aged[aged["owed"] > 0].sort_values("owed", ascending=False, kind="stable")
    for currency in drawn[:3]:
        own = owing[owing.index.get_level_values("currency") == currency].head(10)
        body.append(_largest(study, currency, own))
    return body


def _largest(study: Study, currency: str, own: pd.DataFrame) -> str:
    last = bucket_names()[-1]
    rows = [
        {"customer": study.customer(key[1]), "owed": _amount(row["owed"]),
         "late": _share(1 - row["not_due"] / row["owed"]), "old": _share(row[last] / row["owed"]),
         "disputed": _share(row["disputed"] / row["owed"])}
        for key, row in own.iterrows()
        if isinstance(key, tuple)
    ]  # fmt: skip
    columns = {k: say(k) for k in ("customer", "owed")}
    columns |= {"late": say("share_past_due"), "old": say("share_old"),
                "disputed": say("share_disputed")}  # fmt: skip
    return table(rows, columns, say("largest_of", currency=currency),
                 ["owed", "late", "old", "disputed"])  # fmt: skip


def _loss(loss: pd.DataFrame, rates: pd.DataFrame) -> list[str]:
    columns: dict[str, object] = {"currency": say("currency"), "owed": say("owed")}
    columns |= {name: bucket_title(name) for name in bucket_names()}
    columns |= {"loss": say("loss"), "rate": say("loss_rate")}
    rows = [
        {"currency": currency, "rate": _share(row["rate"])}
        | {str(k): _amount(v) for k, v in row.items() if k != "rate"}
        for currency, row in loss.iterrows()
    ]
    return [
        heading(say("loss_by_age")),
        table(rows, columns, numbers=[c for c in columns if c != "currency"]),
        paragraph(say("loss_note"), "quiet"),
        picture(plots.roll_rates_picture(rates), plots.roll_rates_text(rates),
                say("roll_caption")),
    ]  # fmt: skip


def _warnings(
    study: Study, invoices: pd.DataFrame, payments: pd.DataFrame
) -> tuple[list[str], list[Text]]:
    signs = warning_signs(invoices, payments, study.as_of)
    if signs.empty:
        return [heading(say("warnings")), paragraph(say("no_warnings"))], []
    keys = ["customer", "currency"]
    rows = []
    told: list[Text] = []
    for key, own in list(signs.groupby(keys, sort=False))[:WORST]:
        customer, currency = key
        words = join((sign_words(row) for row in own.to_dict("records")), zh="；", en="; ")
        grave = say_receivables(f"severity_{own['severity'].iloc[0]}")
        owed = float(own["owed"].iloc[0])
        rows.append({"customer": study.customer(customer), "currency": currency,
                     "owed": _amount(owed), "severity": grave, "signs": words})  # fmt: skip
        if len(told) < 3:
            told.append(say("attend_debt", customer=study.customer(customer), currency=currency,
                            owed=money(owed), signs=words))  # fmt: skip
    columns = {k: say(k) for k in ("customer", "currency", "owed", "severity", "signs")}
    count = signs["customer"].nunique()
    high = signs.loc[signs["severity"] == "high", "customer"].nunique()
    body = [
        heading(say("warnings")),
        paragraph(say("warnings_count", count=count, high=high, shown=len(rows))),
        picture(plots.warnings_picture(signs), plots.warnings_text(signs)),
        table(rows, columns, numbers=["owed"]),
    ]
    return body, told
