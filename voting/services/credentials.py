"""Credentials and letters of one election: issued once, replaced before opening, printed again.

An assembly's elections have one letter a voter for all of them (`voting.services.assembly_letters`).

A private credential exists in memory while letters are made, then only on paper and in the credential file.
The roll is frozen with the letters: voters, areas and second factors are those of the register at that hour.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from voting.documents import wording
from voting.documents.letters import ElectionNotice, Letter, letters_pdf, poster_pdf
from voting.errors import Refusal, Refused
from voting.protocol.credentials import generate, printed, public_credential
from voting.protocol.group import Group, group_named
from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.area import area_m2
from voting.rules.terms import Terms
from voting.services import log
from voting.services.credential_file import open_credential_file, require_passphrase, seal_credentials
from voting.services.desk import lock_voter, reset_second_factor, roll, transfer_voter, unlock_voter
from voting.services.frozen_roll import freeze, freezing, thaw
from voting.services.phases import (
    found,
    require_before_closing,
    require_issued,
    require_not_issued,
    require_reason,
    wrong_phase,
)
from voting.services.site import Actor, Progress, Site
from voting.services.views import Act, Issued, Phase, Replaced
from voting.services.wire import shown
from voting.store import elections as rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.roll import RollEntry

__all__ = [
    "issue_credentials",
    "lock_voter",
    "replace_letter",
    "reprint_letter",
    "reset_second_factor",
    "roll",
    "transfer_voter",
    "unlock_voter",
    "withdraw_credentials",
]

DEFAULT_HELP = wording.DEFAULT_HELP


def issue_credentials(
    site: Site,
    uuid: str,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
    help_text: str = DEFAULT_HELP,
) -> Issued:
    """Freeze the roll of a draft from its estate's newest register, and make every letter.

    The letters are made before anything is stored, and everything is stored in one transaction: a failure
    leaves no voter with a code that the server does not know. Refuses PASSPHRASE_TOO_SHORT(least),
    ELECTION_WRONG_PHASE, CREDENTIALS_ALREADY_ISSUED, WINDOW_OVER(closes_at), REGISTER_MISSING,
    RESIDENTS_MISSING, ROLL_EMPTY, LETTERS_OF_ASSEMBLY in an assembly, whose letters are `assembly_letters`',
    and what the letters refuse.
    """
    require_passphrase(passphrase)
    with site.store.read() as tx:
        row = found(tx, uuid)
        require_not_issued(row, Act.ISSUE)
        _require_own_letters(row)
        if now >= row.closes_at:
            raise Refused(Refusal.WINDOW_OVER, closes_at=shown(row.closes_at, row.zone))
        draft = freezing(tx, row)
    count = len(draft.voters)

    def report(done: int, _of: int) -> None:
        if progress:
            progress(done, 2 * count + 1)

    private: dict[int, str] = {}
    entries: list[RollEntry] = []
    for done, voter in enumerate(draft.voters):
        report(done, count)
        private[voter.number] = generate()
        entries.append(draft.entry(voter, private[voter.number], draft.factors_of(voter)))
    notice = _notice(row, draft.agenda, base_url, help_text)
    letters = letters_pdf(
        notice,
        [_letter(entry, uuid, base_url, private[entry.voter]) for entry in entries],
        lambda done, of: report(count + done, of),
    )
    issued = Issued(
        letters=letters,
        poster=poster_pdf(notice, f"{base_url}/e/{uuid}"),
        credential_file=seal_credentials(uuid, private, passphrase),
    )
    with site.store.write() as tx:
        freeze(site, tx, draft, entries, help_text, issued.credential_file, actor, now)
    report(2 * count + 1, count)
    return issued


def withdraw_credentials(site: Site, uuid: str, reason: str, actor: Actor, now: datetime) -> None:
    """Make all letters of a draft void, so that it can be edited and issued again.

    Refuses ELECTION_WRONG_PHASE, CREDENTIALS_NOT_ISSUED, REASON_MISSING(least) and LETTERS_OF_ASSEMBLY.
    """
    reason = require_reason(reason)
    with site.store.write() as tx:
        row = found(tx, uuid)
        require_issued(row, Act.WITHDRAW, Phase.DRAFT)
        _require_own_letters(row)
        thaw(site, tx, uuid, reason, actor, now)


def replace_letter(
    site: Site,
    uuid: str,
    voter: int,
    reason: str,
    credential_file: bytes,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
) -> Replaced:
    """Give a voter a new credential before opening; the old letter is void and is told so by name.

    The new credential file takes the place of the old one, which is then outdated. Refuses
    ELECTION_WRONG_PHASE, CREDENTIALS_NOT_ISSUED, REASON_MISSING, VOTER_UNKNOWN(voter), CREDENTIAL_FILE_…, and
    LETTERS_OF_ASSEMBLY where the letter serves a whole assembly.
    """
    reason = require_reason(reason)
    row, entries = _issued_roll(site, uuid, Act.REPLACE_LETTER, Phase.DRAFT)
    entry = _own_entry(entries, voter)
    private = open_credential_file(credential_file, passphrase, uuid)
    group = group_named(row.group_name)
    _require_current(group, uuid, private, entries)
    private[voter] = generate()
    fresh = replace(entry, public_credential=public_credential(group, uuid, private[voter]))
    replaced = Replaced(
        letter=_one_letter(row, fresh, base_url, private[voter]),
        credential_file=seal_credentials(uuid, private, passphrase),
    )
    with site.store.write() as tx:
        # The same value again: it holds the election's row, so that it does not open meanwhile.
        if not rows.move(tx, uuid, Phase.DRAFT, {"issued_at": row.issued_at}, issued=True):
            raise wrong_phase(found(tx, uuid), Act.REPLACE_LETTER)
        if _credentials(roll_rows.roll(tx, uuid)) != _credentials(entries):
            raise Refused(Refusal.CREDENTIAL_FILE_OUTDATED, voter=voter)
        roll_rows.change_entry(tx, uuid, voter, public_credential=fresh.public_credential)
        roll_rows.retire(tx, uuid, [(voter, entry.public_credential)], reason, now)
        log.append(site, tx, uuid, actor.name, "letter-replaced", {"voter": voter, "reason": reason}, now)
    return replaced


def reprint_letter(
    site: Site,
    uuid: str,
    voter: int,
    credential_file: bytes,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The same letter again (PDF), until the closing time. Refuses like `replace_letter`, ELECTION_CLOSED."""
    row, entries = _issued_roll(site, uuid, Act.REPRINT_LETTER, Phase.DRAFT, Phase.OPEN)
    require_before_closing(row, now)
    entry = _own_entry(entries, voter)
    private = open_credential_file(credential_file, passphrase, uuid)
    _require_current(group_named(row.group_name), uuid, private, [entry])
    letter = _one_letter(row, entry, base_url, private[voter])
    with site.store.write() as tx:
        log.append(site, tx, uuid, actor.name, "letter-reprinted", {"voter": voter}, now)
    return letter


