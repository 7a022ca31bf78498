"""In which encoding a text file is written: UTF-8, UTF-16, GB 18030, Big5 or Western European.

Nearly every file makes some sense in GB 18030, so that making sense is not enough: "Müller" in a
Western encoding would be read as "M黮ler".
"""

import codecs
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
LOOK_AT = 1 << 22
UTF_8, CHINESE, TRADITIONAL, WESTERN = "utf-8-sig", "gb18030", "big5", "cp1252"
NOT_WESTERN = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
# Shares of what is there: nearly all in the right encoding, much less in a wrong one.
NEARLY_ALL, MOSTLY, HARDLY = 0.95, 0.8, 0.5
# Fewer characters than this tell nothing by their share.
FEW, ENOUGH = 4, 20


class UnclearError(Exception):
    """No encoding was found; `row` is where UTF-8 fails, `mixed` whether none fits at all."""

    def __init__(self, row: int, mixed: bool) -> None:
        super().__init__(row, mixed)
        self.row, self.mixed = row, mixed


def encoding_of(path: Path, headings: Callable[[str], int]) -> str:
    """The encoding in which the whole file makes sense and reads as people write.

    Args:
        path: a file of text.
        headings: how many of the headings that are looked for are in a text.

    Raises:
        UnclearError: there is none.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in BOMS.items():
        if start.startswith(mark):
            return name
    row = _fails_at(path)
    if row is None:
        return UTF_8
    if start.startswith(codecs.BOM_UTF8):
        raise UnclearError(row, mixed=True)
    chinese, traditional = _Reading(CHINESE, COMMON), _Reading(TRADITIONAL, COMMON_TRADITIONAL)
    western = _Western()
    with path.open("rb") as file:
        while part := file.read(LOOK_AT):
            for reading in (chinese, traditional, western):
                reading.take(part)
    chinese.take(b"", final=True)
    traditional.take(b"", final=True)
    if western.likely:
        return WESTERN
    if traditional.sound:
        known = headings(traditional.start) - headings(chinese.start)
        clear = traditional.wide >= FEW and traditional.share >= NEARLY_ALL > MOSTLY > chinese.share
        if known > 0 or (known == 0 and clear):
            return TRADITIONAL
    if not chinese.sound:
        raise UnclearError(row, mixed=True)
    if chinese.wide >= ENOUGH and chinese.share < HARDLY:
        raise UnclearError(row, mixed=False)
    return CHINESE


# Inside


def _fails_at(path: Path) -> int | None:
    """The row at which a file is no UTF-8; None if it is."""
    row = 1
    decoder = codecs.getincrementaldecoder(UTF_8)()
    part = b""
    with path.open("rb") as file:
        try:
            while part := file.read(LOOK_AT):
                decoder.decode(part)
                row += part.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return row + part[: error.start].count(b"\n")
    return None


def _everyday(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> NDArray[np.bool_]:
    """Which characters are those of everyday use, by their code: encodings have them first."""
    trails = list(trails)
    pairs = b"".join(bytes((lead, trail)) for lead in leads for trail in trails)
    found = np.zeros(1 << 16, dtype=bool)
    found[[ord(sign) for sign in pairs.decode(encoding, "ignore")]] = True
    return found


COMMON = _everyday(CHINESE, range(0xB0, 0xD8), range(0xA1, 0xFF))
COMMON_TRADITIONAL = _everyday(
    TRADITIONAL, range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
)


class _Reading:
    """A file read in one encoding: whether it is `sound`, its `start`, and how many of its `wide`
    characters are of everyday use."""

    def __init__(self, encoding: str, everyday: NDArray[np.bool_]) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._everyday = everyday
        self.sound, self.start = True, ""
        self.wide = self._common = 0

    @property
    def share(self) -> float:
        return self._common / self.wide if self.wide else 0.0

    def take(self, part: bytes, final: bool = False) -> None:
        if not self.sound:
            return
        try:
            text = self._decoder.decode(part, final)
        except UnicodeDecodeError:
            self.sound = False
            return
        self.start = self.start or text[:65536]
        signs = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
        # Punctuation and full-width digits are alike in all of them.
        plain = (signs < 0x100) | ((signs >= 0x2000) & (signs < 0x2100))
        plain |= ((signs >= 0x3000) & (signs < 0x3040)) | (signs >= 0xFF00)
        self.wide += int((~plain).sum())
        self._common += int(self._everyday[signs].sum())


class _Western:
    """Whether the high bytes of a file are letters with an accent among plain ones: one, or two or
    three together as in "Größe" and "Ñúñez". Chinese characters are pairs of such bytes, and most
    stand in longer runs."""

    def __init__(self) -> None:
        self._possible, self._accented, self._all = True, 0, 0

    @property
    def likely(self) -> bool:
        return self._possible and self._accented > 0 and self._accented >= MOSTLY * self._all

    def take(self, part: bytes) -> None:
        signs = np.frombuffer(b" " + part + b"  ", dtype=np.uint8)
        at = np.flatnonzero(signs >= 0x80)
        if not len(at) or not self._possible:
            return
        self._possible = not np.isin(signs[at], NOT_WESTERN).any()
        first = np.flatnonzero(np.diff(at, prepend=-2) > 1)
        length = np.diff(first, append=len(at))
        begin, end = at[first], at[first] + length
        letters = np.logical_and.reduceat(signs[at] >= 0xC0, first)
        lower = (signs >= ord("a")) & (signs <= ord("z"))
        plain = lower | ((signs >= ord("A")) & (signs <= ord("Z")))
        within = plain[begin - 1] | (plain[end] & plain[end + 1])
        accented = (length == 1) & within
        accented |= (length == 2) & lower[begin - 1] & lower[end]
        accented |= (length == 3) & lower[end]
        self._accented += int(length[accented & letters].sum())
        # A sign such as € or ° by itself says nothing either way.
        self._all += int(length[letters | (length > 1)].sum())
