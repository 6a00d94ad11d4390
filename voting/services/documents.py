"""The papers of an election, made from what is known at the moment; nothing of them is kept."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from voting.documents.facts import Facts, RollLine
from voting.documents.notices import Awaited, Kind, awaited, kinds_of
from voting.documents.paper import Paper
from voting.documents.paper_docx import paper_docx
from voting.documents.paper_pdf import paper_pdf
from voting.errors import Refusal, Refused
from voting.rules.agenda import Agenda
from voting.rules.roll import roll_digest
from voting.services.assembly_state import held
from voting.services.desk import roll
from voting.services.elections import election
from voting.services.electorate import electorate
from voting.services.phases import found
from voting.services.site import Site
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

FORMS: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    "pdf": ("application/pdf", paper_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx),
}


@dataclass(frozen=True)
class PaperView:
    """A paper of the list; `awaits` is what is not there yet, None when it can be made."""

    key: str
    name: str
    awaits: Awaited | None


def facts_of(site: Site, uuid: str, address: str) -> Facts:
    """What the papers are filled from; `address` is the public page. Refuses ELECTION_UNKNOWN."""
    view = election(site, uuid)
    with site.store.read() as tx:
        row = found(tx, uuid)
        convened = held(tx, row.assembly_uuid) if row.assembly_uuid is not None else None
        lines, digest = _expected(tx, row, view.agenda)
    if view.issued_at is not None:
        frozen = roll(site, uuid)
        lines = tuple(RollLine(each.number, each.name, each.units, each.area_dm2) for each in frozen)
        digest = row.roll_sha256 or ""
    return Facts(
        agenda=view.agenda,
        address=address,
        opens_at=view.opens_at,
        closes_at=view.closes_at,
        roll=lines,
        roll_sha256=digest,
        roll_frozen=view.issued_at is not None,
        help=row.help_text or "",
        convener=convened.row.convener if convened is not None else None,
        assembly=convened.state if convened is not None else None,
        opened_at=view.opened_at,
        closed_at=view.closed_at,
        published_at=view.published_at,
        early_close_reason=view.early_close_reason,
        outcome=view.outcome,
    )


def _expected(tx: Transaction, row: ElectionRow, agenda: Agenda) -> tuple[tuple[RollLine, ...], str]:
    """The roll as it stands before it is frozen: the assembly's, or what the newest register gives."""
    if row.issued_at is not None:
        return (), ""
    everybody = electorate(tx, row, agenda).voters
    lines = tuple(RollLine(each.number, each.name, each.labels, each.area_dm2) for each in everybody)
    return lines, roll_digest(everybody)


def papers(site: Site, uuid: str, address: str) -> list[PaperView]:
    """Every kind of paper, with what it waits for."""
    facts = facts_of(site, uuid, address)
    return [PaperView(kind.key, kind.name, awaited(kind, facts)) for kind in kinds_of(facts).values()]


def made_paper(site: Site, uuid: str, address: str, key: str, form: str) -> tuple[str, str, bytes]:
    """(file name, media type, bytes). Refuses PAPER_UNKNOWN, PAPER_NOT_YET(title), and what the PDF does."""
    facts = facts_of(site, uuid, address)
    kind = kinds_of(facts).get(key)
    if kind is None or form not in FORMS:
        raise Refused(Refusal.PAPER_UNKNOWN)
    media_type, make = FORMS[form]
    return f"{kind.name}.{form}", media_type, make(_paper(kind, facts))


def _paper(kind: Kind, facts: Facts) -> Paper:
    if awaited(kind, facts) is not None:
        raise Refused(Refusal.PAPER_NOT_YET, title=kind.name)
    return kind.make(facts)


def filing_package(site: Site, uuid: str, address: str) -> bytes:
    """Every paper that is filed and can be made, in both forms, numbered in their order, as one ZIP.

    Where a PDF cannot be set for want of a character, the `.docx` stands alone. Refuses ELECTION_UNKNOWN.
    """
    facts = facts_of(site, uuid, address)
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for number, kind in enumerate(kinds_of(facts).values(), 1):
            if not kind.filed or awaited(kind, facts) is not None:
                continue
            paper = kind.make(facts)
            for form, (_, make) in FORMS.items():
                try:
                    archive.writestr(f"{number:02} {kind.name}.{form}", make(paper))
                except Refused as refused:
                    if refused.refusal is not Refusal.PAPER_CHARACTER_MISSING:
                        raise
    return whole.getvalue()
