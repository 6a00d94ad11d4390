"""The order of names by the strokes of their surnames (姓氏笔画), as notices and ballots print it.

Names are compared character by character, a compound surname (欧阳) like any other: fewer strokes first;
among as many the kinds of the strokes from the first on, 横 竖 撇 点 折; among the same kinds the number in
the 通用规范汉字表. A name that ends first stands first. What stands in brackets behind a name and the dot
within one do not count. This is GB 13000.1 字符集汉字字序（笔画序）规范 as the table of 2013 applies it.

Where the table cannot tell two names apart, nothing is guessed: the characters are reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cmp_to_key

from voting.errors import Refusal, Refused
from voting.rules.stroke_table import LEVELS

_SILENT = "·•・ \u3000"
_BRACKETS = "（("


@dataclass(frozen=True)
class Strokes:
    """How a character is written: `kinds` may be only their beginning; `number` in the table of 2013."""

    count: int
    kinds: str
    level: int
    number: int

    @property
    def complete(self) -> bool:
        return len(self.kinds) == self.count


def strokes_of(character: str) -> Strokes | None:
    """How a character is written; None where the table does not have it."""
    return _table().get(character)


def by_surname_strokes(names: Sequence[str]) -> tuple[str, ...]:
    """The names in their order, whatever order they come in.

    Refused STROKES_UNKNOWN(characters) where two names cannot be told apart.
    """
    unknown = sorted(
        {sign for i, one in enumerate(names) for other in names[:i] for sign in _undecided(one, other)}
    )
    if unknown:
        raise Refused(Refusal.STROKES_UNKNOWN, characters="、".join(unknown))
    return tuple(sorted(names, key=cmp_to_key(_order)))


def surname_strokes(name: str) -> int | None:
    """The strokes of a name's first character, for a list that shows why it is in its order."""
    known = strokes_of(name[:1])
    return known.count if known else None


def _order(one: str, other: str) -> int:
    return _compare(one, other)[0]


def _undecided(one: str, other: str) -> set[str]:
    return _compare(one, other)[1]


def _compare(one: str, other: str) -> tuple[int, set[str]]:
    """Negative where `one` comes first, and the characters for want of which nobody can say."""
    first, second = _written(one), _written(other)
    for a, b in zip(first, second, strict=False):
        if a != b:
            return _compare_characters(a, b)
    # The same signs: two people of one name, told apart by what stands behind it.
    return (len(first) - len(second)) or (-1 if one < other else int(one > other)), set()


def _compare_characters(a: str, b: str) -> tuple[int, set[str]]:
    known, other = strokes_of(a), strokes_of(b)
    if known is None or other is None:
        return 0, {sign for sign, found in ((a, known), (b, other)) if found is None}
    if known.level == other.level or known.count != other.count:
        return (known.count - other.count) or (known.number - other.number), set()
    for kind, its in zip(known.kinds, other.kinds, strict=False):
        if kind != its:
            return (-1 if kind < its else 1), set()
    if known.complete and other.complete:
        return known.number - other.number, set()
    return 0, {sign for sign, found in ((a, known), (b, other)) if not found.complete}


def _written(name: str) -> str:
    for bracket in _BRACKETS:
        name = name.partition(bracket)[0]
    return "".join(sign for sign in name if sign not in _SILENT)


@cache
def _table() -> dict[str, Strokes]:
    table: dict[str, Strokes] = {}
    for level, written in enumerate(LEVELS, start=1):
        count = 0
        for piece in written.split():
            if piece.isdecimal():
                count = int(piece)
            else:
                # Two characters of the table are left out: a number tells the order, not the place.
                table[piece[0]] = Strokes(count, piece[1:].removesuffix("?"), level, len(table) + 1)
    return table
