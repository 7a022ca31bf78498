"""A submission waits for what was filled in, but not for a page that has gone."""

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from creditkit.widgets import keyboard
from creditkit.widgets.keyboard import Keyboard

PATIENCE = 0.3


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "ECHO_SECONDS", PATIENCE)
    monkeypatch.setattr(keyboard, "TICK_SECONDS", 0.05)


def in_a_kernel(page: Coroutine[Any, Any, None]) -> None:
    # In a thread of its own, for the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, page).result()


def test_it_goes_on_at_the_echo_and_only_once() -> None:
    done: list[str] = []

    async def page() -> None:
        keys = Keyboard()
        keys.when_filled_in(lambda: done.append("submitted"))
        assert done == []
        keys._handle_custom_msg({"echo": 1}, [])
        assert done == ["submitted"]
        await asyncio.sleep(2 * PATIENCE)

    in_a_kernel(page())
    assert done == ["submitted"]


def test_it_goes_on_without_a_page_that_stays_silent() -> None:
    done: list[str] = []

    async def page() -> None:
        Keyboard().when_filled_in(lambda: done.append("submitted"))
        await asyncio.sleep(2 * PATIENCE)

    in_a_kernel(page())
    assert done == ["submitted"]


def test_while_the_kernel_works_off_what_was_filled_in_no_page_is_given_up() -> None:
    done: list[str] = []

    async def page() -> None:
        keys = Keyboard()
        keys.when_filled_in(lambda: done.append("submitted"))
        for _ in range(8):
            time.sleep(2 * PATIENCE / 4)
            await asyncio.sleep(0)
            assert done == []
        keys._handle_custom_msg({"echo": 1}, [])

    in_a_kernel(page())
    assert done == ["submitted"]
