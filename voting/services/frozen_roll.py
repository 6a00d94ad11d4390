"""Freezing a draft's roll with its letters, as the register stands at that hour; and giving it up again.

Who makes the letters, of one election or of a whole assembly, makes and keeps the codes; here is what each
election stores with them and writes into its log.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.protocol.credentials import public_credential
from voting.protocol.group import group_named
from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.roll import Voter, roll_digest
from voting.services import log
from voting.services.bound_materials import bound, digest
from voting.services.electorate import Electorate, electorate
from voting.services.phases import found, require_not_issued, wrong_phase
from voting.services.site import Actor, Site
from voting.services.views import Act, Phase
from voting.services.weights import electorate_area, has_area
from voting.store import elections as rows
from voting.store import helping
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.registers import Factor
from voting.store.roll import RollEntry

# What issuing adds to a draft, and withdrawing takes away again.
_FROZEN = ("issued_at", "register_id", "help_text", "roll_sha256", "electorate_owners", "electorate_area_dm2")


@dataclass(frozen=True)
class Freezing:
    """A draft and who would be on its roll."""

    row: ElectionRow
    agenda: Agenda
    electorate: Electorate

    @property
    def voters(self) -> tuple[Voter, ...]:
        """Everybody, numbered from 1."""
        return self.electorate.voters

    def factors_of(self, voter: Voter) -> tuple[Factor, ...]:
        """What lets this voter in."""
        return self.electorate.factors(voter)

    def entry(self, voter: Voter, credential: str, factors: tuple[Factor, ...]) -> RollEntry:
        """The voter as the roll keeps it, with the public half of a private credential."""
        return RollEntry(
            voter=voter.number,
            name=voter.name,
            building=voter.building,
            units=voter.units,
            area_dm2=voter.area_dm2,
            public_credential=public_credential(group_named(self.row.group_name), self.row.uuid, credential),
            factors=factors,
        )


def freezing(tx: Transaction, row: ElectionRow) -> Freezing:
    """What freezing a draft's roll now would freeze.

    Refuses REGISTER_MISSING, or RESIDENTS_MISSING for a residents' meeting, and ROLL_EMPTY.
    """
    agenda = agenda_from_json(json.loads(row.agenda))
    those = electorate(tx, row, agenda)
    if those.register_id is None:
        raise Refused(Refusal.REGISTER_MISSING if has_area(agenda) else Refusal.RESIDENTS_MISSING)
    if not those.voters:
        raise Refused(Refusal.ROLL_EMPTY)
    return Freezing(row, agenda, those)


def freeze(
    site: Site,
    tx: Transaction,
    draft: Freezing,
    entries: Sequence[RollEntry],
    help_text: str,
    credential_file: bytes,
    actor: Actor,
    now: datetime,
) -> None:
    """Store the roll and its line in the log.

    Refuses CREDENTIALS_ALREADY_ISSUED and ELECTION_WRONG_PHASE where the draft has changed meanwhile.
    """
    uuid = draft.row.uuid
    values = {
        "issued_at": now,
        "register_id": draft.electorate.register_id,
        "help_text": help_text,
        "roll_sha256": roll_digest(draft.voters),
        "electorate_owners": len(draft.voters),
        "electorate_area_dm2": electorate_area(draft.agenda, draft.voters),
    }
    if not rows.move(tx, uuid, Phase.DRAFT, values, issued=False, draft=draft.row):
        changed = found(tx, uuid)
        require_not_issued(changed, Act.ISSUE)
        raise wrong_phase(changed, Act.ISSUE)
    roll_rows.add_roll(tx, uuid, entries)
    readable = bound(tx, uuid, json.loads(draft.row.agenda))
    details = {
        "register": draft.electorate.register_id,
        "voters": len(draft.voters),
        **({"area_dm2": values["electorate_area_dm2"]} if has_area(draft.agenda) else {}),
        "roll_sha256": values["roll_sha256"],
        "credential_file_sha256": sha256(credential_file).hexdigest(),
        **({"materials_sha256": digest(readable)} if readable else {}),
    }
    log.append(site, tx, uuid, actor.name, "letters-issued", details, now)


def thaw(site: Site, tx: Transaction, uuid: str, reason: str, actor: Actor, now: datetime) -> None:
    """Make every letter void, and give the roll up. Refuses ELECTION_WRONG_PHASE where it is not frozen."""
    if not rows.move(tx, uuid, Phase.DRAFT, dict.fromkeys(_FROZEN), issued=True):
        raise wrong_phase(found(tx, uuid), Act.WITHDRAW)
    void = [(entry.voter, entry.public_credential) for entry in roll_rows.roll(tx, uuid)]
    roll_rows.retire(tx, uuid, void, reason, now)
    helping.forget_requests(tx, uuid)
    roll_rows.delete_roll(tx, uuid)
    log.append(site, tx, uuid, actor.name, "letters-withdrawn", {"voters": len(void), "reason": reason}, now)
