"""The count: tally, decryption and outcome of a closed election, stored together.

The trustees recompute the tally from the published record and send their shares beforehand; with them, and
the server's own, everything is written at once.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from voting.errors import Refusal, Refused
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.board import EventType, owned
from voting.protocol.decryption import Shares, synthetic_factors, verify_shares
from voting.protocol.election import ElectionContext
from voting.protocol.tally import (
    PartialDecryption,
    Tally,
    check_cast,
    decrypt_result,
    encrypted_tally,
    last_ballots,
    partial_decryption,
    result_json,
    tally_json,
)
from voting.protocol.trustees import VerifiedTrustees, verify_trustees
from voting.rules.outcome import Measured, outcome_json, rules_agenda
from voting.rules.secrecy import Secrecy
from voting.services import log
from voting.services.board import (
    Records,
    ballot_bodies,
    context,
    heads_of,
    setup_bodies,
    store_twins,
    twins,
)
from voting.services.deemed import silent_lines
from voting.services.deemed_lines import sums
from voting.services.opened import open_all, written
from voting.services.papers import decide_twins, told_deemed
from voting.services.phases import found, require, wrong_phase
from voting.services.sealing import DESTROYED, unseal
from voting.services.shares import stored_ballot_shares, stored_shares
from voting.services.site import Actor, Progress, Site, unwatched
from voting.services.views import Act, Phase
from voting.services.weights import area_weights
from voting.store import elections as rows
from voting.store import openings as opening_rows
from voting.store import roll as roll_rows


class Sums(NamedTuple):
    """One measure before decryption: sealed sums, number of ballots, their weight and the electorate's."""

    tally: Tally
    number: int
    total: int
    electorate: int


