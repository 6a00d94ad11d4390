"""A paper as PDF: A4 with 2 cm margins, black and white, the faces embedded, page x of y at the foot.

Tables break between rows and repeat their heads; a heading never stands last on a page. The foot carries the
digest of what the paper says and a QR code that leads to the public page.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reportlab.lib.units import mm

from voting.documents.fonts import SANS, SERIF, missing
from voting.documents.page import LEFT, RIGHT, TOP, Sheets, shrunk, width, wrap
from voting.documents.paper import (
    Bar,
    Block,
    Cut,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
    Turn,
)
from voting.errors import Refusal, Refused

_WIDE = RIGHT - LEFT
_END = 258.0  # mm: nothing but the foot stands below
_BODY, _LEADING = 11.5, 6.6  # points, mm
_SMALL, _SMALL_LEADING = 9.5, 5.2
_CELL, _CELL_LEADING, _PAD = 9.5, 4.6, 1.4
_MOST_LINES = 40  # of a table's row on one page
_SHORT = 15  # rows of a table that is kept on one page
_SEALED = 38.0  # mm: who signs, the day, and the seal over them
_LED = 70.0  # mm of text that still belongs to the table after it
_POINT = 0.3528  # mm

Draw = Callable[[Sheets], None]


def paper_pdf(paper: Paper) -> bytes:
    """The paper as PDF bytes; the same paper is the same bytes.

    Refused PAPER_CHARACTER_MISSING(title, characters) before anything is drawn.
    """
    said = re.sub(r"[\r\n\t]", "", "".join(paper.texts()) + paper.address)
    if lacking := missing(said, SANS, SERIF):
        raise Refused(Refusal.PAPER_CHARACTER_MISSING, title=paper.title, characters="、".join(lacking))
    flow = _Flow()
    flow.title(paper)
    for place, block in enumerate(paper.blocks):
        flow.room(flow.kept(paper.blocks[place:]))
        flow.block(block)
    sheets = Sheets(f"{paper.above} {paper.title}", paper.above)
    for number, page in enumerate(flow.pages, 1):
        for draw in page:
            draw(sheets)
        _foot(sheets, paper, f"第 {number} 页，共 {len(flow.pages)} 页")
        sheets.turn()
    return sheets.pdf()


def _foot(sheets: Sheets, paper: Paper, page: str) -> None:
    sheets.rule(262, 0.4)
    sheets.qr(LEFT, 264, 13, paper.address)
    size, address = shrunk(f"公开页 {paper.address}", _WIDE - 45, (1, 8, 5))
    sheets.text(LEFT + 16, 267.5, address[0], size)
    sheets.text(LEFT + 16, 271.7, "内容摘要（SHA-256）", 8)
    sheets.text(LEFT + 16, 275.9, paper.digest, 7.5)
    sheets.text(RIGHT, 267.5, page, 8.5, align="right")


@dataclass
class _Flow:
    """Blocks on their way to pages: what is drawn where is known before how many pages there are."""

    pages: list[list[Draw]] = field(default_factory=lambda: [[]])
    y: float = TOP  # mm: the upper edge of what comes next

    def turn(self) -> None:
        self.pages.append([])
        self.y = TOP

    def room(self, high: float) -> None:
        """A new page unless there is so much room left, in mm."""
        if self.y + high > _END and self.y > TOP:
            self.turn()

    def put(self, draw: Draw) -> None:
        self.pages[-1].append(draw)

    def text(self, x: float, y: float, text: str, size: float, font: str = SANS, **more: object) -> None:
        self.put(lambda sheets: sheets.text(x, y, text, size, font, **more))  # type: ignore[arg-type]

    def rule(self, y: float, weight: float, x1: float = LEFT, x2: float = RIGHT) -> None:
        self.put(lambda sheets: sheets.rule(y, weight, x1, x2))

    def title(self, paper: Paper) -> None:
        middle = (LEFT + RIGHT) / 2
        size, above = shrunk(paper.above, _WIDE, (1, 12, 9), (2, 9, 9))
        for line in above:
            self.text(middle, self.y + 4, line, size, align="centre")
            self.y += 5.4
        size, title = shrunk(paper.title, _WIDE, (1, 22, 16), (2, 16, 12), font=SERIF)
        self.y += 5
        for line in title:
            self.text(middle, self.y + size * _POINT * 0.85, line, size, SERIF, bold=True, align="centre")
            self.y += size * _POINT * 1.3
        self.rule(self.y + 1.5, 1.2)
        self.y += 5

    def block(self, block: Block) -> None:
        match block:
            case Heading(text):
                self.room(24)
                self.y += 2.5
                for line in wrap(text, 13, _WIDE, SERIF):
                    self.text(LEFT, self.y + 5, line, 13, SERIF, bold=True)
                    self.y += 6.6
                self.y += 1
            case Paragraph():
                self.paragraph(block)
            case Entries(rows):
                for name, said in rows:
                    self.entry(name, said)
                self.y += 1
            case Table():
                self.table(block)
            case Bar():
                self.bar(block)
            case Places(names):
                self.places(names)
            case Signed(by, on):
                self.signed(by, on)
            case Cut(text):
                self.cut(text)
            case Turn():
                self.turn()

    def paragraph(self, block: Paragraph) -> None:
        size, leading = (_SMALL, _SMALL_LEADING) if block.note else (_BODY, _LEADING)
        # Two characters of white, as wide as what they stand for, and not part of the text.
        indent = "" if block.note or block.flush else "　　"
        lines = wrap(indent.replace("　", "一") + block.text, size, _WIDE)
        for number, line in enumerate(lines):
            self.room(leading if number else min(2, len(lines)) * leading)
            first = indent and number == 0
            self.text(
                LEFT + (width(indent, size) if first else 0),
                self.y + leading - 1.9,
                line[len(indent) :] if first else line,
                size,
            )
            self.y += leading
        self.y += 0.8

    def entry(self, name: str, said: str) -> None:
        left = LEFT + 40
        names, lines = wrap(name, _BODY, 37), wrap(said, _BODY, RIGHT - left) or [""]
        self.room(max(len(names), min(3, len(lines))) * _LEADING)
        for number, line in enumerate(names):
            self.text(LEFT, self.y + (number + 1) * _LEADING - 1.9, line, _BODY, bold=True)
        under = self.y + len(names) * _LEADING
        for line in lines:
            self.room(_LEADING)
            self.text(left, self.y + _LEADING - 1.9, line, _BODY)
            self.y += _LEADING
        self.y = max(self.y, under) if self.y > TOP + len(lines) * _LEADING else self.y

    def kept(self, blocks: Sequence[Block]) -> float:
        """How much must stand on one page from here, in mm: what leads to a table stays with it, what is said
        of an item with the item, and a signature with what is signed."""
        match list(blocks[:3]):
            case [Paragraph() as last, Signed(), *_] | [Places() as last, Signed(), *_]:
                return self.long(last) + _SEALED
            case [Paragraph() as last, Places() as places, Signed()]:
                return self.long(last) + self.long(places) + _SEALED
            case [Paragraph(flush=True) as item, Paragraph(note=True), *_]:
                return max(self.long(item) + 2 * _SMALL_LEADING, self.leading(blocks))
        return self.leading(blocks)

    def long(self, block: Paragraph | Places) -> float:
        """How high a paragraph, or places to sign, will be; in mm."""
        if isinstance(block, Places):
            return 1 + 22.0 * ((len(block.names) + 1) // 2)
        size, leading = (_SMALL, _SMALL_LEADING) if block.note else (_BODY, _LEADING)
        indent = "" if block.note or block.flush else "一一"
        return len(wrap(indent + block.text, size, _WIDE)) * leading + 0.8

    def leading(self, blocks: Sequence[Block]) -> float:
        """The height of what leads to a table, with the table's least; 0 where nothing does."""
        high = 0.0
        for block in blocks:
            if isinstance(block, Heading):
                high += 11
            elif isinstance(block, Paragraph) and (block.note or block.flush):
                high += self.long(block)
            else:
                # A long way to a table, or another end: the heading only keeps its first lines, below.
                led = isinstance(block, Table) and high < _LED
                return high + self.least(block) if led and isinstance(block, Table) else 0.0
        return 0.0

    def least(self, table: Table) -> float:
        """A short table is not broken; a long one begins with two rows at least."""
        edges = _edges(table)
        if len(table.rows) > _SHORT:
            return 30.0
        return sum(_height(self.cells(row, edges), table.high) for row in (table.head, *table.rows) if row)

    def table(self, table: Table) -> None:
        edges = _edges(table)
        head = self.cells(table.head, edges)
        self.row(table, head, edges, head=True)
        for cells in (part for row in table.rows for part in _parts(self.cells(row, edges))):
            if self.y + _height(cells, table.high) > _END:
                self.turn()
                self.row(table, head, edges, head=True)
            self.row(table, cells, edges)
        self.y += 4

    def cells(self, row: tuple[str, ...], edges: list[float]) -> list[list[str]]:
        return [
            wrap(text, _CELL, edges[column + 1] - edges[column] - 2 * _PAD) for column, text in enumerate(row)
        ]

    def row(self, table: Table, cells: list[list[str]], edges: list[float], *, head: bool = False) -> None:
        if not cells:
            return
        high = _height(cells, 0 if head else table.high)
        y, top = self.y, self.y
        for column, lines in enumerate(cells):
            right = column in table.right
            x = edges[column + 1] - _PAD if right else edges[column] + _PAD
            # One line stands in the middle of a high row, several begin at its top.
            y = top + ((high - len(lines) * _CELL_LEADING) / 2 if table.high or head else _PAD) + 3.6
            for line in lines:
                self.text(x, y, line, _CELL, align="right" if right else "left", bold=head)
                y += _CELL_LEADING
        self.put(lambda sheets: _frame(sheets, edges, top, high, head=head))
        self.y = top + high

    def bar(self, bar: Bar) -> None:
        self.room(11)
        y = self.y
        self.text(LEFT, y + 3.6, bar.label, _SMALL)
        self.text(RIGHT, y + 3.6, bar.amount, _SMALL, align="right")
        self.put(lambda sheets: _bar(sheets, bar, y + 5.6))
        self.y = y + 11

    def places(self, names: tuple[str, ...]) -> None:
        half = _WIDE / 2
        self.y += 1
        for start in range(0, len(names), 2):
            self.room(22)
            for column, name in enumerate(names[start : start + 2]):
                x = LEFT + column * half
                self.text(x, self.y + 5, name, _SMALL)
                self.rule(self.y + 18, 0.4, x, x + half - 8)
            self.y += 22

    def signed(self, by: str, on: str) -> None:
        self.room(_SEALED)
        self.y += 11
        middle = RIGHT - 42
        self.put(lambda sheets, y=self.y: _seal(sheets, middle, y + 8))  # type: ignore[misc]
        for line in wrap(by, _BODY, 80):
            self.text(middle, self.y + 4, line, _BODY, align="centre")
            self.y += _LEADING
        self.text(middle, self.y + 5, on, _BODY, align="centre")
        self.y += 16

    def cut(self, text: str) -> None:
        self.room(12)
        y = self.y + 6
        middle, half = (LEFT + RIGHT) / 2, width(text, _SMALL) / 2 + 3
        self.put(lambda sheets: _dashed(sheets, y - 1.2, middle, half))
        self.text(middle, y, text, _SMALL, align="centre")
        self.y += 12


