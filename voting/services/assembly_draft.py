"""Drafts inside an assembly: which times they have until a notice says them, and what the plan must hold."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.rules import clock
from voting.rules.assembly import Act, to_json
from voting.rules.canonical import canonical_json
from voting.rules.course import earliest_course
from voting.services import log
from voting.services.assembly_state import Held, held, plan_obstacles
from voting.services.site import Actor, Site
from voting.store import assemblies as rows
from voting.store.engine import Transaction


def require_draft(tx: Transaction, uuid: str) -> Held:
    """The assembly, held, while its elections can still change. Refuses STEP_OUT_OF_ORDER once it is open."""
    assembly = held(tx, uuid, to_change=True)
    if assembly.state.opened_at is not None:
        raise Refused(Refusal.STEP_OUT_OF_ORDER, step=Act.GIVE_NOTICE.value, stage=assembly.state.phase.value)
    return assembly


def planned_window(tx: Transaction, uuid: str, now: datetime) -> tuple[datetime, datetime]:
    """Opening and closing of the notice in force; without one the earliest that could be."""
    state = require_draft(tx, uuid).state
    notice = state.notice or earliest_course(state, now).notice
    assert notice is not None
    return notice.opens_at, notice.closes_at


def join(
    site: Site, tx: Transaction, uuid: str, estate_id: int, agenda: str, actor: Actor, now: datetime
) -> None:
    """Let an agenda be part of the assembly; one that elects a committee makes the assembly one that does.

    Refuses AGENDA_ESTATE_DIFFERS(estate), RESIDENTS_IN_ASSEMBLY, DEEMED_IN_FIRST, DEEMED_NOT_IN_PLACE where
    the assembly's rules do not count silence, REVOTING_NOT_IN_PLACE(title, revoting) where they allow less of
    it, and COMMITTEE_NOT_PLANNED where a notice was given without it.
    """
    assembly = require_draft(tx, uuid)
    if assembly.row.estate_id != estate_id:
        raise Refused(Refusal.AGENDA_ESTATE_DIFFERS, estate=assembly.row.estate)
    asked = json.loads(agenda)
    # Its clock, notice and roll are the owners'; a residents' meeting is held on its own.
    if (asked.get("terms") or {}).get("body", "owners") != "owners":
        raise Refused(Refusal.RESIDENTS_IN_ASSEMBLY)
    plan = assembly.state.plan
    for refused in plan_obstacles(plan, agenda):
        raise refused
    questions: list[Mapping[str, object]] = asked["questions"]
    if plan.elects_committee or not any(each["kind"] == "committee" for each in questions):
        return
    plan = replace(plan, elects_committee=True)
    try:
        clock.replanned(assembly.state, plan)
    except Refused:
        raise Refused(Refusal.COMMITTEE_NOT_PLANNED) from None
    rows.change(tx, uuid, plan=canonical_json(to_json(plan)).decode())
    log.append(site, tx, uuid, actor.name, "assembly-elects-committee", {}, now)
