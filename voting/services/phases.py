"""What an election's phase allows: `draft → open → closed → counted → published`, never back.

Letters are issued inside the draft: with them out, the draft can only be opened, or withdrawn whole.
"""

import re
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.protocol.election import is_uuid
from voting.services.views import Act, ElectionView, Phase, Round
from voting.services.wire import shown
from voting.store.elections import ElectionRow, election_row
from voting.store.engine import Transaction

LEAST_REASON = 5  # characters
# Eleven digits and more, also in groups: reasons are logged, and the log leaves with every export.
_NUMBER_OF_A_PERSON = re.compile(r"(?:\d[ -]?){10,}[\dXxＸｘ]")


def found(tx: Transaction, uuid: str) -> ElectionRow:
    """The election's row. Refuses ELECTION_UNKNOWN."""
    row = election_row(tx, uuid) if is_uuid(uuid) else None
    if row is None:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    return row


def wrong_phase(row: ElectionRow, act: Act) -> Refused:
    """ELECTION_WRONG_PHASE(phase, act)."""
    return Refused(Refusal.ELECTION_WRONG_PHASE, phase=row.phase, act=act.value)


def require(row: ElectionRow, act: Act, *phases: Phase) -> None:
    """Refuses ELECTION_WRONG_PHASE unless the election is in one of these phases."""
    if row.phase not in phases:
        raise wrong_phase(row, act)


def require_issued(row: ElectionRow, act: Act, *phases: Phase) -> None:
    """Refuses ELECTION_WRONG_PHASE, and CREDENTIALS_NOT_ISSUED for a draft without letters."""
    require(row, act, *phases)
    if row.issued_at is None:
        raise Refused(Refusal.CREDENTIALS_NOT_ISSUED)


def require_not_issued(row: ElectionRow, act: Act) -> None:
    """Refuses ELECTION_WRONG_PHASE, and CREDENTIALS_ALREADY_ISSUED for a draft whose letters are out."""
    require(row, act, Phase.DRAFT)
    if row.issued_at is not None:
        raise Refused(Refusal.CREDENTIALS_ALREADY_ISSUED)


def require_before_closing(row: ElectionRow, now: datetime) -> None:
    """Refuses ELECTION_CLOSED(closes_at) from the closing time on."""
    if now >= row.closes_at:
        raise Refused(Refusal.ELECTION_CLOSED, closes_at=shown(row.closes_at, row.zone))


def one_line(typed: str) -> str:
    """What was typed in one printable line, without telephone and identity numbers."""
    text = "".join(character for character in " ".join(typed.split()) if character.isprintable())
    return _NUMBER_OF_A_PERSON.sub("…", text)


def require_reason(reason: str | None) -> str:
    """The reason in `one_line`. Refuses REASON_MISSING(least)."""
    text = one_line(reason or "")
    if len(text) < LEAST_REASON:
        raise Refused(Refusal.REASON_MISSING, least=LEAST_REASON)
    return text


# In an assembly these are done by its clock, or for all of its elections at once.
_OF_THE_ASSEMBLY = (Act.ISSUE, Act.WITHDRAW, Act.OPEN, Act.CLOSE, Act.CLOSE_EARLY, Act.PUBLISH)


def next_acts(view: ElectionView, now: datetime) -> tuple[Act, ...]:
    """What can be done now, in the order in which a page offers it."""
    acts = _next_acts(view, now)
    if view.assembly is None:
        return acts
    return tuple(act for act in acts if act not in _OF_THE_ASSEMBLY)


def _next_acts(view: ElectionView, now: datetime) -> tuple[Act, ...]:
    in_window = view.opens_at <= now < view.closes_at
    desk = (Act.REPRINT_LETTER, Act.LOCK, Act.RESET, Act.UNLOCK)
    match view.phase:
        case Phase.DRAFT if view.issued_at is None:
            ready = view.electorate_owners is not None and now < view.closes_at
            return (*([Act.ISSUE] if ready else []), Act.EDIT, Act.DELETE)
        case Phase.DRAFT:
            keyed = view.circle is None or view.circle.round is Round.READY
            return (*([Act.OPEN] if in_window and keyed else []), Act.REPLACE_LETTER, *desk, Act.WITHDRAW)
        case Phase.OPEN:
            return (*desk, Act.CLOSE_EARLY) if now < view.closes_at else (Act.CLOSE,)
        case Phase.CLOSED:
            return () if view.circle is not None and view.circle.shares_missing else (Act.COUNT,)
        case Phase.COUNTED:
            return (Act.PUBLISH, Act.EXPORT)
        case _:
            return (Act.EXPORT,)
