"""Ids met before, remembered in eight bytes each: a file of any length is read in little memory."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


class Seen:
    """Ids by their 64-bit hash.

    Among 20 million ids the chance that any two are taken for one is 1 in 100,000.

    >>> seen = Seen()
    >>> seen.again(pd.Series(["I1", "I2", "I1"])).tolist()
    [False, False, True]
    >>> seen.again(pd.Series(["I3", "I2"])).tolist()
    [False, True]
    """

    def __init__(self) -> None:
        # Sorted, each less than half as long as the one before: merging stays cheap.
        self._known: list[Hashes] = []

    def again(self, ids: "pd.Series[Any]") -> "pd.Series[bool]":
        """Which ids repeat one before, here or earlier; those that do not are remembered."""
        hashes = pd.util.hash_array(ids.to_numpy(dtype=object), categorize=False)
        found = pd.Series(hashes).duplicated().to_numpy()
        for known in self._known:
            at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
            found = found | (known[at] == hashes)
        new = np.sort(hashes[~found])
        while self._known and len(self._known[-1]) < 2 * len(new):
            new = np.sort(np.concatenate([self._known.pop(), new]), kind="stable")
        if len(new):
            self._known.append(new)
        return pd.Series(found, ids.index)
