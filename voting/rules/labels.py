"""Unit labels as registers write them: 1-1-202, 1栋1单元202室, 商-19, or three columns apart."""

import re
import unicodedata

_DASHES = re.compile(r"[‐-―−－﹣_/\\]|—+")
_BUILDING = re.compile(r"^(.+?)(?:号楼|栋|幢|座|楼|#)-?(.+)$")
_STAIRWELL = re.compile(r"^(.+?单元|[0-9A-Za-z]+门)-?(.+)$")
_DIGITS = re.compile(r"(\d+)")


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which 2 stands before 10, and numbers before words."""
    return tuple(
        (0, int(part), part) if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(text) if part
    )


def tidy(text: str) -> str:
    """A label or a part of one: full-width signs made narrow, spaces dropped, every dash the same."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    return _DASHES.sub("-", narrow).strip("-")


def part(text: str) -> str:
    """A building, stairwell or room from a column of its own: 3栋 -> 3, 2单元 -> 2, 302室 -> 302."""
    return re.sub(r"(?<=.)(?:号楼|栋|幢|座|楼|#|单元|门|室|房|号)$", "", tidy(text))


def split(label: str) -> tuple[str, str, str]:
    """(building, stairwell, room) of a tidy label; a part that is not written is the empty string."""
    rest = label
    building = stairwell = ""
    if found := _BUILDING.match(rest):
        building, rest = found.groups()
    if found := _STAIRWELL.match(rest):
        stairwell, rest = found.groups()
    pieces = [piece for piece in rest.split("-") if piece]
    if not building and len(pieces) > 1:
        building = pieces.pop(0)
    if not stairwell and len(pieces) > 1:
        stairwell = pieces.pop(0)
    return part(building), part(stairwell), part("-".join(pieces))


def compose(building: str, stairwell: str, room: str) -> str:
    """The label of a unit whose parts stand in columns of their own."""
    return "-".join(piece for piece in (building, stairwell, room) if piece)
