"""What a paper says before it is set: one description, from which the PDF and the editable file are made.

So the two never differ. A paper is a list of blocks; its text is plain Chinese without line breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from voting.rules.canonical import canonical_json
from voting.rules.thresholds import Threshold

BLANK = "＿＿＿＿＿＿"  # a place to be filled in by hand


@dataclass(frozen=True)
class Heading:
    """A heading inside a paper."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, its first line set in by two characters; `flush` at the edge; a `note` so, and smaller."""

    text: str
    note: bool = False
    flush: bool = False


@dataclass(frozen=True)
class Entries:
    """Names of things and what they are, one a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table whose head, unless empty, is repeated on every page; `widths` are shares of the page's width.

    Columns of `right` are set to the right. `high` is the least height of a row in mm: room to write in.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()
    high: float = 0.0


@dataclass(frozen=True)
class Bar:
    """An amount in words and as a picture: `part` of `whole`, with a mark where the law draws its line."""

    label: str
    amount: str
    part: int
    whole: int
    line: Threshold | None = None


@dataclass(frozen=True)
class Places:
    """Places for signatures or seals, two in a line, each with room above a rule."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Signed:
    """Who gives the notice and when, at the lower right, where the seal goes over it."""

    by: str
    on: str


@dataclass(frozen=True)
class Cut:
    """A line along which the paper is cut or torn, with a word on it."""

    text: str


@dataclass(frozen=True)
class Turn:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Entries | Table | Bar | Places | Signed | Cut | Turn


@dataclass(frozen=True)
class Paper:
    """`title` stands large, `above` small over it; `address` is what the QR code at the foot leads to."""

    title: str
    above: str
    address: str
    blocks: tuple[Block, ...]

    def texts(self) -> Iterator[str]:
        """Everything it says, in order; nothing that is drawn only."""
        yield self.above
        yield self.title
        for block in self.blocks:
            yield from _texts(block)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of its texts: the same in both files, however often made."""
        return sha256(canonical_json([text for text in self.texts() if text])).hexdigest()


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text) | Paragraph(text) | Cut(text):
            yield text
        case Entries(rows):
            for name, said in rows:
                yield name
                yield said
        case Table(head, rows):
            yield from head
            for row in rows:
                yield from row
        case Bar(label, amount):
            yield label
            yield amount
        case Places(names):
            yield from names
        case Signed(by, on):
            yield by
            yield on
        case Turn():
            return