def _letter(entry: RollEntry, uuid: str, base_url: str, credential: str) -> Letter:
    return Letter(
        voter=entry.voter,
        name=entry.name,
        building=entry.building,
        units=tuple(unit.label for unit in entry.units),
        area_m2=area_m2(entry.area_dm2),
        link=f"{base_url}/v/{uuid}#{credential}",
        code=printed(credential),
    )


def _one_letter(row: ElectionRow, entry: RollEntry, base_url: str, credential: str) -> bytes:
    agenda = agenda_from_json(json.loads(row.agenda))
    notice = _notice(row, agenda, base_url, row.help_text or DEFAULT_HELP)
    return letters_pdf(notice, [_letter(entry, row.uuid, base_url, credential)])


def _notice(row: ElectionRow, agenda: Agenda, base_url: str, help_text: str) -> ElectionNotice:
    return ElectionNotice(
        estate=row.estate,
        title=row.title,
        questions=tuple(question.text for question in agenda.questions),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        help=help_text,
        base_url=base_url,
        secrecy=agenda.secrecy,
        zone=row.zone,
        terms=agenda.terms or Terms(),
        revoting=agenda.revoting,
    )


def _issued_roll(site: Site, uuid: str, act: Act, *phases: Phase) -> tuple[ElectionRow, list[RollEntry]]:
    with site.store.read() as tx:
        row = found(tx, uuid)
        require_issued(row, act, *phases)
        return row, roll_rows.roll(tx, uuid)


def _require_own_letters(row: ElectionRow) -> None:
    if row.assembly_uuid is not None:
        raise Refused(Refusal.LETTERS_OF_ASSEMBLY)


def _own_entry(entries: Sequence[RollEntry], voter: int) -> RollEntry:
    """The entry of a voter whose letter is of this election alone."""
    for entry in entries:
        if entry.voter == voter:
            if entry.letter is not None:
                raise Refused(Refusal.LETTERS_OF_ASSEMBLY)
            return entry
    raise Refused(Refusal.VOTER_UNKNOWN, voter=voter)


def _credentials(entries: Iterable[RollEntry]) -> list[str]:
    return [entry.public_credential for entry in entries]


def _require_current(group: Group, uuid: str, private: dict[int, str], entries: Iterable[RollEntry]) -> None:
    for entry in entries:
        credential = private.get(entry.voter)
        if credential is None or public_credential(group, uuid, credential) != entry.public_credential:
            raise Refused(Refusal.CREDENTIAL_FILE_OUTDATED, voter=entry.voter)
