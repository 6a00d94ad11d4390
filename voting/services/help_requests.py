"""求助: a voter asks for a visit, a call or paper; organisers take it and say what came of it.

Whoever holds a letter asks with its code; the second factor is not wanted, because those who cannot type it
are the ones who ask, and nothing is given away: the answer is the same whether the voter has voted. Whoever
has no letter at hand names the unit. A voter has one request at a time, so that nobody can fill the list.
The public log says who asked, by number; who went and what came of it happens at doors, minutes from a
ballot, and would tell which ballot was helped: that stands in the site's own log, which is in no export.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voting.errors import Refusal, Refused
from voting.services import log
from voting.services.booth import require_open
from voting.services.entry import Shown, holder, new_challenge
from voting.services.helped import LONGEST_NAME, helper_name
from voting.services.phases import found, require_before_closing
from voting.services.site import Actor, Site
from voting.services.views import Phase
from voting.store import helping as rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow, elections_of
from voting.store.engine import Transaction
from voting.store.helping import RequestRow


class Wanted(StrEnum):
    """What is asked for."""

    VISIT = "visit"
    CALL = "call"
    PAPER = "paper"


class Outcome(StrEnum):
    """What came of it."""

    HELPED = "helped"
    PAPER = "paper"
    ABSENT = "absent"
    NOT_NEEDED = "not-needed"
    MISTAKEN = "mistaken"


@dataclass(frozen=True)
class HelpView:
    """A request with the voter whom it is about."""

    request: RequestRow
    name: str
    units: tuple[str, ...]


def help_challenge(site: Site, uuid: str, now: datetime) -> str:
    """A text for the letter's code to sign. Refuses ELECTION_UNKNOWN and ELECTION_CLOSED(closes_at)."""
    with site.store.read() as tx:
        _require_running(found(tx, uuid), now)
    return new_challenge(site, uuid, now)


def ask_for_help(site: Site, uuid: str, shown: Shown, wanted: Wanted, now: datetime) -> None:
    """Note what the holder of a letter asks for; asked again, it changes what was asked.

    Refuses like `help_challenge` and `entry.holder`.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
    _require_running(row, now)
    voter = holder(site, row, shown, now).voter
    with site.store.write() as tx:
        _note(site, tx, uuid, voter, wanted, now, by_letter=True)


def ask_at_unit(site: Site, uuid: str, unit: str, wanted: Wanted, now: datetime) -> None:
    """Note what is asked for a unit by whoever has no letter at hand; what was asked before stands.

    Refuses like `help_challenge`, and HELP_UNIT_UNKNOWN(unit).
    """
    sought = _comparable(unit)
    with site.store.write() as tx:
        row = found(tx, uuid)
        _require_running(row, now)
        # One letter may serve several votes, and not every unit is in the scope of the first.
        served = elections_of(tx, row.assembly_uuid) if row.assembly_uuid else []
        for each in [row, *(other for other in served if other.uuid != uuid)]:
            entries = roll_rows.roll(tx, each.uuid)
            voters = {
                entry.voter for entry in entries for own in entry.units if _comparable(own.label) == sought
            }
            if len(voters) == 1:
                _note(site, tx, each.uuid, voters.pop(), wanted, now, by_letter=False)
                return
        raise Refused(Refusal.HELP_UNIT_UNKNOWN, unit=" ".join(unit.split())[:LONGEST_NAME])


def take_help_request(site: Site, uuid: str, number: int, who: str, actor: Actor, now: datetime) -> None:
    """Note who goes. Refuses HELP_UNKNOWN(number), HELP_DONE(number) and HELPER_NAME_INVALID(most)."""
    name = helper_name(who)
    with site.store.write() as tx:
        _undone(tx, uuid, number)
        rows.change_request(tx, uuid, number, taken_by=name, taken_at=now)
        log.append(site, tx, log.SITE, actor.name, "help-taken", {"election": uuid, "number": number}, now)


def finish_help_request(
    site: Site, uuid: str, number: int, outcome: Outcome, actor: Actor, now: datetime
) -> None:
    """Note what came of it. Refuses HELP_UNKNOWN(number) and HELP_DONE(number)."""
    with site.store.write() as tx:
        _undone(tx, uuid, number)
        rows.change_request(tx, uuid, number, outcome=outcome.value, done_by=actor.name, done_at=now)
        details = {"election": uuid, "number": number, "outcome": outcome.value}
        log.append(site, tx, log.SITE, actor.name, "help-done", details, now)


def help_requests(site: Site, uuid: str) -> list[HelpView]:
    """Every request: those that nobody took first, then those on their way, then what is done."""
    with site.store.read() as tx:
        found(tx, uuid)
        asked = rows.requests(tx, uuid)
        voters = {entry.voter: entry for entry in roll_rows.roll(tx, uuid)} if asked else {}
    views = [
        HelpView(each, voters[each.voter].name, tuple(unit.label for unit in voters[each.voter].units))
        for each in asked
    ]
    return sorted(views, key=lambda view: (bool(view.request.done_at), bool(view.request.taken_at)))


def _note(
    site: Site, tx: Transaction, uuid: str, voter: int, wanted: Wanted, now: datetime, *, by_letter: bool
) -> None:
    roll_rows.entry(tx, uuid, voter, hold=True)
    before = rows.undone(tx, uuid, voter)
    if before is None:
        rows.add_request(tx, uuid, voter=voter, by_letter=by_letter, wanted=wanted.value, asked_at=now)
    elif by_letter and (before.wanted != wanted or not before.by_letter):
        rows.change_request(tx, uuid, before.number, by_letter=True, wanted=wanted.value, asked_at=now)
    else:
        return
    log.append(site, tx, uuid, "voter", "help-asked", {"voter": voter, "wanted": wanted.value}, now)


def _undone(tx: Transaction, uuid: str, number: int) -> RequestRow:
    found(tx, uuid)
    asked = rows.request(tx, uuid, number)
    if asked is None:
        raise Refused(Refusal.HELP_UNKNOWN, number=number)
    if asked.done_at is not None:
        raise Refused(Refusal.HELP_DONE, number=number)
    return asked


def _require_running(row: ElectionRow, now: datetime) -> None:
    """From the letters on until nobody can vote any more."""
    if row.phase == Phase.DRAFT and row.issued_at is not None:
        require_before_closing(row, now)
    else:
        require_open(row, now)


def _comparable(label: str) -> str:
    """A unit's label as its parts alone, however they are written: 3栋1单元502室 is 3-1-502."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    return re.sub(r"(?:[栋幢座号楼单元室]|[^\w])+", "-", plain).strip("-")
