"""Small black and white pictures as PNG (ISO/IEC 15948), for files that cannot draw themselves."""

import struct
import zlib
from collections.abc import Sequence

from voting.documents.qr import QUIET, modules
from voting.rules.thresholds import Threshold

_BAR_WIDE, _BAR_HIGH = 1000, 36  # pixels


def png(rows: Sequence[bytes]) -> bytes:
    """A picture from rows of grey, one byte a pixel; 0 is black."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def qr_png(text: str) -> bytes:
    """The QR symbol of `text` with its quiet zone, eight pixels a module."""
    cells = modules(text)
    white = [b"\xff" * 8 * (len(cells) + 2 * QUIET)] * 8 * QUIET
    side = b"\xff" * 8 * QUIET
    middle = [
        side + b"".join((b"\0" if cell else b"\xff") * 8 for cell in row) + side
        for row in cells
        for _ in range(8)
    ]
    return png([*white, *middle, *white])


def bar_png(part: int, whole: int, line: Threshold | None) -> bytes:
    """A bar: `part` of `whole` in grey inside a frame, with a black mark between white edges at the line."""
    long = part * _BAR_WIDE // whole if whole else 0
    inside = bytearray(b"\x73" * long + b"\xff" * (_BAR_WIDE - long))
    inside[:2] = inside[-2:] = b"\0\0"
    frame, outside = bytearray(_BAR_WIDE), bytearray(b"\xff" * _BAR_WIDE)
    if line is not None:
        at = min(_BAR_WIDE - 3, _BAR_WIDE * line.numerator // line.denominator)
        for row in (inside, frame, outside):
            row[at - 6 : at + 6] = b"\xff" * min(12, _BAR_WIDE - at + 6)
            row[at - 3 : at + 3] = b"\0" * min(6, _BAR_WIDE - at + 3)
    edge = [bytes(outside)] * 4
    return png(
        [
            *edge,
            bytes(frame),
            bytes(frame),
            *[bytes(inside)] * (_BAR_HIGH - 12),
            bytes(frame),
            bytes(frame),
            *edge,
        ]
    )
