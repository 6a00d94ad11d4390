"""The letters of an assembly: one a voter, whose code serves every election in which that voter votes.

A code's public half is another one in each election, and in the assembly itself, because each derivation
contains a uuid: nobody who reads the records can tell that two of them are of one voter. All letters are made
at once, for what the notice in force names, and are void at once; elections outside an assembly have letters
of their own (`voting.services.credentials`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from voting.documents.letters import letters_pdf, poster_pdf
from voting.errors import Refusal, Refused
from voting.protocol.credentials import generate, public_credential
from voting.protocol.group import group_named
from voting.rules.assembly import Act as Step
from voting.rules.roll import Voter, people
from voting.services import log
from voting.services.assembly_state import Held, announced, held
from voting.services.credential_file import open_credential_file, require_passphrase, seal_credentials
from voting.services.credentials import DEFAULT_HELP
from voting.services.entry import LETTER_GROUP
from voting.services.frozen_roll import Freezing, freeze, freezing, thaw
from voting.services.letter_log import append_for_letter
from voting.services.letter_papers import Served, meeting_letter, meeting_notice
from voting.services.phases import (
    require_before_closing,
    require_issued,
    require_reason,
    wrong_phase,
)
from voting.services.second_factor import MOST_TRIES
from voting.services.site import Actor, Progress, Site
from voting.services.views import Act, Issued, LetterView, Phase, Replaced
from voting.services.wire import shown
from voting.store import elections as election_rows
from voting.store import letters as rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.letters import LetterRow
from voting.store.registers import Factor
from voting.store.roll import RollEntry


def issue_letters(
    site: Site,
    uuid: str,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
    help_text: str = DEFAULT_HELP,
) -> Issued:
    """Freeze the roll of every election of an assembly, and make one letter for each of their voters.

    The letters are made before anything is stored, and everything is stored in one transaction: all elections
    have them afterwards, or none. Refuses PASSPHRASE_TOO_SHORT(least), ASSEMBLY_UNKNOWN, NOTICE_NOT_GIVEN,
    NOTICE_OUTDATED, NOTICE_WITHOUT_ITEMS, LETTERS_OUT(title), WINDOW_OVER(closes_at), REGISTER_MISSING,
    ROLL_EMPTY, ELECTION_WRONG_PHASE, and what the letters refuse.
    """
    require_passphrase(passphrase)
    with site.store.read() as tx:
        assembly = announced(tx, uuid)
        elections = _unissued(election_rows.elections_of(tx, uuid))
        for row in elections:
            if now >= row.closes_at:
                raise Refused(Refusal.WINDOW_OVER, closes_at=shown(row.closes_at, row.zone))
        drafts = [freezing(tx, row) for row in elections]
    everybody = people([draft.voters for draft in drafts])
    steps = 2 * len(everybody) + 1

    def report(done: int) -> None:
        if progress:
            progress(done, steps)

    private: dict[int, str] = {}
    made: list[LetterRow] = []
    served: list[Served] = []
    for number, person in enumerate(everybody, 1):
        report(number - 1)
        private[number] = generate()
        # What lets a person in is asked of the letter: the rolls hold none of it.
        entries = {
            at: drafts[at].entry(voter, private[number], ()) for at, voter in enumerate(person) if voter
        }
        served.append(Served(number, entries))
        made.append(
            LetterRow(
                number,
                public_credential(LETTER_GROUP, uuid, private[number]),
                _factors(drafts, person),
                {drafts[at].row.uuid: entry.voter for at, entry in entries.items()},
            )
        )
    notice = meeting_notice(assembly.row, elections, base_url, help_text)
    letters = letters_pdf(
        notice,
        [meeting_letter(assembly.row, elections, each, base_url, private[each.number]) for each in served],
        lambda done, _of: report(len(everybody) + done),
    )
    issued = Issued(
        letters=letters,
        poster=poster_pdf(notice, f"{base_url}/a/{uuid}"),
        credential_file=seal_credentials(uuid, private, passphrase),
    )
    with site.store.write() as tx:
        announced(tx, uuid, to_change=True)
        for at, draft in enumerate(drafts):
            roll = sorted(
                (each.entries[at] for each in served if at in each.entries), key=lambda entry: entry.voter
            )
            freeze(site, tx, draft, roll, help_text, issued.credential_file, actor, now)
        rows.add_letters(tx, uuid, made)
        details = {
            "letters": len(made),
            "elections": [row.uuid for row in elections],
            "credential_file_sha256": sha256(issued.credential_file).hexdigest(),
        }
        log.append(site, tx, uuid, actor.name, "assembly-letters-issued", details, now)
    report(steps)
    return issued


def withdraw_letters(site: Site, uuid: str, reason: str, actor: Actor, now: datetime) -> None:
    """Make every letter of an assembly void in all its elections, which can then be edited and issued again.

    Refuses ASSEMBLY_UNKNOWN, STEP_OUT_OF_ORDER once it is open, CREDENTIALS_NOT_ISSUED and
    REASON_MISSING(least).
    """
    reason = require_reason(reason)
    with site.store.write() as tx:
        state = held(tx, uuid, to_change=True).state
        if state.opened_at is not None:
            raise Refused(Refusal.STEP_OUT_OF_ORDER, step=Step.GIVE_NOTICE.value, stage=state.phase.value)
        issued = [row for row in election_rows.elections_of(tx, uuid) if row.issued_at is not None]
        if not issued:
            raise Refused(Refusal.CREDENTIALS_NOT_ISSUED)
        void = rows.letter_rows(tx, uuid)
        details = {"letters": len(void), "reason": reason}
        log.append(site, tx, uuid, actor.name, "assembly-letters-withdrawn", details, now)
        if void:
            rows.retire_letters(tx, uuid, void, reason, now)
            rows.delete_letters(tx, uuid)
        for row in issued:
            thaw(site, tx, row.uuid, reason, actor, now)


def replace_assembly_letter(
    site: Site,
    uuid: str,
    letter: int,
    reason: str,
    credential_file: bytes,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
) -> Replaced:
    """Give a person a new code before opening; the old letter is void in every election, and told so by name.

    The new credential file takes the place of the old one, which is then outdated. Refuses ASSEMBLY_UNKNOWN,
    CREDENTIALS_NOT_ISSUED, ELECTION_WRONG_PHASE, REASON_MISSING(least), LETTER_UNKNOWN(letter) and
    CREDENTIAL_FILE_….
    """
    reason = require_reason(reason)
    with site.store.read() as tx:
        assembly, elections = _issued(tx, uuid, Act.REPLACE_LETTER, Phase.DRAFT)
        letters = rows.letter_rows(tx, uuid)
        old = _of(letters, letter)
        served = _served(tx, elections, old)
    private = open_credential_file(credential_file, passphrase, uuid)
    _require_current(uuid, private, letters)
    private[letter] = generate()
    fresh = public_credential(LETTER_GROUP, uuid, private[letter])
    replaced = Replaced(
        letter=_drawn(assembly, elections, served, base_url, private[letter]),
        credential_file=seal_credentials(uuid, private, passphrase),
    )
    with site.store.write() as tx:
        held(tx, uuid, to_change=True)
        # The same value again: it holds the elections' rows, so that none of them opens meanwhile.
        for row in elections:
            if not election_rows.move(tx, row.uuid, Phase.DRAFT, {"issued_at": row.issued_at}, issued=True):
                raise wrong_phase(row, Act.REPLACE_LETTER)
        if _credentials(rows.letter_rows(tx, uuid)) != _credentials(letters):
            raise Refused(Refusal.CREDENTIAL_FILE_OUTDATED, voter=letter)
        for at, entry in served.entries.items():
            row = elections[at]
            public = public_credential(group_named(row.group_name), row.uuid, private[letter])
            roll_rows.change_entry(tx, row.uuid, entry.voter, public_credential=public)
            roll_rows.retire(tx, row.uuid, [(entry.voter, entry.public_credential)], reason, now)
        rows.change_letter(tx, uuid, letter, public_credential=fresh)
        rows.retire_letters(tx, uuid, [old], reason, now)
        append_for_letter(site, tx, uuid, old, actor.name, "letter-replaced", {"reason": reason}, now)
    return replaced


def reprint_assembly_letter(
    site: Site,
    uuid: str,
    letter: int,
    credential_file: bytes,
    passphrase: str,
    base_url: str,
    actor: Actor,
    now: datetime,
) -> bytes:
    """The same letter again (PDF), until the closing time.

    Refuses like `replace_assembly_letter`, and ELECTION_CLOSED(closes_at).
    """
    with site.store.read() as tx:
        assembly, elections = _issued(tx, uuid, Act.REPRINT_LETTER, Phase.DRAFT, Phase.OPEN)
        for row in elections:
            require_before_closing(row, now)
        old = _of(rows.letter_rows(tx, uuid), letter)
        served = _served(tx, elections, old)
    private = open_credential_file(credential_file, passphrase, uuid)
    _require_current(uuid, private, [old])
    body = _drawn(assembly, elections, served, base_url, private[letter])
    with site.store.write() as tx:
        append_for_letter(site, tx, uuid, old, actor.name, "letter-reprinted", {}, now)
    return body


def has_letters(site: Site, uuid: str) -> bool:
    """Whether letters of the assembly are out; they are not its elections' own."""
    with site.store.read() as tx:
        return rows.has_letters(tx, uuid)


