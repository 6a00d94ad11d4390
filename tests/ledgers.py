"""Entries of ledgers, for tests: a visit at the door, a photograph."""

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image

from tests.assembly import Assembly
from voting.rules.delivery import Attempt, End, Way
from voting.services.deliveries import record_delivery

TWO = ("王一", "李二")


def photograph(colour: int = 0) -> bytes:
    """A small JPEG."""
    target = BytesIO()
    Image.new("RGB", (8, 8), (colour, 0, 0)).save(target, "JPEG")
    return target.getvalue()


def visit(at: datetime, *units: str, **more: Any) -> Attempt:
    """Two people at the door, signed for by the voter, unless `more` says otherwise."""
    said = {"way": Way.DOOR, "end": End.SIGNED, "people": TWO} | more
    return Attempt(at=at, units=units, **said)


def delivered(assembly: Assembly, *units: str, **more: Any) -> int:
    """The letters of these units signed for while voting was open."""
    attempt = visit(assembly.voting, *units, **more)
    return record_delivery(assembly.site, assembly.uuid, attempt, b"", assembly.actor, assembly.voting)
