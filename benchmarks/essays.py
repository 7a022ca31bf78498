"""Marking essays: load, answers a second on one core, memory; and coverage of points and time
against TF-IDF cosine and RapidFuzz partial ratio on the same labelled answers in one run.

The baselines compare the model sentences of each point with the sentences of the answer; each is
given the threshold that suits it best on these very answers, which flatters them.
"""

import math
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable

from rapidfuzz import fuzz

from creditkit.content.library import essays
from creditkit.teaching.essay.marker import marker
from tests.essays import LETTERS, labelled

LOAD = (
    "import time; from creditkit.teaching.essay.marker import marker; "
    "marker('R').mark('a'); print(time.process_time())"
)
Pair = tuple[dict[str, float], dict]


def f1(scored: list[tuple[float, bool]], least: float) -> float:
    hit = sum(s >= least and y for s, y in scored)
    said, true = sum(s >= least for s, _ in scored), sum(y for _, y in scored)
    return 2 * hit / max(1, said + true)


def best(scored: list[tuple[float, bool]]) -> float:
    return max(f1(scored, least / 100) for least in range(2, 100, 2))


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"[。！？；;\n.!?，,]", text) if s.strip()] or [text]


def grams(text: str) -> Counter[str]:
    """Pairs of Chinese characters and English words."""
    words = re.findall(r"[a-z]+|[\u4e00-\u9fff]+", text.lower())
    found: Counter[str] = Counter()
    for word in words:
        if word.isascii():
            found[word] += 1
        else:
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return found


def compared(score: Callable[[str, str], float], answers: list[Pair]) -> list[tuple[float, bool]]:
    scored = []
    for models, answer in answers:
        parts = sentences(answer["text"])
        for ref, texts in models.items():
            most = max(score(m, part) for m in texts for part in parts)
            scored.append((most, ref in answer["covered"]))
    return scored


def main() -> None:
    loads = [
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True,
                             check=True).stdout)
        for _ in range(3)
    ]  # fmt: skip
    print(f"load and first answer   {min(loads):6.2f} s of one core, Python's own start included")

    answers: list[Pair] = []
    for essay in essays():
        models = {p.id: (p.zh, p.en, *(s for of in p.like.values() for s in of)) for p in essay.key}
        answers += [(models, answer) for answer in labelled(essay.letter)]
    work = [(marker(letter), a) for letter in LETTERS for a in labelled(letter)]
    for marks, answer in work:
        marks.mark(answer["text"])
    start = time.process_time()
    marked = [(marks.mark(answer["text"]), answer) for marks, answer in work]
    ours = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scored = [
        (float(f.state == "covered"), ref in answer["covered"])
        for m, answer in marked
        for ref, f in m.findings.items()
    ]
    print(f"answers a second        {len(work) / ours:6.0f} (one core, {len(work)} answers)")
    print(f"memory                  {memory:6.0f} MB")
    print(f"creditkit               F1 {f1(scored, 1):.3f}  {ours:7.2f} s")

    texts = [s for models, _ in answers for of in models.values() for s in of]
    texts += [s for _, a in answers for s in sentences(a["text"])]
    rare = Counter(g for text in set(texts) for g in grams(text))
    count = len(set(texts))
    start = time.process_time()
    kept: dict[str, dict[str, float]] = {}

    def vector(text: str) -> dict[str, float]:
        if text not in kept:
            raw = {g: n * math.log((1 + count) / (1 + rare[g])) for g, n in grams(text).items()}
            norm = math.sqrt(sum(v * v for v in raw.values())) or 1.0
            kept[text] = {g: v / norm for g, v in raw.items()}
        return kept[text]

    def cosine(a: str, b: str) -> float:
        x, y = vector(a), vector(b)
        return sum(v * y.get(g, 0.0) for g, v in x.items())

    tfidf = best(compared(cosine, answers))
    print(f"TF-IDF cosine           F1 {tfidf:.3f}  {time.process_time() - start:7.2f} s")
    start = time.process_time()
    fuzzy = best(compared(lambda a, b: fuzz.partial_ratio(a, b) / 100, answers))
    print(f"RapidFuzz partial ratio F1 {fuzzy:.3f}  {time.process_time() - start:7.2f} s")


if __name__ == "__main__":
    main()
