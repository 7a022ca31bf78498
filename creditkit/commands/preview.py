"""`creditkit preview`: play a scenario, or answer a set of questions, in the terminal."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import Text, join, phrases, plain

NAME, HELP = "preview", "preview"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument("path", metavar=word("path"), help=word("preview_path"))
    options.add_argument("--model", action="store_true", help=word("preview_model"))


def run(args: argparse.Namespace) -> int:
    from creditkit.content.check import kind_of
    from creditkit.content.document import read
    from creditkit.content.folders import content_from
    from creditkit.content.library import question_sets, questions

    path = Path(args.path)
    is_file = path.suffix in {".yaml", ".yml"} and path.is_file()
    # What lies beside it, such as its own procedure, is found too.
    with content_from(*([path.parent] if is_file else [])):
        if is_file:
            kind = kind_of(read(path).data)
            if kind not in {"scenario", "questions", None}:
                print(say("not_previewed", file=path.name, kind=kind))
                return 1
        else:
            kind = "questions" if args.path in [one.id for one in question_sets()] else None
        try:
            if kind == "questions":
                _answer(questions(args.path), by_itself=args.model)
            else:
                _play(args.path, by_itself=args.model)
        except (EOFError, KeyboardInterrupt):
            print()
            print(say("left"))
    return 0


def say(key: str, /, **slots: object) -> Text:
    return phrases("preview")(key, **slots)


# A scenario


def _play(name: str, *, by_itself: bool) -> None:
    from creditkit.casework.case import Case
    from creditkit.casework.walking import walk
    from creditkit.content.library import scenario

    case = Case.practice(scenario(name) if name.endswith((".yaml", ".yml")) else name)
    assert case.scenario is not None
    print(f"{case.title}\n{case.scenario.opening}\n")
    if by_itself:
        walk(case, None, lambda step, reply: print(f"· {step.title}\n{reply}\n"))
    while not case.state.closed:
        _turn(case)
    _debrief(case)


def _turn(case: Any) -> None:
    state = case.state
    steps = [state.steps[id] for id in state.open_steps()]
    titles = [step.title for step in steps] + ([say("close")] if state.may_close() else [])
    if steps:
        print(steps[-1].guide)
    # The way onward is the likeliest wish.
    chosen = _one(titles, default=len(titles) - 1)
    if chosen == len(steps):
        print(case.close(), "\n")
        return
    step = steps[chosen]
    if step.verb in {"judge", "decide"}:
        options = case.options(step)
        choice = options[_one([option.title for option in options])].id
        known = case.recordable(step)
        print(say("grounds"))
        because = [known[i] for i in _some([case.item(id).title for id in known], needed=False)]
        reply = case.do(step.id, choice=choice, because=because)
    elif step.verb == "fill":
        entries = {item.id: input(f"  {item.title}: ") for item in step.items}
        reply = case.do(step.id, items=entries, answers=entries)
    else:
        ids = case.recordable(step) if step.verb == "record" else [i.id for i in step.items]
        items = [ids[i] for i in _some([case.item(id).title for id in ids])]
        reply = case.do(step.id, items=items)
    print(f"{reply}\n")


def _debrief(case: Any) -> None:
    from creditkit.casework.debrief import debrief

    result = debrief(case)
    print(say("score", points=result.points, out_of=result.out_of))
    for score in result.scores:
        points = {"points": f"{score.points:.1f}", "out_of": f"{score.out_of:g}"}
        print(f"  {say('score_of', title=score.title, **points)}")
        for line in score.lines:
            if line.verdict != "right":
                told = {"title": line.title, "did": line.did, "why": line.why}
                print(f"    {say('line', refs=_refs(line.ref), **told)}")
    if result.outcome is not None:
        print(result.outcome)
    print(case.scenario.lesson)


# Questions


def _answer(questions: Any, *, by_itself: bool) -> None:
    from creditkit.teaching.exercise import exercise
    from creditkit.teaching.marking import mark

    for n, question in enumerate(questions.items, start=1):
        x = exercise(question, 1)
        print(say("prompt", n=n, prompt=x.prompt, refs=_refs(question.ref)))
        answer = x.key if by_itself else _given(x)
        marked = mark(x, answer)
        for part in marked.parts:
            told = {"title": part.title, "said": part.said, "right": part.right, "why": part.why}
            key = "part_why" if part.why else "part"
            print(f"  {say(key, verdict=say(part.verdict), **told)}")
        print(say("worth", points=marked.points, out_of=marked.out_of))
        print(f"{x.why}\n")


def _given(x: Any) -> Any:
    question = x.question
    words = [phrase.text for phrase in x.phrases]
    ids = [phrase.id for phrase in x.phrases]
    match question.type:
        case "single":
            return ids[_one(words)]
        case "multiple":
            return [ids[i] for i in _some(words)]
        case "order":
            print(say("in_order"))
            return [ids[i] for i in _some(words)]
        case "match" | "classify":
            targets = [target.id for target in x.targets]
            titles = [target.text for target in x.targets]
            return {id: targets[_ask(text, titles)] for id, text in zip(ids, words, strict=True)}
        case "table":
            return {r.id: {c.id: _cell(question, r, c) for c in question.columns}
                    for r in question.rows}  # fmt: skip
    return input("> ")


def _cell(question: Any, row: Any, column: Any) -> str:
    values = question.lists[column.of]
    found: str = values[_ask(f"{row.text} / {column.text}", [v.text for v in values])].id
    return found


def _refs(refs: Sequence[str]) -> Text:
    return join(map(plain, refs))


# Asking


def _ask(title: object, choices: Sequence[object]) -> int:
    print(f"  {title}")
    return _one(choices)


def _one(choices: Sequence[object], default: int | None = None) -> int:
    """The place of the one that is chosen."""
    while True:
        found = _numbers(choices, "" if default is None else str(default + 1))
        if len(found) == 1:
            return found[0]
        print(say("one_number", count=len(choices)))


def _some(choices: Sequence[object], *, needed: bool = True) -> list[int]:
    while True:
        found = _numbers(choices, say("all_of_them").in_() if needed else "")
        if found or not needed:
            return found
        print(say("some_numbers", count=len(choices)))


def _numbers(choices: Sequence[object], default: str) -> list[int]:
    for n, choice in enumerate(choices, start=1):
        print(f"  {n}) {choice}")
    typed = input(f"[{default}] > " if default else "> ").strip()
    if not typed and default:
        return list(range(len(choices))) if not default.isdecimal() else [int(default) - 1]
    words = typed.replace("，", ",").replace("、", ",").replace(",", " ").split()
    if not all(word.isdecimal() and 1 <= int(word) <= len(choices) for word in words):
        return []
    return [int(word) - 1 for word in words]
