"""What voters can read before they vote: of a motion or plan its text and papers, of candidates photograph,
introduction and papers, each in the same frame.

Files are cleaned before they are kept (`pictures`, `pdfs`); they are read by their digest. Everything is
fixed where the questions are: in an assembly a notice names its digest (`assembly_state.items`), and letters
fix it until they are withdrawn. Every candidate and every plan of a question has the same limits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import Act as Step
from voting.rules.questions import CommitteeContest, Plans, Question
from voting.services import log, pdfs, pictures
from voting.services.assembly_draft import require_draft
from voting.services.assembly_state import held, outdated
from voting.services.elections import election
from voting.services.phases import found, require_not_issued
from voting.services.site import Actor, Site
from voting.services.views import Act, ElectionView
from voting.store import elections as election_rows
from voting.store import materials as rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.materials import FileRow, MaterialRow

STATEMENT, PHOTO, ATTACHMENT = "statement", "photo", "attachment"
LONGEST_STATEMENT = 500  # characters, of a candidate or a plan: one screen of a telephone
LONGEST_EXPLANATION = 3000  # of a whole question
MOST_ATTACHMENTS = 5  # of one candidate, plan or question
LONGEST_TITLE = 60
LARGEST_UPLOAD = max(pdfs.LARGEST, pictures.LARGEST)
_PHOTO_SIDE = 640  # pixels: twice of what the frame shows


@dataclass(frozen=True)
class Place:
    """What something is about: a question, or one candidate or plan of it (`subject`; empty: the whole)."""

    question: str
    subject: str = ""


@dataclass(frozen=True)
class Material:
    """A file to be read; `size` in bytes."""

    number: int
    title: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Presented:
    """A candidate, a plan or the question as it is presented: what is not there is None or empty."""

    subject: str
    statement: str | None
    photo: Material | None
    attachments: tuple[Material, ...]
    longest: int
    takes_photo: bool

    @property
    def empty(self) -> bool:
        return self.statement is None and self.photo is None and not self.attachments


@dataclass(frozen=True)
class LeftOver:
    """Something about a candidate or plan that is gone."""

    number: int
    subject: str
    kind: str


@dataclass(frozen=True)
class QuestionView:
    """A question with what is said about it as a whole, and about each candidate or plan in order.

    `left_over` is of candidates and plans that are in it no more: nobody but organisers sees it.
    """

    question: Question
    whole: Presented
    each: tuple[Presented, ...]
    left_over: tuple[LeftOver, ...]

    @property
    def empty(self) -> bool:
        return self.whole.empty and all(one.empty for one in self.each)


def write_statement(site: Site, uuid: str, place: Place, text: str, actor: Actor, now: datetime) -> None:
    """Write, replace or (empty) take away what is said of a place.

    Refuses MATERIAL_PLACE_UNKNOWN, STATEMENT_TOO_LONG(most), and where letters or the phase fixed it
    ELECTION_WRONG_PHASE, CREDENTIALS_ALREADY_ISSUED and STEP_OUT_OF_ORDER.
    """
    lines = ("".join(sign for sign in line if sign.isprintable()).rstrip() for line in text.splitlines())
    tidy = "\n".join(lines).strip()
    with site.store.write() as tx:
        question = _open_place(tx, uuid, place)
        most = longest(question, place.subject)
        if len(tidy) > most:
            raise Refused(Refusal.STATEMENT_TOO_LONG, most=most)
        _drop(tx, uuid, place, STATEMENT)
        if tidy:
            digest = sha256(tidy.encode()).hexdigest()
            _add(site, tx, uuid, place, STATEMENT, "", digest, len(tidy), actor, now, text=tidy)
        else:
            _log_removed(site, tx, uuid, place, STATEMENT, actor, now)


def add_photo(site: Site, uuid: str, place: Place, body: bytes, actor: Actor, now: datetime) -> None:
    """Set or replace a candidate's photograph, cleaned and scaled.

    Refuses like `write_statement`, MATERIAL_FILE_MISSING, and as `clean_picture` does.
    """
    _require_file(body)
    made = pictures.clean_picture(body, _PHOTO_SIDE)
    with site.store.write() as tx:
        question = _open_place(tx, uuid, place)
        if not takes_photo(question, place.subject):
            raise Refused(Refusal.MATERIAL_PLACE_UNKNOWN)
        _drop(tx, uuid, place, PHOTO)
        _keep(site, tx, uuid, place, PHOTO, "", made, pictures.MEDIA_TYPE, actor, now)


def add_attachment(
    site: Site, uuid: str, place: Place, title: str, body: bytes, actor: Actor, now: datetime
) -> None:
    """Add a paper: a PDF, or a picture; what it is, is told by its content.

    Refuses like `write_statement`, MATERIAL_FILE_MISSING, TITLE_INVALID(most), ATTACHMENTS_TOO_MANY(most), as
    `clean_pdf` does and as `clean_picture` does.
    """
    title = title.strip()
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise Refused(Refusal.TITLE_INVALID, most=LONGEST_TITLE)
    _require_file(body)
    is_pdf = body.startswith(b"%PDF-")
    made = pdfs.clean_pdf(body) if is_pdf else pictures.clean_picture(body)
    with site.store.write() as tx:
        _open_place(tx, uuid, place)
        there = [row for row in _at(rows.material_rows(tx, uuid), place) if row.kind == ATTACHMENT]
        if len(there) >= MOST_ATTACHMENTS:
            raise Refused(Refusal.ATTACHMENTS_TOO_MANY, most=MOST_ATTACHMENTS)
        media_type = pdfs.MEDIA_TYPE if is_pdf else pictures.MEDIA_TYPE
        _keep(site, tx, uuid, place, ATTACHMENT, title, made, media_type, actor, now)


def remove_material(site: Site, uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """Take something away. Refuses MATERIAL_UNKNOWN, and by phase like `write_statement`."""
    with site.store.write() as tx:
        _require_open(tx, uuid)
        row = next((each for each in rows.material_rows(tx, uuid) if each.number == number), None)
        if row is None:
            raise Refused(Refusal.MATERIAL_UNKNOWN)
        rows.delete_materials(tx, uuid, [number])
        _log_removed(site, tx, uuid, Place(row.question, row.subject), row.kind, actor, now)


def question_views(site: Site, uuid: str) -> list[QuestionView]:
    """Every question with what can be read about it. Refuses ELECTION_UNKNOWN."""
    view = election(site, uuid)
    with site.store.read() as tx:
        kept = rows.material_rows(tx, uuid)
    return [_view(question, kept) for question in view.agenda.questions]


def published_questions(site: Site, uuid: str) -> list[QuestionView]:
    """The questions that everyone may read about: all once letters are out or a notice that names them is
    in force, before that those whose candidates are published. Refuses ELECTION_UNKNOWN where there is none.
    """
    view = election(site, uuid)
    readable = _readable(site, view)
    if not readable:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    return [each for each in question_views(site, uuid) if each.question.id in readable]


def published_question(site: Site, uuid: str, question: str) -> QuestionView:
    """One of them. Refuses ELECTION_UNKNOWN and MATERIAL_PLACE_UNKNOWN."""
    for each in published_questions(site, uuid):
        if each.question.id == question:
            return each
    raise Refused(Refusal.MATERIAL_PLACE_UNKNOWN)


def material_file(site: Site, digest: str) -> FileRow:
    """A file by its digest: whoever knows it may read it. Refuses MATERIAL_UNKNOWN."""
    with site.store.read() as tx:
        row = rows.material_file(tx, digest)
    if row is None:
        raise Refused(Refusal.MATERIAL_UNKNOWN)
    return row


def longest(question: Question, subject: str) -> int:
    """How many characters may be said: as many of each candidate and plan."""
    return LONGEST_STATEMENT if subject else LONGEST_EXPLANATION


def takes_photo(question: Question, subject: str) -> bool:
    """Photographs are of candidates."""
    return bool(subject) and isinstance(question, CommitteeContest)


def subjects(question: Question) -> tuple[str, ...]:
    """The candidates or plans of a question, in their order."""
    if isinstance(question, CommitteeContest):
        return question.candidates
    return question.plans if isinstance(question, Plans) else ()


def _readable(site: Site, view: ElectionView) -> set[str]:
    everything = {question.id for question in view.agenda.questions}
    if view.issued_at is not None:
        return everything
    if view.assembly is None:
        return set()
    with site.store.read() as tx:
        assembly = held(tx, view.assembly.uuid)
        changed = outdated(tx, assembly, election_rows.elections_of(tx, assembly.uuid))
    if assembly.state.notice is not None and not changed:
        return everything
    published = assembly.facts_of(Step.PUBLISH_CANDIDATES) if assembly.state.candidates_at else None
    listed = {
        (each["election"], each["question"]): each["candidates"]
        for each in (published or {}).get("candidates", ())
    }
    return {
        question.id
        for question in view.agenda.questions
        if isinstance(question, CommitteeContest)
        and listed.get((view.uuid, question.id)) == list(question.candidates)
    }


def _view(question: Question, kept: Sequence[MaterialRow]) -> QuestionView:
    return QuestionView(
        question,
        _presented(question, "", kept),
        tuple(_presented(question, subject, kept) for subject in subjects(question)),
        tuple(
            LeftOver(row.number, row.subject, row.kind)
            for row in kept
            if row.question == question.id and row.subject not in ("", *subjects(question))
        ),
    )


def _presented(question: Question, subject: str, kept: Sequence[MaterialRow]) -> Presented:
    mine = _at(kept, Place(question.id, subject))
    statement = next((row.text for row in mine if row.kind == STATEMENT), None)
    files = {
        kind: [
            Material(row.number, row.title, row.sha256, row.size, row.media_type or "")
            for row in mine
            if row.kind == kind
        ]
        for kind in (PHOTO, ATTACHMENT)
    }
    return Presented(
        subject,
        statement,
        next(iter(files[PHOTO]), None),
        tuple(files[ATTACHMENT]),
        longest(question, subject),
        takes_photo(question, subject),
    )


def _at(kept: Sequence[MaterialRow], place: Place) -> list[MaterialRow]:
    return [row for row in kept if (row.question, row.subject) == (place.question, place.subject)]


def _require_file(body: bytes) -> None:
    if not body:
        raise Refused(Refusal.MATERIAL_FILE_MISSING)


def _require_open(tx: Transaction, uuid: str) -> ElectionRow:
    assembly = found(tx, uuid).assembly_uuid
    if assembly is not None:
        require_draft(tx, assembly)
    election_rows.hold(tx, uuid)
    row = found(tx, uuid)
    require_not_issued(row, Act.EDIT)
    return row


def _open_place(tx: Transaction, uuid: str, place: Place) -> Question:
    agenda = agenda_from_json(json.loads(_require_open(tx, uuid).agenda))
    for question in agenda.questions:
        if question.id == place.question and place.subject in ("", *subjects(question)):
            return question
    raise Refused(Refusal.MATERIAL_PLACE_UNKNOWN)


def _drop(tx: Transaction, uuid: str, place: Place, kind: str) -> None:
    there = [row.number for row in _at(rows.material_rows(tx, uuid), place) if row.kind == kind]
    rows.delete_materials(tx, uuid, there)


def _keep(
    site: Site,
    tx: Transaction,
    uuid: str,
    place: Place,
    kind: str,
    title: str,
    body: bytes,
    media_type: str,
    actor: Actor,
    now: datetime,
) -> None:
    digest = sha256(body).hexdigest()
    rows.add_file(tx, digest, media_type, body)
    _add(site, tx, uuid, place, kind, title, digest, len(body), actor, now, file=digest)


def _add(
    site: Site,
    tx: Transaction,
    uuid: str,
    place: Place,
    kind: str,
    title: str,
    digest: str,
    size: int,
    actor: Actor,
    now: datetime,
    text: str | None = None,
    file: str | None = None,
) -> None:
    rows.add_material(
        tx,
        uuid,
        question=place.question,
        subject=place.subject,
        kind=kind,
        title=title,
        text=text,
        file=file,
        sha256=digest,
        size=size,
        added_at=now,
    )
    # Who stands is told by the published list: a candidate's name is in no log before it.
    details = {"question": place.question, "kind": kind, "material_sha256": digest}
    log.append(site, tx, uuid, actor.name, "material-added", details, now)


def _log_removed(
    site: Site, tx: Transaction, uuid: str, place: Place, kind: str, actor: Actor, now: datetime
) -> None:
    details = {"question": place.question, "kind": kind}
    log.append(site, tx, uuid, actor.name, "material-removed", details, now)
