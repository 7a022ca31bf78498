"""A font with Chinese glyphs for matplotlib."""

from pathlib import Path

from creditkit.text import BilingualError, phrases

# Simplified Chinese faces of Linux, macOS and Windows, the best for screens first. Japanese faces
# of pan-Chinese families are left out: they draw some characters in another country's form.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "STHeiti",
    "Arial Unicode MS",
)


def installed_families() -> set[str]:
    """Names of all font families that matplotlib finds on this machine."""
    from matplotlib import font_manager

    return {font.name for font in font_manager.fontManager.ttflist}


def bundled_font() -> Path:
    """The file of Noto Sans SC (Open Font License) that comes with creditkit's packages.

    Raises:
        BilingualError: the font package is missing or incomplete.

    >>> bundled_font().suffix
    '.otf'
    """
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        raise BilingualError(phrases("installation")("font_package_missing")) from None
    path = Path(sans_path())
    if not path.is_file():
        raise BilingualError(phrases("installation")("font_package_missing"))
    return path


def chinese_font() -> str:
    """The family name of a font that can draw Chinese, known to matplotlib from now on.

    A font of the machine where there is one, else the bundled Noto Sans SC.

    Raises:
        BilingualError: there is neither.

    >>> isinstance(chinese_font(), str)
    True
    """
    from matplotlib import font_manager

    families = installed_families()
    for family in FAMILIES:
        if family in families:
            return family
    path = bundled_font()
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def use_chinese_font() -> str:
    """Let matplotlib draw Chinese, and minus signs that do not depend on the font.

    Returns the family used; what it lacks is drawn in DejaVu Sans.

    >>> import matplotlib
    >>> matplotlib.rcParams["font.family"] = ["sans-serif"]
    >>> family = use_chinese_font()
    >>> matplotlib.rcParams["font.family"] == [family, "DejaVu Sans"]
    True
    """
    import matplotlib

    family = chinese_font()
    matplotlib.rcParams["font.family"] = [family, "DejaVu Sans"]
    matplotlib.rcParams["axes.unicode_minus"] = False
    # What data say is text: a sign for money in a name is no formula.
    matplotlib.rcParams["text.parse_math"] = False
    return family
