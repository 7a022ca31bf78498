"""Bilingual text and the current language.

Everything a reader sees is a `Text`: one meaning, written in Chinese and in English. It is turned
into a string at the last moment, in the current language, so a view that is drawn again after
`set_language` shows the other language.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# Not taken from the locale: stored notebook outputs must be the same on every machine.
DEFAULT_LANGUAGE: Language = "zh"

_current: Language | None = None
_watchers: list[Callable[[Language], object]] = []


def _known(lang: str, origin: str) -> Language:
    if lang in LANGUAGES:
        return lang
    raise ValueError(f"{origin}: '{lang}' is not a language here; use 'zh' or 'en'.")


def language() -> Language:
    """The current language: what `set_language` chose, else `CREDITKIT_LANG`, else Chinese.

    Raises:
        ValueError: `CREDITKIT_LANG` names a language other than `zh` and `en`.

    >>> set_language("en"); language()
    'en'
    """
    if _current is not None:
        return _current
    return _known(os.environ.get("CREDITKIT_LANG") or DEFAULT_LANGUAGE, "CREDITKIT_LANG")


def set_language(lang: str | None) -> None:
    """Make `lang` ('zh' or 'en') the current language and tell every view on screen.

    `None` goes back to `CREDITKIT_LANG`.

    Raises:
        ValueError: `lang` is another language.

    >>> set_language("fr")
    Traceback (most recent call last):
    ...
    ValueError: set_language: 'fr' is not a language here; use 'zh' or 'en'.
    """
    global _current
    _current = None if lang is None else _known(lang, "set_language")
    for watcher in list(_watchers):
        watcher(language())


@contextmanager
def speaking(lang: str | None) -> Iterator[Language]:
    """Use `lang` for a while, such as for one document; what is on screen stays as it is.

    `None` is the current language.

    Raises:
        ValueError: `lang` is another language.

    >>> set_language("en")
    >>> with speaking("zh"):
    ...     str(Text("客户", "customer"))
    '客户'
    >>> language()
    'en'
    """
    global _current
    before = _current
    if lang is not None:
        _current = _known(lang, "speaking")
    try:
        yield language()
    finally:
        _current = before


def on_language_change(watcher: Callable[[Language], object]) -> Callable[[], None]:
    """Call `watcher(language)` after every change of language; returns a function that stops it.

    >>> seen = []
    >>> stop = on_language_change(seen.append)
    >>> set_language("zh"); set_language("en"); stop(); set_language("zh")
    >>> seen
    ['zh', 'en']
    """
    _watchers.append(watcher)

    def stop() -> None:
        if watcher in _watchers:
            _watchers.remove(watcher)

    return stop


@dataclass(frozen=True, slots=True)
class Text:
    """One meaning in both languages; `str()` gives it in the current language.

    >>> hello = Text(zh="客户", en="customer")
    >>> set_language("en"); str(hello)
    'customer'
    >>> hello.in_("zh")
    '客户'
    """

    # Read by pydantic when it checks content; keeps this module free of pydantic.
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "str_strip_whitespace": True,
        "str_min_length": 1,
    }

    zh: str
    en: str

    def in_(self, lang: str | None = None) -> str:
        """The text in `lang`, or in the current language."""
        return self.zh if (lang or language()) == "zh" else self.en

    def __str__(self) -> str:
        return self.in_()

    def format(self, **slots: object) -> "Text":
        """Fill `{slots}`; a slot that is itself a `Text` is filled in each language.

        >>> Text("{who}的表", "the form of {who}").format(who=Text("江远", "Jiangyuan"))
        Text(zh='江远的表', en='the form of Jiangyuan')
        """

        def filled(lang: Language) -> str:
            values = {k: v.in_(lang) if isinstance(v, Text) else v for k, v in slots.items()}
            return self.in_(lang).format(**values)

        return Text(filled("zh"), filled("en"))


def plain(text: str) -> Text:
    """What a user typed: the same words in both languages.

    >>> plain("abc").in_("zh")
    'abc'
    """
    return Text(text, text)


def join(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Join texts with each language's own separator.

    >>> join([Text("甲", "A"), Text("乙", "B")])
    Text(zh='甲、乙', en='A, B')
    """
    parts = list(texts)
    return Text(zh.join(t.zh for t in parts), en.join(t.en for t in parts))


def in_full(value: float) -> str:
    """A number with all its digits and without an exponent: read again, it is the same number.

    >>> in_full(1234567.0), in_full(123456789.01), in_full(1e-7)
    ('1234567', '123456789.01', '0.0000001')
    """
    # Adding 0 makes -0 plain 0.
    words = f"{Decimal(str(value + 0)):f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def did_you_mean(wrong: str, known: Iterable[str]) -> Text:
    """A closing hint for error messages, empty when nothing comes near.

    >>> did_you_mean("reprot", ["report", "ask"]).en
    " (did you mean 'report'?)"
    """
    near = get_close_matches(str(wrong), [k for k in known if k != wrong], n=1)
    return (
        Text(f"（是不是 '{near[0]}'？）", f" (did you mean '{near[0]}'?)") if near else Text("", "")
    )


def short(words: str, most: int) -> str:
    """Words cut to a width; a Chinese character is as wide as two others.

    >>> short("Ask the sales supervisor at once", 20), short("客户拒交信用申请表", 10)
    ('Ask the sales super…', '客户拒交…')
    """

    def width(some: str) -> int:
        return sum(1 + (ord(c) > 0x2E7F) for c in some)

    if width(words) <= most:
        return words
    while width(words) > most - 1:
        words = words[:-1]
    return words + "…"


class BilingualError(Exception):
    """An error whose message is a `Text`; shown in the current language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


@cache
def phrases(part: str) -> Callable[..., Text]:
    """The interface's own wording for one part of the product.

    Returns a function from a key and its slots to a `Text`, read from
    `content/interface/<part>.yaml`, a map from key to `zh` and `en`.

    >>> say = phrases("case")
    >>> isinstance(say("closed"), Text)
    True
    """
    import yaml

    file = resources.files("creditkit") / "content" / "interface" / f"{part}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, dict[str, str]] = yaml.load(file.read_text("utf-8"), loader)
    texts = {key: Text(**words) for key, words in entries.items()}

    def say(key: str, /, **slots: object) -> Text:
        try:
            text = texts[key]
        except KeyError:
            raise KeyError(f"interface/{part}.yaml has no '{key}'") from None
        return text.format(**slots) if slots else text

    return say
