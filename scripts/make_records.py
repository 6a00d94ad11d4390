"""Make `tests/vectors/records/`: bad records, each from a good one by one named change.

Whoever made the change repaired all that they could: hashes, chains, signatures, tallies, decryptions,
results, outcome, log and checkpoint (forge.py). Each case says who that was (`voter`; `server`, who
holds the receipt key and a trustee's; `nobody` for damage), and what must be found, by name and place. A few
records are good: what is in progress, and what no verifier can see inside one record.

A case is written as what differs from a good record: for each file a list of pieces. `[offset, length]` is
copied from the good record's file of that name, `[offset, length, name]` from this record's file `name`, and
new bytes are in Base64. A file that is `null` is not there. `not_checked` are notes that must be among those
of a verifier.

    python scripts/make_records.py [FOLDER]
"""

import json
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bad_archives
import bad_assemblies
import bad_ballots
import bad_circles
import bad_ed25519
import bad_openings
import bad_papers
import bad_revoting
import bad_second
import bad_setups
from forge import UUID, Files, Held, Json, hold
from forge_export import Case, seal

from voting.protocol.group import BELENIOS_2048, ED25519

BLOCK = 24  # bytes that must agree before a piece is copied


def bases() -> dict[str, Files]:
    """The good records: one trustee's, two trustees', the one for which nobody voted; one in the other group,
    those with a circle of trustees; those in which single ballots were opened, and those of version 2 of the
    rules, some with voters who voted again."""
    circles = {
        bad_circles.base(group): seal(hold(bad_circles.held(group))) for group in (ED25519, BELENIOS_2048)
    }
    return {
        "good": seal(hold()),
        "two trustees": seal(hold(Held(trustees=2))),
        "nobody voted": seal(hold(Held(ballots=lambda _: []))),
        bad_ed25519.BASE: seal(hold(Held(group=ED25519))),
        **{
            base: seal(hold(bad_second.held(base)))
            for base in (bad_second.BASE, bad_second.HEADS, bad_second.SILENT)
        },
        **{base: seal(hold(bad_revoting.held(base))) for base in bad_revoting.AGENDAS},
        **circles,
        **bad_openings.bases(),
        **bad_assemblies.bases(),
    }


class Source:
    """A file of which pieces may be copied."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    @cached_property
    def at(self) -> dict[bytes, int]:
        """Where each block stands first."""
        body = self.body
        return {body[i : i + BLOCK]: i for i in range(len(body) - BLOCK, -1, -1)}

    def match(self, body: bytes, position: int, block: bytes) -> tuple[int, int]:
        """(offset, length) of what stands in `body` from its `block` at this position on, too."""
        # Where both files agree at the same place, that is most often the longer match.
        start = position if self.body[position : position + BLOCK] == block else self.at[block]
        # By leaps that grow while they agree and shrink where they do not.
        length, leap = BLOCK, BLOCK
        longest = min(len(body) - position, len(self.body) - start)
        while leap and length < longest:
            leap = min(leap, longest - length)
            here, there = position + length, start + length
            if self.body[there : there + leap] == body[here : here + leap]:
                length, leap = length + leap, 2 * leap
            else:
                leap //= 2
        return start, length


def _pieces(body: bytes, good: Source | None, twin: Source | None, twin_name: str) -> list[Any]:
    pieces: list[Any] = []
    new = position = 0
    while position <= len(body) - BLOCK:
        # Most bytes stand nowhere else, and are passed by one look into each file's blocks.
        block = body[position : position + BLOCK]
        if good and block in good.at:
            start, length = good.match(body, position, block)
            piece: list[int | str] = [start, length]
        elif twin and block in twin.at:
            start, length = twin.match(body, position, block)
            piece = [start, length, twin_name]
        else:
            position += 1
            continue
        if new < position:
            pieces.append(b64encode(body[new:position]).decode())
        pieces.append(piece)
        new = position = position + length
    if new < len(body):
        pieces.append(b64encode(body[new:]).decode())
    return pieces


def _written(made: Iterable[Case], good: dict[str, Files]) -> Iterator[Json]:
    known = {(base, name): Source(body) for base, files in good.items() for name, body in files.items()}
    owners = f"owners/{UUID}.bel"
    names: set[str] = set()
    for each in made:
        assert each.name not in names, each.name
        names.add(each.name)
        files = good[each.base]
        twin = Source(each.files[owners]) if owners in each.files else None
        changed: Json = {
            name: _pieces(body, known.get((each.base, name)), None if name == owners else twin, owners)
            for name, body in sorted(each.files.items(), reverse=True)
            if files.get(name) != body
        }
        changed |= {name: None for name in files if name not in each.files}
        written: Json = {"name": each.name, "by": each.by, "base": each.base, "files": changed}
        if each.since is not None:
            written["since"] = each.since
        if each.unreadable is not None:
            written["unreadable"] = {"refusal": each.unreadable[0], "place": each.unreadable[1]}
        if each.not_checked:
            written["not_checked"] = list(each.not_checked)
        written["findings"] = [{"refusal": name, "place": place} for name, place in each.findings]
        yield written


def make(folder: Path) -> None:
    """Write the good records and the bad ones into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    good = bases()
    encoded = {
        name: {file: b64encode(body).decode() for file, body in files.items()} for name, files in good.items()
    }
    _write(folder / "good.json", encoded)
    papers = bad_papers, bad_openings, bad_second, bad_revoting, bad_assemblies
    for chapter in (bad_archives, bad_ballots, *papers, bad_setups, bad_ed25519, bad_circles):
        cases = list(_written(chapter.cases(), good))
        _write(folder / f"{chapter.__name__.removeprefix('bad_')}.json", cases)


def _write(path: Path, content: dict[str, Any] | list[Json]) -> None:
    """JSON with one record a line."""
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    if isinstance(content, dict):
        body = (
            "{\n" + ",\n".join(f"{plain(name)}:{plain(value)}" for name, value in content.items()) + "\n}\n"
        )
    else:
        body = "[\n" + ",\n".join(map(plain, content)) + "\n]\n"
    path.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    standard = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "records"
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else standard)
