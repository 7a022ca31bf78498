"""The documentation builds without a warning, is whole, and loads nothing from outside."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import creditkit
from creditkit.cli import COMMANDS
from creditkit.content.library import glossary, refs

ROOT = Path(__file__).parents[1]
LOADED = re.compile(r"""<(?:script|img|iframe|source)\b[^>]*?\bsrc="([^"]+)"|<link\b[^>]*>""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy so that a build of one's own is not disturbed."""
    folder = tmp_path_factory.mktemp("docs")
    for part in ("docs", "notebooks"):
        ignore = shutil.ignore_patterns("generated", "notebooks", ".ipynb_checkpoints")
        shutil.copytree(ROOT / part, folder / part, ignore=ignore)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    run = subprocess.run(
        [*command, str(folder / "docs"), str(folder / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder / "site"


def pages(site: Path) -> dict[Path, str]:
    found = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert len(found) > 15
    return found


def test_every_public_name_is_described(site: Path) -> None:
    text = (site / "generated" / "names.html").read_text("utf-8")
    assert [n for n in creditkit.__all__ if f'id="creditkit.{n}"' not in text] == []


def test_every_command_is_described_in_both_languages(site: Path) -> None:
    text = (site / "generated" / "commands.html").read_text("utf-8")
    for module in COMMANDS:
        assert text.count(f"creditkit {module.NAME}") >= 3, module.NAME


def test_every_term_and_every_fact_is_listed(site: Path) -> None:
    terms = (site / "generated" / "glossary.html").read_text("utf-8")
    assert [t for t in glossary()["zh"] if t not in terms] == []
    facts = (site / "generated" / "facts.html").read_text("utf-8")
    assert [r for r in refs() if f"<td><p>{r}</p></td>" not in facts] == []


def test_every_notebook_is_a_page(site: Path) -> None:
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            name = path.relative_to(ROOT).with_suffix(".html")
            assert (site / name).is_file(), name


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    texts = pages(site)
    ids = {path.resolve(): set(re.findall(r'\bid="([^"]+)"', t)) for path, t in texts.items()}
    broken = []
    for path, text in texts.items():
        for link in re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', text):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            part = unquote(parts.fragment)
            if not target.is_file() or (part and part not in ids.get(target, {part})):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_pages_load_nothing_from_outside(site: Path) -> None:
    outside = []
    for path, text in pages(site).items():
        for match in LOADED.finditer(text):
            if re.search(r'(?:src|href)="(?:https?:)?//', match[0]):
                outside.append(f"{path.relative_to(site)}: {match[0][:120]}")
    for path in site.rglob("*.css"):
        if re.search(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", path.read_text("utf-8")):
            outside.append(str(path.relative_to(site)))
    assert outside == []


def test_formulas_are_drawn_by_the_browser_itself(site: Path) -> None:
    texts = {path.name: text for path, text in pages(site).items()}
    for name in ("scoring.html", "figures.html", "class_figures.html"):
        article = re.sub(r"<math\b.*?</math>", "", texts[name], flags=re.S)
        assert texts[name].count("<math") > 10, name
        assert not re.search(r"\$\$|\\frac|\{\{", article), name
    assert [
        name for name, text in texts.items() if re.search("<script[^>]*mathjax", text, re.I)
    ] == []


def test_every_picture_is_made_by_a_test_small_and_shown_in_both_languages() -> None:
    words = re.search(
        r"^PICTURES := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M
    )
    assert words
    names = {w.partition(":")[0] for w in words[1].replace("\\", " ").split()}
    kept = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert set(kept) == {f"{name}.{lang}.png" for name in names for lang in ("zh", "en")}
    assert max(kept.values()) < 250_000
    texts = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    for lang, alt in (("zh", "[\u4e00-\u9fff]"), ("en", "[a-z]{3}")):
        shown = re.findall(rf"!\[([^\]]*)\]\(pictures/([\w-]+)\.{lang}\.png\)", texts)
        assert {name for _, name in shown} == names
        assert all(re.search(alt, told) for told, _ in shown)
