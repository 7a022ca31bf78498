"""One JupyterLab and one Chromium for all browser tests; a notebook of its own for each."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.desk import (
    WANTED,
    Lab,
    Notebook,
    chromium,
    code_notebook,
    launch,
    running_lab,
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(WANTED)
        pytest.skip(WANTED)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    window = browser.new_context(viewport={"width": 1400, "height": 1600}, accept_downloads=True)
    yield window
    window.close()


Open = Callable[..., Notebook]


@pytest.fixture
def open_notebook(lab: Lab, window: BrowserContext) -> Iterator[Open]:
    """Opens a notebook of the course, or one of the cells given; kernels end with the test."""
    opened: list[Notebook] = []

    def open_it(path: str, *cells: str) -> Notebook:
        if cells:
            path = code_notebook(lab.notebooks, path, *cells)
        notebook = Notebook(lab, window.new_page(), path)
        opened.append(notebook)
        return notebook

    yield open_it
    for notebook in opened:
        lab.shut_down_kernels(notebook.path)
