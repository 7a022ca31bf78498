"""Own tables: found whatever their headings, every problem named, no row lost."""

import csv as csv_module
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from creditkit.analysis import cells
from creditkit.analysis.ageing import ageing
from creditkit.analysis.fact_values import even_values
from creditkit.analysis.files import ReadingError
from creditkit.analysis.reading import read_pieces, read_table
from creditkit.analysis.references import dangling
from creditkit.analysis.review import review
from creditkit.analysis.sample import sample, sample_folder
from creditkit.analysis.seen import Seen
from creditkit.content.library import comparison, tables
from tests.engines import ENGINES, OTHERS

HEAD = "发票号,客户编号,开票日期,到期日,币种,金额\n"
ROW = "I1,C1,2025-01-02,2025-02-01,CNY,100\n"


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


def error(call: Any) -> str:
    with pytest.raises(ReadingError) as found:
        call()
    assert found.value.text.zh
    return found.value.text.en


# Cells


@given(value=st.decimals(-(10**12), 10**12, places=2))
@settings(deadline=None)
def test_a_number_is_read_back_however_it_is_written(value: Any) -> None:
    number = float(value)
    full = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    ways = [f"{value:,}", f"{value}", f"{value:,}".translate(full), f"￥{value:,}", f"{value:,}元",
            f" {value} ", f"{value:,.2f}".replace(",", "'"), f"CNY {value}"]  # fmt: skip
    if number < 0:
        ways += [f"({-value:,})", f"{-value:,}-"]
    for way in ways:
        assert cells.number(way) == number, way


@given(value=st.integers(-(10**6), 10**6))
@settings(deadline=None)
def test_units_of_ten_thousand_and_a_hundred_million(value: int) -> None:
    assert cells.number(f"{value}万") == value * 10**4
    assert cells.number(f"{value}.5 亿元") == (abs(value) + 0.5) * 10**8 * (-1 if value < 0 else 1)


@pytest.mark.parametrize("text", ["abc", "12.500", "12,3456", "1'234.567,8,9", "1,23,4", "12 34",
                                  "=1+1", "1e999", "0x10", "½x", "1.2.3", "--5", "１２a", "五百",
                                  "12%"])  # fmt: skip
def test_what_is_no_clear_number_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"not_number|unclear_comma|unclear_point"):
        cells.number(text)


@given(day=st.dates(date(1800, 1, 1), date(2199, 12, 31)))
@settings(deadline=None)
def test_a_day_is_read_back_however_it_is_written(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    full = str.maketrans("0123456789", "０１２３４５６７８９")
    ways = [
        day.isoformat(), f"{y}/{m}/{d}", f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}",
        f"{d}.{m}.{y}", f"{day} 09:30:00", f"{day}T09:30", f"{y}年{m}月{d}日".translate(full),
    ]  # fmt: skip
    for way in ways:
        assert cells.a_day(way) == day, way


NO_DAYS = ["03/04/2025", "3-4-25", "2025-02-30", "2025-13-01", "soon", "0001-01-01", "45678"]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_clear_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|unclear_year"):
        cells.a_day(text)


def column(said: list[Any], **how: Any) -> tuple[list[Any], list[str]]:
    """What is read of a column of amounts, and why the others are not."""
    values, why = cells.numbers(pd.Series(said, dtype=object), **how)
    return [None if pd.isna(v) else v for v in values], why.tolist()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["12.500", "€1.000", "1.234,50", "2.000.000"], [12500, 1000, 1234.5, 2_000_000]),
        (["12.500", "950,00"], [12500, 950]),
        (["1 234,50", "1\u00a0234,50", "1\u202f234"], [1234.5, 1234.5, 1234]),
        (["1,234", "0,5"], [1.234, 0.5]),
        (["12.500", "3.25"], [12.5, 3.25]),
        (["12.500", "0.125"], [12.5, 0.125]),
        (["12.500", "1,234.00"], [12.5, 1234]),
        (["1.234", "2,000,000"], [1.234, 2_000_000]),
        (["1,234", "950"], [1234, 950]),
        (["1.234亿", "1,234万"], [123_400_000, 12_340_000]),
        (["950,00", "1,50"], [950, 1.5]),
        ([12.5, 12.125, "12.125"], [12.5, 12.125, None]),
    ],
)
def test_a_column_tells_which_sign_parts_its_decimals(said: list[Any], meant: list[Any]) -> None:
    assert column(said)[0] == meant


def test_a_cell_that_its_column_leaves_open_is_set_aside_and_not_guessed() -> None:
    assert column(["12.500", "400"]) == ([None, 400], ["unclear_point", ""])
    assert column(["12.500", "1,234"])[1] == ["unclear_point", "unclear_comma"]
    # A column that is written both ways tells nothing of the cells between.
    values, why = column(["1.234,50", "1,234.50", "12.500"])
    assert (values, why) == ([1234.5, 1234.5, None], ["", "", "unclear_point"])


def test_whoever_knows_the_decimal_sign_says_it() -> None:
    assert column(["12.500", "1,234"], decimal=",")[0] == [12500, 1.234]
    assert column(["12.500", "1,234"], decimal=".")[0] == [12.5, 1234]
    assert column(["12.50", "1e3"], decimal=",") == ([None, 1000], ["other_decimal", ""])


@given(st.lists(st.decimals(-(10**7), 10**7, places=2), min_size=1), st.booleans())
@settings(deadline=None)
def test_a_column_in_one_hand_is_read_as_it_was_written(
    amounts: list[Decimal], comma: bool
) -> None:
    swap = str.maketrans(",.", ".,") if comma else {}
    values, why = column([f"{amount:,}".translate(swap) for amount in amounts])
    assert values == [float(amount) for amount in amounts]
    assert set(why) == {""}


