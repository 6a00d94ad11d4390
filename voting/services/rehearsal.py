"""A whole election without a browser: the same services, a database of its own, and the exported record.

For organisers it is a dry run with their own register and agenda; for us it is the test of everything from
the register to the record. Nothing of it stays on the computer but the export.
"""

import json
import secrets
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import UnsetType

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.certificates import check_certificates, make_certificate
from voting.protocol.election import decode_election
from voting.protocol.group import group_named
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.threshold import make_inputs, make_output, make_parameters, make_polynomial
from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.choices import Vectors, choices_by_voter, read_choices
from voting.rules.periods import CHINA
from voting.rules.problems import WHAT_RESIDENTS_DO, WHAT_TO_DO, Problem, ProblemKind
from voting.rules.register import ParsedRegister, parse_register
from voting.rules.residents import ParsedResidents, parse_residents, registered_resident, resident_voters
from voting.rules.roll import Voter, registered, voters
from voting.rules.terms import Terms
from voting.services.accounts import create_account
from voting.services.booth import booth, cast_ballot
from voting.services.circles import MOST_TRUSTEES
from voting.services.credential_file import open_credential_file
from voting.services.credentials import issue_credentials, roll
from voting.services.elections import (
    DEFAULT_GROUP,
    close_election,
    count_election,
    create_election,
    open_election,
    publish_election,
)
from voting.services.record import export_record, sealed_record
from voting.services.registers import create_estate, import_register
from voting.services.residents import import_residents
from voting.services.site import Actor, Keys, Progress, Site
from voting.services.trustee import (
    KeyFile,
    Share,
    new_key,
    open_sums,
    partial_decryptions,
    verified,
    with_ballots,
    with_output,
)
from voting.store.engine import Store

# When the agenda names no times, the rehearsed ballot was open for one hour, an hour ago.
_WINDOW = timedelta(hours=1)


class Stage(StrEnum):
    """What the rehearsal is busy with, for whoever shows progress."""

    LETTERS = "letters"
    BALLOTS = "ballots"
    DECRYPTING = "decrypting"
    COUNTING = "counting"


@dataclass(frozen=True)
class Input:
    """The three files, with the names by which their kind is known."""

    roll_name: str
    roll: bytes
    agenda: bytes
    choices_name: str
    choices: bytes


@dataclass(frozen=True)
class Trustees:
    """How many trustees there are beside the server, and how many of them must decrypt."""

    size: int
    threshold: int

    def check(self) -> None:
        """Raises `Refused` THRESHOLD_OUT_OF_RANGE."""
        if (self.size, self.threshold) != (0, 0) and not 1 <= self.threshold <= self.size <= MOST_TRUSTEES:
            raise Refused(Refusal.THRESHOLD_OUT_OF_RANGE, threshold=self.threshold, size=self.size, index=1)


SERVER_ALONE = Trustees(0, 0)


@dataclass(frozen=True)
class Rehearsal:
    """What came out: EXPORT.zip, and the outcome that stands in it."""

    uuid: str
    export: bytes
    outcome: dict[str, Any]


def register_problems(given: Input, now: datetime) -> tuple[Problem, ...]:
    """Every problem of the register, warnings included; a rehearsal is refused while one is an error."""
    agenda = _agenda(given.agenda)
    return _register(given, agenda, _window(agenda, now)[0]).problems


def what_to_do(given: Input) -> Mapping[ProblemKind, str]:
    """What is to be done about each problem, for the kind of register that the agenda needs."""
    of_owners = (_agenda(given.agenda).terms or Terms()).of_owners
    return WHAT_TO_DO if of_owners else WHAT_RESIDENTS_DO


def rehearse(
    given: Input,
    now: datetime,
    base_url: str,
    stage: Callable[[Stage], Progress],
    group: str = DEFAULT_GROUP,
    trustees: Trustees = SERVER_ALONE,
) -> Rehearsal:
    """Hold the election that the files describe and export it.

    All input is read and checked before anything begins. Raises the same `Refused` as the pages:
    REGISTER_HAS_PROBLEMS, REGISTER_*, FILE_*, AGENDA_*, CHOICES_*, CHOICE_*, GROUP_UNKNOWN,
    THRESHOLD_OUT_OF_RANGE.
    """
    group_named(group)
    trustees.check()
    agenda = _agenda(given.agenda)
    window = _window(agenda, now)
    votes = _votes(given, agenda, window[0])
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'rehearsal.db'}")
        try:
            store.migrate()
            site = Site(store, Keys.derive(secrets.token_bytes(32)))
            return _hold(
                site, given, json.loads(given.agenda), group, votes, window, base_url, stage, trustees
            )
        finally:
            store.close()


def _agenda(body: bytes) -> Agenda:
    try:
        return agenda_from_json(json.loads(body))
    except (ValueError, RecursionError):
        raise Refused(Refusal.JSON_MALFORMED, what="agenda") from None


def _window(agenda: Agenda, now: datetime) -> tuple[datetime, datetime]:
    opens_at = agenda.opens_at or now - 2 * _WINDOW
    return opens_at, agenda.closes_at or opens_at + _WINDOW


