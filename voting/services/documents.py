"""The papers of an election, made from what is known at the moment; nothing of them is kept."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from voting.documents.facts import Facts, NomineeLine, RollLine
from voting.documents.notices import Awaited, Kind, awaited, kinds_of
from voting.documents.notices_ledger import posting_table
from voting.documents.paper import Paper
from voting.documents.paper_docx import paper_docx
from voting.documents.paper_pdf import paper_pdf
from voting.errors import Refusal, Refused
from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.candidacy import ballot_names
from voting.rules.labels import natural_order
from voting.rules.roll import roll_digest
from voting.services.assembly_state import outdated
from voting.services.deliveries import delivery_lines
from voting.services.desk import roll
from voting.services.elections import election
from voting.services.electorate import electorate
from voting.services.ledgers import book, ledger_of
from voting.services.materials import question_views
from voting.services.nominations import nominees
from voting.services.phases import found
from voting.services.postings import (
    PaperDates,
    note_made,
    paper_dates,
    photo_counts,
    photographs,
    posting_lines,
)
from voting.services.site import Actor, Site
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

FORMS: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    "pdf": ("application/pdf", paper_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx),
}


@dataclass(frozen=True)
class PaperView:
    """A paper of the list; `awaits` is what is not there yet, None when it can be made.

    `posted`: it belongs on the boards. `whole`: the meeting has one for all its votes. `changed`: what hangs
    says something else than a print of now would.
    """

    key: str
    name: str
    awaits: Awaited | None
    posted: bool
    whole: bool
    dates: PaperDates
    changed: bool


def facts_of(site: Site, uuid: str, address: str) -> Facts:
    """What the papers are filled from; `address` is the public page. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        of = book(tx, ledger_of(found(tx, uuid)))
        stale = of.assembly is not None and outdated(tx, of.assembly, of.elections)
    shared: dict[str, Any] = {"notice_outdated": stale, "photos": photo_counts(site, of.uuid)}
    if of.assembly is not None:
        shared["convener"], shared["assembly"] = of.assembly.row.convener, of.assembly.state
        shared["assembly_title"], shared["nominees"] = of.title, _nominees(site, of.uuid)
    issued = any(row.issued_at is not None for row in of.elections)
    delivered = {line.unit: line for line in delivery_lines(site, of.uuid)} if issued else {}
    votes = {
        row.uuid: replace(
            _facts(site, row.uuid, address),
            deliveries=delivered if row.issued_at is not None else {},
            **shared,
        )
        for row in of.elections
    }
    siblings = tuple(votes.values()) if len(votes) > 1 else ()
    return replace(votes[uuid], siblings=siblings)


def _facts(site: Site, uuid: str, address: str) -> Facts:
    """Those of one vote alone."""
    view = election(site, uuid)
    with site.store.read() as tx:
        row = found(tx, uuid)
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
        opened_at=view.opened_at,
        closed_at=view.closed_at,
        published_at=view.published_at,
        early_close_reason=view.early_close_reason,
        outcome=view.outcome,
        introductions={
            (shown.question.id, one.subject): one.statement
            for shown in question_views(site, uuid)
            for one in shown.each
            if one.statement is not None
        },
    )


def _nominees(site: Site, assembly: str) -> tuple[NomineeLine, ...]:
    """Who was nominated and did not withdraw, by number."""
    found = [each for each in nominees(site, assembly) if each.withdrawn_reason is None]
    standing = [each for each in found if each.stands]
    printed = ballot_names([(each.name, each.units) for each in standing])
    ballots = {each.number: name for each, name in zip(standing, printed, strict=True)}
    return tuple(
        NomineeLine(
            each.name,
            ballots.get(each.number, ""),
            each.units,
            each.nominator,
            each.supporters,
            each.checks,
        )
        for each in found
    )


def _expected(tx: Transaction, row: ElectionRow, agenda: Agenda) -> tuple[tuple[RollLine, ...], str]:
    """The roll as it stands before it is frozen: the assembly's, or what the newest register gives."""
    if row.issued_at is not None:
        return (), ""
    everybody = electorate(tx, row, agenda).voters
    lines = tuple(RollLine(each.number, each.name, each.labels, each.area_dm2) for each in everybody)
    return lines, roll_digest(everybody)


