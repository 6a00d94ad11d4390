"""The count: tally, decryption and outcome of a closed election, stored together."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.board import owned
from voting.protocol.election import ElectionContext
from voting.protocol.tally import (
    combine,
    decrypt_result,
    encrypted_tally,
    partial_decryption,
    result_json,
    tally_json,
    verify_partial_decryption,
)
from voting.rules.outcome import Measured, decide
from voting.services import log
from voting.services.board import Records, ballot_bodies, context, heads_of, store_twins, twins
from voting.services.phases import found, require, wrong_phase
from voting.services.sealing import unseal
from voting.services.site import Actor, Progress, Site, unwatched
from voting.services.views import Act, Phase
from voting.store import elections as rows
from voting.store import roll as roll_rows


def count_election(
    site: Site, uuid: str, actor: Actor, now: datetime, progress: Progress | None = None
) -> dict[str, Any]:
    """Tally both measures, decrypt them with proofs, let the rules decide; returns the outcome.

    Every ballot is verified again, from the bytes on the board, before anything is decrypted. Refuses
    ELECTION_WRONG_PHASE, and what verification refuses where the database was tampered with.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
        require(row, Act.COUNT, Phase.CLOSED)
        bodies = ballot_bodies(tx, uuid)
        entries = roll_rows.roll(tx, uuid)
    assert row.election_json is not None
    assert row.rules is not None
    assert row.sealed_trustee_key is not None
    election = context(row.election_json)
    report = progress or unwatched
    steps = len(bodies) + 2
    ballots = []
    for done, body in enumerate(bodies):
        report(done, steps)
        ballots.append(verify_ballot(election, body))
    secret = unseal(site.keys, uuid, row.sealed_trustee_key)
    report(len(bodies), steps)
    owners, owners_records = _tallied(
        election, ballots, {entry.public_credential: 1 for entry in entries}, secret
    )
    report(len(bodies) + 1, steps)
    area, area_records = _tallied(
        election, ballots, {entry.public_credential: entry.area_dm2 for entry in entries}, secret
    )
    outcome = {"uuid": uuid, **decide(json.loads(row.rules), owners, area)}
    outcome_text = json.dumps(outcome, ensure_ascii=False, indent=1) + "\n"
    events = twins(
        heads_of(row),
        [
            ("EncryptedTally", owners_records[0], area_records[0]),
            ("PartialDecryption", owners_records[1], area_records[1]),
            ("Result", owners_records[2], area_records[2]),
        ],
    )
    with site.store.write() as tx:
        values = {
            "phase": Phase.COUNTED,
            "counted_at": now,
            "outcome": outcome_text,
            **events[-1].head_values,
        }
        if not rows.move(tx, uuid, Phase.CLOSED, values, height=row.height):
            raise wrong_phase(found(tx, uuid), Act.COUNT)
        store_twins(tx, uuid, events, now)
        details = {"outcome_sha256": sha256(outcome_text.encode()).hexdigest()}
        log.append(tx, uuid, actor.name, "election-counted", details, now)
    report(steps, steps)
    return outcome


def _tallied(
    election: ElectionContext, ballots: list[VerifiedBallot], weights: dict[str, int], secret: int
) -> tuple[Measured, tuple[Records, Records, Records]]:
    """One measure: its totals, and the records of EncryptedTally, PartialDecryption and Result."""
    tally, number, total = encrypted_tally(election, ballots, weights)
    share = partial_decryption(election, tally, secret)
    public = election.group.generator.power(secret)
    factors = combine(election.group, [verify_partial_decryption(election, tally, public, share, 1)])
    result = decrypt_result(election, tally, factors, total)
    records = (tally_json(election.group, tally, number, total), owned(1, share), (result_json(result),))
    return Measured(total, sum(weights.values()), result), records
