"""The complaint register: figures an analyst can defend, and nobody's name by accident."""

import csv
import io
import json
import math
import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from creditkit.analysis.complaint_rows import COLUMNS, FLAGS, TIMES, RegisterError, codes, columns
from creditkit.analysis.complaints import (
    By,
    ComplaintRegister,
    load_register,
    register_from_cases,
    sample_register,
)
from creditkit.analysis.estimates import kaplan_meier, time_until, wilson
from creditkit.analysis.masking import mask_name, mask_number, mask_words
from creditkit.analysis.sample_complaints import sample_complaints
from creditkit.casework.case import Case
from creditkit.content.library import procedure
from creditkit.plots.complaints import groups_picture, groups_text, waiting_picture, waiting_text
from creditkit.text import set_language
from creditkit.widgets.complaints import register_view
from tests.playing import play

DATA = Path(__file__).parents[1] / "data"
SAMPLE = sample_register()
GOOD = {
    "id": "1", "received": "2026-03-02 09:00", "channel": "fax", "customer": "明川机械",
    "telephone": "000-5551234", "content": "孙军不接电话", "person": "孙军", "department": "sales",
    "in_scope": "true", "opinion_at": "2026-03-02 19:00", "told_at": "", "closed_at": "",
    "late": "false", "explained": "", "outcome": "open", "rounds": "0",
}  # fmt: skip


def register(*rows: dict[str, str]) -> ComplaintRegister:
    return load_register(pd.DataFrame([{**GOOD, "id": str(n), **r} for n, r in enumerate(rows)]))


def test_the_sample_is_what_its_seed_makes_to_the_byte() -> None:
    assert (DATA / "complaints.csv").read_bytes() == sample_complaints().encode()
    assert sample_complaints(50, seed=1) != sample_complaints(50, seed=2)


def test_the_descriptor_fits_the_sample() -> None:
    package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    resource = next(r for r in package["resources"] if r["name"] == "complaints")
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    assert tuple(fields) == COLUMNS
    rows = list(csv.DictReader(io.StringIO((DATA / resource["path"]).read_text("utf-8"))))
    assert len({row["id"] for row in rows}) == len(rows) == 300
    for name, field in fields.items():
        heading = columns("zh")[name], columns("en")[name]
        assert field["title"] == " · ".join(heading)
        allowed = field.get("constraints", {}).get("enum")
        for row in rows:
            assert allowed is None or row[name] in allowed
            assert row[name] or not field.get("constraints", {}).get("required")
            if row[name] and field["type"] == "datetime":
                datetime.strptime(row[name], field["format"])
            if row[name] and field["type"] == "boolean":
                assert row[name] in {"true", "false"}


def test_nobody_in_the_sample_can_be_called() -> None:
    assert all(t.startswith("000-555") for t in SAMPLE.frame["telephone"])


def test_all_problems_are_told_at_once_with_row_and_column() -> None:
    set_language("en")
    bad = [
        {"channel": "faxx"}, {"received": "yesterday"}, {"late": "perhaps"}, {"rounds": "-1"},
        {"opinion_at": "2026-03-01 08:00"}, {"received": ""}, {"rounds": "1.5"},
    ]  # fmt: skip
    with pytest.raises(RegisterError) as caught:
        register(*bad)
    told = str(caught.value)
    for says in (
        "Row 2, channel: \"faxx\" is not one of desk", "did you mean 'fax'",
        'Row 3, received: "yesterday" is no time', 'Row 4, late: "perhaps" must be',
        'Row 5, rounds: "-1"', "Row 6: opinion_at comes before received",
        "Row 7, received: the time of receipt", 'Row 8, rounds: "1.5"',
    ):  # fmt: skip
        assert says in told
    assert len(caught.value.problems) == 7


def test_missing_columns_and_doubled_ids_are_told() -> None:
    set_language("en")
    with pytest.raises(RegisterError, match="columns are missing: rounds"):
        load_register(pd.DataFrame([GOOD]).drop(columns="rounds"))
    with pytest.raises(RegisterError, match="'1' appears twice"):
        load_register(pd.DataFrame([GOOD, GOOD]))


