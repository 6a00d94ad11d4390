"""Setting type on an A4 sheet: millimetres from the top left corner, Chinese lines, text that fits."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from voting.documents.fonts import SANS, face
from voting.documents.qr import draw_qr
from voting.rules.periods import LEGAL_ZONE

LEFT, RIGHT, TOP, BOTTOM = 20.0, 190.0, 20.0, 277.0  # mm: A4 with 2 cm margins
_HEIGHT = 297.0

# Chinese line breaking (避头尾): what may not begin a line, and what may not end one.
_NOT_FIRST = frozenset("、，。；：？！）》〉」』】〕”’…—·～％,.;:?!)]}%")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{")
_BREAK = re.compile(r"[\r\n\t]+")  # what a text field of a page may hold: set as a space
# A run of Latin letters and digits stays together, and so does 13,260.50 or 74.76%.
_PIECE = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?%?|[0-9A-Za-z/:.\-–_#&=@+~']+%?|\s+|.")


def moment(when: datetime, zone: str = LEGAL_ZONE) -> str:
    """A point in time as a notice writes it, by the clocks of the estate: 2026年11月23日 09:00."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def day(when: datetime, zone: str = LEGAL_ZONE) -> str:
    """The day of it: 2026年11月23日."""
    return moment(when, zone).rpartition(" ")[0]


def until(when: datetime, zone: str = LEGAL_ZONE) -> str:
    """The end of a period as people say it: its last day where it ends with one, otherwise the minute."""
    local = when.astimezone(ZoneInfo(zone))
    return day(when - timedelta(days=1), zone) if (local.hour, local.minute) == (0, 0) else moment(when, zone)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort key that puts 2栋 before 10栋 and 1-1-901 before 1-1-1001."""
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", text) if p]


def width(text: str, size: float, font: str = SANS) -> float:
    """Width in mm at `size` points."""
    return face(font).stringWidth(text, size) / mm


def wrap(text: str, size: float, limit: float, font: str = SANS) -> list[str]:
    """Lines no wider than `limit` mm; a single word longer than that is cut."""
    lines, line = [], ""
    for piece in _pieces(text, size, limit, font):
        if width(line + piece.rstrip(), size, font) <= limit:
            line += piece
            continue
        carried = ""
        # What may not stand at the edge takes its neighbour with it to the next line.
        while len(line) > 1 and ((carried or piece)[0] in _NOT_FIRST or line[-1] in _NOT_LAST):
            line, carried = line[:-1], line[-1] + carried
        lines.append(line.rstrip())
        line = (carried + piece).lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, size: float, limit: float, font: str) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(_BREAK.sub(" ", text)):
        fits = width(piece, size, font) <= limit
        pieces += [piece] if fits else list(piece)
    return pieces


def clipped(lines: Sequence[str], most: int, size: float, limit: float, font: str = SANS) -> list[str]:
    """The first `most` lines, the last of them ending in … when something was left out."""
    if len(lines) <= most:
        return list(lines)
    last = lines[most - 1]
    while last and width(last + "…", size, font) > limit:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def shrunk(
    text: str, limit: float, *ways: tuple[int, float, float], font: str = SANS
) -> tuple[float, list[str]]:
    """(size, lines) of the first way that holds the whole text; the last way cuts what it cannot hold.

    A way is (most lines, largest size, smallest size), tried in steps of half a point.
    """
    for most, largest, smallest in ways:
        for half_points in range(int(largest * 2), int(smallest * 2) - 1, -1):
            lines = wrap(text, half_points / 2, limit, font)
            if len(lines) <= most:
                return half_points / 2, lines
    most, _, size = ways[-1]
    return size, clipped(wrap(text, size, limit, font), most, size, limit, font)


def listed(
    labels: Sequence[str], most: int, size: float, limit: float, unit: str, font: str = SANS
) -> list[str]:
    """The labels joined by 、 in at most `most` lines; too many end in 等 23 套, where `unit` is 套."""
    for shown in range(len(labels), 0, -1):
        text = "、".join(labels[:shown]) + ("" if shown == len(labels) else f" 等 {len(labels)} {unit}")
        lines = wrap(text, size, limit, font)
        if len(lines) <= most:
            return lines
    return clipped(wrap(f"{labels[0]} 等 {len(labels)} {unit}", size, limit, font), most, size, limit, font)


class Sheets:
    """A PDF under way. All lengths are mm from the top left corner, `y` is the baseline; sizes are points."""

    def __init__(self, title: str, author: str) -> None:
        self._out = BytesIO()
        # `invariant` keeps the clock out of the file: the same letters are the same bytes.
        font: Any = SANS  # the stubs ask for a number here
        self.canvas = Canvas(
            self._out, pagesize=A4, pageCompression=1, invariant=1, initialFontName=font, lang="zh-CN"
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        font: str = SANS,
        *,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """One line, left, centre or right of x. Bold is a thin stroke: the faces have one weight."""
        if align != "left":
            x -= width(text, size, font) / (2 if align == "centre" else 1)
        line = self.canvas.beginText(x * mm, (_HEIGHT - y) * mm)
        line.setFont(font, size)
        if bold:
            self.canvas.setLineWidth(size / 40)
            line.setTextRenderMode(2)
        line.textOut(text)
        if bold:
            line.setTextRenderMode(0)
        self.canvas.drawText(line)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float, leading: float, font: str = SANS
    ) -> float:
        """Lines `leading` mm apart; the baseline after the last one."""
        for line in lines:
            self.text(x, y, line, size, font)
            y += leading
        return y

    def rule(self, y: float, weight: float, x1: float = LEFT, x2: float = RIGHT) -> None:
        """A horizontal line, `weight` in points."""
        self.canvas.setLineWidth(weight)
        self.canvas.line(x1 * mm, (_HEIGHT - y) * mm, x2 * mm, (_HEIGHT - y) * mm)

    def box(self, x: float, y: float, wide: float, high: float, weight: float) -> None:
        """An empty frame with its upper left corner at (x, y)."""
        self.canvas.setLineWidth(weight)
        self.canvas.rect(x * mm, (_HEIGHT - y - high) * mm, wide * mm, high * mm)

    def qr(self, x: float, y: float, size: float, text: str) -> None:
        """A QR symbol with its upper left corner at (x, y)."""
        draw_qr(self.canvas, text, x * mm, (_HEIGHT - y - size) * mm, size * mm)

    def turn(self) -> None:
        """The page is finished."""
        self.canvas.showPage()

    def pdf(self) -> bytes:
        """The whole file."""
        self.canvas.save()
        return self._out.getvalue()
