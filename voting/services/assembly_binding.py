"""What binds an election to its assembly: the meeting in its rules, the assembly's log in its own.

The rules name the notice by the SHA-256 of its line, and so all that went before it. The lines that tell of
the opening, of the closing and of each export hold the head of the assembly's log as it was then.
"""

import json

from voting.rules.assembly import Act
from voting.rules.convening import Convening
from voting.services import log
from voting.services.assembly_state import held
from voting.services.log_lines import BEFORE_THE_FIRST, line_digests
from voting.store import log as log_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction


def convening_of(tx: Transaction, row: ElectionRow) -> Convening | None:
    """The meeting as the rules of its elections bind it; None for an election that stands alone."""
    if row.assembly_uuid is None:
        return None
    assembly = held(tx, row.assembly_uuid)
    return Convening(
        assembly.uuid,
        assembly.row.title,
        assembly.row.convener,
        assembly.state.plan,
        _notice_sha256(tx, assembly.uuid),
    )


def assembly_head(tx: Transaction, row: ElectionRow) -> dict[str, str]:
    """The head of the assembly's log, for a line of the election's; nothing where it stands alone."""
    return {} if row.assembly_uuid is None else {"assembly_head": log.head(tx, row.assembly_uuid)}


def _notice_sha256(tx: Transaction, uuid: str) -> str:
    """SHA-256 of the line of the last notice."""
    lines = [line.encode() for line in log_rows.lines(tx, uuid)]
    given = f"assembly-{Act.GIVE_NOTICE.value}"
    found = [
        digest
        for line, digest in zip(lines, line_digests(lines)[1:], strict=True)
        if json.loads(line)["act"] == given
    ]
    return found[-1] if found else BEFORE_THE_FIRST
