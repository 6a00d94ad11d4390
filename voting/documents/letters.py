"""Paper that carries a vote into a household: one letter a voter, and the poster for the stairwell.

Both are A4 with 2 cm margins, black and white, Chinese, with the fonts embedded, so that any copy shop
prints them as they are. A letter is folded twice and put into a window envelope: the window shows who it is
for, and the code and the QR code lie inside the fold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Letter:
    """One voter's letter. `link` holds the credential and is what the QR code encodes, nothing else.

    `units` are the labels of every unit of the voter, `area_m2` their sum as a decimal string ("88.62"),
    `code` the credential in its printed form `XXXXX-XXXXXX-XXXXX-XXXXXX-CCCC`.
    """

    voter: int
    name: str
    building: str
    units: tuple[str, ...]
    area_m2: str
    link: str
    code: str


@dataclass(frozen=True)
class ElectionNotice:
    """What every paper of one election says. `opens_at` and `closes_at` are aware; they are printed in Shanghai time.

    `help` is the sentence that says where to get help and a paper ballot (place, hours, telephone).
    """

    estate: str
    title: str
    questions: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    help: str
    base_url: str


def letters_pdf(notice: ElectionNotice, letters: Sequence[Letter], progress: Progress | None = None) -> bytes:
    """One page a voter, by building and then by first unit, as PDF bytes; `progress(done, total)` a letter.

    Refused: FONT_LACKS_CHARACTER with the letter's voter number and the character (`U+4DAE`).
    """
    raise NotImplementedError


def poster_pdf(notice: ElectionNotice, board_url: str) -> bytes:
    """The stairwell poster, one A4 page as PDF bytes; its QR code encodes exactly `board_url`."""
    raise NotImplementedError
