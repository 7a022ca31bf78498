"""Processes that examine and mark files in parallel, each with the pack at hand.

Should a file bring its process down, the rest is done by one process at a time, so that the file
is found and reported and the others are not lost.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

from creditkit.teaching.essay.rulings import Ruling
from creditkit.teaching.feedback import Kind
from creditkit.teaching.incoming import Found, refused, say
from creditkit.teaching.pack import Pack, load_pack

# Fewer files than this are done before a second process would have started.
FEW = 60
T = TypeVar("T", bound=tuple[str, str] | Found)
R = TypeVar("R")
Act = Callable[[Pack, Kind, T], R]

_begun: dict[str, Any] = {}


def _begin(pack: str | Path, kind: Kind, rulings: tuple[Ruling, ...]) -> None:
    _begun.update(pack=load_pack(pack).model_copy(update={"rulings": rulings}), kind=kind)


def _call(job: tuple[Callable[..., Any], Any]) -> Any:
    act, argument = job
    return act(_begun["pack"], _begun["kind"], argument)


class Workers:
    """The processes for one class; for few files this process does it all.

    Args:
        jobs: how many processes; by default one a processor.
        count: how many files there are.
        rulings: a trainer's, on points of essays.
    """

    def __init__(
        self,
        pack: str | Path,
        kind: Kind,
        jobs: int | None,
        count: int,
        rulings: tuple[Ruling, ...] = (),
    ) -> None:
        self._start = (pack, kind, rulings)
        self._jobs = 1 if count < FEW and jobs is None else jobs or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Workers":
        if self._jobs > 1:
            self._pool = self._new(self._jobs)
        else:
            _begin(*self._start)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        _begun.clear()

    def each(self, act: Act[T, R], arguments: Sequence[T]) -> Iterator[R | Found]:
        """`act(pack, kind, argument)` for each file, in order."""
        jobs = [(act, argument) for argument in arguments]
        if self._pool is None:
            yield from map(_call, jobs)
            return
        done = 0
        try:
            size = max(1, min(20, len(jobs) // self._jobs))
            for result in self._pool.map(_call, jobs, chunksize=size):
                yield result
                done += 1
        except BrokenProcessPool:
            yield from self._one_by_one(jobs[done:])

    def _one_by_one(self, jobs: Sequence[tuple[Callable[..., Any], Any]]) -> Iterator[Any]:
        pool = self._new(1)
        for job in jobs:
            try:
                yield pool.submit(_call, job).result()
            except BrokenProcessPool:
                pool = self._new(1)
                yield _lost(job[1])
        pool.shutdown()
        self._pool = self._new(self._jobs)

    def _new(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, initializer=_begin, initargs=self._start)


def _lost(file: tuple[str, str] | Found) -> Found:
    name, path = (file.file, file.path) if isinstance(file, Found) else file
    return refused(name, path, "failed", say("file_failed", problem="process"))