def count_election(
    site: Site,
    uuid: str,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
    shares: Mapping[int, tuple[bytes, bytes]] | None = None,
    ballot_shares: Mapping[int, Sequence[PartialDecryption]] | None = None,
) -> dict[str, Any]:
    """Tally both measures, decrypt them with proofs, let the rules decide; returns the outcome.

    Every ballot is verified again, from the bytes on the board, before anything is decrypted. The trustees'
    shares are those that they sent, and `shares` by owner, of the sums by owners and by area; a share that is
    not valid in both is left out and named in the log. In a secret election the server's key is deleted with
    it. In an open one every ballot that counts is opened for the auditors: `ballot_shares` are those of the
    same owners, beside those that they sent, of each such ballot in the board's order. Where the election's
    rules count silent voters, they come from the ledger of deliveries as it stood at the closing; their sums
    are told in the log, and who they are is pinned by it.

    Refuses ELECTION_WRONG_PHASE, DECRYPTION_TOO_FEW(valid, needed), at once where too few came, and what
    verification refuses where the database was tampered with: BALLOT_SECOND and BALLOT_THIRD among it.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
        require(row, Act.COUNT, Phase.CLOSED)
        bodies = ballot_bodies(tx, uuid)
        entries = roll_rows.roll(tx, uuid)
        assert row.election_json is not None
        election = context(row.election_json)
        trustees = verify_trustees(election.group, setup_bodies(tx, uuid)[1])
        given = stored_shares(tx, uuid, trustees) | dict(shares or {})
        given_ballots = stored_ballot_shares(tx, uuid, trustees) | dict(ballot_shares or {})
        assert row.rules is not None
        rules = json.loads(row.rules)
        silent = silent_lines(tx, row, rules, entries)
    assert row.sealed_trustee_key is not None
    secrecy = Secrecy(rules["secrecy"])
    secret = unseal(site.keys, uuid, row.sealed_trustee_key)
    own = trustees.keys.index(election.group.generator.power(secret)) + 1
    _require_enough(trustees, {own, *given})
    report = progress or unwatched
    # A step is a ballot verified or opened, or the opening of one measure's sums.
    steps = len(bodies) * (2 if secrecy is Secrecy.OPEN else 1) + 2
    ballots = []
    for done, body in enumerate(bodies):
        report(done, steps)
        ballots.append(verify_ballot(election, body))
    report(len(bodies), steps)
    check_cast(ballots, rules_agenda(rules).revoting.most)
    counted = last_ballots(ballots)
    owners = _sums(election, ballots, {entry.public_credential: 1 for entry in entries})
    area = _sums(election, ballots, area_weights(rules_agenda(rules), entries))
    given[own] = (
        partial_decryption(election, owners.tally, secret),
        partial_decryption(election, area.tally, secret),
    )
    owners_shares, area_shares = _valid_in_both(election, trustees, (owners, area), given)
    lines: list[bytes] = []
    if secrecy is Secrecy.OPEN:
        everyone = {entry.public_credential: entry.voter for entry in entries}
        by_owner = {owner: given for owner, given in given_ballots.items() if owner in owners_shares.valid}
        for done, line in enumerate(open_all(election, trustees, counted, everyone, secret, by_owner), 1):
            lines.append(line)
            report(len(bodies) + done, steps)
    owners_measured, owners_result = _opened(election, trustees, owners, owners_shares)
    report(steps - 1, steps)
    area_measured, area_result = _opened(election, trustees, area, area_shares)
    # The head of a closed board is the event that ended its ballots: the seed of a lot.
    assert row.owners_head is not None
    deemed = sums(silent) if silent is not None else None
    decided = decide_twins(rules, owners_measured, area_measured, row.owners_head, deemed)
    outcome = {"uuid": uuid, **decided}
    outcome_text = outcome_json(outcome).decode()
    kinds: list[tuple[EventType, Records, Records | None]] = [
        ("EncryptedTally", tally_json(election.group, *owners[:3]), tally_json(election.group, *area[:3]))
    ]
    for owner in sorted(owners_shares.valid):
        by_owners, by_area = given[owner]
        kinds.append(("PartialDecryption", owned(owner, by_owners), owned(owner, by_area)))
    kinds.append(("Result", owners_result, area_result))
    events = twins(heads_of(row), kinds)
    with site.store.write() as tx:
        values: dict[str, Any] = {
            "phase": Phase.COUNTED,
            "counted_at": now,
            "outcome": outcome_text,
            "deemed": written(silent) if silent is not None else None,
            **events[-1].head_values,
        }
        if secrecy is Secrecy.SECRET:
            values["sealed_trustee_key"] = DESTROYED
        if not rows.move(tx, uuid, Phase.CLOSED, values, height=row.height):
            raise wrong_phase(found(tx, uuid), Act.COUNT)
        store_twins(tx, uuid, events, now)
        heights = {ballot.tracker: height for height, ballot in enumerate(ballots, 1)}
        placed_at = [heights[ballot.tracker] for ballot in counted]
        opening_rows.add_open_ballots(tx, uuid, zip(placed_at, lines, strict=secrecy is Secrecy.OPEN))
        details: dict[str, Any] = {"outcome_sha256": sha256(outcome_text.encode()).hexdigest()}
        if silent is not None and deemed is not None:
            details["deemed"] = told_deemed(deemed)
            details["deemed_sha256"] = sha256(written(silent)).hexdigest()
        if owners_shares.refused:
            details["shares_refused"] = ", ".join(
                f"{owner} {refused.refusal.value}" for owner, refused in owners_shares.refused.items()
            )
        if secrecy is Secrecy.OPEN:
            details["ballots_sha256"] = sha256(written(lines)).hexdigest()
        log.append(site, tx, uuid, actor.name, "election-counted", details, now)
        if secrecy is Secrecy.SECRET:
            log.append(site, tx, uuid, actor.name, "key-destroyed", {}, now)
    if secrecy is Secrecy.SECRET:
        site.store.forget()
    report(steps, steps)
    return outcome


def _sums(election: ElectionContext, ballots: list[VerifiedBallot], weights: dict[str, int]) -> Sums:
    return Sums(*encrypted_tally(election, ballots, weights), sum(weights.values()))


def _require_enough(trustees: VerifiedTrustees, owners: Collection[int]) -> None:
    """Refuses DECRYPTION_TOO_FEW(valid, needed) before anything costly is done."""
    for quorum, numbers in trustees.numbered():
        there = sum(owner in owners for owner in numbers)
        if there < quorum.threshold:
            raise Refused(Refusal.DECRYPTION_TOO_FEW, valid=there, needed=quorum.threshold)


def _valid_in_both(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    measures: tuple[Sums, Sums],
    given: Mapping[int, tuple[bytes, bytes]],
) -> tuple[Shares, Shares]:
    """The shares that are valid in both measures: the archives have the same events."""
    owners, area = (
        verify_shares(election, sums.tally, trustees, {owner: both[place] for owner, both in given.items()})
        for place, sums in enumerate(measures)
    )
    refused = dict(sorted((owners.refused | area.refused).items()))
    return (
        Shares({owner: owners.valid[owner] for owner in owners.valid if owner not in refused}, refused),
        Shares({owner: area.valid[owner] for owner in area.valid if owner not in refused}, refused),
    )


def _opened(
    election: ElectionContext, trustees: VerifiedTrustees, sums: Sums, shares: Shares
) -> tuple[Measured, Records]:
    """One measure's totals, and the record of its Result."""
    factors = synthetic_factors(election.group, trustees, shares.valid)
    result = decrypt_result(election, sums.tally, factors, sums.total)
    return Measured(sums.total, sums.electorate, result), (result_json(result),)
