"""A trustee's own side of an election, offline: the key file, and decrypting once.

What it trusts: its own key file, nothing else. Before it decrypts, it verifies the record whole and computes
the sums from the published ballots itself. Its key file remembers what it opened, so that it never opens two
different sums of one election and measure: their difference could be one voter's choice. A single ballot it
opens only where the rules, which every ballot signed, allow it, and remembers that, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from voting.errors import Refusal, Refused
from voting.protocol.archive import Reader, Source, opened
from voting.protocol.audit import Progress, Record, verify_archive, verify_twins
from voting.protocol.ballot import tracker, verify_ballot
from voting.protocol.certificates import Keyring, keyring, new_seed
from voting.protocol.encoding import decode, encode, sha256_hex
from voting.protocol.group import Group, group_named
from voting.protocol.opening import ballot_share
from voting.protocol.stack import Spread
from voting.protocol.tally import PartialDecryption, partial_decryption, tally_json
from voting.protocol.threshold import Output, open_private_key
from voting.protocol.trustees import VerifiedTrustees
from voting.rules.secrecy import Secrecy
from voting.services.opened import require_confidential
from voting.services.papers import bound_secrecy, most_ballots
from voting.services.phases import require_reason


class KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a trustee keeps: secret. `private_key` comes with the ceremony's last step, sealed to the trustee.

    `decrypted` has, for each election, the SHA-256 of the sealed sums that were opened, by measure; `opened`
    the single ballots that were, by tracker, with the reason.
    """

    kind: Literal["trustee-key"] = "trustee-key"
    group: str
    seed: str
    private_key: str | UnsetType = UNSET
    decrypted: dict[str, dict[str, str]] = {}
    opened: dict[str, dict[str, str]] | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"KeyFile(group={self.group!r})"

    @property
    def in_group(self) -> Group:
        """The group; raises `Refused` GROUP_UNKNOWN."""
        return group_named(self.group)

    @property
    def keys(self) -> Keyring:
        """The ceremony's private keys; raises `Refused` SEED_MALFORMED."""
        return keyring(self.in_group, self.seed)