def assembly_letters(site: Site, uuid: str) -> list[LetterView]:
    """Every letter of an assembly, by number; none before they are issued. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        held(tx, uuid)
        letters = rows.letter_rows(tx, uuid)
        rolls = {
            row.uuid: {entry.voter: entry for entry in roll_rows.roll(tx, row.uuid)}
            for row in election_rows.elections_of(tx, uuid)
        }
    return [_view(letter, rolls) for letter in letters]


def _view(letter: LetterRow, rolls: dict[str, dict[int, RollEntry]]) -> LetterView:
    entries = {uuid: rolls[uuid][voter] for uuid, voter in letter.voters.items()}
    first = max(entries.values(), key=lambda entry: len(entry.units))
    return LetterView(
        number=letter.number,
        name=first.name,
        building=first.building,
        units=tuple(unit.label for unit in first.units),
        state="locked" if letter.locked else "too-many-tries" if letter.tries >= MOST_TRIES else "issued",
        voters=dict(letter.voters),
        voted=tuple(uuid for uuid, entry in entries.items() if entry.has_voted),
    )


def _unissued(elections: Sequence[ElectionRow]) -> Sequence[ElectionRow]:
    for row in elections:
        if row.issued_at is not None:
            raise Refused(Refusal.LETTERS_OUT, title=row.title)
    if not elections:
        raise Refused(Refusal.NOTICE_WITHOUT_ITEMS)
    return elections


def _issued(tx: Transaction, uuid: str, act: Act, *phases: Phase) -> tuple[Held, list[ElectionRow]]:
    """The assembly and its elections, all of which have letters and are in one of these phases."""
    assembly, elections = held(tx, uuid), election_rows.elections_of(tx, uuid)
    if not elections:
        raise Refused(Refusal.CREDENTIALS_NOT_ISSUED)
    for row in elections:
        require_issued(row, act, *phases)
    return assembly, elections


def _of(letters: Iterable[LetterRow], number: int) -> LetterRow:
    for letter in letters:
        if letter.number == number:
            return letter
    raise Refused(Refusal.LETTER_UNKNOWN, letter=number)


def _served(tx: Transaction, elections: Sequence[ElectionRow], letter: LetterRow) -> Served:
    entries = {}
    for at, row in enumerate(elections):
        voter = letter.voters.get(row.uuid)
        entry = None if voter is None else roll_rows.entry(tx, row.uuid, voter)
        if entry is not None:
            entries[at] = entry
    return Served(letter.number, entries)


def _factors(drafts: Sequence[Freezing], person: Sequence[Voter | None]) -> tuple[Factor, ...]:
    """What lets a person in: everything that any of the registers knows of them, each once."""
    known = (
        factor
        for draft, voter in zip(drafts, person, strict=True)
        if voter
        for factor in draft.factors_of(voter)
    )
    return tuple(dict.fromkeys(known))


def _drawn(
    assembly: Held, elections: Sequence[ElectionRow], person: Served, base_url: str, credential: str
) -> bytes:
    help_text = elections[0].help_text or DEFAULT_HELP
    notice = meeting_notice(assembly.row, elections, base_url, help_text)
    return letters_pdf(notice, [meeting_letter(assembly.row, elections, person, base_url, credential)])


def _require_current(uuid: str, private: dict[int, str], letters: Iterable[LetterRow]) -> None:
    for letter in letters:
        code = private.get(letter.number)
        if code is None or public_credential(LETTER_GROUP, uuid, code) != letter.public_credential:
            raise Refused(Refusal.CREDENTIAL_FILE_OUTDATED, voter=letter.number)


def _credentials(letters: Iterable[LetterRow]) -> list[str]:
    return [letter.public_credential for letter in letters]