def stairwells(site: Site, uuid: str) -> list[tuple[str, str]]:
    """Building and stairwell of every unit of an election's scope, in order. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        everybody = electorate(tx, row, agenda_from_json(json.loads(row.agenda))).voters
    inside = {(unit.building, unit.stairwell) for voter in everybody for unit in voter.units}
    return sorted(inside, key=lambda each: tuple(map(natural_order, each)))


def papers(site: Site, uuid: str, address: str, now: datetime) -> list[PaperView]:
    """Every kind of paper, with what it waits for, its date, and what was made and posted of it."""
    facts = facts_of(site, uuid, address)
    dated = paper_dates(site, uuid, now)
    made = []
    for kind in kinds_of(facts).values():
        awaits, dates = awaited(kind, facts), dated[kind.key]
        hanging = dates.hanging[-1:]
        changed = awaits is None and bool(hanging) and hanging[0].posting.digest != kind.paper(facts).digest
        whole = kind.whole and bool(facts.siblings)
        made.append(PaperView(kind.key, kind.name, awaits, kind.posted, whole, dates, changed))
    return made


def made_paper(
    site: Site, uuid: str, address: str, key: str, form: str, actor: Actor, now: datetime
) -> tuple[str, str, bytes]:
    """(file name, media type, bytes); remembers that this version was made.

    Refuses PAPER_UNKNOWN, PAPER_NOT_YET(title), and what the PDF does.
    """
    facts = facts_of(site, uuid, address)
    kind = kinds_of(facts).get(key)
    if kind is None or form not in FORMS:
        raise Refused(Refusal.PAPER_UNKNOWN)
    media_type, make = FORMS[form]
    paper = _paper(kind, facts)
    body = make(paper)
    note_made(site, uuid, key, paper.digest, actor, now)
    return f"{kind.name}.{form}", media_type, body


def _paper(kind: Kind, facts: Facts) -> Paper:
    if awaited(kind, facts) is not None:
        raise Refused(Refusal.PAPER_NOT_YET, title=kind.name)
    return kind.paper(facts)


def _for_each(kind: Kind, facts: Facts) -> list[tuple[str, Facts]]:
    """The facts of every vote that has a paper of its own, with what tells their files apart."""
    if kind.whole or not facts.siblings:
        return [("", facts)]
    return [(f"-{number}", vote) for number, vote in enumerate(facts.votes, 1)]


def filing_package(site: Site, uuid: str, address: str) -> bytes:
    """Every paper of the meeting that is filed and can be made, in both forms, numbered in order, as one ZIP;
    with the table of what was posted, the pictures, and the digest of each file.

    `13-2` is the thirteenth paper, of the meeting's second vote. Where a PDF cannot be set for want of a
    character, the `.docx` stands alone. Refuses ELECTION_UNKNOWN.
    """
    facts = facts_of(site, uuid, address)
    with site.store.read() as tx:
        ledger = ledger_of(found(tx, uuid))
    made = [
        (f"{number:02}{place} {kind.name}", kind.paper(vote))
        for number, kind in enumerate(kinds_of(facts).values(), 1)
        for place, vote in _for_each(kind, facts)
        if kind.filed and awaited(kind, vote) is None
    ]
    table = posting_table(facts, posting_lines(site, ledger))
    files: dict[str, bytes] = {}
    for name, paper in (*made, (f"{len(kinds_of(facts)) + 1:02} {table.title}", table)):
        for form, (_, make) in FORMS.items():
            try:
                files[f"{name}.{form}"] = make(paper)
            except Refused as refused:
                if refused.refusal is not Refusal.PAPER_CHARACTER_MISSING:
                    raise
    files |= {f"照片/{name}": body for name, body in photographs(site, ledger).items()}
    # As `sha256sum --check` reads it.
    digests = "".join(f"{sha256(body).hexdigest()}  {name}\n" for name, body in files.items())
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, body in (*files.items(), ("摘要.txt", digests.encode())):
            archive.writestr(name, body)
    return whole.getvalue()
