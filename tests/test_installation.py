"""`creditkit check` names each fault of an installation, and what to do about it."""

import errno
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from creditkit import fonts, installation
from creditkit.cli import main
from creditkit.installation import Finding
from creditkit.text import BilingualError, plain, set_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


def only(findings: Iterator[Finding], state: str) -> str:
    (finding,) = findings
    assert finding.state == state, finding
    assert (finding.remedy is None) is (state == "ok")
    return " ".join(installation.lines(finding))


def raising(error: BaseException) -> Callable[..., Any]:
    def call(*args: object, **options: object) -> None:
        raise error

    return call


def test_this_installation_is_in_order() -> None:
    findings = list(installation.examine())
    assert not [f for f in findings if f.state == "fail"]
    # One finding a check, unless a fault was found.
    assert len(findings) == len(installation.CHECKS)


@pytest.mark.parametrize(("lang", "said"), [("zh", "版本过低"), ("en", "is too old")])
def test_old_python(lang: str, said: str) -> None:
    set_language(lang)
    assert said in only(installation.python_version((3, 9, 18)), "fail")


def test_missing_old_and_broken_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = {"no-such-package": "1.0", "pandas": "999.0", "broken-package": "1.0"}
    (tmp_path / "broken_package.py").write_text("raise OSError('DLL load failed')", "utf-8")
    folder = tmp_path / "broken_package-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-package\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installation, "requirements", lambda: wanted)
    missing, old, broken = installation.packages()
    assert "no-such-package: not installed" in installation.lines(missing)[0]
    assert "999.0 or newer is needed" in installation.lines(old)[0]
    assert "DLL load failed" in installation.lines(broken)[0]
    assert all("pip install" in installation.lines(f)[1] for f in (missing, old, broken))


def test_creditkit_itself_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", raising(metadata.PackageNotFoundError("creditkit")))
    assert "creditkit itself is not installed" in only(installation.packages(), "fail")


def test_every_runtime_package_is_examined() -> None:
    assert {"jupyterlab", "ipywidgets", "pandas", "matplotlib"} <= set(installation.requirements())


@pytest.fixture
def no_installed_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed_families", lambda: {"DejaVu Sans"})


def draw_chinese() -> str:
    """The font used; any warning of a missing glyph is an error."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        family = fonts.use_chinese_font()
        figure = Figure()
        axes = figure.subplots()
        axes.set_title("客户拒绝提交信用申请表：初步判断 “−1” → ¥")
        axes.plot([-2, 1])
        figure.savefig(BytesIO())
    return family


def test_chinese_is_drawn_with_the_fonts_of_this_machine() -> None:
    assert draw_chinese()


@pytest.mark.usefixtures("no_installed_font")
def test_chinese_is_drawn_where_no_chinese_font_is_installed() -> None:
    assert draw_chinese() == "Noto Sans SC"


def test_without_it_matplotlib_would_complain() -> None:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"font.family": ["DejaVu Sans"]}):
        figure = Figure()
        figure.text(0, 0, "客户")
        with pytest.warns(UserWarning, match="Glyph"):
            figure.savefig(BytesIO())


def test_an_installed_font_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    families = {"SimHei", "Microsoft YaHei", "Arial"}
    monkeypatch.setattr(fonts, "installed_families", lambda: families)
    assert fonts.chinese_font() == "Microsoft YaHei"


@pytest.mark.usefixtures("no_installed_font")
def test_no_font_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    assert "would show as boxes" in only(installation.chinese_font(), "fail")
    with pytest.raises(BilingualError, match="No Chinese font"):
        fonts.use_chinese_font()


def test_case_folder_is_tried_and_left_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cases"
    assert "can be written to" in only(installation.case_folder(folder), "ok")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "case.jsonl").write_text("{}", "utf-8")
    only(installation.case_folder(tmp_path), "ok")
    assert [p.name for p in tmp_path.iterdir()] == ["case.jsonl"]


def test_case_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("", "utf-8")
    said = only(installation.case_folder(tmp_path / "cases"), "fail")
    assert "CREDITKIT_HOME" in said


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_full_or_read_only_disk(code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "fsync", raising(OSError(code, os.strerror(code))))
    said = only(installation.case_folder(tmp_path / "cases"), "fail")
    assert os.strerror(code) in said
    assert list(tmp_path.iterdir()) == []


def test_little_free_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=3_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "only 3 MB left" in only(installation.case_folder(tmp_path), "warning")


def test_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", raising(NoSuchKernel("python3")))
    assert "no kernel named python3" in only(installation.kernel(), "fail")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"sum": "2", "prefix": "'/other'"}, "another Python"),
        ({"sum": "3", "prefix": repr(sys.prefix)}, "1+1 = 3"),
    ],
)
def test_a_kernel_that_is_not_ours(
    answer: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_ask_kernel", lambda expressions: answer)
    assert said in only(installation.kernel(), "fail")


def test_a_silent_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_ask_kernel", raising(TimeoutError("60 s")))
    assert "firewall" in only(installation.kernel(), "fail")


def test_no_widgets_and_no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from jupyter_core import paths

    monkeypatch.setattr(paths, "jupyter_path", lambda *names: [str(tmp_path)])
    assert "jupyterlab_widgets" in only(installation.widgets(), "fail")
    monkeypatch.setenv("JUPYTERLAB_DIR", str(tmp_path))
    assert "asks about news" in only(installation.lab_settings(), "warning")


def test_faulty_content(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\nsteps: [a\n", "utf-8")
    said = only(installation.content(tmp_path), "fail")
    assert "bad.yaml:" in said
    assert "check-content" in said


def test_a_check_that_breaks_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installation, "CHECKS", [raising(RuntimeError("first\nsecond"))])
    assert main(["check", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "RuntimeError: first\n" in said
    assert "To be put right: 1." in said


def test_a_warning_does_not_fail_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = Finding(plain("disk"), "warning", plain("low"), plain("tidy"))
    monkeypatch.setattr(installation, "CHECKS", [lambda: iter([note])])
    assert main(["check", "--lang", "en"]) == 0
    assert "! warning  disk: low\n  What to do: tidy\nIt will work" in capsys.readouterr().out
