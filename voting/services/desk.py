"""The desk: lock what was stolen, give a new second factor to whom was seen, unlock after five tries.

Where a letter serves a whole assembly, whatever is done for the voter of one election is done for that person
in all of them.
"""

from datetime import datetime

from voting.errors import Refusal, Refused
from voting.services.letter_log import append_for_voter
from voting.services.phases import found, require_before_closing, require_issued, require_reason
from voting.services.second_factor import MOST_TRIES, desk_code, factor
from voting.services.site import Actor, Site
from voting.services.views import Act, Phase, RollView
from voting.store import letters as letter_rows
from voting.store import roll as roll_rows
from voting.store.engine import Transaction
from voting.store.roll import RollEntry

LONGEST_NAME = 100  # characters of the people on a title


def lock_voter(site: Site, uuid: str, voter: int, reason: str, actor: Actor, now: datetime) -> None:
    """Lock a stolen or lost credential until the second factor is reset at the desk.

    Refuses ELECTION_WRONG_PHASE, ELECTION_CLOSED, REASON_MISSING(least) and VOTER_UNKNOWN(voter).
    """
    details = {"reason": require_reason(reason)}
    with site.store.write() as tx:
        entry = _at_desk(tx, uuid, voter, Act.LOCK, now)
        roll_rows.change_entry(tx, uuid, voter, locked=True)
        append_for_voter(site, tx, uuid, entry, actor.name, "voter-locked", details, now)


def reset_second_factor(site: Site, uuid: str, voter: int, reason: str, actor: Actor, now: datetime) -> str:
    """A new desk code of six digits, shown once: it takes the old factors' place and unlocks.

    The desk gives it to the voter after seeing an identity card. Refuses like `lock_voter`.
    """
    details = {"reason": require_reason(reason)}
    code = desk_code()
    with site.store.write() as tx:
        entry = _at_desk(tx, uuid, voter, Act.RESET, now)
        roll_rows.change_entry(tx, uuid, voter, factors=[factor(site.keys, code)], tries=0, locked=False)
        append_for_voter(site, tx, uuid, entry, actor.name, "second-factor-reset", details, now)
    return code


def transfer_voter(
    site: Site, uuid: str, voter: int, name: str, reason: str, actor: Actor, now: datetime
) -> str | None:
    """The units of a voter have a new owner while letters are out; returns a desk code for the new one.

    Whatever ballot is in the box stands, and then nothing changes and None is returned. Otherwise the new
    owner stands on the roll in the old one's place, with the same number, units and area, and the old one's
    digits let nobody in; the letter is printed again for the new name. Of a letter that serves several
    elections, those in which nothing was cast pass on. Refuses NAME_INVALID(most) and like `lock_voter`.
    """
    reason, name = require_reason(reason), name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(Refusal.NAME_INVALID, most=LONGEST_NAME)
    code = desk_code()
    with site.store.write() as tx:
        entry = _at_desk(tx, uuid, voter, Act.RESET, now)
        assembly = found(tx, uuid).assembly_uuid
        places = {uuid: voter}
        if entry.letter is not None and assembly is not None:
            letter = letter_rows.letter(tx, assembly, entry.letter, hold=True)
            assert letter is not None
            places = dict(letter.voters)
        waiting = [place for place in places.items() if not _voted(tx, *place)]
        for place in waiting:
            roll_rows.change_entry(tx, *place, name=name)
        if waiting:
            factors = [factor(site.keys, code)]
            roll_rows.change_entry(tx, uuid, voter, factors=factors, tries=0, locked=False)
        details = {"reason": reason, "stands": len(places) - len(waiting)}
        append_for_voter(site, tx, uuid, entry, actor.name, "voter-transferred", details, now)
    return code if waiting else None


def _voted(tx: Transaction, uuid: str, voter: int) -> bool:
    entry = roll_rows.entry(tx, uuid, voter, hold=True)
    return entry is not None and entry.has_voted


def unlock_voter(site: Site, uuid: str, voter: int, actor: Actor, now: datetime) -> None:
    """Give five new tries after five wrong ones; what is locked stays so. Refuses like `lock_voter`."""
    with site.store.write() as tx:
        entry = _at_desk(tx, uuid, voter, Act.UNLOCK, now)
        roll_rows.change_entry(tx, uuid, voter, tries=0)
        append_for_voter(site, tx, uuid, entry, actor.name, "voter-unlocked", {}, now)


def roll(site: Site, uuid: str) -> list[RollView]:
    """The frozen roll by voter number; empty before letters are issued. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        found(tx, uuid)
        entries = roll_rows.roll(tx, uuid)
    return [
        RollView(
            number=entry.voter,
            name=entry.name,
            building=entry.building,
            units=tuple(unit.label for unit in entry.units),
            area_dm2=entry.area_dm2,
            state=_state(entry),
            has_voted=entry.has_voted,
            letter=entry.letter,
        )
        for entry in entries
    ]


def _state(entry: RollEntry) -> str:
    if entry.locked:
        return "locked"
    return "too-many-tries" if entry.tries >= MOST_TRIES else "issued"


def _at_desk(tx: Transaction, uuid: str, voter: int, act: Act, now: datetime) -> RollEntry:
    """The voter's entry, held."""
    row = found(tx, uuid)
    require_issued(row, act, Phase.DRAFT, Phase.OPEN)
    require_before_closing(row, now)
    entry = roll_rows.entry(tx, uuid, voter, hold=True)
    if entry is None:
        raise Refused(Refusal.VOTER_UNKNOWN, voter=voter)
    return entry
