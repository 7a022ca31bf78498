"""Fit how sure the marker of essays is, and measure it: `creditkit/content/essays/confidence.yaml`.

The wording rules were written by hand with all sets but e and h in view, so that the figures on
these flatter them. Sets e and h were written and labelled by people who had not seen the rules, and
nobody who wrote rules has seen their answers, but for the strings of keywords of h. So the
coefficients are fitted on these two, for on the others the marker errs too seldom to learn where it
does; for the curves, each fifth of their answers is weighed by coefficients fitted on the rest.
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import yaml

from creditkit.content.library import essays
from creditkit.teaching.essay.confidence import FEATURES
from creditkit.teaching.essay.marker import marker

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "tests/essays/answers"
TARGET = ROOT / "creditkit/content/essays/confidence.yaml"
RIDGE, STEPS = 1.0, 60
APART, FOLDS = {"e", "h"}, 5
SHARES = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 1.0]
HEAD = """\
# Made by .ci/fit_essays.py from the labelled answers under tests/essays; not to be edited by hand.
# `models` are logistic coefficients of the features in teaching/essay/confidence.py; `curves` tell,
# of the surest share of all decisions on sets e and h, how many are right; `measured` is the
# coverage of points on each set and language. Rules were made with all sets but these two in view:
# it is they that tell what to expect of a new class, and on them the coefficients are fitted.
"""


def load():
    """Every decision of every answer: features with and without meaning, truth, state, groups."""
    rows = []
    for essay in essays():
        marks = marker(essay.letter, True)
        for folder in sorted(ANSWERS.iterdir()):
            file = folder / f"{essay.letter}.yaml"
            if not file.exists():
                continue
            for n, answer in enumerate(yaml.safe_load(file.read_text("utf-8"))["answers"]):
                found, reading = marks.findings(answer["text"])
                wording = marks.weighed(found, reading, False)
                meaning = marks.weighed(found, reading, True)
                for ref, f in found.items():
                    truth = ref in answer["covered"]
                    said = f.state == "covered"
                    weighed = (wording[ref], meaning[ref])
                    rows.append((folder.name, answer["lang"], n, *weighed, truth, said))
    return rows


def fit(x, y):
    w = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 0.01
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + penalty * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w = w - step
        if np.abs(step).max() < 1e-9:
            break
    return w


def curve(x, y, said, answer):
    """How many of the surest decisions are right, each weighed without its own answer."""
    likely = np.zeros(len(y))
    for fold in range(FOLDS):
        own = answer % FOLDS == fold
        likely[own] = 1 / (1 + np.exp(-np.clip(x[own] @ fit(x[~own], y[~own]), -30, 30)))
    sure = np.where(said, likely, 1 - likely)
    right = said == y.astype(bool)
    order = np.argsort(-sure, kind="stable")
    kept = right[order]
    return [
        {"share": share, "right": round(float(kept[: max(1, round(share * len(kept)))].mean()), 4)}
        for share in SHARES
    ]


def measured(rows):
    of = defaultdict(lambda: np.zeros(3, int))
    for set_, lang, _, _, _, truth, said in rows:
        for key in (f"set {set_}", lang, f"set {set_} {lang}"):
            of[key] += (truth and said, said and not truth, truth and not said)
    told = {}
    for key in sorted(of):
        hit, false, missed = (int(v) for v in of[key])
        p, r = hit / max(1, hit + false), hit / max(1, hit + missed)
        told[key] = {
            "answers": 0,
            "precision": round(p, 4),
            "recall": round(r, 4),
            "f1": round(2 * p * r / max(1e-9, p + r), 4),
        }
    return told


def main():
    rows = load()
    y = np.array([r[5] for r in rows], float)
    said = np.array([r[6] for r in rows])
    apart = np.array([r[0] in APART for r in rows])
    answer = np.array([r[2] for r in rows])
    models, curves = {}, {}
    for name, at in (("wording", 3), ("meaning", 4)):
        x = np.array([r[at] for r in rows])
        w = fit(x[apart], y[apart])
        models[name] = {f: round(float(v), 4) for f, v in zip(FEATURES, w, strict=True)}
        curves[name] = curve(x[apart], y[apart], said[apart], answer[apart])
    told = measured(rows)
    count = defaultdict(int)
    for folder in sorted(ANSWERS.iterdir()):
        for file in sorted(folder.glob("*.yaml")):
            for answer in yaml.safe_load(file.read_text("utf-8"))["answers"]:
                lang = answer["lang"]
                for key in (f"set {folder.name}", lang, f"set {folder.name} {lang}"):
                    count[key] += 1
    for key in told:
        told[key]["answers"] = count[key]
    data = {
        "confidence": {"zh": "评阅的把握", "en": "How sure the marker is"},
        "models": models,
        "curves": curves,
        "measured": told,
    }
    text = HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text("utf-8") != text)
    TARGET.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
