"""Elections: drafts, and what pages show of any. Opening to publishing stands in `conduct`."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.election import new_uuid
from voting.protocol.group import BELENIOS_2048, group_named
from voting.rules.agenda import Agenda, agenda_from_json, agenda_to_json
from voting.rules.periods import CHINA
from voting.rules.questions import SURNAME_STROKES, CommitteeContest, Question
from voting.rules.surname_strokes import by_surname_strokes
from voting.services import log
from voting.services.assembly_draft import join, planned_window, require_draft
from voting.services.assembly_state import held, outdated
from voting.services.circles import circle_view, require_group
from voting.services.conduct import close_election, count_election, open_election, publish_election
from voting.services.electorate import electorate
from voting.services.phases import found, next_acts, require_not_issued
from voting.services.registers import estate_row
from voting.services.site import Actor, Site
from voting.services.views import Act, Convened, ElectionView, Phase, Turnout
from voting.services.weights import electorate_area
from voting.store import elections as rows
from voting.store import helping
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.materials import delete_materials, material_rows

__all__ = [
    "close_election",
    "count_election",
    "create_election",
    "delete_draft",
    "edit_election",
    "election",
    "elections",
    "next_acts",
    "open_election",
    "publish_election",
    "turnout",
]

DEFAULT_GROUP = BELENIOS_2048.name


def create_election(
    site: Site,
    estate_id: int,
    agenda: Mapping[str, Any],
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    now: datetime,
    group: str = DEFAULT_GROUP,
    assembly: str | None = None,
) -> str:
    """Create a draft and return its uuid; the times stand in for the agenda's.

    In an assembly the times are its notice's, or the earliest possible ones until there is a notice, whatever
    is given here. Refuses AGENDA_… by place, DEEMED_NOT_ADOPTED(dated), STROKES_UNKNOWN(characters),
    AGENDA_ESTATE_DIFFERS(estate), WINDOW_INVALID, GROUP_UNKNOWN, ESTATE_UNKNOWN, and in an assembly
    ASSEMBLY_UNKNOWN, STEP_OUT_OF_ORDER once it is open and COMMITTEE_NOT_PLANNED.
    """
    uuid = new_uuid()
    with site.store.write() as tx:
        if assembly is not None:
            opens_at, closes_at = planned_window(tx, assembly, now)
        values = _draft(agenda, opens_at, closes_at, group, now)
        _require_estate(tx, estate_id, values["agenda"])
        if assembly is not None:
            join(site, tx, assembly, estate_id, values["agenda"], actor, now)
        rows.add_election(tx, uuid, estate_id, created_at=now, assembly_uuid=assembly, **values)
        details = _logged(values) | ({"assembly": assembly} if assembly else {})
        log.append(site, tx, uuid, actor.name, "election-created", details, now)
    return uuid


def edit_election(
    site: Site,
    uuid: str,
    agenda: Mapping[str, Any],
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    now: datetime,
    group: str | None = None,
) -> None:
    """Replace a draft's agenda, times and (unless None) group while no letters are issued.

    In an assembly the times are the assembly's; what is changed after its notice needs a new one before
    letters are made and before anything opens. Refuses like `create_election`, and CIRCLE_GROUP_FIXED where
    trustees make a key in another group.
    """
    with site.store.write() as tx:
        assembly = found(tx, uuid).assembly_uuid
        if assembly is not None:
            opens_at, closes_at = planned_window(tx, assembly, now)
        rows.hold(tx, uuid)
        row = found(tx, uuid)
        require_not_issued(row, Act.EDIT)
        values = _draft(agenda, opens_at, closes_at, row.group_name if group is None else group, now)
        require_group(tx, row, values["group_name"])
        _require_estate(tx, row.estate_id, values["agenda"])
        if assembly is not None:
            join(site, tx, assembly, row.estate_id, values["agenda"], actor, now)
        if not rows.move(tx, uuid, Phase.DRAFT, values, issued=False):
            raise Refused(Refusal.CREDENTIALS_ALREADY_ISSUED)
        asked = {question["id"] for question in json.loads(values["agenda"])["questions"]}
        orphans = [each.number for each in material_rows(tx, uuid) if each.question not in asked]
        delete_materials(tx, uuid, orphans)
        log.append(site, tx, uuid, actor.name, "election-edited", _logged(values), now)


def delete_draft(site: Site, uuid: str, actor: Actor, now: datetime) -> None:
    """Delete a draft without letters, and its circle; its audit log stays. Refuses by phase."""
    with site.store.write() as tx:
        row = found(tx, uuid)
        if row.assembly_uuid is not None:
            require_draft(tx, row.assembly_uuid)
        require_not_issued(row, Act.DELETE)
        delete_materials(tx, uuid, [each.number for each in material_rows(tx, uuid)])
        if not rows.delete_draft(tx, uuid):
            raise Refused(Refusal.CREDENTIALS_ALREADY_ISSUED)
        log.append(site, tx, uuid, actor.name, "election-deleted", {"title": row.title}, now)


def election(site: Site, uuid: str) -> ElectionView:
    """One election. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        return view_of(tx, found(tx, uuid))


