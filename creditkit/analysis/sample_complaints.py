"""The sample register of complaints: synthetic, and the same to the byte for the same seed.

The telephone desk is called while it is open; voice mail, fax and the web take a complaint at any
hour of any day. What is done about it is done in working hours; the deadline runs by the clock, so
that many a complaint of a Friday is answered late.
"""

import csv
import io
import random
from datetime import date, datetime, time, timedelta

from creditkit.analysis.complaint_rows import COLUMNS
from creditkit.analysis.sample_days import working_day, working_days

SEED, COUNT = 20_260_301, 300
START, END = datetime(2024, 1, 2), datetime(2025, 12, 31, 18, 0)
DEADLINE = 48.0
# The working day in minutes since midnight, and how often each hour of any day sees a complaint
# that needs nobody to answer.
OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 30
HOURS = (1,) * 6 + (3,) * 2 + (6,) * 10 + (5,) * 4 + (2,) * 2
UNIX = date(1970, 1, 1)
# Weights of the codes, as a mid-sized supplier might see them.
CHANNELS = {"desk": 38, "voice": 14, "fax": 10, "online": 34, "other": 4}
DEPARTMENTS = {
    "sales": 30, "finance": 24, "credit": 18, "logistics": 16, "customer_service": 10, "other": 2,
}  # fmt: skip
# Median working hours until the opinion; a department that is slow is late more often.
PACE = {
    "sales": 7.0, "finance": 3.0, "credit": 2.0, "logistics": 9.0, "customer_service": 1.5,
    "other": 9.0,
}  # fmt: skip
# Placeholders, counted off by the sexagenary cycle and by number, to be seen as made up at once.
FIRMS = (
    "甲子",
    "乙丑",
    "丙寅",
    "丁卯",
    "戊辰",
    "己巳",
    "庚午",
    "辛未",
    "壬申",
    "癸酉",
    "甲戌",
    "乙亥",
)
TRADES = ("机械", "食品", "纺织", "建材", "化工", "电子", "物流", "家居")
SURNAMES, NUMBERS = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "一二三四五六七八九十甲乙丙丁戊己"
MATTERS = (
    ("额度被冻结，款项已付清", "limit frozen although paid"),
    ("催款电话态度粗暴", "a rude dunning call"),
    ("对账单多记一笔", "an item too many on the statement"),
    ("申请表多次退回不说原因", "application returned without a reason"),
    ("答复太慢", "slow to answer"),
    ("收取利息没有事先说明", "interest charged without notice"),
    ("货物与单据不符", "goods and papers differ"),
)


def sample_complaints(count: int = COUNT, seed: int = SEED) -> str:
    """The sample register as CSV text.

    >>> sample_complaints(3) == sample_complaints(3)
    True
    """
    rng = random.Random(seed)
    rows = sorted((_complaint(rng) for _ in range(count)), key=lambda row: row["received"])
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for n, row in enumerate(rows, start=1):
        writer.writerow({"id": f"C{n:04d}", **row})
    return out.getvalue()


def _complaint(rng: random.Random) -> dict[str, str]:
    channel = _drawn(rng, CHANNELS)
    received = _received(rng, channel)
    department = _drawn(rng, DEPARTMENTS)
    in_scope = rng.random() < (0.55 if department in {"sales", "logistics"} else 0.93)
    opinion = _worked(received, rng.lognormvariate(0, 0.75) * PACE[department])
    told = _worked(opinion, rng.uniform(0.2, 3))
    late = (told - received).total_seconds() / 3600 > DEADLINE
    explained = late and rng.random() < 0.7
    # Nobody is patient who waited without a word.
    rounds = rng.choices((0, 1, 2, 3), (70, 20, 8, 2) if explained or not late else (35, 40, 20, 5))
    closed = _worked(told, rng.uniform(0.1, 1) + sum(rounds) * rng.uniform(4, 18))
    unsettled = rounds[0] >= 2 and rng.random() < 0.2
    outcome = "unsettled" if unsettled else "negotiated" if rounds[0] else "accepted"
    person = rng.choice(SURNAMES) + rng.choice(NUMBERS)
    zh, en = rng.choice(MATTERS)
    row = {
        "received": _minute(received),
        "channel": channel,
        "customer": rng.choice(FIRMS) + rng.choice(TRADES),
        "telephone": f"000-555{rng.randrange(10_000):04d}",
        "content": f"{person}：{zh} / {en}",
        "person": person,
        "department": department,
        "in_scope": str(in_scope).lower(),
        "opinion_at": _minute(opinion),
        "told_at": _minute(told),
        "closed_at": _minute(closed),
        "late": str(late).lower(),
        "explained": str(explained).lower() if late else "",
        "outcome": outcome,
        "rounds": str(rounds[0]),
    }
    # What had not happened by the end of the register is not in it.
    if opinion > END:
        row |= {"opinion_at": "", "in_scope": ""}
    if told > END:
        row |= {"told_at": "", "rounds": "0"}
        overdue = (END - received).total_seconds() / 3600 > DEADLINE
        row |= {"late": str(overdue).lower(), "explained": "false" if overdue else ""}
    if closed > END or rng.random() < 0.03:
        row |= {"closed_at": "", "outcome": "open"}
    return row


def _received(rng: random.Random, channel: str) -> datetime:
    if channel == "desk":
        return _at_minute(rng.randrange(_minutes(START), _minutes(END)))
    day = START.date() + timedelta(days=rng.randrange((END - START).days))
    hour = rng.choices(range(24), HOURS)[0]
    return datetime.combine(day, time(hour, rng.randrange(60)))


def _worked(start: datetime, hours: float) -> datetime:
    """When so many working hours have gone by."""
    return _at_minute(_minutes(start) + int(hours * 60))


def _minutes(moment: datetime) -> int:
    """The working minutes before a moment since the working day before 1970."""
    today = working_days((moment.date() - UNIX).days)
    is_working = moment.weekday() < 5
    into_day = min(max(moment.hour * 60 + moment.minute, OPENS), CLOSES) - OPENS
    return today * (CLOSES - OPENS) + into_day * is_working


def _at_minute(minutes: int) -> datetime:
    days, into_day = divmod(minutes, CLOSES - OPENS)
    day = UNIX + timedelta(days=working_day(days))
    return datetime.combine(day, time()) + timedelta(minutes=OPENS + into_day)


def _drawn(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _minute(time: datetime) -> str:
    return time.isoformat(sep=" ", timespec="minutes")