def test_a_column_tells_whether_the_day_or_the_month_stands_first() -> None:
    def read(said: list[str], **how: Any) -> list[str]:
        values, why = cells.days(pd.Series(said, dtype=object), **how)
        return [w or str(v.date()) for v, w in zip(values, why, strict=True)]

    assert read(["03/04/2025", "25/12/2025"]) == ["2025-04-03", "2025-12-25"]
    assert read(["03/04/2025", "12-25-2025"]) == ["2025-03-04", "2025-12-25"]
    assert read(["03/04/2025", "05/05/2025"]) == ["unclear_day", "2025-05-05"]
    assert read(["03/04/2025", "25/12/2025", "12/25/2025"])[0] == "unclear_day"
    assert read(["03/04/2025"], day_first=True) == ["2025-04-03"]
    assert read(["03/04/2025", "25/12/2025"], day_first=False) == ["2025-03-04", "no_such_day"]


def test_chinese_days_are_read_where_the_year_is_certain() -> None:
    assert cells.a_day("2024年3月5号") == cells.a_day("民国113年3月5日") == date(2024, 3, 5)
    for text, why in [("24年3月5日", "unclear_year"), ("113年3月5日", "unclear_year"),
                      ("25/12/25", "unclear_year"), ("45356", "serial_day")]:  # fmt: skip
        with pytest.raises(ValueError, match=why):
            cells.a_day(text)


# Files


def check_one(found: Any) -> None:
    assert found.frame.to_dict("records")[0]["invoice"] == "I1"
    assert found.frame["amount"].tolist() == [100.0]
    assert found.frame["due"].tolist() == [pd.Timestamp("2025-02-01")]
    assert list(found.frame.columns) == [c.id for c in tables()["invoices"].columns]
    assert found.problems.empty
    assert found.set_aside.empty


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_is_read_in_any_usual_encoding(
    tmp_path: Path, encoding: str, newline: str, separator: str
) -> None:
    text = (HEAD + ROW).replace("\n", newline).replace(",", separator)
    check_one(read_table("invoices", csv(tmp_path, text, encoding)))


def test_excel_parquet_and_frames_are_read_alike(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"发票号": ["I1"], "客户": ["C1"], "开票日": [pd.Timestamp("2025-01-02")],
         "到期日": [pd.Timestamp("2025-02-01")], "币种": ["CNY"], "金额": [100]}
    )  # fmt: skip
    frame.to_excel(tmp_path / "own.xlsx", index=False)
    frame.to_parquet(tmp_path / "own.parquet")
    for source in (frame, tmp_path / "own.xlsx", tmp_path / "own.parquet"):
        check_one(read_table("invoices", source))


def test_titles_above_the_headings_are_passed_over_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    text = "应收账款明细\n制表：财务部,,,\n\n" + HEAD + ROW + ROW.replace("100", "x")
    found = read_table("invoices", csv(tmp_path, text))
    assert found.problems["row"].tolist() == [6]
    check_one(read_table("invoices", csv(tmp_path, "应收账款明细\n\n" + HEAD + ROW)))


def test_a_mapping_names_columns_of_other_headings(tmp_path: Path) -> None:
    path = csv(tmp_path, (HEAD + ROW).replace("金额", "Betrag"))
    assert "'amount' (amount)" in error(lambda: read_table("invoices", path))
    check_one(read_table("invoices", path, columns={"amount": "Betrag"}))


def test_all_that_is_wrong_with_headings_is_told_at_once(tmp_path: Path) -> None:
    path = csv(tmp_path, "发票号,发票编号,开票日期\nI1,I2,2025-01-01\n")
    told = error(lambda: read_table("invoices", path, columns={"amout": "x", "due": "开票日"}))
    words = [
        "no column 'amout'", "did you mean 'amount'", "no column '开票日'",
        "did you mean '开票日期'",
        "Several columns may be 'invoice'", "'customer' (customer)", "The file has these columns",
    ]  # fmt: skip
    assert [word for word in words if word not in told] == []


def test_of_two_columns_with_one_heading_either_can_be_named(tmp_path: Path) -> None:
    path = csv(tmp_path, HEAD.strip() + ",金额\n" + ROW.strip() + ",70\n")
    told = error(lambda: read_table("invoices", path))
    assert "Several columns may be 'amount': 金额, 金额 (2)." in told
    assert 'columns={"amount": "金额 (2)"}' in told
    for head, amount in (("金额", 100.0), ("金额 (2)", 70.0)):
        found = read_table("invoices", path, columns={"amount": head})
        assert found.frame["amount"].tolist() == [amount]
    # A heading that has such a number of its own keeps it.
    path = csv(tmp_path, HEAD.strip() + ",金额,金额 (2)\n" + ROW.strip() + ",70,5\n")
    for head, amount in (("金额 (2)", 5.0), ("金额 (3)", 70.0)):
        found = read_table("invoices", path, columns={"amount": head})
        assert found.frame["amount"].tolist() == [amount]