def _register(given: Input, agenda: Agenda, opens_at: datetime) -> ParsedRegister | ParsedResidents:
    """The register of those who vote: of units, or of residents as old as they are at the opening."""
    rows = read_rows(given.roll_name, given.roll)
    if (agenda.terms or Terms()).of_owners:
        return parse_register(rows)
    return parse_residents(rows, CHINA.local(opens_at).date())


def _votes(given: Input, agenda: Agenda, opens_at: datetime) -> dict[int, Vectors]:
    """Voter's number -> vectors, or the first thing that is wrong with the files."""
    parsed = _register(given, agenda, opens_at)
    if parsed.errors:
        raise Refused(Refusal.REGISTER_HAS_PROBLEMS, count=len(parsed.errors))
    electorate: tuple[Voter, ...]
    if isinstance(parsed, ParsedRegister):
        units = [registered(unit, lambda identity: identity) for unit in parsed.units]
        electorate = voters(units, agenda.scope)
    else:
        people = [registered_resident(each, lambda identity: identity) for each in parsed.residents]
        by_household = (agenda.terms or Terms()).body == "households"
        electorate = resident_voters(people, agenda.scope, by_household=by_household)
    if not electorate:
        raise Refused(Refusal.ROLL_EMPTY)
    chosen = read_choices(read_rows(given.choices_name, given.choices), agenda.questions)
    return choices_by_voter(chosen, electorate)


def _hold(
    site: Site,
    given: Input,
    agenda: dict[str, Any],
    group: str,
    votes: dict[int, Vectors],
    window: tuple[datetime, datetime],
    base_url: str,
    stage: Callable[[Stage], Progress],
    trustees: Trustees,
) -> Rehearsal:
    opens_at, closes_at = window
    password, passphrase = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    organiser = create_account(site, "rehearsal", "organiser", "rehearsal", password, opens_at)
    actor = Actor(organiser, "rehearsal", "organiser")
    estate = create_estate(site, agenda["estate"], actor, opens_at)
    if (_agenda(given.agenda).terms or Terms()).of_owners:
        import_register(site, estate, given.roll_name, given.roll, None, actor, opens_at)
    else:
        today = CHINA.local(opens_at).date()
        import_residents(site, estate, given.roll_name, given.roll, today, None, actor, opens_at, today)
    uuid = create_election(site, estate, agenda, opens_at, closes_at, actor, opens_at, group)
    issued = issue_credentials(
        site, uuid, passphrase, base_url, actor, opens_at, progress=stage(Stage.LETTERS)
    )
    keys, circle = circle_of_trustees(trustees, group)
    open_election(site, uuid, actor, opens_at, circle=circle)

    credentials = open_credential_file(issued.credential_file, passphrase)
    election = decode_election(booth(site, uuid, opens_at).election_json.encode())
    assert {entry.number for entry in roll(site, uuid)} >= votes.keys()
    progress = stage(Stage.BALLOTS)
    for done, (voter, choices) in enumerate(votes.items(), 1):
        body = encrypt_ballot(election, credentials[voter], choices)
        cast_ballot(site, uuid, voter, body, opens_at + done * (closes_at - opens_at) / (len(votes) + 1))
        progress(done, len(votes))

    close_election(site, uuid, actor, closes_at)
    # The first trustees never come back; the others are as many as the threshold.
    present = keys[trustees.size - trustees.threshold :]
    shares = _shares(sealed_record(site, uuid), present, stage)
    outcome = count_election(
        site,
        uuid,
        actor,
        closes_at,
        stage(Stage.COUNTING),
        {share.owner: partial_decryptions(share) for share in shares},
        {share.owner: share.ballots for share in shares if not isinstance(share.ballots, UnsetType)},
    )
    publish_election(site, uuid, actor, closes_at)
    return Rehearsal(uuid, export_record(site, uuid, closes_at, actor), outcome)


def circle_of_trustees(
    trustees: Trustees, group_name: str = DEFAULT_GROUP
) -> tuple[list[KeyFile], ThresholdParameters | None]:
    """A whole ceremony on this computer: the trustees' key files, and what they publish; nothing for none."""
    if trustees == SERVER_ALONE:
        return [], None
    files = [new_key(group_name) for _ in range(trustees.size)]
    group = files[0].in_group
    certificates = [
        make_certificate(group, file.keys, trustees.size, trustees.threshold, index)
        for index, file in enumerate(files, 1)
    ]
    circle = check_certificates(group, certificates)
    polynomials = [make_polynomial(circle, file.keys) for file in files]
    inputs = make_inputs(circle, polynomials)
    outputs = [make_output(circle, file.keys, each) for file, each in zip(files, inputs, strict=True)]
    kept = [with_output(file, output) for file, output in zip(files, outputs, strict=True)]
    return kept, make_parameters(circle, polynomials, outputs)


def _shares(record: bytes, keys: list[KeyFile], stage: Callable[[Stage], Progress]) -> list[Share]:
    """What these trustees send after the closing, each from the published record."""
    if not keys:
        return []
    with zipfile.ZipFile(BytesIO(record)) as files:
        owners, area = (files.read(name) for name in files.namelist() if name.endswith(".bel"))
        rules = files.read("rules.json")
    progress = stage(Stage.DECRYPTING)
    # Real trustees verify on computers of their own; this one computer need not do it again for each.
    records = verified((owners, area), progress=progress)
    return [with_ballots(key, open_sums(key, records), owners, records, rules).share for key in keys]
