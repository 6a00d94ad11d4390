"""A trustee's own side of an election, offline: the key file, and decrypting once.

What it trusts: its own key file, nothing else. Before it decrypts, it verifies the record whole and computes
the sums from the published ballots itself. Its key file remembers what it opened, so that it never opens two
different sums of one election and measure: their difference could be one voter's choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from voting.errors import Refusal, Refused
from voting.protocol.archive import Source
from voting.protocol.audit import Progress, Record, verify_archive, verify_twins
from voting.protocol.certificates import Keyring, keyring, new_seed
from voting.protocol.encoding import decode, encode, sha256_hex
from voting.protocol.group import Group, group_named
from voting.protocol.stack import Spread
from voting.protocol.tally import PartialDecryption, partial_decryption, tally_json
from voting.protocol.threshold import Output, open_private_key
from voting.protocol.trustees import VerifiedTrustees


class KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a trustee keeps: secret. `private_key` comes with the ceremony's last step, sealed to the trustee.

    `decrypted` has, for each election, the SHA-256 of the sealed sums that were opened, by measure.
    """

    kind: Literal["trustee-key"] = "trustee-key"
    group: str
    seed: str
    private_key: str | UnsetType = UNSET
    decrypted: dict[str, dict[str, str]] = {}

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
    """What a trustee sends: partial decryptions of the sums by owners and by area, or of one of them."""

    kind: Literal["trustee-share"] = "trustee-share"
    uuid: str
    owner: int
    owners: PartialDecryption | UnsetType = UNSET
    area: PartialDecryption | UnsetType = UNSET


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
    archives: Sequence[bytes | Source], spread: Spread = map, progress: Progress | None = None
) -> dict[str, Record]:
    """The verified records by measure; `archives` are those by owners and by area, or a single one.

    Refuses what verification refuses.
    """
    if len(archives) == 1:
        record = verify_archive(archives[0], spread, progress)
        return {"owners" if set(record.setup.roll.weights) == {1} else "area": record}
    twins = verify_twins(archives[0], archives[1], spread, progress)
    return {"owners": twins.owners, "area": twins.area}


def decrypt(
    key: KeyFile, archives: Sequence[bytes | Source], spread: Spread = map, progress: Progress | None = None
) -> Opened:
    """Verify the record and open its sums with this key. Refuses what `verified` and `open_sums` do."""
    _private_key(key)
    return open_sums(key, verified(archives, spread, progress))


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
    opened: dict[str, PartialDecryption] = {}
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
        opened[measure] = decode(PartialDecryption, share_body, "partial decryption")
    share = Share(
        uuid=uuid,
        owner=owner,
        owners=opened.get("owners", UNSET),
        area=opened.get("area", UNSET),
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
