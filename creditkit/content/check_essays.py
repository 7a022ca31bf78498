"""Checks of the words and key points of essays, beyond their shape."""

from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from creditkit.content.document import Document, Loc, read, say
from creditkit.content.essay_language import TermError, parse, pattern
from creditkit.content.schema_essays import Lexicon
from creditkit.content.schema_questions import Essay
from creditkit.text import did_you_mean

LEXICON = Path(__file__).parent / "essays" / "lexicon.yaml"


def check_lexicon(doc: Document, part: Lexicon) -> None:
    """Report terms whose brackets do not match."""
    for name, concept in part.concepts.items():
        for language, terms in (("zh", concept.zh), ("en", concept.en)):
            for term in terms:
                try:
                    parse(term)
                except TermError:
                    doc.report("C702", ("concepts", name, language), say("bad_term", term=term))


def check_essay(doc: Document, at: Loc, essay: Essay) -> None:
    """Report what an essay names and nothing defines: groups, concepts, stages, points."""
    concepts = _concepts()
    stages = ["start", "any", *(stage.id for stage in essay.stages)]
    groups = [group.id for group in essay.groups]
    points = [point.id for point in essay.key]
    for n, stage in enumerate(essay.stages):
        _check_patterns(doc, (*at, "stages", n, "opens"), stage.opens, concepts, stages)
    for n, point in enumerate(essay.key):
        here = (*at, "key", n)
        if point.id in points[:n]:
            line = doc.line((*at, "key", points.index(point.id), "ref"))
            doc.report("C006", (*here, "ref"), say("duplicate_id", id=point.id, line=line))
        _known(doc, (*here, "group"), point.group, groups)
        for name in point.stage:
            _known(doc, (*here, "stage"), name, stages)
        for part in ("says", "partly", "against"):
            _check_patterns(doc, (*here, part), getattr(point, part), concepts, stages)
    if essay.grid is not None:
        grid = essay.grid
        names = [
            *grid.rows,
            *grid.columns,
            *grid.both,
            *(g for of in grid.grades.values() for g in of),
        ]
        for name in names:
            _known(doc, (*at, "grid"), name, concepts)
        for ref in [
            *grid.columns.values(),
            *(c.ref[0] for of in grid.cells.values() for c in of.values()),
        ]:
            _known(doc, (*at, "grid"), ref, points)


def _check_patterns(
    doc: Document,
    at: Loc,
    patterns: Iterable[str],
    concepts: Collection[str],
    stages: Collection[str],
) -> None:
    for text in patterns:
        p = pattern(text)
        if not p.groups:
            doc.report("C702", at, say("bad_pattern", pattern=text))
        for name in (*(c for group in p.groups for c in group), *p.without):
            _known(doc, at, name, concepts)
        for name in p.stages or ():
            _known(doc, at, name or "start", stages)


def _known(doc: Document, at: Loc, name: str, names: Collection[str]) -> None:
    if name not in names:
        hint = did_you_mean(name, names)
        doc.report("C701", at, say("unknown_in_essay", name=name, hint=hint))


@cache
def _concepts() -> frozenset[str]:
    """The concepts of the package's lexicon."""
    words = read(LEXICON).data
    return frozenset(words.get("concepts", ()) if isinstance(words, dict) else ())