def elections(site: Site) -> list[ElectionView]:
    """Every election, newest first."""
    with site.store.read() as tx:
        return [view_of(tx, row) for row in rows.list_elections(tx)]


def announced_elections(site: Site) -> list[ElectionView]:
    """The same without those that are still being prepared: before letters there is nothing to see, and what
    their scope would count is worked out from the whole register."""
    with site.store.read() as tx:
        return [view_of(tx, row) for row in rows.list_elections(tx) if row.issued_at is not None]


def turnout(site: Site, uuid: str) -> Turnout:
    """Who has voted so far on both measures; zeros of zeros before letters are issued."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        owners, area_dm2 = roll_rows.turnout(tx, uuid)
    return Turnout(owners, area_dm2, row.electorate_owners or 0, row.electorate_area_dm2 or 0)


def _draft(
    agenda: Mapping[str, Any], opens_at: datetime, closes_at: datetime, group: str, now: datetime
) -> dict[str, Any]:
    if opens_at.tzinfo is None or closes_at.tzinfo is None:
        raise TypeError("an election's times need a time zone")
    opens_at, closes_at = (time.astimezone(UTC).replace(microsecond=0) for time in (opens_at, closes_at))
    if closes_at <= opens_at:
        raise Refused(Refusal.WINDOW_INVALID)
    read = agenda_from_json(agenda)
    _require_adopted(read, now)
    questions = tuple(_ordered(question) for question in read.questions)
    parsed = replace(read, questions=questions, opens_at=opens_at, closes_at=closes_at)
    return {
        "title": parsed.title,
        "agenda": json.dumps(agenda_to_json(parsed), ensure_ascii=False),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "group_name": group_named(group).name,
    }


def _require_adopted(agenda: Agenda, now: datetime) -> None:
    """Silence counts by a clause that is in force: it was adopted by today."""
    deemed = agenda.terms.deemed if agenda.terms is not None else None
    if deemed is not None and date.fromisoformat(deemed.dated) > CHINA.day(now):
        raise Refused(Refusal.DEEMED_NOT_ADOPTED, dated=deemed.dated)


def _ordered(question: Question) -> Question:
    """A contest by surname strokes has its candidates in that order, whatever order they were typed in."""
    if isinstance(question, CommitteeContest) and question.order == SURNAME_STROKES:
        return replace(question, candidates=by_surname_strokes(question.candidates))
    return question


def _require_estate(tx: Transaction, estate_id: int, agenda: str) -> None:
    estate = estate_row(tx, estate_id)
    if json.loads(agenda)["estate"] != estate.name:
        raise Refused(Refusal.AGENDA_ESTATE_DIFFERS, estate=estate.name)


def _logged(values: Mapping[str, Any]) -> dict[str, str]:
    digest = sha256(values["agenda"].encode()).hexdigest()
    secrecy = json.loads(values["agenda"])["secrecy"]
    return {
        "title": values["title"],
        "agenda_sha256": digest,
        "group": values["group_name"],
        "secrecy": secrecy,
    }


def view_of(tx: Transaction, row: ElectionRow, convened: Convened | None = None) -> ElectionView:
    """An election as pages show it; `convened` where its assembly is known already."""
    agenda_json = json.loads(row.agenda)
    agenda = agenda_from_json(agenda_json)
    owners, area_dm2 = row.electorate_owners, row.electorate_area_dm2
    if row.issued_at is None:
        everybody = electorate(tx, row, agenda).voters
        owners, area_dm2 = len(everybody) or None, electorate_area(agenda, everybody)
    return ElectionView(
        uuid=row.uuid,
        estate_id=row.estate_id,
        title=row.title,
        estate=row.estate,
        phase=Phase(row.phase),
        agenda=agenda,
        agenda_json=agenda_json,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        created_at=row.created_at,
        issued_at=row.issued_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        counted_at=row.counted_at,
        published_at=row.published_at,
        electorate_owners=owners,
        electorate_area_dm2=area_dm2,
        group=row.group_name,
        rules=json.loads(row.rules) if row.rules is not None else None,
        rules_sha256=sha256(row.rules).hexdigest() if row.rules is not None else None,
        outcome=json.loads(row.outcome) if row.outcome is not None else None,
        early_close_reason=row.early_close_reason,
        closing_checkpoint=row.closing_checkpoint,
        circle=circle_view(tx, row.uuid),
        assembly=convened or _convened(tx, row),
        zone=row.zone,
        help_waiting=helping.waiting(tx, row.uuid) if row.phase in (Phase.DRAFT, Phase.OPEN) else 0,
    )


def _convened(tx: Transaction, row: ElectionRow) -> Convened | None:
    if row.assembly_uuid is None:
        return None
    assembly = held(tx, row.assembly_uuid)
    given = assembly.state.notice is not None
    # Only before the opening can something have changed, and then the whole roll is read.
    announced = given and not outdated(tx, assembly, rows.elections_of(tx, assembly.uuid))
    return Convened(assembly.uuid, assembly.row.title, assembly.state.phase, announced)
