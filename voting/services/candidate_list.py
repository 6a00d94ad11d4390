"""The list of candidates, from the nominations into the agenda's contest: they are typed once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json, agenda_to_json
from voting.rules.questions import SURNAME_STROKES, CommitteeContest
from voting.rules.surname_strokes import by_surname_strokes
from voting.services import log
from voting.services.assembly_state import Held
from voting.services.nominations import has_nominations, list_of, undecided
from voting.services.site import Actor, Site
from voting.services.views import Phase
from voting.store import elections as election_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction


def list_obstacles(tx: Transaction, uuid: str) -> list[Refused]:
    """What stands against publishing a list that comes from nominations."""
    if not has_nominations(tx, uuid):
        return []
    waiting = undecided(tx, uuid)
    if waiting:
        return [Refused(Refusal.NOMINATIONS_UNDECIDED, count=waiting)]
    return [] if list_of(tx, uuid) else [Refused(Refusal.CANDIDATES_MISSING)]


def is_behind(tx: Transaction, uuid: str, elections: Sequence[ElectionRow]) -> bool:
    """Whether the nominations say another list than the agenda."""
    if not has_nominations(tx, uuid):
        return False
    contests = _contests(elections)
    return len(contests) == 1 and set(contests[0][1].candidates) != set(list_of(tx, uuid))


def fill_contest(
    site: Site, tx: Transaction, assembly: Held, elections: Sequence[ElectionRow], actor: Actor, now: datetime
) -> list[ElectionRow]:
    """Write the list into the one contest of the assembly, in its order; returns the elections as they are.

    Refuses NOMINATIONS_UNDECIDED(count), CANDIDATES_MISSING, NOMINATIONS_ONE_CONTEST,
    STROKES_UNKNOWN(characters) and LETTERS_OUT(title).
    """
    uuid = assembly.uuid
    if not has_nominations(tx, uuid):
        return list(elections)
    for refused in list_obstacles(tx, uuid):
        raise refused
    contests = _contests(elections)
    if len(contests) != 1:
        raise Refused(Refusal.NOMINATIONS_ONE_CONTEST)
    election, contest = contests[0]
    names = list_of(tx, uuid)
    if contest.order == SURNAME_STROKES:
        names = by_surname_strokes(names)
    if names != contest.candidates:
        agenda = agenda_from_json(json.loads(election.agenda))
        most = min(contest.at_most, len(names))
        filled = replace(contest, candidates=names, at_most=most)
        questions = tuple(filled if each.id == contest.id else each for each in agenda.questions)
        changed = agenda_to_json(replace(agenda, questions=questions))
        agenda_from_json(changed)
        written = json.dumps(changed, ensure_ascii=False)
        if not election_rows.move(tx, election.uuid, Phase.DRAFT, {"agenda": written}, issued=False):
            raise Refused(Refusal.LETTERS_OUT, title=election.title)
        details = {
            "title": election.title,
            "agenda_sha256": sha256(written.encode()).hexdigest(),
            "group": election.group_name,
            "secrecy": changed["secrecy"],
        }
        log.append(site, tx, election.uuid, actor.name, "election-edited", details, now)
    return election_rows.elections_of(tx, uuid)


def _contests(elections: Sequence[ElectionRow]) -> list[tuple[ElectionRow, CommitteeContest]]:
    return [
        (election, question)
        for election in elections
        for question in agenda_from_json(json.loads(election.agenda)).questions
        if isinstance(question, CommitteeContest)
    ]
