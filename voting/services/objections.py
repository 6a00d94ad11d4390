"""Objections to the roll, the candidates or the result: filed, answered, decided; each in its period.

Who objects and in which words is for organisers and auditors: the log and public pages know a number, what it
is about, and the decision with its reason.
"""

from dataclasses import dataclass
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.rules.assembly import About, Act, Step
from voting.rules.clock import obstacles
from voting.services import log
from voting.services.assembly_state import held, take
from voting.services.entry import Shown, identified, identified_letter, new_challenge
from voting.services.meeting import served
from voting.services.phases import found, require_reason
from voting.services.site import Actor, Site
from voting.store import assemblies as rows
from voting.store import roll as roll_rows
from voting.store.assemblies import ObjectionRow
from voting.store.roll import RollEntry

LONGEST_TEXT = 2000  # characters
LONGEST_NAME = 100
VOTER = "voter"


@dataclass(frozen=True)
class Objecting:
    """What an objection is about, its words, and by whom it was handed in."""

    about: About
    text: str
    filed_by: str


def file_objection(site: Site, uuid: str, objecting: Objecting, actor: Actor, now: datetime) -> int:
    """Enter an objection that came on paper or by word of mouth; returns its number.

    Refuses OBJECTION_TEXT_INVALID(most), OBJECTION_TOO_EARLY, OBJECTION_TOO_LATE(until).
    """
    return _file(site, uuid, objecting, actor.name, now)


def file_own_objection(
    site: Site, election_uuid: str, shown: Shown, about: About, text: str, now: datetime
) -> int:
    """File a voter's own objection, who shows both factors of the letter; returns its number.

    Refuses like `file_objection` and `entry.identified`, and OBJECTION_THROUGH_OTHER_VOTE where the letter is
    of a vote without an assembly.
    """
    with site.store.read() as tx:
        row = found(tx, election_uuid)
    if row.assembly_uuid is None:
        raise Refused(Refusal.OBJECTION_THROUGH_OTHER_VOTE)
    # Before anybody's tries are counted: what is too late is refused whoever asks.
    with site.store.read() as tx:
        state = held(tx, row.assembly_uuid).state
    for refused in obstacles(state, Step(Act.OBJECT, now, about=about)):
        raise refused
    _clean(text, LONGEST_TEXT)
    entry = identified(site, row, shown, now)
    return _file(site, row.assembly_uuid, _by(entry, about, text), VOTER, now, election_uuid, entry.voter)


def file_objection_by_letter(
    site: Site, uuid: str, shown: Shown, about: About, text: str, now: datetime
) -> int:
    """The same with an assembly's letter, whichever of its votes the holder votes in.

    Refuses like `file_objection` and `entry.identified_letter`, and ASSEMBLY_UNKNOWN before letters.
    """
    with site.store.read() as tx:
        elections = served(tx, uuid)
        state = held(tx, uuid).state
    for refused in obstacles(state, Step(Act.OBJECT, now, about=about)):
        raise refused
    _clean(text, LONGEST_TEXT)
    letter = identified_letter(site, uuid, shown, now)
    # Kept under the first of the holder's votes: any of them says who it is.
    election = next(row.uuid for row in elections if row.uuid in letter.voters)
    with site.store.read() as tx:
        entry = roll_rows.entry(tx, election, letter.voters[election])
    if entry is None:
        raise Refused(Refusal.CREDENTIAL_UNKNOWN)
    return _file(site, uuid, _by(entry, about, text), VOTER, now, election, entry.voter)


def objection_challenge_by_letter(site: Site, uuid: str, now: datetime) -> str:
    """A text for the phone to sign of whoever wants to object with an assembly's letter.

    Refuses ASSEMBLY_UNKNOWN, also before letters.
    """
    with site.store.read() as tx:
        served(tx, uuid)
    return new_challenge(site, uuid, now)


def own_objection_challenge(site: Site, election_uuid: str, now: datetime) -> str:
    """A text for a voter's phone to sign who wants to object.

    Refuses ELECTION_UNKNOWN, also before letters, and OBJECTION_THROUGH_OTHER_VOTE.
    """
    with site.store.read() as tx:
        row = found(tx, election_uuid)
    if row.issued_at is None:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    if row.assembly_uuid is None:
        raise Refused(Refusal.OBJECTION_THROUGH_OTHER_VOTE)
    return new_challenge(site, election_uuid, now)


def answer_objection(site: Site, uuid: str, number: int, answer: str, actor: Actor, now: datetime) -> None:
    """Answer an objection in writing; until it is decided the answer can be written again.

    Refuses OBJECTION_UNKNOWN(number), OBJECTION_DECIDED(number), OBJECTION_TEXT_INVALID(most).
    """
    text = _clean(answer, LONGEST_TEXT)
    with site.store.write() as tx:
        state = held(tx, uuid, to_change=True).state
        if not 1 <= number <= len(state.objections):
            raise Refused(Refusal.OBJECTION_UNKNOWN, number=number)
        if state.objections[number - 1].upheld is not None:
            raise Refused(Refusal.OBJECTION_DECIDED, number=number)
        rows.change_objection(tx, uuid, number, answer=text, answered_at=now)
        log.append(site, tx, uuid, actor.name, "assembly-objection-answered", {"number": number}, now)


def decide_objection(
    site: Site, uuid: str, number: int, upheld: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Uphold or dismiss an objection, with a reason that is published.

    Refuses OBJECTION_UNKNOWN(number), OBJECTION_DECIDED(number) and REASON_MISSING(least).
    """
    reason = require_reason(reason)
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        step = Step(Act.DECIDE_OBJECTION, now, number=number, upheld=upheld, reason=reason)
        take(site, tx, assembly, step, actor.name)
        decided = {"upheld": upheld, "reason": reason, "decided_at": now, "decided_by": actor.name}
        rows.change_objection(tx, uuid, number, **decided)


def objections(site: Site, uuid: str) -> list[ObjectionRow]:
    """Every objection with its words, by number: for organisers and auditors. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        held(tx, uuid)
        return rows.objection_rows(tx, uuid)


def _by(entry: RollEntry, about: About, text: str) -> Objecting:
    labels = "、".join(unit.label for unit in entry.units)
    return Objecting(about, text, f"{entry.name}（{labels}）"[:LONGEST_NAME])


def _file(
    site: Site,
    uuid: str,
    objecting: Objecting,
    actor: str,
    now: datetime,
    election_uuid: str | None = None,
    voter: int | None = None,
) -> int:
    text, filed_by = _clean(objecting.text, LONGEST_TEXT), _clean(objecting.filed_by, LONGEST_NAME)
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        state = take(site, tx, assembly, Step(Act.OBJECT, now, about=objecting.about), actor)
        number = len(state.objections)
        rows.add_objection(
            tx,
            uuid,
            number,
            about=objecting.about.value,
            election_uuid=election_uuid,
            voter=voter,
            filed_by=filed_by,
            text=text,
            filed_at=now,
        )
    return number


def _clean(text: str, most: int) -> str:
    """Lines without trailing spaces and control characters. Refuses OBJECTION_TEXT_INVALID(most)."""
    lines = ("".join(sign for sign in line if sign.isprintable()).rstrip() for line in text.splitlines())
    tidy = "\n".join(lines).strip()
    if not 0 < len(tidy) <= most:
        raise Refused(Refusal.OBJECTION_TEXT_INVALID, most=LONGEST_TEXT)
    return tidy
