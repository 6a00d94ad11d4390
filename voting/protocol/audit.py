"""Verify a record: everything that follows from the archives alone (protocol.md "What the verifier refuses").

1. Form of each archive (`board.read_archive`).
2. Setup: the election; trustees' proofs, and for a threshold circle its certificates, commitments and
   signatures; y is the product of their keys; distinct credentials; weights.
3. Ballots: right election; credential listed; every proof and the signature; no replay, no second ballot.
4. Tally: recomputed from the ballots, with number and total weight.
5. Partial decryptions: owners distinct and in range, every proof; before the result, those of all mandatory
   trustees and of each circle at least its threshold.
6. Result: recomputed.
7. Twins: the two archives of one election agree in everything but the weights.

A record may stop before its Result: it is then verified as far as it goes, and `finished` says so. What no
verifier can see inside one record (a ballot or credential left out with everything recomputed, ballots
reordered) is what receipts and checkpoints are for.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.board import Archive, Link, read_archive
from voting.protocol.decryption import synthetic_factors
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.encoding import decode, integer_of
from voting.protocol.group import Group
from voting.protocol.tally import (
    Matrix,
    OwnedPartialDecryption,
    SizedTally,
    decode_result,
    decrypt_result,
    encrypted_tally,
    tally_json,
    verify_partial_decryption,
)
from voting.protocol.trustees import VerifiedTrustees, verify_trustees

# Total weight in 0.01 m²: an estate of 100 km². Beyond it the result's discrete logarithm would not be found
# in reasonable time and memory (2 * sqrt(10^10) = 200,000 products).
LARGEST_TOTAL_WEIGHT = 10_000_000_000

VerifyAll = Callable[[ElectionContext, Sequence[bytes]], Iterable[VerifiedBallot]]


@dataclass(frozen=True)
class Setup:
    """A verified setup: the election, the trustees, and the weight of each listed credential."""

    election: ElectionContext
    trustees: VerifiedTrustees
    weights: dict[str, int]


@dataclass(frozen=True)
class Record:
    """A verified archive; counts are None while it is unfinished."""

    archive: Archive
    setup: Setup
    ballots: tuple[VerifiedBallot, ...]
    num_tallied: int
    total_weight: int
    result: tuple[tuple[int, ...], ...] | None

    @property
    def finished(self) -> bool:
        """Whether the archive has come to its Result."""
        return self.result is not None


@dataclass(frozen=True)
class Twins:
    """Two verified archives of one election: `owners` without weights, `area` with weights in 0.01 m²."""

    owners: Record
    area: Record


def one_by_one(election: ElectionContext, bodies: Sequence[bytes]) -> Iterable[VerifiedBallot]:
    """Verify ballots in order; a refusal says at which height. Callers with more cores pass their own."""
    for height, body in enumerate(bodies, 1):
        with placed(height=height):
            verified = verify_ballot(election, body)
        yield verified


def parse_credentials(group: Group, body: bytes) -> dict[str, int]:
    """Credentials and weights of a public_credentials record, `key` or `key,weight` (section 4.8).

    Raises `Refused` ELEMENT_*, CREDENTIAL_DUPLICATE, WEIGHT_INVALID or WEIGHT_TOTAL_TOO_LARGE.
    """
    weights: dict[str, int] = {}
    for number, text in enumerate(decode(tuple[str, ...], body, "credentials"), 1):
        credential, comma, weight_text = text.partition(",")
        group.element(credential, f"credential {number}")
        if credential in weights:
            raise Refused(Refusal.CREDENTIAL_DUPLICATE, number=number)
        weights[credential] = _weight(weight_text, number) if comma else 1
    if sum(weights.values()) > LARGEST_TOTAL_WEIGHT:
        raise Refused(Refusal.WEIGHT_TOTAL_TOO_LARGE)
    return weights


def _weight(text: str, number: int) -> int:
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 11:
        raise Refused(Refusal.WEIGHT_INVALID, number=number)
    return int(text)


def verify_setup(archive: Archive) -> Setup:
    """Step 2. Raises `Refused` for the election, the trustees, the credentials, ELECTION_KEY_MISMATCH."""
    election_body, trustees_body, credentials_body = archive.setup
    with placed(height=0):
        election = decode_election(election_body)
        trustees = verify_trustees(election.group, trustees_body)
        if election.group.serialise(trustees.election_key) != election.election.public_key:
            raise Refused(Refusal.ELECTION_KEY_MISMATCH)
        return Setup(election, trustees, parse_credentials(election.group, credentials_body))


def verify_ballots(
    setup: Setup, archive: Archive, verify_all: VerifyAll = one_by_one
) -> tuple[VerifiedBallot, ...]:
    """Step 3; revoting is `none`, so a second ballot of one credential is refused (BALLOT_SECOND)."""
    voted: set[str] = set()
    ballots: list[VerifiedBallot] = []
    for height, ballot in enumerate(verify_all(setup.election, archive.ballots), 1):
        if ballot.credential not in setup.weights:
            raise Refused(Refusal.BALLOT_CREDENTIAL_UNLISTED, height=height)
        if ballot.credential in voted:
            raise Refused(Refusal.BALLOT_SECOND, height=height)
        voted.add(ballot.credential)
        ballots.append(ballot)
    return tuple(ballots)


def verify_tally(setup: Setup, archive: Archive, ballots: tuple[VerifiedBallot, ...]) -> Record:
    """Steps 4 to 6, as far as the archive goes."""
    tally, number, total = encrypted_tally(setup.election, ballots, setup.weights)
    keys = setup.trustees.keys
    shares: dict[int, Matrix] = {}
    result: tuple[tuple[int, ...], ...] | None = None
    for link in archive.links:
        with placed(height=link.event.height):
            if link.event.type == "EncryptedTally":
                _check_tally(link, tally_json(setup.election.group, tally, number, total))
            elif link.event.type == "PartialDecryption":
                owner = decode(OwnedPartialDecryption, link.records[-1], "owned partial decryption").owner
                if not 1 <= owner <= len(keys) or owner in shares:
                    raise Refused(Refusal.DECRYPTION_OWNER_INVALID, height=link.event.height, trustee=owner)
                shares[owner] = verify_partial_decryption(
                    setup.election, tally, keys[owner - 1], link.records[0], owner
                )
            elif link.event.type == "Result":
                for quorum, numbers in setup.trustees.numbered():
                    absent = [owner for owner in numbers if owner not in shares]
                    if len(numbers) - len(absent) < quorum.threshold:
                        raise Refused(Refusal.DECRYPTION_MISSING, height=link.event.height, trustee=absent[0])
                factors = synthetic_factors(setup.election.group, setup.trustees, shares)
                result = decrypt_result(setup.election, tally, factors, total)
                _check_result(link, setup, result)
    return Record(archive, setup, ballots, number, total, result)


def _check_tally(link: Link, recomputed: tuple[bytes, bytes]) -> None:
    body, sized_body = recomputed
    if link.records[0] != body:
        raise Refused(Refusal.TALLY_MISMATCH, height=link.event.height)
    sized = decode(SizedTally, link.records[1], "sized tally")
    integer_of(sized.total_weight, "total_weight")
    if link.records[1] != sized_body:
        raise Refused(Refusal.TALLY_COUNT_MISMATCH, height=link.event.height)


def _check_result(link: Link, setup: Setup, result: tuple[tuple[int, ...], ...]) -> None:
    claimed = decode_result(link.records[0], setup.election.election.questions)
    for question, (said, counted) in enumerate(zip(claimed, result, strict=True), 1):
        for choice, (left, right) in enumerate(zip(said, counted, strict=True), 1):
            if left != right:
                raise Refused(Refusal.RESULT_MISMATCH, question=question, choice=choice)


def verify_archive(body: bytes, verify_all: VerifyAll = one_by_one) -> Record:
    """Steps 1 to 6 for one archive."""
    archive = read_archive(body)
    setup = verify_setup(archive)
    return verify_tally(setup, archive, verify_ballots(setup, archive, verify_all))


def verify_twins(owners_body: bytes, area_body: bytes, verify_all: VerifyAll = one_by_one) -> Twins:
    """Steps 1 to 7 for the two archives of one election; the ballots, being the same, are verified once.

    What is found in one of the two alone is refused with `measure`: owners or area. Raises `Refused`
    TWINS_DISAGREE with `place`: timestamp, election, trustees, credentials, ballots, length; and, where it
    can be said, the height or the credential's number.
    """
    with placed(measure="owners"):
        owners = read_archive(owners_body)
    with placed(measure="area"):
        area = read_archive(area_body)
    _check_same("timestamp", owners.timestamp, area.timestamp)
    for place, left, right in zip(("election", "trustees"), owners.setup, area.setup, strict=False):
        _check_same(place, left, right)
    _check_each("ballots", "height", owners.ballots, area.ballots)
    _check_each("length", "height", [x.event.type for x in owners.links], [x.event.type for x in area.links])
    setup = verify_setup(owners)
    with placed(measure="area", height=0):
        area_weights = _weighted_credentials(setup.election.group, area.setup[2])
    _check_each("credentials", "number", list(setup.weights), list(area_weights))
    for number, entry in enumerate(decode(tuple[str, ...], owners.setup[2], "credentials"), 1):
        if "," in entry:
            raise Refused(Refusal.TWINS_DISAGREE, place="weights of owners", number=number)
    ballots = verify_ballots(setup, owners, verify_all)
    area_setup = Setup(setup.election, setup.trustees, area_weights)
    with placed(measure="owners"):
        by_owners = verify_tally(setup, owners, ballots)
    with placed(measure="area"):
        by_area = verify_tally(area_setup, area, ballots)
    return Twins(by_owners, by_area)


def _weighted_credentials(group: Group, body: bytes) -> dict[str, int]:
    """Like `parse_credentials`, for a list whose every entry says its weight."""
    weights = parse_credentials(group, body)
    for number, entry in enumerate(decode(tuple[str, ...], body, "credentials"), 1):
        if "," not in entry:
            raise Refused(Refusal.WEIGHT_INVALID, number=number)
    return weights


def _check_same(place: str, owners: object, area: object) -> None:
    if owners != area:
        raise Refused(Refusal.TWINS_DISAGREE, place=place)


def _check_each(place: str, unit: str, owners: Sequence[object], area: Sequence[object]) -> None:
    """Two lists are equal, or the first difference is named: by the number in a list, a ballot's height."""
    if owners == area:
        return
    shorter = min(len(owners), len(area))
    first = next((i for i in range(shorter) if owners[i] != area[i]), shorter)
    # Ballots and numbers count from 1; so do heights, but for the Setup at 0, which both archives have.
    raise Refused(Refusal.TWINS_DISAGREE, place=place, **{unit: first + (place != "length")})
