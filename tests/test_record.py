"""The case record and its exports: readable, printable, harmless."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from creditkit import Case, JournalError, case_record
from creditkit.casework.record import COLUMNS

SCRIPT = "<script>alert('x')</script> \"quoted\" & 'so'"


def real_case(folder: Path, customer: str = "Company A") -> Case:
    return Case.open(
        "real", procedure="refusal", customer=customer, given={"customer": "new"}, folder=folder
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_typed_becomes_markup_in_the_page(tmp_path: Path, lang: str) -> None:
    case = real_case(tmp_path, SCRIPT)
    case.ask("attitude", answer=SCRIPT)
    case.note(SCRIPT)

    page = case_record(case).to_html(lang)

    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.seen
    assert page.count("&lt;script&gt;") >= 4
    assert f"<html lang='{lang}'>" in page
    assert "dir='auto'" in page


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "－"])
def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, start: str) -> None:
    case = real_case(tmp_path)
    case.ask("attitude", answer=f"{start}1+1")

    answer = cells(case_record(case).to_csv("en"))[1][COLUMNS.index("text")]

    assert answer == f"'{start}1+1"


def test_plain_numbers_and_words_stay_as_they_are(tmp_path: Path) -> None:
    case = real_case(tmp_path)
    case.ask("attitude", answer="1 = 1, polite")

    assert cells(case_record(case).to_csv("en"))[1][COLUMNS.index("text")] == "1 = 1, polite"


def test_long_and_foreign_text_survives_every_export(tmp_path: Path) -> None:
    text = "😀 مرحبا \u202e " + "长" * 100_000
    case = real_case(tmp_path)
    case.ask("attitude", answer=text)
    record = case_record(case)

    assert text in record.to_html("zh")
    assert cells(record.to_csv("zh"))[1][COLUMNS.index("text")] == text
    assert json.loads(record.to_json())["entries"][0]["text"]["zh"] == text


def test_the_three_files_are_written_and_the_csv_says_it_is_utf8(tmp_path: Path) -> None:
    case = Case.open("saved", scenario="pump_maker", folder=tmp_path)
    case.ask("attitude", "reason")

    paths = case_record(case).save(tmp_path / "out", "zh")

    assert [p.name for p in paths] == ["saved.html", "saved.csv", "saved.json"]
    assert paths[1].read_bytes().startswith(b"\xef\xbb\xbf")
    assert "对方说的理由" in paths[1].read_text("utf-8-sig")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(JournalError, match="file"):
        case_record(Case.practice("pump_maker")).save(tmp_path / "file" / "out")


def test_json_holds_both_languages_and_the_choices() -> None:
    case = Case.practice("pump_maker")
    case.ask("attitude", "reason")
    case.record()
    case.judge("fears_leak", because=["reason"])

    data = json.loads(case_record(case).to_json())

    assert data["choices"] == {"judge_preliminary": "fears_leak"}
    assert data["entries"][0]["what"] == {"zh": "客户的态度", "en": "the customer's attitude"}
    assert data["entries"][-1]["text"]["en"] == "Grounds: the reason given"
    assert data["training"] is True


def test_open_points_are_what_the_steps_taken_still_ask_for() -> None:
    case = Case.practice("pump_maker")
    case.ask("attitude", "reason", "assessment")

    assert [item.id for _, item in case_record(case).open_points] == ["position", "explanation"]
    assert "the position of the person who refused" in case_record(case).to_html("en")


def test_acts_taken_back_and_refused_are_not_in_the_record() -> None:
    case = Case.practice("pump_maker")
    case.judge("fraud")
    case.ask("reason")
    case.ask("attitude")
    case.back(3)

    assert [e.what.en for e in case_record(case).entries] == ["the reason given"]


def test_the_table_has_the_named_columns() -> None:
    case = Case.practice("pump_maker")
    case.ask("reason")

    frame = case_record(case).to_frame("en")

    assert list(frame.columns) == list(COLUMNS)
    assert frame.loc[0, "who"] == "Zhou Min, sales supervisor"