class Share(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a trustee sends: partial decryptions of the sums by owners and by area, or of one of them; and of
    each ballot that counts, in the board's order, where the rules open them all to the auditors."""

    kind: Literal["trustee-share"] = "trustee-share"
    uuid: str
    owner: int
    owners: PartialDecryption | UnsetType = UNSET
    area: PartialDecryption | UnsetType = UNSET
    ballots: tuple[PartialDecryption, ...] | UnsetType = UNSET


class BallotShare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a trustee sends who approves the opening of one ballot: its partial decryption."""

    kind: Literal["ballot-share"] = "ballot-share"
    uuid: str
    owner: int
    tracker: str
    decryption: PartialDecryption


@dataclass(frozen=True)
class Opened:
    """A share with the key file to keep, and what it was made from: the ballots counted and, by measure, the
    hash of the event that ended them, to be compared with the published one."""

    share: Share
    key: KeyFile
    ballots: int
    heads: dict[str, str]


def new_key(group: str) -> KeyFile:
    """A new trustee's key file. Refuses GROUP_UNKNOWN."""
    return KeyFile(group=group_named(group).name, seed=new_seed())


def with_output(key: KeyFile, output: Output) -> KeyFile:
    """The key file with the private key that the ceremony gave it.

    Refuses PRIVATE_KEY_THERE when it has another one, which would be lost with all that it must still open.
    """
    secret = open_private_key(key.in_group, key.keys, output.private_key)
    if key.private_key is not UNSET:
        if open_private_key(key.in_group, key.keys, key.private_key) != secret:
            raise Refused(Refusal.PRIVATE_KEY_THERE)
        return key
    return replace(key, private_key=output.private_key)


def verified(
    archives: Sequence[bytes | Source],
    spread: Spread = map,
    progress: Progress | None = None,
    rules: bytes | None = None,
) -> dict[str, Record]:
    """The verified records by measure; `archives` are those by owners and by area, or a single one.

    `rules` (rules.json) say how many ballots a voter may cast; whether they are the election's is not checked
    here. Refuses what verification refuses.
    """
    most = None if rules is None else most_ballots(rules)
    if len(archives) == 1:
        record = verify_archive(archives[0], spread, progress, most)
        return {"owners" if set(record.setup.roll.weights) == {1} else "area": record}
    twins = verify_twins(archives[0], archives[1], spread, progress, most)
    return {"owners": twins.owners, "area": twins.area}


def decrypt(
    key: KeyFile,
    archives: Sequence[bytes | Source],
    spread: Spread = map,
    progress: Progress | None = None,
    rules: bytes | None = None,
) -> Opened:
    """Verify the record and open its sums with this key; and each ballot, where `rules` (rules.json) say that
    the auditors see them all. Refuses what `verified`, `open_sums` and `with_ballots` do."""
    _private_key(key)
    records = verified(archives, spread, progress, rules)
    made = open_sums(key, records)
    return made if rules is None else with_ballots(key, made, archives[0], records, rules)


def with_ballots(
    key: KeyFile, made: Opened, archive: bytes | Source, records: Mapping[str, Record], rules: bytes
) -> Opened:
    """The same share with each ballot that counts opened, if the election is an open one.

    `archive` is that of the first of the verified `records`. Refuses RULES_NOT_BOUND.
    """
    record = next(iter(records.values()))
    election = record.setup.election
    if bound_secrecy(rules, election.election) is not Secrecy.OPEN:
        return made
    secret = _private_key(key)
    ballots = tuple(
        ballot_share(election, verify_ballot(election, body), secret)
        for body, counts in _ballots(archive, record)
        if counts
    )
    return replaced(made, share=replace(made.share, ballots=ballots))


def approve(
    key: KeyFile,
    archives: Sequence[bytes | Source],
    rules: bytes,
    wanted: str,
    reason: str,
    spread: Spread = map,
    progress: Progress | None = None,
) -> tuple[BallotShare, KeyFile]:
    """This key's share of the ballot whose tracker is `wanted`, and the key file that remembers it.

    The record is verified whole first, and must be the one whose sums this key opens or has opened: so the
    ballot is one that was cast. Refuses what `decrypt` refuses, OPENING_FORBIDDEN and OPENING_NEEDLESS by the
    election's rules, REASON_MISSING, RECEIPT_UNKNOWN when no such ballot is on the board, and
    OPENING_SUPERSEDED for one that its voter has replaced: what somebody chose before is nobody's business.
    """
    said, secret = require_reason(reason), _private_key(key)
    records = verified(archives, spread, progress, rules)
    made = open_sums(key, records)
    record = next(iter(records.values()))
    election, uuid = record.setup.election, made.share.uuid
    require_confidential(bound_secrecy(rules, election.election))
    cast = _ballots(archives[0], record)
    body, counts = next(((body, counts) for body, counts in cast if tracker(body) == wanted), (None, False))
    if body is None:
        raise Refused(Refusal.RECEIPT_UNKNOWN)
    if not counts:
        raise Refused(Refusal.OPENING_SUPERSEDED)
    share = BallotShare(
        uuid=uuid,
        owner=made.share.owner,
        tracker=wanted,
        decryption=ballot_share(election, verify_ballot(election, body), secret),
    )
    before = {} if made.key.opened is UNSET else made.key.opened
    remembered = before | {uuid: before.get(uuid, {}) | {wanted: said}}
    return share, replace(made.key, opened=remembered)


def _ballots(archive: bytes | Source, record: Record) -> Iterator[tuple[bytes, bool]]:
    """The ballots of a verified record, each with whether it counts, read again: what has changed in between
    is refused."""
    counted = iter(record.chain.counted())
    with opened(archive) as stream:
        for link in Reader(stream).links(again=record.chain):
            if link.event.type == "Ballot":
                yield link.records[0], bool(next(counted))


def _private_key(key: KeyFile) -> int:
    if key.private_key is UNSET:
        raise Refused(Refusal.PRIVATE_KEY_MISSING)
    return open_private_key(key.in_group, key.keys, key.private_key)


def open_sums(key: KeyFile, records: Mapping[str, Record]) -> Opened:
    """Open the sums of verified records, by measure, with this key.

    Refuses PRIVATE_KEY_MISSING, TRUSTEE_NOT_IN_ELECTION, CIRCLE_UNSIGNED, DECRYPTION_TOO_EARLY before the end
    of the ballots, and DECRYPTED_BEFORE when other sums of the same election were opened.
    """
    secret = _private_key(key)
    setup = next(iter(records.values())).setup
    election, uuid = setup.election, setup.election.election.uuid
    if election.group is not key.in_group:
        raise Refused(Refusal.TRUSTEE_NOT_IN_ELECTION)
    owner = _own_number(setup.trustees, key, secret)
    before = dict(key.decrypted.get(uuid, {}))
    parts: dict[str, PartialDecryption] = {}
    heads: dict[str, str] = {}
    for measure, record in records.items():
        end = record.chain.end
        if end is None:
            raise Refused(Refusal.DECRYPTION_TOO_EARLY)
        heads[measure] = record.chain.hash(end)
        body, _ = tally_json(election.group, record.tally, record.num_tallied, record.total_weight)
        digest = sha256_hex(body)
        if before.setdefault(measure, digest) != digest:
            raise Refused(Refusal.DECRYPTED_BEFORE)
        share_body = partial_decryption(election, record.tally, secret)
        parts[measure] = decode(PartialDecryption, share_body, "partial decryption")
    share = Share(
        uuid=uuid,
        owner=owner,
        owners=parts.get("owners", UNSET),
        area=parts.get("area", UNSET),
    )
    kept = replace(key, decrypted=key.decrypted | {uuid: before})
    return Opened(share, kept, record.num_tallied, heads)


def partial_decryptions(share: Share) -> tuple[bytes, bytes]:
    """A share's records by owners and by area, as they stand in the archives. Refuses THRESHOLD_SHAPE."""
    if share.owners is UNSET or share.area is UNSET:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="share")
    return encode(share.owners), encode(share.area)


def _own_number(trustees: VerifiedTrustees, key: KeyFile, secret: int) -> int:
    """The owner's number of this key, in a circle whose members signed for each other, this one included."""
    public = key.in_group.generator.power(secret)
    for quorum, numbers in trustees.numbered():
        if quorum.circle is None or public not in quorum.keys:
            continue
        if not quorum.signed:
            raise Refused(Refusal.CIRCLE_UNSIGNED)
        try:
            return numbers[quorum.circle.index_of(key.keys) - 1]
        except Refused:
            break  # somebody else's circle, with this trustee's public key put into it
    raise Refused(Refusal.TRUSTEE_NOT_IN_ELECTION)