def test_every_problem_is_named_and_its_row_set_aside(tmp_path: Path) -> None:
    rows = [
        ROW,
        "I2,C1,2025-01-02,2025-02-30,CNY,100\n",
        "I3,,2025-01-02,2025-02-01,CNY,-5\n",
        "I1,C1,2025-01-02,2025-02-01,CNY,7\n",
        "I5,C1,2025-01-02,2025-02-01,yuan,7\n",
        "I6,C1,2025-01-02,2025-02-01,CNY,7,extra\n",
        "I7,C1,2025-01-02\n",
        'I8,C1,2025年1月2日,2025/2/1,ＣＮＹ,"１，２００"\n',
    ]
    path = csv(tmp_path, HEAD + "".join(rows))
    found = read_table("invoices", path, aside=tmp_path / "aside.csv")
    assert found.frame["invoice"].tolist() == ["I1", "I8"]
    assert found.frame["currency"].tolist() == ["CNY", "CNY"]
    named = list(zip(found.problems["row"], found.problems["column"], found.problems["code"],
                     strict=True))  # fmt: skip
    assert set(named) == {
        (3, "due", "no_such_day"), (4, "customer", "blank"), (4, "amount", "negative_invoice"),
        (5, "invoice", "twice"), (6, "currency", "wrong_form"), (7, "", "too_wide"),
        (8, "due", "blank"), (8, "currency", "blank"), (8, "amount", "blank"),
    }  # fmt: skip
    assert len(found.frame) + len(found.set_aside) == len(rows)
    text = (tmp_path / "aside.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "2025-02-30" in text.decode()
    assert "row 3, due: There is no such day" in found.told()[0].en


@pytest.mark.parametrize(
    ("name", "column", "rows"),
    [
        ("invoices", "issued", "invoice,customer,issued,due,currency,amount\n"
         "I1,C1,{},2099-01-31,CNY,5\n"),
        ("invoices", "disputed_on", "invoice,customer,issued,due,currency,amount,disputed_on\n"
         "I1,C1,2025-01-02,2099-01-31,CNY,5,{}\n"),
        ("payments", "paid_on", "payment,invoice,customer,paid_on,amount,kind\n"
         "P1,I1,C1,{},5,payment\n"),
        ("facts", "collected_on", "customer,field,value,source,collected_on\n"
         "C1,revenue,5,credit,{}\n"),
    ],
)  # fmt: skip
def test_what_has_happened_has_no_day_after_today(
    tmp_path: Path, name: str, column: str, rows: str
) -> None:
    for written, problems in (("2025-06-30", []), ("2025-07-01", ["ahead"])):
        found = read_table(name, csv(tmp_path, rows.format(written)), today="2025-06-30")
        assert found.problems["code"].tolist() == problems
        assert found.set_aside["row"].tolist() == [2] * len(problems)
    assert found.problems["column"].tolist() == [column]
    assert "'2025-07-01' is later than today (2025-06-30)" in found.told()[0].en
    now = read_table(name, csv(tmp_path, rows.format("2199-01-01")))
    assert "later than today" in now.told()[0].en


def test_totals_and_notes_are_no_customers(tmp_path: Path) -> None:
    rows = ["客户编号,名称,行业", "C1,东海泵业,泵", "C2,南山,", "小 计,2家,", "C3,合计科技,",
            "T1,Total Energies,", "Total,Total Energies SE,energy", "合计,24家,", "总计：,,24",
            "Grand total,,24 customers", "注：本表含停用客户,,",
            "制表人：张三,审核：李四,"]  # fmt: skip
    aside = tmp_path / "aside.csv"
    found = read_table("customers", csv(tmp_path, "\n".join(rows)), aside=aside)
    assert found.frame["customer"].tolist() == ["C1", "C2", "C3", "T1", "Total"]
    assert found.problems[["row", "code"]].to_numpy().tolist() == [
        [4, "total_row"], [8, "total_row"], [9, "total_row"], [10, "total_row"],
        [11, "note_row"], [12, "note_row"],
    ]  # fmt: skip
    assert found.set_aside["row"].tolist() == [4, 8, 9, 10, 11, 12]
    assert "row 8: '合计' looks like a line of totals" in found.told()[1].en
    # Nor are they when what was set aside is read again.
    assert read_table("customers", aside).frame.empty


def test_a_total_is_told_once_and_not_cell_by_cell(tmp_path: Path) -> None:
    rows = ROW + "小计,,,,,100\n" + ROW.replace("I1", "I2") + "C1 Total,,,,,100\n合计,,,,CNY,200\n"
    rows += "备注：金额含税,,,,,\n总计,C1,2025-01-02,2025-02-01,CNY,abc\n"
    found = read_table("invoices", csv(tmp_path, HEAD + rows))
    assert found.frame["invoice"].tolist() == ["I1", "I2"]
    # The last has all that an invoice has, if not its amount.
    assert found.problems["code"].tolist() == [
        "total_row", "total_row", "total_row", "note_row", "not_number",
    ]  # fmt: skip
    # A column of numbers before the table's own makes no difference.
    numbered = "序号," + HEAD + "1," + ROW + ",合计,,,,,100\n"
    found = read_table("invoices", csv(tmp_path, numbered))
    assert found.problems["code"].tolist() == ["total_row"]


def test_rows_set_aside_can_be_mended_and_read_again(tmp_path: Path) -> None:
    path = csv(tmp_path, HEAD + ROW.replace("100", "1OO"))
    read_table("invoices", path, aside=tmp_path / "aside.csv")
    mended = tmp_path / "mended.csv"
    text = (tmp_path / "aside.csv").read_text("utf-8-sig")
    lines = text.splitlines()
    mended.write_text("\n".join([lines[0], lines[1].rsplit(",", 1)[0] + ",100"]), "utf-8")
    assert read_table("invoices", mended).frame["amount"].tolist() == [100.0]


def test_formulas_stay_text_and_do_not_run_in_what_is_written(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    frame = pd.DataFrame(
        {"customer": [evil, "C2"], "name_zh": ["甲", "=1+1"], "since": ["bad", "bad"]}
    )
    found = read_table("customers", frame, aside=tmp_path / "aside.csv")
    assert len(found.set_aside) == 2
    for line in (tmp_path / "aside.csv").read_text("utf-8-sig").splitlines()[1:]:
        assert ",=" not in line
        assert ',"=' not in line
    assert (
        read_table("customers", pd.DataFrame({"customer": ["'=1+1"]})).frame["customer"][0]
        == "=1+1"
    )
    kept = read_table("customers", pd.DataFrame({"customer": ["=1+1"]})).frame
    assert kept["customer"].tolist() == ["=1+1"]


def test_facts_are_written_in_one_way_by_their_field() -> None:
    named = ["年营业收入", "debt_ratio", "成立日期", "经营场所", "法定代表人", "revenue"]
    said = ["1.2亿", "55%", "2001年3月4日", "自有", "赵甲", "lots"]
    frame = pd.DataFrame({"客户": "C1", "数据项": named, "取值": said, "来源": "customer",
                          "采集日期": "2025-12-01"})  # fmt: skip
    found = read_table("facts", frame)
    assert found.frame[["field", "value"]].to_numpy().tolist() == [
        ["revenue", "120000000"], ["debt_ratio", "55"], ["established", "2001-03-04"],
        ["premises", "owned"], ["legal_representative", "赵甲"],
    ]  # fmt: skip
    assert found.problems[["row", "code"]].to_numpy().tolist() == [[7, "not_number"]]


def facts_of(said: list[tuple[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame({"客户": "C1", "数据项": [f for f, _ in said],
                         "取值": pd.Series([v for _, v in said], dtype=object),
                         "来源": "agency", "采集日期": "2025-12-01"})  # fmt: skip


def test_the_values_of_each_field_are_a_column_of_their_own() -> None:
    said = [("revenue", "1.234.567,50"), ("revenue", "12.500"), ("debt_ratio", "65.125"),
            ("debt_ratio", "48.5%"), ("capacity_use", "12.500%"), ("employees", "1.200"),
            ("leader_years", 12.125), ("revenue", "55%")]  # fmt: skip
    found = read_table("facts", facts_of(said))
    assert found.frame["value"].tolist() == ["1234567.5", "12500", "65.1250", "48.5", "12.5",
                                             "12.1250"]  # fmt: skip
    assert found.problems["code"].tolist() == ["unclear_point", "not_number"]
    again = read_table("facts", found.frame)
    assert again.frame["value"].tolist() == found.frame["value"].tolist()


def test_a_cell_of_a_workbook_that_shows_percent_is_read_as_it_shows(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["客户", "数据项", "取值", "来源", "采集日期"])
    said = [(0.65, "0%"), (0.07, "0.00%"), (0.12125, "0%"), (65, "General"), (65, '0"%"')]
    for row, (value, form) in enumerate(said, start=2):
        page.append(["C1", "资产负债率", value, "agency", "2025-12-01"])
        page.cell(row, 3).number_format = form
    book.save(tmp_path / "own.xlsx")
    found = read_table("facts", tmp_path / "own.xlsx")
    assert found.frame["value"].tolist() == ["65", "7", "12.1250", "65", "65"]


def test_none_is_nought_where_that_is_what_it_means_and_else_told() -> None:
    said = [("guarantees_given", "无"), ("overdue_with_others", "none"), ("court_record", "无"),
            ("controlling_shareholder", "无"), ("employees", "n/a"), ("revenue", "无"),
            ("guarantees_given", "—"), ("debt_ratio", "/"), ("established", "-")]  # fmt: skip
    found = read_table("facts", facts_of(said))
    assert found.frame["value"].fillna("?").tolist() == ["0", "0", "none", "无", "?"]
    assert found.problems[["row", "code"]].to_numpy().tolist() == [
        [row, "unclear_none"] for row in (7, 8, 9, 10)
    ]
    assert "write 0 for none" in found.told()[0].en


def test_a_whole_file_tells_how_its_columns_are_written(tmp_path: Path) -> None:
    rows = ["I1,C1,03/04/2025,04/05/2025,CNY,12.500", "I2,C1,03/04/2025,25/05/2025,EUR,400",
            'I3,C1,30/04/2025,03/05/2025,CNY,"1.234,50"']  # fmt: skip
    path = csv(tmp_path, HEAD + "\n".join(rows))
    whole = read_table("invoices", path)
    parts = [p.frame for p in read_pieces("invoices", path, rows=1)]
    for frame in (whole.frame, pd.concat(parts)):
        assert frame["amount"].tolist() == [12500, 400, 1234.5]
        assert frame["issued"].dt.strftime("%m%d").tolist() == ["0403", "0403", "0430"]
    apart = csv(tmp_path, HEAD + "\n".join(rows[:1]))
    assert set(read_table("invoices", apart).problems["code"]) == {"unclear_day", "unclear_point"}
    known = read_table("invoices", apart, decimal=",", day_first=False).frame
    assert (known["amount"][0], known["due"][0]) == (12500, pd.Timestamp("2025-04-05"))
    assert "not ';'" in error(lambda: read_table("invoices", apart, decimal=";"))  # type: ignore[arg-type]


def invoices_of(amounts: list[Any], currency: Any = "CNY") -> pd.DataFrame:
    return pd.DataFrame({"发票号": [f"I{n}" for n in range(len(amounts))], "客户": "C1",
                         "开票日": "2025-01-02", "到期日": "2025-02-01", "币种": currency,
                         "金额": amounts})  # fmt: skip


def payments_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    usual = {"customer": "C1", "paid_on": "2025-03-01", "amount": 5.0, "kind": "收款"}
    return pd.DataFrame([{"payment": f"P{n}", "invoice": "I1", **usual, **row}
                         for n, row in enumerate(rows)])  # fmt: skip


def test_a_sign_that_contradicts_the_currency_of_its_row_is_told() -> None:
    said = ["US$1,000.00", "€500", "¥5", "￥5", "RMB 5", "5 元", "100美元"]
    found = read_table("invoices", invoices_of(said))
    assert found.problems[["row", "column", "code"]].to_numpy().tolist() == [
        [row, "amount", "other_currency"] for row in (2, 3, 8)
    ]
    assert "names another currency" in found.told()[0].en
    told = read_table(
        "invoices", invoices_of(["$5", "$5", "HK$5", "5元"], ["USD", "HKD", "USD", "HKD"])
    )
    assert told.problems["row"].tolist() == [4]
    fact = read_table("facts", facts_of([("revenue", "€500万"), ("revenue", "500万元")]))
    assert fact.problems["code"].tolist() == ["other_currency"]


def test_currencies_are_known_by_their_names() -> None:
    names = ["RMB", "rmb", "人民币", "元", "US$", "美元", "eur", "港币", "sek", "$", "yuan"]
    found = read_table("invoices", invoices_of([5] * len(names), names))
    assert found.frame["currency"].tolist() == ["CNY"] * 4 + ["USD", "USD", "EUR", "HKD", "SEK"]
    assert "such as CNY or USD" in found.told()[0].en


def test_a_payment_may_name_its_currency_in_a_column_or_with_the_amount() -> None:
    rows: list[dict[str, Any]] = [
        {"币种": "美元"},
        {"币种": None, "amount": "€5"},
        {"币种": None},
        {"币种": "CNY", "amount": "€5"},
    ]
    found = read_table("payments", payments_of(rows))
    assert found.frame["currency"].fillna("").tolist() == ["USD", "EUR", ""]
    assert found.problems["code"].tolist() == ["other_currency"]
    signed = read_table("payments", payments_of([{"amount": "US$5"}]))
    assert signed.frame["currency"].tolist() == ["USD"]


def test_a_credit_note_may_be_below_zero_and_other_reversals_are_told_how_to_enter() -> None:
    rows = [{"kind": "贷项通知", "amount": "-500"}, {"amount": "-500"}]
    found = read_table("payments", payments_of(rows))
    assert found.frame[["kind", "amount"]].to_numpy().tolist() == [["credit_note", 500.0]]
    assert "For a credit note give that kind" in found.told()[0].en
    red = read_table("invoices", invoices_of([100, -10]))
    assert "as a credit note with a positive amount" in red.told()[0].en
    assert "贷项通知" in red.told()[0].zh


def test_what_the_rows_set_aside_come_to_is_told(tmp_path: Path) -> None:
    rows = ["I1,C1,2025-01-02,2025-02-01,CNY,100", "I2,C1,2025-01-02,2025-02-30,CNY,200.5",
            "I3,C1,2025-01-02,2025-02-01,EUR,-7", "I4,C1,2025-01-02,2025-02-01,yuan,3",
            "I5,C1,2025-01-02,2025-02-01,CNY,abc", "合计,,,,,403.5"]  # fmt: skip
    path = csv(tmp_path, HEAD + "\n".join(rows))
    found = read_table("invoices", path)
    assert (dict(found.money_aside), found.unread_aside) == ({"CNY": 200.5, "EUR": 7, "": 3}, 1)
    assert found.summary().en.endswith(
        "Amounts set aside: CNY 200.50, EUR 7.00, 3.00 in a currency not named, "
        "1 that cannot be read."
    )
    parts = list(read_pieces("invoices", path, rows=2))
    assert sum(p.money_aside.get("CNY", 0) for p in parts) == 200.5
    whole = read_table("invoices", csv(tmp_path, HEAD + ROW))
    assert whole.money_told() is None


def test_money_on_account_needs_its_currency_and_no_invoice() -> None:
    rows: list[dict[str, Any]] = [
        {"invoice": None, "currency": "RMB"},
        {"invoice": ""},
        {"invoice": None, "amount": "$5"},
    ]
    found = read_table("payments", payments_of(rows))
    assert found.frame["currency"].tolist() == ["CNY", "USD"]
    assert found.frame["invoice"].isna().all()
    assert "fill in the column 'currency'" in found.told()[0].en


def test_codes_may_be_in_words() -> None:
    kinds = ["收款", "Credit Note", "cash"]
    frame = pd.DataFrame({"payment": ["P1", "P2", "P3"], "invoice": "I1", "customer": "C1",
                          "paid_on": "2025-01-01", "amount": 5, "kind": kinds})  # fmt: skip
    found = read_table("payments", frame)
    assert found.frame["kind"].tolist() == ["payment", "credit_note"]
    assert "credit note" in found.told()[0].en


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("customer", ["客户自己提供", "客户", "客户 提供", "Supplied by the customer itself"]),
        ("business", ["销售", "销售人员", "业务部门", "本公司业务部门提供", "Sales"]),
        ("credit", ["信用管理部门", "信用部", "信用管理部门采集", "the credit department"]),
        ("agency", ["征信机构", "资信机构", "资信调查公司", "credit bureau"]),
        ("海关", ["海关"]),
    ],
)
def test_sources_may_be_in_the_words_that_people_use(source: str, words: list[str]) -> None:
    frame = pd.DataFrame({"客户": "C1", "数据项": "revenue", "取值": "9000000", "来源": words,
                          "采集日期": "2025-12-01"})  # fmt: skip
    found = read_table("facts", frame).frame
    assert set(found["source"]) == {source}
    kinds = review(found, "2025-12-31").findings["kind"]
    assert ("only_customer" in set(kinds)) == (source == "customer")


def test_no_word_stands_for_two_sources() -> None:
    words = [cells.even(word) for row in comparison().rows
             for word in {row.id, row.title.zh, row.title.en, *row.also}]  # fmt: skip
    assert len(words) == len(set(words))


def test_ids_are_one_id_whatever_their_width(tmp_path: Path) -> None:
    rest = ",2025-01-02,2025-02-01,CNY,5\n"
    rows = f"ＩＮＶ－１, Ｃ００１ {rest}INV-1,C001{rest}"
    found = read_table("invoices", csv(tmp_path, HEAD + rows))
    assert found.frame[["invoice", "customer"]].to_numpy().tolist() == [["INV-1", "C001"]]
    assert found.problems[["row", "code"]].to_numpy().tolist() == [[3, "twice"]]


def test_what_refers_to_a_row_that_is_not_there_is_told_row_by_row(tmp_path: Path) -> None:
    bills = "".join(
        f"{bill},{customer},2025-01-02,2025-02-01,CNY,{amount}\n"
        for bill, customer, amount in [("I1", "C1", 5), ("I2", "C1", "x"), ("I3", "00026", 5),
                                       ("I4", "００２６", 5), ("I5", "00026", 5)]
    )  # fmt: skip
    people = pd.DataFrame({"customer": ["C1", "C2"]})
    paid = pd.DataFrame({"payment": ["P1", "P2"], "invoice": ["I2", "I3"], "customer": "C1",
                         "paid_on": "2025-01-01", "amount": 5, "kind": "payment"})  # fmt: skip
    read = {
        "customers": read_table("customers", people),
        "invoices": read_table("invoices", csv(tmp_path, HEAD + bills)),
        "payments": read_table("payments", paid),
    }
    found = dangling(read)
    # An invoice that was set aside is not there either.
    assert found.frame.to_numpy().tolist() == [
        ["invoices", 4, "customer", "00026", "customers"],
        ["invoices", 5, "customer", "0026", "customers"],
        ["invoices", 6, "customer", "00026", "customers"],
        ["payments", 2, "invoice", "I2", "invoices"],
    ]
    assert found.counts()[["rows", "values"]].to_numpy().tolist() == [[3, 2], [1, 1]]
    assert "invoices, customer: 3 rows with 2 different values" in found.summary()[0].en
    assert (
        "invoices, row 4, customer: '00026' is not in the table of customers." in found.told()[0].en
    )
    assert len(found.told(1)) == 2
    # What is not given is not looked at.
    assert len(dangling({name: read[name] for name in ("customers", "payments")})) == 0
    assert "did you mean 'invoices'" in error(lambda: dangling({"invoice": people}))


def test_the_sample_fits_together() -> None:
    names = [name for name in tables() if name != "complaints"]
    assert len(dangling({name: sample(name) for name in names})) == 0


@pytest.mark.parametrize("name", [name for name in tables() if name != "complaints"])
def test_the_sample_is_read_as_it_is(name: str) -> None:
    found = read_table(name, sample_folder() / f"{name}.csv")
    assert found.problems.empty
    columns = [c for c in found.frame if c != "value"]
    own = [c.id for c in tables()[name].columns if c.own]
    columns = [c for c in columns if c not in own]
    expected: Any = sample(name).astype(found.frame.drop(columns=own).dtypes.to_dict())
    pd.testing.assert_frame_equal(found.frame[columns], expected[columns])
    if "value" in expected:
        # 98.0 and 98 are one number.
        assert (found.frame["value"] == expected["value"]).mean() > 0.8


def test_what_was_read_can_be_analysed_at_once(tmp_path: Path) -> None:
    bills = read_table("invoices", csv(tmp_path, HEAD + ROW)).frame
    paid = pd.DataFrame(
        {"收款号": [], "发票号": [], "客户": [], "收款日": [], "金额": [], "类别": []}
    )
    money = read_table("payments", paid).frame
    assert ageing(bills, money, "2025-12-31").loc["CNY", "over_90"] == 100.0


def test_pieces_find_what_repeats_across_them(tmp_path: Path) -> None:
    rows = [ROW.replace("I1", f"I{n % 7}") for n in range(10)]
    parts = list(read_pieces("invoices", csv(tmp_path, HEAD + "".join(rows)), rows=3))
    assert len(parts) == 4
    assert sum(len(p.frame) for p in parts) == 7
    twice = pd.concat([p.problems for p in parts])
    assert twice["row"].tolist() == [9, 10, 11]


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_no_row_is_ever_lost(data: Any) -> None:
    words = ["", "I1", "I2", "C1", "2025-01-02", "2025年1月2日", "03/04/2025", "CNY", "100", "1,5",
             "1.2万", "=1", "x", "－５", "\0"]  # fmt: skip
    cell = st.sampled_from(words)
    row = st.lists(cell, min_size=6, max_size=6)
    rows = data.draw(st.lists(row, max_size=8))
    names = ["invoice", "customer", "issued", "due", "currency", "amount"]
    frame = pd.DataFrame(rows, columns=names)
    found = read_table("invoices", frame)
    assert len(found.frame) + len(found.set_aside) == len(rows)
    assert set(found.problems["row"]) == set(found.set_aside["row"])
    assert len(found.told(3)) == min(len(found.problems), 3) + (len(found.problems) > 3)


WORDS = ["", "I1", "I2", "C1", "2025-01-02", "CNY", "100", "1,5", "=1+1", 'a "b"', "new\nline",
         "\0", "'", ";", "甲", " "]  # fmt: skip


@given(
    rows=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    separator=st.sampled_from([",", ";", "\t"]),
    size=st.integers(1, 4),
)
@settings(deadline=None, max_examples=30)
def test_no_row_of_a_ragged_file_is_lost(
    tmp_path_factory: Any, rows: list[list[str]], encoding: str, separator: str, size: int
) -> None:
    path = tmp_path_factory.mktemp("ragged") / "own.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv_module.writer(file, delimiter=separator)
        out.writerows([HEAD.strip().split(","), *rows])
    parts = list(read_pieces("invoices", path, rows=size))
    filled = [n for n, row in enumerate(rows, 2) if any(row)]
    aside = [n for part in parts for n in part.set_aside["row"]]
    assert sum(len(part.frame) for part in parts) + len(aside) == len(filled)
    assert set(aside) <= set(filled)
    found = read_table("invoices", path, aside=path.with_name("aside.csv"))
    assert found.set_aside["row"].tolist() == aside
    kept = pd.read_csv(path.with_name("aside.csv"), dtype=str) if aside else pd.DataFrame()
    assert len(kept) == len(aside)


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_damage_is_told_and_never_a_traceback(tmp_path_factory: Any, data: Any) -> None:
    kind = data.draw(st.sampled_from(["csv", "xlsx", "parquet"]))
    content = bytearray(_sound(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path = tmp_path_factory.mktemp("damage") / f"own.{kind}"
    path.write_bytes(bytes(content))
    try:
        found = read_table("payments", path)
    except ReadingError as told:
        assert told.text.zh
        assert told.text.en
    else:
        assert set(found.problems["row"]) == set(found.set_aside["row"])


@cache
def _sound(kind: str) -> bytes:
    frame: Any = sample("payments").head(30)
    out = BytesIO()
    if kind == "csv":
        return bytes(frame.to_csv(index=False).encode())
    frame.to_excel(out, index=False) if kind == "xlsx" else frame.to_parquet(out)
    return out.getvalue()


@given(pieces=st.lists(st.lists(st.integers(0, 30), max_size=9), max_size=9))
@settings(deadline=None)
def test_ids_seen_before_are_known_again(pieces: list[list[int]]) -> None:
    seen, known = Seen(), set[str]()
    for piece in pieces:
        ids = [f"I{n}" for n in piece]
        expected = [name in known or name in ids[:at] for at, name in enumerate(ids)]
        assert seen.again(pd.Series(ids, dtype=object)).tolist() == expected
        known.update(ids)


# Odd, yet sound


def test_a_file_is_what_it_holds_whatever_it_is_called(tmp_path: Path) -> None:
    frame = pd.DataFrame({name: ["I1"] for name in HEAD.strip().split(",")})
    frame = frame.assign(开票日期="2025-01-02", 到期日="2025-02-01", 币种="CNY", 金额=100)
    frame.to_excel(tmp_path / "own.xlsx", index=False)
    (tmp_path / "own.xlsx").rename(tmp_path / "own.csv")
    check_one(read_table("invoices", tmp_path / "own.csv"))


def test_any_other_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = csv(tmp_path, HEAD + ROW, "utf-16-le")
    check_one(read_table("invoices", path, encoding="utf-16-le"))
    assert "not in that encoding" in error(lambda: read_table("invoices", path, encoding="no"))


def test_commas_in_amounts_do_not_pass_for_separators(tmp_path: Path) -> None:
    text = HEAD.replace(",", ";") + "I1;C1;2025-01-02;2025-02-01;CNY;1,234,567,890,123.00\n"
    assert read_table("invoices", csv(tmp_path, text)).frame["amount"].tolist() == [1234567890123]


def test_a_workbook_with_a_wrong_extent_is_read_whole(tmp_path: Path) -> None:
    frame = pd.DataFrame({name: ["I1"] for name in HEAD.strip().split(",")})
    frame = frame.assign(开票日期="2025-01-02", 到期日="2025-02-01", 币种="CNY", 金额=100)
    frame.to_excel(tmp_path / "sound.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "sound.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'<dimension ref="A1:F2"' in parts[sheet]
    parts[sheet] = parts[sheet].replace(b'<dimension ref="A1:F2"', b'<dimension ref="A1"')
    with zipfile.ZipFile(tmp_path / "own.xlsx", "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    check_one(read_table("invoices", tmp_path / "own.xlsx"))


def test_frames_of_other_engines_and_odd_columns_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({name: ["I1"] for name in HEAD.strip().split(",")})
    frame = frame.assign(开票日期="2025-01-02", 到期日="2025-02-01", 币种="CNY", 金额=100)
    for engine in OTHERS[:-1]:
        check_one(read_table("invoices", ENGINES[engine](frame)))
    odd: Any = [b"CNY", ["CNY"], {"a": 1}, "\ud800", Decimal("1.5"), 10**400, pd.NaT]
    many = pd.concat([frame] * len(odd), ignore_index=True).assign(币种=odd)
    found = read_table("invoices", many)
    assert found.frame["currency"].tolist() == ["CNY"]
    assert len(found.set_aside) == len(odd) - 1


def test_columns_of_ones_own_are_kept_in_what_is_set_aside(tmp_path: Path) -> None:
    heads = HEAD.strip() + ",row,+86 tel,note,note\n"
    rows = ROW.strip() + ",7,1,a,b\n" + ROW.strip() + ",8,2,c,d,e,f\n"
    path = csv(tmp_path, heads + rows)
    found = read_table("invoices", path)
    check_one(replace(found, problems=found.problems[:0], set_aside=found.set_aside[:0]))
    aside = found.set_aside.iloc[0]
    assert [str(aside[c]) for c in ("note", "note (2)", "+86 tel", "+")] == ["c", "d", "2", "e,f"]
    assert list(found.set_aside.columns).count("row") == 1
    assert aside["row (2)"] == "8"
    # Read piece by piece, the first without cells beyond the headings.
    assert sum(len(p.set_aside) for p in read_pieces("invoices", path, rows=1)) == 1


# Encodings


@pytest.mark.parametrize(
    "names", [["Müller", "Jürgens"], ["Größe"], ["Café", "Société Générale", "€ 5"], ["Ñúñez"]]
)
def test_western_names_are_not_garbled_into_rare_characters(
    tmp_path: Path, names: list[str]
) -> None:
    rows = "".join(f"C{n},{name},x\n" for n, name in enumerate(names))
    path = csv(tmp_path, "customer,name,note\n" + rows, "cp1252")
    found = read_table("customers", path)
    assert found.frame["name_zh"].tolist() == names
    assert "read as Western European (cp1252)" in found.told()[0].en
    assert "encoding=" in found.told()[0].en
    assert read_table("customers", path, encoding="cp1252").notes == ()


def test_traditional_chinese_is_read_as_big5_and_said_so(tmp_path: Path) -> None:
    rows = ["客戶編號,名稱,行業\nC1,東海,泵\n", "customer,name,note\nC1,東海,臺灣分公司\n"]
    for text in rows:
        found = read_table("customers", csv(tmp_path, text, "big5"))
        assert found.frame["name_zh"].tolist() == ["東海"]
        assert "traditional Chinese (Big5)" in found.told()[0].en
    assert read_table("customers", csv(tmp_path, rows[0])).frame["name_zh"].tolist() == ["東海"]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROW,
        "customer,name\nC1,朱镕基\n",
        "customer,name\nC1,喆堃\nC2,A区\nC3,iPhone手机\n",
        "客户,名称\nC1,A股B\n",
    ],
)
def test_rare_characters_and_latin_letters_alone_make_no_other_encoding(
    tmp_path: Path, text: str
) -> None:
    path = csv(tmp_path, text, "gb18030")
    assert read_table("customers", path).notes == ()
    name = "invoices" if text.startswith("发票") else "customers"
    expected = read_table(name, csv(tmp_path, text))
    found = read_table(name, csv(tmp_path, text, "gb18030"))
    pd.testing.assert_frame_equal(found.frame, expected.frame)


def test_an_encoding_that_is_not_guessed_is_asked_for(tmp_path: Path) -> None:
    words = {"shift_jis": "東京エンジニアリングこんにちは株式会社", "cp1251": "Общество Иванова"}
    for encoding, name in words.items():
        text = "customer,name\n" + "".join(f"C{n},{name}\n" for n in range(4))
        path = csv(tmp_path, text, encoding)
        assert "encoding=" in error(lambda path=path: read_table("customers", path))
        found = read_table("customers", path, encoding=encoding)
        assert set(found.frame["name_zh"]) == {name}
    path = csv(tmp_path, "顧客,メモ\nC1,x\n", "euc_jp")
    assert "encoding=" in error(lambda: read_table("customers", path))


# Sheets and headings


def book(folder: Path, **sheets: list[list[Any]]) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "book.xlsx")
    return folder / "book.xlsx"


NOTES: list[list[Any]] = [["本表由财务部导出"], ["如有疑问请联系财务部"]]
PEOPLE: list[list[Any]] = [["客户编号", "名称"], ["C1", "东海"]]
BILL: list[list[Any]] = [HEAD.strip().split(","), ROW.strip().split(",")]


def test_the_one_sheet_that_fits_is_read_and_named(tmp_path: Path) -> None:
    path = book(tmp_path, 说明=NOTES, 客户=PEOPLE, 发票=BILL)
    found = read_table("customers", path)
    assert found.frame["customer"].tolist() == ["C1"]
    assert "'客户' has the headings that fit best" in found.told()[0].en
    found = read_table("invoices", path)
    check_one(found)
    assert "several sheets (说明, 客户, 发票); '发票'" in found.told()[0].en
    assert read_table("invoices", path, sheet="发票").notes == ()
    # The first that fits needs no word.
    assert read_table("customers", book(tmp_path, 客户=PEOPLE, 说明=NOTES)).notes == ()


def test_where_no_sheet_or_several_fit_they_are_named(tmp_path: Path) -> None:
    path = book(tmp_path, 说明=NOTES, 客户=PEOPLE)
    told = error(lambda: read_table("invoices", path))
    assert "has the sheets 说明, 客户" in told
    assert "sheet=" in told
    alike = book(tmp_path, **{"2024": BILL, "2025": BILL})
    assert 'fit: 2024, 2025. Name one, such as sheet="2024"' in error(
        lambda: read_table("invoices", alike)
    )
    check_one(read_table("invoices", alike, sheet="2025"))


def test_headings_below_a_title_are_found_and_their_row_is_named(tmp_path: Path) -> None:
    title: list[list[Any]] = [["发票明细"], ["金额单位：元", "客户：全部"], []]
    found = read_table("invoices", book(tmp_path, 发票=[*title, *BILL, ["I2"]]))
    assert found.frame["invoice"].tolist() == ["I1"]
    assert found.set_aside["row"].tolist() == [6]
    assert "headings of book.xlsx are in row 4" in found.told()[0].en
    # A row with more known words, and yet not all that are needed, is no row of headings.
    words = ["金额", "到期日", "争议日", "承诺日", "货币", "开票日", "客户", "发票金额", "价税合计"]
    found = read_table("invoices", book(tmp_path, 发票=[words, *BILL]))
    check_one(found)


# Hostile


@pytest.mark.parametrize("shape", ["wide", "one long row"])
def test_width_costs_no_more_memory_than_the_file(tmp_path: Path, shape: str) -> None:
    import tracemalloc

    wide = shape == "wide"
    heads = HEAD.strip() + "".join(f",x{n}" for n in range(3_000 if wide else 0)) + "\n"
    row = ROW.strip() + ("," * 3_000 if wide else "") + "\n"
    rows = [row.replace("I1", f"I{n}", 1) for n in range(1_000)]
    rows[7] = rows[7].strip() + "," * 200_000 + "x\n"
    path = csv(tmp_path, heads + "".join(rows))
    tracemalloc.start()
    total = sum(len(p.frame) for p in read_pieces("invoices", path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == len(rows) - 1
    assert peak < 120e6


def test_hostile_files_are_told_and_never_crash(tmp_path: Path) -> None:
    def read(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return error(lambda: read_table("invoices", path))

    assert "is empty" in read("a.csv", b"")
    assert "no row of headings" in read("b.csv", b"\n\n")
    assert "missing" in read("c.csv", b"\0\1\2\3")
    assert "neither UTF-8 nor GB 18030 near row 2" in read("d.csv", HEAD.encode() + b"\xff\xff,x\n")
    quote = HEAD.encode() + b'"I1,' + b"x" * (3 << 20)
    assert "a quote may not be closed" in read("e.csv", quote)
    assert "no sound Excel workbook" in read("f.xlsx", b"PK\3\4 and then nothing")
    assert "no sound Excel workbook" in read("g.xlsx", b"a,b\n1,2\n")
    assert "no sound Parquet file" in read("h.parquet", b"PAR1 nothing")
    assert "locked by a password" in read("i.xls", b"\xd0\xcf\x11\xe0")
    assert "locked by a password" in read("i.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1")
    assert "kind that is not read" in read("j.xls", b"<html><table>")
    assert "no such file" in error(lambda: read_table("invoices", tmp_path / "none.csv"))
    assert "no table 'invoice'" in error(lambda: read_table("invoice", tmp_path / "a.csv"))
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in error(lambda: read_table("invoices", tmp_path / "folder.csv"))
    assert "not int" in error(lambda: read_table("invoices", 5))
    assert "cannot be read" in error(lambda: read_table("invoices", "x" * 5000))


def test_a_workbook_that_unpacks_to_a_monster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    assert "was not read" in error(lambda: read_table("invoices", path))


def test_a_sheet_that_is_not_there_is_told_with_its_neighbour(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "own.xlsx", sheet_name="发票2025", index=False)
    told = error(lambda: read_table("invoices", tmp_path / "own.xlsx", sheet="发票2024"))
    assert "did you mean '发票2025'" in told


def test_a_file_with_headings_only_is_an_empty_table(tmp_path: Path) -> None:
    found = read_table("invoices", csv(tmp_path, HEAD))
    assert found.frame.empty
    assert found.frame["due"].dtype == "datetime64[us]"


def test_a_long_file_is_read_in_little_more_memory_than_its_pieces(tmp_path: Path) -> None:
    import tracemalloc

    start = date(2023, 1, 1)
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for n in range(40_000):
            day = start + timedelta(days=n % 1000)
            out.write(f"I{n},C{n % 300},{day},{day + timedelta(30)},CNY,{n}.50\n")
    tracemalloc.start()
    total = 0
    for part in read_pieces("invoices", path, rows=4_000):
        total += len(part.frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 40_000
    assert peak < 25e6


@pytest.mark.parametrize(
    ("written", "even"),
    [("1234567890.12", "1234567890.12"), ("12345678901.5", "12345678901.5"),
     ("1.1 亿", "110000000"), ("0.00001", "0.00001"), ("2e15", "2000000000000000")],
)  # fmt: skip
def test_amounts_are_evened_without_losing_a_digit(written: str, even: str) -> None:
    facts = pd.DataFrame({"field": ["revenue"], "value": [written]})
    assert even_values(facts).tolist() == [""]
    assert facts["value"].tolist() == [even]
