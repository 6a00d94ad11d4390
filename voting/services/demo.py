"""A demonstration: 金苹果小区 in the middle of its first vote, made by the same services as a real one.

The register and the agenda travel with the package; every person in them is invented. Passwords and three
residents' codes are kept only to be shown again, which no real site does.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any

from voting.documents.spreadsheet import read_rows
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.credentials import BASE58
from voting.protocol.election import decode_election
from voting.rules.register import parse_register
from voting.rules.units import Unit
from voting.services.accounts import create_account
from voting.services.booth import booth, cast_ballot
from voting.services.credential_file import open_credential_file
from voting.services.credentials import issue_credentials, roll
from voting.services.elections import create_election, open_election
from voting.services.registers import create_estate, import_register
from voting.services.site import Actor, Progress, Site

BALLOTS = 40
SHOWN = 3
_OPENED_AGO = timedelta(days=2)
_WINDOW = timedelta(days=30)  # 5 to 60 days (domain.md §4)


class Stage(StrEnum):
    """What the demonstration is busy with, for whoever shows progress."""

    LETTERS = "letters"
    OPENING = "opening"
    BALLOTS = "ballots"


@dataclass(frozen=True)
class SignIn:
    """An account of the demonstration, with its password."""

    name: str
    password: str


@dataclass(frozen=True)
class Resident:
    """A resident who has not voted: the letter's code, and the four digits that the booth asks for."""

    name: str
    units: list[str]
    digits: str
    credential: str


@dataclass(frozen=True)
class Demo:
    """What is printed at every start; `passphrase` opens the credential file."""

    uuid: str
    title: str
    organiser: SignIn
    auditor: SignIn
    passphrase: str
    residents: list[Resident]

    def as_json(self) -> str:
        """For instance/demo.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Demo":
        """Read `as_json` again; ValueError, KeyError or TypeError when it is not that."""
        found: dict[str, Any] = json.loads(text)
        return cls(
            uuid=found["uuid"],
            title=found["title"],
            organiser=SignIn(**found["organiser"]),
            auditor=SignIn(**found["auditor"]),
            passphrase=found["passphrase"],
            residents=[Resident(**each) for each in found["residents"]],
        )


@dataclass(frozen=True)
class Papers:
    """What an organiser of the demonstration would have downloaded."""

    letters: bytes
    poster: bytes
    credential_file: bytes


def seed(site: Site, base_url: str, now: datetime, stage: Callable[[Stage], Progress]) -> tuple[Demo, Papers]:
    """Make the demonstration in an empty site: an open election, two days old, with 40 of 156 ballots cast.

    `stage` is told what begins and gives the progress to call meanwhile.
    """
    folder = files("voting.services").joinpath("golden_apple")
    register = folder.joinpath("register.xlsx").read_bytes()
    agenda = json.loads(folder.joinpath("agenda.json").read_text(encoding="utf-8"))
    opened = now - _OPENED_AGO
    organiser, actor = _account(site, "chouweizu", "organiser", "筹备组", opened)
    auditor, _ = _account(site, "juweihui", "auditor", "居委会", opened)

    estate = create_estate(site, agenda["estate"], actor, opened)
    import_register(site, estate, "register.xlsx", register, None, actor, opened)
    uuid = create_election(site, estate, agenda, opened, opened + _WINDOW, actor, opened)
    passphrase = _password()
    issued = issue_credentials(site, uuid, passphrase, base_url, actor, opened, progress=stage(Stage.LETTERS))
    open_election(site, uuid, actor, opened, progress=stage(Stage.OPENING))

    credentials = open_credential_file(issued.credential_file, passphrase, uuid)
    turn = _mixed(sorted(credentials))
    progress = stage(Stage.BALLOTS)
    view = booth(site, uuid, opened)
    election = decode_election(view.election_json.encode())
    for done in range(BALLOTS):
        voter = turn[done]
        choices = [_choice(question, voter) for question in view.questions]
        body = encrypt_ballot(election, credentials[voter], choices)
        cast_ballot(site, uuid, voter, body, opened + (done + 1) * _OPENED_AGO / (BALLOTS + 1))
        progress(done + 1, BALLOTS)

    units = {unit.label: unit for unit in parse_register(read_rows("register.xlsx", register)).units}
    residents = [
        Resident(entry.name, list(entry.units), _last_four(units[entry.units[0]]), credentials[entry.number])
        for entry in roll(site, uuid)
        if not entry.has_voted and units[entry.units[0]].phone
    ]
    demo = Demo(uuid, agenda["title"], organiser, auditor, passphrase, _variety(residents))
    return demo, Papers(issued.letters, issued.poster, issued.credential_file)


def _account(site: Site, name: str, role: str, display_name: str, now: datetime) -> tuple[SignIn, Actor]:
    password = _password()
    number = create_account(site, name, role, display_name, password, now)
    return SignIn(name, password), Actor(number, name, role)


def _password() -> str:
    """12 Base58 characters, 70 bits."""
    return "".join(secrets.choice(BASE58) for _ in range(12))


def _mixed(voters: list[int]) -> list[int]:
    """All over the estate, and the same at every start: the pages need a picture, not chance."""
    return sorted(voters, key=lambda number: number * 61 % 157)


def _choice(question: dict[str, Any], voter: int) -> list[int]:
    """A mark a choice (0 or 1), differing from voter to voter."""
    if question["kind"] == "motion":
        mark = (0, 0, 1, 0, 0, 2, 0)[voter % 7]
        return [int(index == mark) for index in range(len(question["choices"]))]
    count = len(question["candidates"])
    marked = {(voter + step) % count for step in range(question["at_most"] - voter % 2)}
    return [int(index in marked) for index in range(count)]


def _last_four(unit: Unit) -> str:
    return (unit.phone or "")[-4:]


def _variety(residents: list[Resident]) -> list[Resident]:
    """An owner of several units, co-owners, and one of each other kind, as far as there are such."""

    def first(kind: Callable[[Resident], bool]) -> Iterator[Resident]:
        return (each for each in residents if kind(each))

    several = next(first(lambda each: len(each.units) > 1), None)
    together = next(first(lambda each: "、" in each.name and each is not several), None)
    alone = [each for each in residents if len(each.units) == 1 and "、" not in each.name]
    chosen = [each for each in (alone[0] if alone else None, several, together) if each is not None]
    return [*chosen, *(each for each in alone[1:] if each not in chosen)][:SHOWN]
