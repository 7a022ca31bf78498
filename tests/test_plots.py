"""The picture of the path."""

import warnings

import pytest

from creditkit import Case, debrief, set_language
from creditkit.plots.cases import path_picture, picture_text
from creditkit.plots.figure import png


def begun() -> Case:
    case = Case.practice("pump_maker")
    case.judge("fraud")
    case.ask("reason", "attitude")
    case.record()
    return case


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_names_each_model_step_and_each_act(lang: str) -> None:
    set_language(lang)
    result = debrief(begun())

    words = [text.get_text() for text in path_picture(result).axes[0].texts]

    for step in result.model_path:
        assert any(step.title.in_(lang) in w for w in words)
    assert any(w.startswith("1  ") and ("refused" in w or "未被接受" in w) for w in words)
    assert any(w.startswith("2  ") for w in words)


def test_chinese_is_drawn_without_a_missing_glyph() -> None:
    set_language("zh")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = png(path_picture(debrief(begun())))

    assert image.startswith(b"\x89PNG")


def test_the_same_path_gives_the_same_image() -> None:
    result = debrief(begun())

    assert png(path_picture(result)) == png(path_picture(result))


def test_a_sentence_says_what_the_picture_shows() -> None:
    assert picture_text(debrief(begun())) == (
        "Picture of the paths: 2 of 12 model steps taken; acts out of order: 1."
    )
