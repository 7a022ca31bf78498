"""What marking a class brings: `marked.jsonl`, one record a line, and its reader.

The file is UTF-8 JSON Lines in a fixed order; the same submissions, pack and creditkit give the
same bytes. Each record names its `table`; ids are those of the content, as the trainer wrote it.

`assignment` (the first line, once)
    `format` (1), `assignment`, `title` (zh, en), `build` (practice, assessment), `language`
    (zh, en or null: either), `deadline` (ISO 8601 or null), `seed` (one, student), `attempts`
    (int or null), `confidence` (bool), `points` (questions, scenarios), `roster` (how many
    students are on it; null without a roster), `submissions` (how many students were marked).

`item` (one an item of the assignment, in its order)
    `item` (a question's id, or a scenario's place `case1`, `case2` …), `kind` (question,
    scenario), `type` (single, multiple …; of a scenario its procedure), `title` (zh, en), `refs`
    (list), `level` (1 to 3), `out_of` (points it counts in the assignment).

`student` (one a student of the roster or, without one, of the submissions; in that order)
    `student`, `name`, `points`, `out_of`, `file` (the submission marked; null: none), `language`
    (of the screen at submission), `written` (ISO 8601, by the student's clock), `late` (bool),
    `flags` (list of codes, see `creditkit.teaching.class_marking`), `seconds` (time spent).

`mark` (one a student marked and item, attempted or not)
    `student`, `item`, `kind`, `refs` (list), `share` (0 to 1), `points`, `out_of`, `verdict`
    (right, partly, wrong, not_attempted, invalid), `seed` (of the variant; of a scenario the
    seed it was drawn by, or null), `language` (on screen at the answer), `seconds`,
    `attempts` (answers given; of a scenario the times gone back), `attempt` (the one that counts,
    from 1; null: none), `confidence` (0 to 1 where it was asked, else null). Of a question also
    `answer` (as `creditkit.mark` takes it) and `shown` (ids that were shown, in order); of a
    scenario `scenario` (its id) and `finished` (bool).

`point` (one a key point of an essay that was answered)
    `student`, `item`, `ref` (the point), `state` (covered, partly, doubtful, missing,
    contradicted), `confidence` (0 to 1), `words` (of the answer, that show it), `answer` (its
    fingerprint, see `creditkit.teaching.essay.rulings`), `ruled` (why the trainer overruled the
    marker, or null).

`line` (one a line of a scenario's debrief)
    `student`, `item`, `dimension`, `step`, `line` (zh, en), `refs`, `points`, `out_of` (within
    the scenario's 100 or fewer), `verdict` (right, partly, missed, wrong).

`act` (one an act of a scenario that counts, refused ones included, for the decision map)
    `student`, `item`, `n`, `t`, `act` (ask, collect, act, fill, report, record, judge, decide,
    note, close), `step`, `items` (list), `choice`, `because` (list), `round`, `refused` (code or
    null).

`file` (one a file found, by its path within the folder)
    `file`, `status` (marked, superseded, duplicate, refused), `student` (null: not known), `why`
    (code, null when marked), `told` (zh, en).

Time is by the student's own clock: the gaps between acts, of which none counts more than ten
minutes, go to the item that the later act was about.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditkit.text import BilingualError, phrases

FORMAT = 1
NAME = "marked.jsonl"
TABLES = ("assignment", "item", "student", "mark", "point", "line", "act", "file")
Record = dict[str, Any]


class MarkedError(BilingualError):
    """A file that does not hold a class's marks, and what to do."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A class's marks: the records of each table of `marked.jsonl`, in the file's order."""

    tables: Mapping[str, list[Record]]

    @property
    def assignment(self) -> Record:
        return self.tables["assignment"][0]

    def frame(self, table: str) -> Any:
        """One table as a pandas.DataFrame: a row a record, a column a field of the table above."""
        import pandas as pd

        return pd.DataFrame(self.tables[table])


def read_marked(path: str | Path) -> Marked:
    """Read the marks that `creditkit mark` wrote, from the file or the folder it is in.

    Raises:
        MarkedError: there is no such file, or it is something else.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / NAME
    >>> _ = file.write_text('{"table": "assignment", "format": 1, "assignment": "a"}\\n')
    >>> read_marked(file).assignment["assignment"]
    'a'
    """
    file = Path(path)
    file = file / NAME if file.is_dir() else file
    tables: defaultdict[str, list[Record]] = defaultdict(list)
    say = phrases("class_marking")
    try:
        # Not splitlines(): what students type may hold other ends of lines.
        for line in file.read_text("utf-8").removesuffix("\n").split("\n"):
            record = json.loads(line)
            tables[record.pop("table")].append(record)
        good = tables["assignment"][0]["format"] == FORMAT
    except OSError as error:
        raise MarkedError(say("no_marks", path=file, problem=error.strerror)) from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise MarkedError(say("not_marks", path=file)) from error
    if not good:
        raise MarkedError(say("not_marks", path=file))
    return Marked({name: tables[name] for name in TABLES})


def jsonl(tables: Mapping[str, Iterable[Record]]) -> str:
    """The text of `marked.jsonl`.

    >>> jsonl({"assignment": [{"format": 1}]})
    '{"table":"assignment","format":1}\\n'
    """
    return "".join(
        json.dumps({"table": name, **record}, ensure_ascii=False, separators=(",", ":")) + "\n"
        for name in TABLES
        for record in tables.get(name, ())
    )
