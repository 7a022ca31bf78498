"""The report of a folder: what it holds, what it says is missing, what it never lets through."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from creditkit import set_language
from creditkit.analysis.sample import sample, sample_folder
from creditkit.analysis.warnings import warning_signs
from creditkit.cli import main
from creditkit.content.library import tables
from creditkit.reporting.build import DEFINED, PARTS, Report, report
from creditkit.reporting.folder import ReportError, read_folder, say
from creditkit.reporting.sources import thresholds
from creditkit.text import language

TRADE = ("invoices", "payments")
FEW = [f"C{n:05}" for n in range(1, 41)]
# What HTML may hold here; nothing that runs, loads or leads out of the page.
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer", "section",
    "h1", "h2", "h3", "p", "ul", "ol", "li", "a", "div", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "figure", "figcaption", "img", "dl", "dt", "dd", "br",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "</td></table><iframe src='https://example.com'>", "=HYPERLINK(\"https://example.com\")",
    "\u202eevil\u0007\u0000", "$\\frac{{$ {{7*7}}", "&lt;b&gt;", "x" * 5000, "<!--", "]]>",
]  # fmt: skip


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def keep(folder: Path, *names: str, few: bool = True) -> Path:
    """A folder with some tables of the sample, of its first customers only."""
    folder.mkdir(exist_ok=True)
    for name in names:
        if name in ("complaints", "refusals") or not few:
            shutil.copy(sample_folder() / f"{name}.csv", folder)
        else:
            frame = sample(name)
            frame[frame["customer"].isin(FEW)].to_csv(folder / f"{name}.csv", index=False)
    return folder


def sealed(html: str) -> Page:
    """Check that a page holds all it needs and runs nothing; returns what it is made of."""
    page = Page(html)
    assert set(page.tags) <= TAGS
    for name, value in page.attributes:
        assert not name.startswith("on")
        if name in ("src", "href"):
            assert value.startswith(("data:image/png;base64,", "#")), value[:80]
    assert "@import" not in html
    assert "url(" not in html
    return page


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """Reports of the same folder in both languages."""
    folder = keep(tmp_path_factory.mktemp("all") / "own", *tables())
    return {lang: report(folder, lang=lang) for lang in ("zh", "en")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_parts_are_there_in_one_sealed_page(whole: dict[str, Report], lang: str) -> None:
    made = whole[lang]
    page = sealed(made.html)
    ids = [value for name, value in page.attributes if name == "id"]
    assert ids == ["summary", *PARTS, "data", "definitions"]
    assert page.tags.count("img") >= 15
    alts = [value for name, value in page.attributes if name == "alt"]
    assert len(alts) == page.tags.count("img")
    assert all(len(alt) > 10 for alt in alts)
    # The refusals kept here are of all customers, and the customers are the first ones only.
    (problem,) = made.problems
    assert "73" in problem
    assert len(made.headlines) >= 6
    assert made.as_of.isoformat() == "2025-12-31"


def test_each_language_is_spoken_alone(whole: dict[str, Report]) -> None:
    assert re.findall("[\u4e00-\u9fff]{4,}", Page(whole["en"].html).text) == []
    chinese = Page(whole["zh"].html).text
    assert "账龄" in chinese
    assert "days sales" not in chinese
    assert "None" not in chinese
    assert "nan" not in chinese.lower().split()


def test_the_headlines_have_the_punctuation_of_their_language(whole: dict[str, Report]) -> None:
    for shown in (repr(whole["zh"]), whole["zh"]._repr_html_()):
        assert re.findall("[\u4e00-\u9fff>] ?[(:;]", shown) == []
    assert "：<strong>" in whole["zh"]._repr_html_()
    assert ": <strong>" in whole["en"]._repr_html_()


def test_what_figures_mean_is_told_in_full(whole: dict[str, Report]) -> None:
    for lang, made in whole.items():
        text = Page(made.html).text
        for key in (key for terms in DEFINED.values() for key in terms):
            meaning = str(say(f"means_{key}", thresholds=thresholds()).in_(lang))
            assert meaning in text, key


def test_thresholds_say_which_side_of_them_earns_the_grade() -> None:
    assert "a slant of at most 3% is “strong”" in thresholds().en
    assert "93% or more is “strong”" in thresholds().en
    assert "偏向不超过 3% 为“强”" in thresholds().zh


def test_the_language_on_screen_stays_what_it_was(tmp_path: Path) -> None:
    set_language("en")
    report(keep(tmp_path / "own", "refusals"), lang="zh")
    assert language() == "en"


def test_the_same_folder_gives_the_same_page(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "complaints", "refusals")
    assert report(folder, lang="en").html == report(folder, lang="en").html


def test_figures_in_the_page_are_those_of_the_analysis(tmp_path: Path) -> None:
    from creditkit.analysis.ageing import ageing

    page = Page(report(keep(tmp_path / "own", "invoices", "payments"), lang="en").html)
    invoices, payments = (
        sample(n)[sample(n)["customer"].isin(FEW)] for n in ("invoices", "payments")
    )
    aged = ageing(invoices, payments, "2025-12-31")
    for owed in aged["owed"]:
        assert f"{owed:,.0f}" in page.text


def test_names_are_masked_unless_asked_for(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "customers", "facts", "invoices", "payments")
    parts = ["receivables", "files", "reconciliation"]
    firms = sample("customers").head(40)
    people = sample("facts").query("field in ('legal_representative', 'controlling_shareholder')")
    names = {str(n) for n in [*firms["name_zh"], *firms["name_en"], *people["value"].dropna()]}
    masked = report(folder, lang="zh", parts=parts).html
    assert [name for name in names if len(name) > 1 and name in masked] == []
    open_ = report(folder, lang="zh", parts=["files"], names=True).html
    assert any(name in open_ for name in firms["name_zh"])


def test_hostile_cells_are_only_text(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "customers", "facts", "invoices", "payments")
    rng = np.random.default_rng(3)

    def spoil(name: str, columns: list[str], share: float) -> None:
        frame: Any = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in columns:
            at = rng.random(len(frame)) < share
            frame.loc[at, column] = rng.choice(np.array(HOSTILE, dtype=object), at.sum())
        frame.to_csv(folder / f"{name}.csv", index=False)

    spoil("customers", ["name_zh", "name_en", "industry"], 1.0)
    spoil("facts", ["value", "source", "collector"], 0.02)
    spoil("facts", ["field", "collected_on"], 0.002)
    spoil("invoices", ["amount", "currency"], 0.002)
    invoices: Any = pd.read_csv(folder / "invoices.csv", dtype=str, keep_default_na=False)
    payments: Any = pd.read_csv(folder / "payments.csv", dtype=str, keep_default_na=False)
    new = {old: f"{old}{bad}" for old, bad in zip(FEW, HOSTILE * 4, strict=False)}
    for name, frame in (("invoices", invoices), ("payments", payments)):
        frame["customer"] = frame["customer"].map(lambda c: new.get(c, c))
        frame.to_csv(folder / f"{name}.csv", index=False)
    made = report(folder, lang="en", names=True, parts=["receivables", "files", "sources",
                                                       "reconciliation"])  # fmt: skip
    page = sealed(made.html)
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in made.html
    assert "\x07" not in made.html
    assert "x" * 1000 not in page.text
    assert any("invoices.csv" in problem for problem in made.problems)


def test_a_folder_of_invoices_alone_says_what_it_takes_for_granted(tmp_path: Path) -> None:
    made = report(keep(tmp_path / "own", "invoices"), lang="en")
    page = sealed(made.html)
    assert "every invoice counts as unpaid in full" in page.text
    assert "Roll" not in page.text
    assert "These tables are not there: customers, facts" in page.text
    assert len(made.problems) == len(PARTS) - 1


def test_customers_with_warning_signs_in_several_currencies_are_counted_once(
    tmp_path: Path,
) -> None:
    folder = keep(tmp_path / "own", "invoices", "payments")
    invoices, payments = (pd.read_csv(folder / f"{n}.csv", dtype=str) for n in TRADE)
    for name, frame in zip(TRADE, (invoices, payments), strict=True):
        numbered = [column for column in ("invoice", "payment") if column in frame]
        both = [frame.assign(**{c: frame[c] + end for c in numbered}) for end in ("-A", "-B")]
        if name == "invoices":
            both = [rows.assign(currency=c) for rows, c in zip(both, ("EUR", "USD"), strict=True)]
        pd.concat(both).to_csv(folder / f"{name}.csv", index=False)
    found = read_folder(folder).frames
    signs: Any = warning_signs(found["invoices"], found["payments"], "2025-12-31")
    made = report(folder, lang="en", as_of="2025-12-31", parts=["receivables"])
    count = signs["customer"].nunique()
    assert len(signs.drop_duplicates(["customer", "currency"])) == 2 * count
    assert f"{count} customers show warning signs" in Page(made.html).text
    assert f"{count} customers show signs" in made.html


def test_a_folder_of_facts_alone_is_held_against_what_is_believed(tmp_path: Path) -> None:
    made = report(keep(tmp_path / "own", "facts"), lang="en", parts=["files", "sources",
                                                                    "receivables"])  # fmt: skip
    page = sealed(made.html)
    assert "The truth is not known" in page.text
    what, _, remark = made.headlines[1]
    assert what.startswith("Closest to what is believed: ")
    assert "agree with the reconciled values, which does not make them right" in remark
    assert "are right; lowest" not in page.text
    assert made.problems == ("“Receivables” is left out: it needs invoices that can be used.",)


def test_sources_that_are_right_alike_are_not_ranked(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "facts")
    facts = pd.read_csv(folder / "facts.csv", dtype=str)
    # One word each on fields of their own: nobody contradicts anybody.
    facts = facts.drop_duplicates(["customer", "field"])
    facts.to_csv(folder / "facts.csv", index=False)
    made = report(folder, lang="en", parts=["sources"])
    assert made.headlines == (
        ("Facts of the sources that agree with what is believed", "100%",
         "the sources are alike, none ranks above another"),
    )  # fmt: skip


def test_facts_without_costs_make_no_plan(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "facts")
    facts = pd.read_csv(folder / "facts.csv", dtype=str).drop(columns="cost")
    facts.to_csv(folder / "facts.csv", index=False)
    made = report(folder, lang="en", parts=["sources", "plan"])
    assert "Sourcing plan" in " ".join(made.problems)
    assert "not measured" in " ".join(re.findall(r"alt='([^']*)'", made.html)) or "–" in made.html


def test_own_headings_file_names_and_sources_in_chinese_are_understood(tmp_path: Path) -> None:
    folder = tmp_path / "应收"
    folder.mkdir()
    told: dict[str, pd.DataFrame] = {}
    for name in ("facts", "complaints"):
        raw = pd.read_csv(sample_folder() / f"{name}.csv", dtype=str, keep_default_na=False)
        heads = {column.id: column.title.zh for column in tables()[name].columns}
        told[name] = raw.head(4000).rename(columns=heads)
    told["facts"]["来源"] = told["facts"]["来源"].map(
        {"customer": "客户自己", "business": "业务部门", "credit": "信用部门", "agency": "征信机构"}
    )
    told["facts"].to_excel(folder / "事实表.xlsx", index=False)
    channels = tables()["complaints"].column("channel").options
    told["complaints"]["渠道"] = told["complaints"]["渠道"].map(
        {option.id: option.title.zh for option in channels}
    )
    told["complaints"].to_csv(folder / "投诉登记簿.csv", index=False, encoding="gb18030")
    (folder / "说明.csv").write_text("无关的文件\n", "utf-8")
    found = read_folder(folder)
    assert set(found.frame("facts")["source"]) == {"customer", "business", "credit", "agency"}  # type: ignore[index]
    assert found.register is not None
    assert len(found.register) == 300
    assert found.ignored == ("说明.csv",)


def test_damaged_files_are_told_and_the_rest_is_reported(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "refusals", "complaints")
    (folder / "invoices.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "facts.parquet").write_bytes(b"PAR1 broken")
    (folder / "payments.csv").write_bytes(b"")
    (folder / "customers.csv").write_text("something,else\n1,2\n", "utf-8")
    complaints = (folder / "complaints.csv").read_text("utf-8")
    (folder / "complaints.csv").write_text(complaints.replace("sales", "nobody", 1), "utf-8")
    made = report(folder, lang="en")
    page = sealed(made.html)
    told = page.text
    for file in ("invoices.xlsx", "facts.parquet", "payments.csv", "customers.csv",
                 "complaints.csv"):  # fmt: skip
        assert f"Problems of {file}" in told
    assert "Refusals of the application form" in told
    assert "Receivables” is left out" in told


def test_rows_with_problems_are_set_aside_and_counted(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "invoices", "payments")
    raw = pd.read_csv(folder / "invoices.csv", dtype=str, keep_default_na=False)
    raw.loc[:4, "amount"] = "a lot"
    raw.to_csv(folder / "invoices.csv", index=False)
    made = report(folder, lang="en")
    assert "invoices.csv: 5 problems, 5 rows set aside" in made.problems
    assert "a lot" in made.html
    assert "invoices.csv: Amounts set aside: 5 that cannot be read." in made.html


def test_one_mistyped_year_does_not_move_the_report(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "invoices", "payments", "complaints")
    last = read_folder(folder).last
    with (folder / "invoices.csv").open("a", encoding="utf-8") as file:
        file.write("X1,C00001,2199-01-01,2199-02-01,CNY,100,,,\n")
    raw = pd.read_csv(folder / "complaints.csv", dtype=str, keep_default_na=False)
    raw.loc[0, ["received", "opinion_at", "told_at", "closed_at"]] = "2199-01-01 10:00"
    raw.to_csv(folder / "complaints.csv", index=False)
    found = read_folder(folder)
    assert found.last == last
    assert "2199-01-01" not in set(found.frames["invoices"]["issued"].astype(str))
    told = {read.file: [text.en for text in read.problems] for read in found.read}
    assert ["later than today" in text for text in told["invoices.csv"]] == [True]
    assert told["complaints.csv"][0].startswith("row 2, Received: '2199-01-01' is later than today")
    made = report(folder, lang="en", parts=["receivables"])
    assert f"as of {last:%Y-%m-%d}" in made.title
    assert "invoices.csv: 1 problems, 1 rows set aside" in made.problems


def test_the_day_of_the_report_depends_on_today_only_for_what_lies_ahead(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "invoices")
    assert read_folder(folder, today="2025-06-30").last == pd.Timestamp("2025-06-30")
    assert read_folder(folder, today="2030-01-01").last == read_folder(folder).last


def test_invoices_of_unknown_customers_are_told(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "customers", "invoices")
    with (folder / "invoices.csv").open("a", encoding="utf-8") as file:
        file.write("X1,00026,2025-01-01,2025-02-01,CNY,100,,,\n")
    made = report(folder, lang="en", parts=["receivables"])
    told = "invoices, customer: 1 rows with 1 different values"
    assert [told in problem for problem in made.problems].count(True) == 1
    assert "customer: '00026' is not in the table of customers" in Page(made.html).text


def test_totals_and_notes_below_a_table_are_not_counted(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "customers", "facts", "complaints")
    ends = {
        "customers": "合计,40家,,,,,,\n制表人：张三,,,,,,,\n",
        "complaints": "合计,300" + "," * 14 + "\n",
    }
    for name, end in ends.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(end)
    found = read_folder(folder)
    assert len(found.frames["customers"]) == 40
    assert found.register is not None
    assert len(found.register) == 300
    made = report(folder, lang="en", parts=["files"])
    assert "of 40," in made.headlines[0][2]
    assert "customers.csv: 2 problems, 2 rows set aside" in made.problems
    assert "complaints.csv: 1 problems, 1 rows set aside" in made.problems
    assert "'制表人' looks like a note" in Page(made.html).text
    assert "张三" not in made.html


def test_how_a_file_was_read_is_told_where_it_was_guessed(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "refusals")
    (folder / "customers.csv").write_bytes("customer,name\nC1,Müller\n".encode("cp1252"))
    made = report(folder, lang="en")
    page = Page(made.html).text
    assert "customers.csv was read as Western European (cp1252)" in page
    assert "Problems of customers.csv" not in page
    assert not [problem for problem in made.problems if "customers.csv" in problem]


def test_a_number_that_strayed_into_a_row_is_masked(tmp_path: Path) -> None:
    folder = keep(tmp_path / "own", "refusals")
    with (folder / "refusals.csv").open("a", encoding="utf-8") as file:
        file.write("R-9,C00001,2025-01-01,clerk,no_time,no_value,B,open,138-0013-8000\n")
    page = Page(report(folder, lang="en").html)
    assert "8000" not in page.text
    assert "****" in page.text


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda folder: report(folder / "none"), "no such folder"),
        (lambda folder: report(folder), "no table in"),
        (lambda folder: report(parts=["receivable"]), "did you mean 'receivables'"),
    ],
)
def test_what_cannot_be_reported_is_told(tmp_path: Path, make: Any, word: str) -> None:
    with pytest.raises(ReportError) as error:
        make(tmp_path)
    assert word in error.value.text.en
    assert error.value.text.zh


def test_customers_alone_give_no_day(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="name the day"):
        report(keep(tmp_path / "own", "customers"))
    made = report(tmp_path / "own", lang="en", as_of="2025-06-30")
    assert "allow no figure" in Page(made.html).text


def test_the_command_writes_the_page_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = keep(tmp_path / "own", "refusals")
    target = tmp_path / "out" / "board.html"
    code = main(["report", str(folder), "--lang", "en", "--as-of", "2025-06-30", "--out",
                 str(target)])  # fmt: skip
    assert code == 0
    told = capsys.readouterr().out
    assert "Credit report as of 2025-06-30" in told
    assert str(target) in told
    sealed(target.read_text("utf-8"))
    assert main(["report", str(tmp_path / "none"), "--lang", "en"]) == 1
    assert main(["report", str(folder), "--lang", "en", "--as-of", "soon"]) == 1
    assert "is not a day" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    made = report(keep(tmp_path / "own", "refusals"), lang="en")
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder", "utf-8")
    with pytest.raises(ReportError, match="Name another place"):
        made.save(blocked / "report.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["blocked", "own"]
