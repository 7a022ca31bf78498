"""A workshop on screen: stages in large type, a class that votes, a kernel that dies."""

import pytest
from playwright.sync_api import Locator, expect

from creditkit.casework.staging import stages
from creditkit.content.library import scenario
from creditkit.teaching.poll import say
from creditkit.teaching.workshop import Workshop
from tests.browser.conftest import Open
from tests.browser.desk import EN, LANG, SWITCH, ZH, Lab, Notebook

pytestmark = pytest.mark.browser

STAGES = stages(scenario("squid_plant"))
POLL = next(n for n, stage in enumerate(STAGES) if stage.kind == "poll")
PID = "import os, pathlib\npathlib.Path('kernel.pid').write_text(str(os.getpid()));"


class Screen:
    """The trainer's screen, or the vote of one of the class."""

    def __init__(self, notebook: Notebook, number: int = 0, language: str = ZH) -> None:
        self.box: Locator = notebook.page.locator(".ck-player").nth(number)
        self.lang = LANG[language][:2]

    def press(self, key: str) -> None:
        self.box.get_by_role("button", name=say(key).in_(self.lang), exact=True).click()

    def at(self, number: int) -> None:
        place = say("place", n=number + 1, of=len(STAGES)).in_(self.lang)
        expect(self.box.locator(".ck-head")).to_contain_text(place)

    def says(self, key: str, **slots: object) -> None:
        expect(self.box).to_contain_text(say(key, **slots).in_(self.lang))

    def fill_in(self, name: str, choice: int) -> None:
        self.box.locator("input[type=text]").fill(name)
        # The field for the step, where there is one, stands before the one for the choice.
        self.box.locator("select:visible").last.select_option(index=choice + 1)

    def vote(self, name: str, choice: int) -> None:
        self.fill_in(name, choice)
        self.press("vote")
        # An earlier vote is told until this one is.
        expect(self.box.locator(".ck-result")).to_contain_text(name.strip())


def test_a_class_votes_in_a_shared_folder_before_the_judgement_is_told(
    open_notebook: Open, lab: Lab
) -> None:
    folder = lab.notebooks / "class"
    folder.mkdir()
    # The stages before the poll were gone through in an earlier session.
    before = Workshop("shared", "squid_plant", folder, folder=lab.home / "workshops")
    for _ in range(POLL - 1):
        before.forward()
    to = "'shared', shared='class'"
    trainer = open_notebook("trainer", SWITCH, PID, f"ck.workshop({to}, scenario='squid_plant')")
    trainer.run_all()
    screen = Screen(trainer)
    screen.at(POLL - 1)
    screen.press("next")
    screen.at(POLL)

    student = open_notebook("student", SWITCH, f"ck.vote({to})")
    student.run_all()
    voter = Screen(student)
    voter.vote("王敏", 1)
    voter.vote("李雷", 6)
    voter.vote(" 王敏", 6)
    screen.press("count")
    screen.says("votes", n=2)
    expect(screen.box.locator("img.ck-picture")).to_be_visible()
    trainer.keep_pictures("workshop-poll", of=screen.box)
    student.keep_pictures("workshop-vote", of=voter.box)

    trainer.kill_kernel()
    trainer.lab.shut_down_kernels(trainer.path)
    trainer.open()
    trainer.run_all()
    screen.at(POLL)
    screen.press("next_poll")
    screen.says("votes_closed", n=2)
    right = STAGES[POLL + 1].options[6].title.in_(screen.lang)
    expect(screen.box.locator(".ck-told")).to_contain_text(right)
    trainer.keep_pictures("workshop-told", of=screen.box)

    voter.fill_in("韩梅梅", 2)
    voter.press("vote")
    voter.says("poll_gone")
    voter.says("no_poll_yet")
    assert not student.errors


def test_the_trainers_notebook_takes_the_codes_of_a_class_at_once(open_notebook: Open) -> None:
    notebook = open_notebook("trainer/run_a_workshop.ipynb")
    notebook.run_all()
    notebook.switch_to(EN)
    screen, voter = Screen(notebook, language=EN), Screen(notebook, -1, EN)
    for n in range(POLL):
        screen.at(n)
        screen.press("next_asked" if STAGES[n].kind == "asked" else "next")
    chat: list[str] = []
    for name in ("Wang Min", "Li Lei", "Wang Min"):
        voter.vote(name, len(chat))
        code = voter.box.locator(".ck-code").text_content()
        chat.append(f"{name} 10:4{len(chat)}  {code}")
    damaged = chat[0].replace("Wang Min", "")[:-1] + ("0" if chat[0][-1] != "0" else "1")

    screen.box.locator("textarea").fill("\n".join([*reversed(chat), damaged, chat[1]]))
    screen.press("take")

    screen.says("votes", n=2)
    screen.says("aside_replaced", n=1)
    screen.says("taken", new=3, known=1)
    expect(screen.box.locator("textarea")).to_have_value(damaged.split()[-1])
    assert not notebook.errors