def test_a_register_goes_out_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    pd.testing.assert_frame_equal(load_register(SAMPLE.frame).frame, SAMPLE.frame)
    frame = SAMPLE.frame.copy()
    for name in FLAGS:
        frame[name] = frame[name].map({True: "true", False: "false"}).fillna("")
    frame.to_csv(file, index=False, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(load_register(file).frame, SAMPLE.frame)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_register_that_a_spreadsheet_has_saved_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "mine.csv"
    saved = {**GOOD, "received": "2026/3/2 9:00", "opinion_at": "2026/3/2 19:00:00",
             "late": "FALSE"}  # fmt: skip
    file.write_text(pd.DataFrame([saved]).to_csv(index=False), encoding)
    read, plain = load_register(file).frame, register({"id": "1"}).frame
    pd.testing.assert_frame_equal(read.drop(columns="id"), plain.drop(columns="id"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "mine.csv is empty"),
        (b"id,channel\n1,fax\n1,fax,3\n", "rows differ in length"),
        (b"\xff\xff\xff", "save it as CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    set_language("en")
    (tmp_path / "mine.csv").write_bytes(content)
    with pytest.raises(RegisterError, match=says):
        load_register(tmp_path / "mine.csv")


def test_a_table_is_read_whatever_its_index() -> None:
    set_language("en")
    rows = pd.DataFrame([GOOD, {**GOOD, "id": "2", "late": "perhaps"}])
    for index in (["a", "b"], [0, 0]):
        with pytest.raises(RegisterError, match='Row 3, late: "perhaps"'):
            load_register(rows.set_index(pd.Index(index)))


def test_rows_that_contradict_themselves_are_told() -> None:
    set_language("en")
    with pytest.raises(RegisterError) as caught:
        register(
            {"closed_at": "2026-03-03 09:00"}, {"outcome": "accepted"},
            {"told_at": "2026-03-01 09:00"}, {"outcome": "accepted", "closed_at": "soon"},
        )  # fmt: skip
    told = str(caught.value)
    for says in ("Row 2, outcome: it says open", "Row 3, closed_at: the outcome is not open",
                 "Row 4: told_at comes before received", 'Row 5, closed_at: "soon"'):  # fmt: skip
        assert says in told
    assert len(caught.value.problems) == 4


NAMES = st.text(st.characters(categories=["Lo", "Lu", "Ll"]), min_size=2, max_size=8)


@settings(deadline=None)
@given(customer=NAMES, person=NAMES, number=st.from_regex(r"0[0-9]{2}-?[0-9]{7}", fullmatch=True))
def test_masking_leaks_neither_name_nor_number(customer: str, person: str, number: str) -> None:
    content = f"{person} of {customer} hung up, call {number} or 13800 138000"
    one = register(
        {"customer": customer, "person": person, "telephone": number, "content": content}
    )
    row = one.shown().iloc[0]
    shown = " ".join(str(row[c]) for c in ("customer", "person", "telephone", "content"))
    assert customer not in shown
    assert person not in shown
    assert number not in shown and "138" not in shown
    assert one.shown(mask=False).iloc[0]["content"] == content


SIGNS = st.sampled_from(["", " ", "-", ".", "/", "–", ") ", " - ", "（"])


@given(digits=st.lists(st.tuples(st.integers(0, 9), SIGNS), min_size=5, max_size=14))
def test_no_run_of_digits_gets_through_however_it_is_written(digits: list[tuple[int, str]]) -> None:
    number = "".join(f"{digit}{sign}" for digit, sign in digits)
    shown = mask_words(f"请回电{number}。")
    assert not any(c.isdigit() for c in shown)
    assert shown.startswith("请回电") and shown.endswith("。")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("REN FENG hung up, so did RenFeng", "R** hung up, so did R**"),
        ("王小明和王小明", "王**和王**"),
        ("李王小明", "李王**"),
        ("ext. 8012, 2 boxes", "ext. ****, 2 boxes"),
        ("nobody, 1234 boxes", "nobody, 1234 boxes"),
    ],
)
def test_words_lose_the_names_and_numbers_they_are_told(words: str, shown: str) -> None:
    assert mask_words(words, ["Ren Feng", "王小明", ""], ["8012", ""]) == shown


def test_a_short_name_or_number_is_hidden_whole() -> None:
    assert (mask_name("王"), mask_name("欧阳小明")) == ("**", "欧**")
    assert (mask_number("8012"), mask_number("000-5550137")) == ("****", "****37")


def test_a_case_named_after_its_customer_does_not_give_it_away() -> None:
    assert register({"id": "明川机械 20260302"}).shown().loc[0, "id"] == "明** 20260302"


def test_exports_are_masked_unless_asked_and_run_nothing(tmp_path: Path) -> None:
    one = register({"content": "=cmd", "person": "孙军"})
    csv_file, html = one.save(tmp_path, "zh")
    told = csv_file.read_text("utf-8-sig") + html.read_text("utf-8")
    assert "孙军" not in told and "明川机械" not in told and "5551234" not in told
    assert "'=cmd" in csv_file.read_text("utf-8-sig")
    assert "孙军" in one.to_csv("zh", mask=False)


@given(
    channel=st.none() | st.sampled_from(codes("channel")),
    department=st.none() | st.sampled_from(codes("department")),
    late=st.none() | st.booleans(),
)
def test_a_filter_keeps_exactly_what_fits(channel: Any, department: Any, late: Any) -> None:
    found = SAMPLE.filter(channel=channel, department=department, late=late).frame
    frame = SAMPLE.frame
    fits = pd.Series(True, index=frame.index)
    if channel:
        fits &= frame["channel"] == channel
    if department:
        fits &= frame["department"] == department
    if late is not None:
        fits &= frame["late"].fillna(False) == late
    assert list(found["id"]) == list(frame["id"][fits])


def test_days_of_receipt_are_both_included() -> None:
    found = SAMPLE.filter(since="2024-02-01", until="2024-02-29").frame["received"]
    assert found.dt.strftime("%Y-%m").unique().tolist() == ["2024-02"]
    with pytest.raises(RegisterError):
        SAMPLE.filter(since="February")
    with pytest.raises(RegisterError, match="fax"):
        SAMPLE.filter(channel="faxx")


@pytest.mark.parametrize("by", ["channel", "department", "outcome", "month"])
def test_the_groups_share_out_the_register(by: Any) -> None:
    figures = SAMPLE.figures(by)
    assert figures["count"].sum() == len(SAMPLE)
    assert math.isclose(figures["share"].sum(), 1)
    assert (figures["late_low"] <= figures["late"]).all()
    assert (figures["late"] <= figures["late_high"]).all()


def test_figures_worked_by_hand() -> None:
    start = datetime(2026, 3, 2, 9)

    def after(hours: float) -> str:
        return (start + timedelta(hours=hours)).isoformat(sep=" ", timespec="minutes")

    figures = register(
        {"opinion_at": after(10), "closed_at": after(20), "outcome": "accepted"},
        {"opinion_at": after(30), "closed_at": after(60), "outcome": "accepted", "late": "true",
         "explained": "true"},
        {"opinion_at": after(50), "late": "true", "explained": "false"},
        {"opinion_at": "", "closed_at": after(100), "outcome": "negotiated", "rounds": "1"},
    ).figures("channel")  # fmt: skip
    row = figures.loc["fax"]
    assert row["hours_to_opinion"] == 30
    # 4 at risk: 3/4 after 20 h, 2/4 after 60 h; the open one counts as open at 100 h.
    assert row["hours_to_close"] == 60
    assert (row["late"], row["explained"], row["open"]) == (0.5, 0.5, 1)


def test_what_is_open_counts_until_the_register_was_drawn_up() -> None:
    later = {"received": "2026-03-02 10:00", "channel": "desk", "opinion_at": ""}
    frame = register({}, later).frame
    drawn_up = load_register(frame, as_of=datetime(2026, 3, 4, 9, tzinfo=UTC))
    # One opinion after 10 hours; the other complaint has none after 47.
    assert drawn_up.waiting("opinion_at").to_dict() == {10.0: 0.5}
    assert drawn_up.filter(channel="desk").as_of == drawn_up.as_of
    with pytest.raises(RegisterError, match="2026-03-02 19:00"):
        load_register(frame, as_of=datetime(2026, 3, 2, 12))


@pytest.mark.parametrize("by", ["channel", "department", "outcome"])
def test_a_group_has_the_same_figures_alone_and_among_others(by: Any) -> None:
    among = SAMPLE.figures(by).drop(columns="share")
    for code in among.index:
        alone = SAMPLE.filter(**{by: code}).figures(by).drop(columns="share")
        pd.testing.assert_frame_equal(alone, among.loc[[code]])


def test_what_is_not_known_is_left_out_of_shares() -> None:
    rows = [
        {"late": "true", "explained": "true"},
        {"late": "true"},
        {"late": "false"},
        {"late": ""},
    ]
    found = register(*rows).figures().loc["fax"]
    assert (round(found["late"], 3), found["explained"], found["count"]) == (0.667, 1.0, 4)


@given(waits=st.lists(st.integers(0, 30), min_size=1, max_size=60), tenth=st.integers(1, 10))
def test_where_all_have_ended_the_curve_is_plain_counting(waits: list[int], tenth: int) -> None:
    curve = kaplan_meier(waits, [True] * len(waits))
    enough = -(-len(waits) * tenth // 10)
    assert time_until(curve, tenth / 10) == sorted(waits)[enough - 1]


@given(waits=st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_to_count_the_open_ones_never_shortens_a_wait(waits: list[tuple[int, bool]]) -> None:
    ended = [hours for hours, done in waits if done]
    if not ended:
        return
    counted = time_until(kaplan_meier(*zip(*waits, strict=True)), 0.5)
    assert math.isnan(counted) or counted >= time_until(
        kaplan_meier(ended, [True] * len(ended)), 0.5
    )


def test_kaplan_and_meier_agree_with_the_textbook_example() -> None:
    # Remission times of 21 patients on 6-MP: Freireich et al., Blood 21 (1963), as every textbook
    # of survival analysis works them; a plus marks those still in remission.
    told = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    weeks = told.split()
    curve = kaplan_meier([float(w.rstrip("+")) for w in weeks], ["+" not in w for w in weeks])
    assert curve.round(3).to_dict() == {
        6: 0.857, 7: 0.807, 10: 0.753, 13: 0.69, 16: 0.627, 22: 0.538, 23: 0.448,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("count", "of", "interval"),
    [
        (81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)  # fmt: skip
def test_wilson_agrees_with_published_intervals(
    count: int, of: int, interval: tuple[float, float]
) -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    assert tuple(round(x, 4) for x in wilson(count, of)) == interval


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
@example((0, 5))
@example((7, 7))
def test_wilson_holds_the_share_and_stays_a_share(counted: tuple[int, int]) -> None:
    count, of = counted
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1


def test_the_view_shows_a_page_of_masked_rows_in_either_language() -> None:
    view = register_view(SAMPLE)
    rows = SAMPLE.rows("en")
    for lang, word in (("zh", "共 300 件"), ("en", "300 complaints")):
        set_language(lang)
        assert word in view._shown.value
        assert [row["id"] for row in rows if row["id"] in view._shown.value.split("<img")[-1]] == [
            row["id"] for row in rows[:20]
        ]
    page = view._shown.value
    assert not any(word in page for word in {*SAMPLE.frame["person"], *SAMPLE.frame["customer"]})
    assert "000-555" not in page

    view._page.value = "15"
    view._submit.click()
    assert "C0300" in view._shown.value and "C0280" not in view._shown.value
    assert "300" in view._keyboard.message


def test_a_filter_on_screen_narrows_list_figures_and_export() -> None:
    view = register_view(SAMPLE)
    view._filters["channel"].value, view._late.value = "fax", "late"
    view._submit.click()

    found = SAMPLE.filter(channel="fax", late=True)
    assert f"{len(found)} complaints" in view._shown.value
    link = re.search(r"complaints\.csv' href='data:text/csv;base64,([^']+)'", view._shown.value)
    assert link and b64decode(link[1]).decode("utf-8-sig") == found.to_csv()


def test_the_view_of_nothing_and_of_very_many_still_stands() -> None:
    nothing = register_view(load_register(pd.DataFrame(columns=list(COLUMNS))))
    assert "0 complaints" in nothing._shown.value
    many = replace(SAMPLE, frame=pd.concat([SAMPLE.frame] * 7, ignore_index=True))
    assert "too many for links" in register_view(many)._shown.value
    assert "base64,77u/" not in register_view(many)._shown.value


@pytest.mark.parametrize("count", [1, 5, 9])
def test_a_group_in_which_none_or_all_are_late_is_drawn(count: int) -> None:
    for late in ("true", "false"):
        same = register(*[{"late": late}] * count)
        for by in ("channel", "month"):
            assert groups_picture(same, by).axes


def test_months_without_a_complaint_keep_their_place() -> None:
    gap = register({}, {"received": "2026-05-02 09:00", "opinion_at": "2026-05-03 09:00"})
    counts, shares = groups_picture(gap, "month").axes
    bars = [bar for bar in counts.patches if isinstance(bar, Rectangle)]
    assert bars[1].get_x() - bars[0].get_x() == pytest.approx(2)
    assert [t.get_text() for t in shares.get_xticklabels()] == ["2026-03", "2026-04", "2026-05"]


def test_worked_complaints_become_rows(tmp_path: Path) -> None:
    play(Case.open("late", scenario="frozen_limit", folder=tmp_path)).close_journal()
    play(Case.open("r", scenario="pump_maker", folder=tmp_path)).close_journal()
    real = Case.open(
        "real", procedure="complaint", customer="甲公司", given={"channel": "fax"},
        folder=tmp_path, began=datetime.now(UTC) - timedelta(hours=60),
    )  # fmt: skip
    real.fill(telephone="000-5550000", department="finance", person="某某")
    real.close_journal()
    (tmp_path / "broken.jsonl").write_text("not a journal", "utf-8")

    (row,) = register_from_cases(tmp_path).frame.to_dict("records")
    assert (row["id"], row["channel"], row["customer"]) == ("real", "fax", "甲公司")
    assert (row["department"], row["outcome"], row["late"]) == ("finance", "open", True)
    (row,) = register_from_cases(tmp_path, training=True).frame.to_dict("records")
    assert (row["id"], row["outcome"], row["rounds"]) == ("late", "negotiated", 1)
    assert (row["late"], row["explained"], row["in_scope"]) == (True, True, True)


def test_a_note_after_the_close_does_not_put_the_close_off(tmp_path: Path) -> None:
    case = play(Case.open("noted", scenario="frozen_limit", folder=tmp_path))
    next_month = datetime.now(UTC) + timedelta(days=30)
    case._clock = lambda: next_month.isoformat(timespec="seconds")
    case.note("the customer called once more, to say thanks")
    case.close_journal()

    (row,) = register_from_cases(tmp_path, training=True).frame.to_dict("records")
    assert row["closed_at"] < pd.Timestamp(next_month.replace(tzinfo=None)) - timedelta(days=29)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pictures_can_be_drawn_and_told(lang: str) -> None:
    set_language(lang)
    groups: list[By] = ["channel", "department", "month"]
    for by in groups:
        assert groups_picture(SAMPLE, by).axes
        assert "%" in groups_text(SAMPLE, by)
    assert waiting_picture(SAMPLE).axes
    assert any(c.isdigit() for c in waiting_text(SAMPLE))


def test_times_are_in_order_in_the_sample() -> None:
    frame = SAMPLE.frame
    for earlier, later in pairwise(TIMES):
        both = frame[[earlier, later]].dropna()
        assert (both[earlier] <= both[later]).all()


def test_the_telephone_desk_of_the_sample_is_called_while_it_is_open() -> None:
    frame = SAMPLE.frame
    desk, others = ((frame["channel"] == "desk") == at_desk for at_desk in (True, False))
    assert _at_work(frame.loc[desk, "received"]).all()
    # Voice mail, fax and the web take a complaint at any hour of any day.
    assert not _at_work(frame.loc[others, "received"]).all()
    assert set(frame.loc[others, "received"].dt.day_of_week) == set(range(7))


def test_opinions_notices_and_closings_of_the_sample_fall_within_working_hours() -> None:
    for name in TIMES[1:]:
        assert _at_work(SAMPLE.frame[name].dropna()).all(), name


def test_what_the_sample_calls_late_was_told_past_the_deadline() -> None:
    frame = SAMPLE.frame
    deadline = procedure("complaint").clock
    assert deadline is not None
    hours = (frame["told_at"] - frame["received"]).dt.total_seconds() / 3600
    told = frame["told_at"].notna()
    assert (frame.loc[told, "late"] == (hours[told] > deadline.deadline)).all()
    assert 0.15 < frame["late"].mean() < 0.3


def _at_work(times: Any) -> Any:
    minutes = times.dt.hour * 60 + times.dt.minute
    return (times.dt.day_of_week < 5) & minutes.between(8 * 60 + 30, 17 * 60 + 30)
