"""Make voting/rules/stroke_table.py again: python scripts/make_strokes.py UNIHAN CNCHAR [--check]

UNIHAN is the folder of Unicode's Unihan_*.txt.bz2 (Debian's package unicode-data 15.0.0: /usr/share/unicode),
CNCHAR the folder of the npm package cnchar-order 3.2.6. With --check nothing is written: exit status 1 where
the table differs.

Which character comes before which is what the 通用规范汉字表 (2013) says: its three levels are each ordered
by strokes, and among as many by the kinds of the strokes, and Unihan has its numbers (kTGH). The order of two
characters of different levels follows from the kinds, which are cnchar's; every one of them is compared with
the order of its level, and what disagrees is left out. Where cnchar does not know a character, its kinds
begin with what its neighbours in the level have in common.
"""

import bz2
import json
import re
import sys
import textwrap
from bisect import bisect_left
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "voting" / "rules" / "stroke_table.py"
LEVELS = ((1, 3500), (3501, 6500), (6501, 8105))
# GB 13000.1 字符集汉字笔顺规范: 提 is a 横, 竖钩 a 竖, 捺 a 点; whatever bends is a 折.
KINDS = {"横": "1", "提": "1", "竖": "2", "竖钩": "2", "撇": "3", "点": "4", "点2": "4", "捺": "4"}
_WIDTH = 70  # characters a line: Chinese ones are twice as wide

HEAD = '''\
"""Strokes of the characters of the 通用规范汉字表 (2013), in its order; made by scripts/make_strokes.py.

Data: Unicode 15.0 Unihan (kTGH, kTotalStrokes), Copyright © 1991-2022 Unicode, Inc., Unicode License; kinds
of strokes: cnchar-order 3.2.6, Copyright (c) 2017-present theajack, MIT License. Combined.

Of each level: a number of strokes, then the characters that have as many, each with the kinds of its strokes
(1 横, 2 竖, 3 撇, 4 点, 5 折); a `?` ends kinds that are known only so far.
"""

LEVELS = (
'''


def main() -> int:
    """Write the table, or compare it."""
    paths = [each for each in sys.argv[1:] if each != "--check"]
    if len(paths) != 2:
        sys.exit(__doc__)
    made = table(Path(paths[0]), Path(paths[1]))
    if "--check" in sys.argv:
        return int(made != TARGET.read_text(encoding="utf-8"))
    TARGET.write_text(made, encoding="utf-8")
    return 0


def table(unihan: Path, cnchar: Path) -> str:
    """The module's text."""
    numbers, counts = _unihan(unihan)
    known = {
        character: kinds for character, kinds in _kinds(cnchar).items() if len(kinds) == counts.get(character)
    }
    lines = []
    for first, last in LEVELS:
        level = sorted((each for each in numbers if first <= numbers[each] <= last), key=numbers.__getitem__)
        assert len(level) == last - first + 1
        all_strokes = dict(zip(level, _counts(level, counts), strict=True))
        level = [each for each in level if all_strokes[each]]
        strokes = [all_strokes[each] for each in level]
        lines.append("    (\n")
        kinds = _between(level, strokes, {each: known[each] for each in level if each in known})
        lines += [f'        "{line} "\n' for line in _written(level, strokes, kinds)]
        lines.append("    ),\n")
    return HEAD + "".join(lines) + ")\n"


def _unihan(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    numbers: dict[str, int] = {}
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("Unihan_*.txt.bz2")):
        for line in bz2.decompress(path.read_bytes()).decode().splitlines():
            if line.startswith("U+"):
                point, field, value = line.split("\t")
                if field == "kTGH":
                    numbers[chr(int(point[2:], 16))] = int(value.removeprefix("2013:"))
                elif field == "kTotalStrokes":
                    # The first value is the one preferred for zh-Hans (UAX 38).
                    counts[chr(int(point[2:], 16))] = int(value.split()[0])
    return numbers, counts


def _kinds(package: Path) -> dict[str, str]:
    script = (package / "cnchar.order.min.js").read_text(encoding="utf-8")
    orders, shapes = (json.loads(found) for found in re.findall(r"JSON\.parse\('(.*?)'\)", script))
    kind = {letter: KINDS.get(shape["name"], "5") for letter, shape in shapes.items()}
    return {character: "".join(kind[letter] for letter in order) for character, order in orders.items()}


def _counts(level: list[str], counts: dict[str, int]) -> list[int]:
    """Strokes along a level: Unihan's, where they do not break its order; else its neighbours'.

    0 between two neighbours that differ: nobody can say, and the character is left out.
    """
    kept = _longest_rising([counts[each] for each in level])
    strokes = [counts[each] if i in kept else 0 for i, each in enumerate(level)]
    order = sorted(kept)
    for i in range(len(level)):
        if i not in kept:
            place = bisect_left(order, i)
            around = {strokes[j] for j in order[max(place - 1, 0) : place + 1]}
            strokes[i] = around.pop() if len(around) == 1 else 0
    return strokes


def _between(level: list[str], strokes: list[int], known: dict[str, str]) -> list[str]:
    """The kinds of each character, or their beginning and a `?`."""
    have = [i for i, each in enumerate(level) if len(known.get(each, "")) == strokes[i]]
    kept = {have[i] for i in _longest_rising([(strokes[j], known[level[j]]) for j in have])}
    order = sorted(kept)
    kinds = []
    for i, each in enumerate(level):
        if i in kept:
            kinds.append(known[each])
            continue
        place = bisect_left(order, i)
        around = [known[level[j]] for j in order[max(place - 1, 0) : place + 1] if strokes[j] == strokes[i]]
        common = _common(*around) if len(around) == 2 else ""
        kinds.append(common if len(common) == strokes[i] else common + "?")
    return kinds


def _common(one: str, other: str) -> str:
    same = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[:same]


def _longest_rising(values: list[object]) -> set[int]:
    """The places of a longest subsequence that never falls."""
    tails: list[tuple[object, int]] = []
    before: list[int] = []
    for i, value in enumerate(values):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if tails[middle][0] <= value:  # type: ignore[operator]
                low = middle + 1
            else:
                high = middle
        before.append(tails[low - 1][1] if low else -1)
        tails[low : low + 1] = [(value, i)]
    found, i = set(), tails[-1][1]
    while i >= 0:
        found.add(i)
        i = before[i]
    return found


def _written(level: list[str], strokes: list[int], kinds: list[str]) -> list[str]:
    pieces: list[str] = []
    last = 0
    for character, count, own in zip(level, strokes, kinds, strict=True):
        if count != last:
            pieces.append(str(count))
            last = count
        pieces.append(f"{character}{own}")
    return textwrap.wrap(" ".join(pieces), _WIDTH)


if __name__ == "__main__":
    sys.exit(main())
