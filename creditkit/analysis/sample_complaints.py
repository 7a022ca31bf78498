"""The sample register of complaints: synthetic, and the same to the byte for the same seed."""

import csv
import io
import random
from datetime import datetime, timedelta

from creditkit.analysis.complaint_rows import COLUMNS

SEED, COUNT = 20_260_301, 300
START, END = datetime(2024, 1, 2), datetime(2025, 12, 31, 18, 0)
DEADLINE = 48.0
# Weights of the codes, as a mid-sized supplier might see them.
CHANNELS = {"desk": 38, "voice": 14, "fax": 10, "online": 34, "other": 4}
DEPARTMENTS = {
    "sales": 30, "finance": 24, "credit": 18, "logistics": 16, "customer_service": 10, "other": 2,
}  # fmt: skip
# Median hours until the opinion; a department that is slow is late more often.
PACE = {
    "sales": 30.0, "finance": 20.0, "credit": 16.0, "logistics": 36.0, "customer_service": 14.0,
    "other": 40.0,
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
    received = START + timedelta(minutes=rng.randrange(int((END - START).total_seconds() // 60)))
    department = _drawn(rng, DEPARTMENTS)
    in_scope = rng.random() < (0.55 if department in {"sales", "logistics"} else 0.93)
    hours = rng.lognormvariate(0, 0.75) * PACE[department]
    opinion = received + timedelta(hours=hours)
    told = opinion + timedelta(hours=rng.uniform(0.5, 8))
    late = (told - received).total_seconds() / 3600 > DEADLINE
    explained = late and rng.random() < 0.7
    # Nobody is patient who waited without a word.
    rounds = rng.choices((0, 1, 2, 3), (70, 20, 8, 2) if explained or not late else (35, 40, 20, 5))
    closed = told + timedelta(hours=rng.uniform(0.2, 3) + sum(rounds) * rng.uniform(12, 60))
    unsettled = rounds[0] >= 2 and rng.random() < 0.2
    outcome = "unsettled" if unsettled else "negotiated" if rounds[0] else "accepted"
    person = rng.choice(SURNAMES) + rng.choice(NUMBERS)
    zh, en = rng.choice(MATTERS)
    row = {
        "received": _minute(received),
        "channel": _drawn(rng, CHANNELS),
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


def _drawn(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _minute(time: datetime) -> str:
    return time.isoformat(sep=" ", timespec="minutes")
