"""QR codes, error correction level M, with the quiet zone of four modules that ISO/IEC 18004 asks for."""

from collections.abc import Iterator
from html import escape

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

QUIET = 4  # modules of white on every side: ISO/IEC 18004 §6.3.8


def modules(text: str) -> list[list[bool]]:
    """The symbol of `text` as rows from the top, without its quiet zone; True is black."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


def draw_qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """Draw the symbol with its lower left corner at (x, y), `size` points wide without the quiet zone.

    The quiet zone is the caller's to keep white: four modules, at most `size` * 4 / 21.
    """
    rows = modules(text)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / len(rows), size / len(rows))
    # One path for the whole symbol: rectangles that touch inside one fill leave no hairline between them.
    path = canvas.beginPath()
    for row, start, length in _runs(rows):
        path.rect(start, len(rows) - 1 - row, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def qr_svg(text: str, title: str) -> str:
    """A standalone SVG document of the QR code of `text`; `title` is what a screen reader says.

    Black on white whatever the page's colours are, one unit a module, quiet zone included.
    """
    rows = modules(text)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{start + QUIET} {row + QUIET}h{length}v1h-{length}z" for row, start, length in _runs(rows)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def _runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Black runs as (row, first column, length)."""
    for number, row in enumerate(rows):
        start = None
        for column, black in enumerate([*row, False]):
            if black and start is None:
                start = column
            elif not black and start is not None:
                yield number, start, column - start
                start = None
