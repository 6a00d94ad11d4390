"""What stands on an assembly's letters and its poster: every vote that it serves, with its questions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.documents.letters import ElectionNotice, Letter, LetterBallot
from voting.protocol.credentials import printed
from voting.rules.agenda import agenda_from_json
from voting.rules.area import area_m2
from voting.services.weights import has_area
from voting.store.assemblies import AssemblyRow
from voting.store.elections import ElectionRow
from voting.store.roll import RollEntry


@dataclass(frozen=True)
class Served:
    """Whom a letter is for: the entry in each election's roll, by the election's place in the assembly."""

    number: int
    entries: Mapping[int, RollEntry]

    @property
    def addressed(self) -> RollEntry:
        """The entry with most units: what stands in the envelope's window."""
        return max(self.entries.values(), key=lambda entry: len(entry.units))


def meeting_notice(
    assembly: AssemblyRow, elections: Sequence[ElectionRow], base_url: str, help_text: str
) -> ElectionNotice:
    """What all letters and the poster say; the window is the announced one."""
    first = elections[0]
    agendas = [agenda_from_json(json.loads(row.agenda)) for row in elections]
    return ElectionNotice(
        estate=assembly.estate,
        title=assembly.title,
        questions=tuple(question.text for agenda in agendas for question in agenda.questions),
        opens_at=first.opens_at,
        closes_at=first.closes_at,
        help=help_text,
        base_url=base_url,
        secrecy=agendas[0].secrecy,
        zone=first.zone,
        votes=tuple(row.title for row in elections),
        revoting=agendas[0].revoting if len({agenda.revoting for agenda in agendas}) == 1 else None,
    )


def meeting_letter(
    assembly: AssemblyRow, elections: Sequence[ElectionRow], served: Served, base_url: str, credential: str
) -> Letter:
    """One person's letter, with the private credential in its link."""
    address = served.addressed
    return Letter(
        voter=served.number,
        name=address.name,
        building=address.building,
        units=tuple(unit.label for unit in address.units),
        area_m2=area_m2(address.area_dm2),
        link=f"{base_url}/m/{assembly.uuid}#{credential}",
        code=printed(credential),
        ballots=tuple(_ballot(elections[at], served.entries[at]) for at in sorted(served.entries)),
    )


def _ballot(row: ElectionRow, entry: RollEntry) -> LetterBallot:
    agenda = agenda_from_json(json.loads(row.agenda))
    return LetterBallot(
        title=row.title,
        questions=tuple(question.text for question in agenda.questions),
        area_m2=area_m2(entry.area_dm2) if has_area(agenda) else None,
        secrecy=agenda.secrecy,
        counts_silence=agenda.terms is not None and agenda.terms.deemed is not None,
        revoting=agenda.revoting,
    )