def _edges(table: Table) -> list[float]:
    """The vertical lines of a table, in mm."""
    whole, edges = sum(table.widths), [LEFT]
    for share in table.widths:
        edges.append(edges[-1] + _WIDE * share / whole)
    return edges


def _parts(cells: list[list[str]]) -> list[list[list[str]]]:
    """A row in pieces that fit on a page: a developer has more units than a page has lines."""
    longest = max(len(lines) for lines in cells)
    return [
        [lines[at : at + _MOST_LINES] for lines in cells] for at in range(0, max(longest, 1), _MOST_LINES)
    ]


def _height(cells: list[list[str]], least: float) -> float:
    return max(least, max(len(lines) for lines in cells) * _CELL_LEADING + 2 * _PAD)


def _frame(sheets: Sheets, edges: list[float], top: float, high: float, *, head: bool) -> None:
    for x1, x2 in pairwise(edges):
        sheets.box(x1, top, x2 - x1, high, 0.4)
    if head:
        sheets.rule(top + high, 1, edges[0], edges[-1])


def _bar(sheets: Sheets, bar: Bar, y: float) -> None:
    long = _WIDE * bar.part / bar.whole if bar.whole else 0.0
    canvas = sheets.canvas
    canvas.saveState()
    canvas.setFillGray(0.45)
    canvas.rect(LEFT * mm, (297 - y - 4) * mm, long * mm, 4 * mm, stroke=0, fill=1)
    canvas.restoreState()
    sheets.box(LEFT, y, _WIDE, 4, 0.5)
    if bar.line is not None:
        x = LEFT + _WIDE * bar.line.numerator / bar.line.denominator
        # White on both sides: it is seen on the bar and beside it, also on a bad printer.
        for grey, weight in ((1, 3.4), (0, 1.6)):
            canvas.saveState()
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(weight)
            canvas.line(x * mm, (297 - y + 0.6) * mm, x * mm, (297 - y - 4.6) * mm)
            canvas.restoreState()


def _seal(sheets: Sheets, x: float, y: float) -> None:
    """Where the seal goes: a thin broken ring under the words."""
    canvas = sheets.canvas
    canvas.saveState()
    canvas.setStrokeGray(0.7)
    canvas.setLineWidth(0.5)
    canvas.setDash(2, 2)
    canvas.circle(x * mm, (297 - y) * mm, 20 * mm, stroke=1, fill=0)
    canvas.restoreState()


def _dashed(sheets: Sheets, y: float, middle: float, half: float) -> None:
    canvas = sheets.canvas
    canvas.saveState()
    canvas.setDash(3, 3)
    sheets.rule(y, 0.5, LEFT, middle - half)
    sheets.rule(y, 0.5, middle + half, RIGHT)
    canvas.restoreState()
