"""The corpus of bad records, `tests/vectors/records`, as scripts/make_records.py writes it."""

import json
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from voting.protocol.archive import Source, opened
from voting.protocol.audit import Twins, verify_twins

FOLDER = Path(__file__).resolve().parent / "vectors" / "records"
Files = dict[str, bytes]


@dataclass(frozen=True)
class BadRecord:
    """A record and what must be found in it; `unreadable` where it is refused outright."""

    name: str
    files: Files
    since: str | None
    findings: list[dict[str, Any]]
    unreadable: dict[str, Any] | None


@cache
def good() -> dict[str, Files]:
    """The good records by name."""
    read = json.loads((FOLDER / "good.json").read_text(encoding="utf-8"))
    return {name: {file: b64decode(body) for file, body in files.items()} for name, files in read.items()}


def held(archive: bytes | Source) -> bytes:
    """An archive's bytes."""
    with opened(archive) as stream:
        return b"".join(iter(lambda: stream.read(1 << 20), b""))


@cache
def same_twins(owners: bytes, area: bytes, most: int | None = None) -> Twins:
    """`verify_twins`, once for the same bytes: many records differ from the good ones in papers only."""
    return verify_twins(owners, area, most=most)


@cache
def corpus() -> tuple[dict[str, Any], ...]:
    """The bad records as they are written."""
    return tuple(
        case
        for path in sorted(FOLDER.glob("*.json"))
        if path.name != "good.json"
        for case in json.loads(path.read_text(encoding="utf-8"))
    )


def cases() -> list[Any]:
    """The corpus as parameters; of each good record one for each name of a refusal is enough, but in a
    thorough run."""
    made, seen = [], set()
    for case in corpus():
        findings = [case["unreadable"]] if "unreadable" in case else case["findings"]
        kind = case["base"], tuple(each["refusal"] for each in findings)
        made.append(pytest.param(case, id=case["name"], marks=[pytest.mark.thorough] if kind in seen else []))
        seen.add(kind)
    return made


def record(case: dict[str, Any]) -> BadRecord:
    """One record with all its files."""
    base = good()[case["base"]]
    files = dict(base)
    for name, pieces in case["files"].items():
        if pieces is None:
            del files[name]
        else:
            files[name] = b"".join(_piece(piece, files, base.get(name, b"")) for piece in pieces)
    return BadRecord(case["name"], files, case.get("since"), case["findings"], case.get("unreadable"))


def _piece(piece: Any, files: Files, same: bytes) -> bytes:
    if isinstance(piece, str):
        return b64decode(piece)
    offset, length, *other = piece
    return (files[other[0]] if other else same)[offset : offset + length]
