"""Verify a record: everything that follows from the archives alone (protocol.md "What the verifier refuses").

1. Form of each archive, from its beginning to its end (`archive.read_chain`).
2. Setup: the election; trustees' proofs, and for a threshold circle its certificates, commitments and
   signatures; y is the product of their keys; distinct credentials; weights.
3. Ballots: right election; credential listed; every proof and the signature; no replay, and of one credential
   no more than it may cast.
4. Tally: recomputed from the last ballot of each credential, with number and total weight.
5. Partial decryptions: owners distinct and in range, every proof; before the result, those of all mandatory
   trustees and of each circle at least its threshold.
6. Result: recomputed.
7. Twins: the two archives of one election agree in everything but the weights.

How many ballots a credential may cast is the election's rule, which no archive shows: whoever knows it gives
it as `most`. Without one any number is accepted, as by the outside tool.

Steps 2 to 6 read it once more and hold one stack of ballots for each worker, so memory does not grow with the
archive, but for some 0.4 kB that is kept for each ballot and each credential while 30 kB or more go by.

A record may stop before its Result: it is then verified as far as it goes, and `finished` says so. What no
verifier can see inside one record (a ballot or credential left out with everything recomputed, ballots
reordered) is what receipts and checkpoints are for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from voting.errors import Refusal, Refused, placed
from voting.protocol.archive import Chain, Reader, Source, opened, read_chain
from voting.protocol.board import Link
from voting.protocol.decryption import synthetic_factors
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import decode, integer_of
from voting.protocol.roll import Roll, read_roll
from voting.protocol.stack import Cast, Spread, Stack, combined, context, nothing, verify_stack
from voting.protocol.tally import (
    Matrix,
    OwnedPartialDecryption,
    SizedTally,
    Tally,
    beyond,
    decode_result,
    decrypt_result,
    tally_json,
    verify_partial_decryption,
)
from voting.protocol.trustees import VerifiedTrustees, verify_trustees

# One worker verifies a stack at a time. So many ballots keep it busy for a second; it has fewer where there
# are few, so that every worker has some, and where they are large, because stacks wait in memory.
LARGEST_STACK = 32
SMALLEST_NUMBER = 32  # of stacks, where there are ballots enough
LARGEST_STACK_BYTES = 2 * 1024 * 1024

Progress = Callable[[int, int], None]
"""How many ballots of how many have been verified."""


@dataclass(frozen=True)
class Setup:
    """A verified setup: the election, the trustees, and the roll of credentials with their weights."""

    election: ElectionContext
    trustees: VerifiedTrustees
    roll: Roll


@dataclass(frozen=True)
class Record:
    """A verified archive, as far as it goes: how many ballots count, their weight, and their sum."""

    chain: Chain
    setup: Setup
    num_tallied: int
    total_weight: int
    tally: Tally
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


class Sums(NamedTuple):
    """Ballots added up in one measure, with their number and total weight."""

    tally: Tally
    number: int
    total: int


def verify_archive(
    archive: bytes | Source, spread: Spread = map, progress: Progress | None = None, most: int | None = None
) -> Record:
    """Steps 1 to 6 for one archive."""
    chain = read_chain(archive)
    with opened(archive) as stream:
        links = Reader(stream).links(again=chain)
        setup = verify_setup(next(links), spread)
        (sums,) = verify_ballots(setup.election, (setup.roll,), chain, links, most, spread, progress)
        return verify_tally(setup, chain, links, sums)


def verify_twins(
    owners: bytes | Source,
    area: bytes | Source,
    spread: Spread = map,
    progress: Progress | None = None,
    most: int | None = None,
) -> Twins:
    """Steps 1 to 7 for the two archives of one election; the ballots, being the same, are verified once.

    What is found in one of the two alone is refused with `measure`: owners or area. Raises `Refused`
    TWINS_DISAGREE with `place`: timestamp, election, trustees, credentials, ballots, length; and, where it
    can be said, the height or the credential's number.
    """
    with placed(measure="owners"):
        owners_chain = read_chain(owners)
    with placed(measure="area"):
        area_chain = read_chain(area)
    _check_chains(owners_chain, area_chain)
    with opened(owners) as owners_stream, opened(area) as area_stream:
        owners_links = Reader(owners_stream).links(again=owners_chain)
        area_links = Reader(area_stream).links(again=area_chain)
        setup = verify_setup(next(owners_links), spread)
        group = setup.election.group
        with placed(measure="area", height=0):
            area_roll = read_roll(group, next(area_links).records[2], spread, known=setup.roll)
            if area_roll.first_plain is not None:
                raise Refused(Refusal.WEIGHT_INVALID, number=area_roll.first_plain)
        _check_each("credentials", "number", setup.roll.keys, area_roll.keys)
        if setup.roll.first_weighted is not None:
            number = setup.roll.first_weighted
            raise Refused(Refusal.TWINS_DISAGREE, place="weights of owners", number=number)
        rolls = setup.roll, area_roll
        by_owners, by_area = verify_ballots(
            setup.election, rolls, owners_chain, owners_links, most, spread, progress
        )
        with placed(measure="owners"):
            owners_record = verify_tally(setup, owners_chain, owners_links, by_owners)
        area_setup = Setup(setup.election, setup.trustees, area_roll)
        with placed(measure="area"):
            for _ in islice(area_links, area_chain.ballots):
                pass  # the same as in the other archive, whose ballots were verified
            area_record = verify_tally(area_setup, area_chain, area_links, by_area)
    return Twins(owners_record, area_record)


def verify_setup(link: Link, spread: Spread = map) -> Setup:
    """Step 2. Raises `Refused` for the election, the trustees, the credentials, ELECTION_KEY_MISMATCH."""
    election_body, trustees_body, credentials_body, _ = link.records
    with placed(height=0):
        election = context(election_body)
        trustees = verify_trustees(election.group, trustees_body)
        if election.group.serialise(trustees.election_key) != election.election.public_key:
            raise Refused(Refusal.ELECTION_KEY_MISMATCH)
        return Setup(election, trustees, read_roll(election.group, credentials_body, spread))


def verify_ballots(
    election: ElectionContext,
    rolls: Sequence[Roll],
    chain: Chain,
    links: Iterator[Link],
    most: int | None,
    spread: Spread,
    progress: Progress | None,
) -> list[Sums]:
    """Step 3, and the sums of step 4 by each of `rolls`, which list the same credentials in the same order.

    Where a credential has cast more than `most`, the first beyond is refused BALLOT_SECOND or BALLOT_THIRD.
    """
    voted = [0] * len(rolls[0])
    tallies = [nothing(election) for _ in rolls]
    done = 0
    stacks = _stacks(chain.ballots, _casts(rolls, voted, chain, most, islice(links, chain.ballots)))
    for counted in spread(partial(verify_stack, election.body), stacks):
        done += counted.ballots
        if counted.tallies:
            pairs = zip(tallies, counted.tallies, strict=True)
            tallies = [combined(election.group, tally, more) for tally, more in pairs]
        if progress is not None:
            progress(done, chain.ballots)
    totals = [sum(weight for weight, has in zip(roll.weights, voted, strict=True) if has) for roll in rolls]
    return [Sums(tally, sum(map(bool, voted)), total) for tally, total in zip(tallies, totals, strict=True)]


def _stacks(total: int, ballots: Iterable[Cast]) -> Iterator[Stack]:
    largest = max(1, min(LARGEST_STACK, total // SMALLEST_NUMBER))
    height = 1
    casts: list[Cast] = []
    size = 0
    for cast in ballots:
        if casts and (len(casts) >= largest or size + len(cast.body) > LARGEST_STACK_BYTES):
            yield Stack(height, tuple(casts))
            height, size = height + len(casts), 0
            casts.clear()
        casts.append(cast)
        size += len(cast.body)
    if casts:
        yield Stack(height, tuple(casts))


def _casts(
    rolls: Sequence[Roll], voted: list[int], chain: Chain, most: int | None, links: Iterable[Link]
) -> Iterator[Cast]:
    """The ballots with what they weigh; `voted` counts by number whose have gone by."""
    for link, signer, counts in zip(links, chain.signers(), chain.counted(), strict=True):
        body, number = link.records[0], rolls[0].number_of(signer)
        if number is None:
            yield Cast(body, (), Refusal.BALLOT_CREDENTIAL_UNLISTED)
            continue
        voted[number - 1] += 1
        otherwise = None if most is None or voted[number - 1] <= most else beyond(most)
        yield Cast(body, tuple(roll.weights[number - 1] for roll in rolls) if counts else (), otherwise)


def verify_tally(setup: Setup, chain: Chain, links: Iterable[Link], sums: Sums) -> Record:
    """Steps 4 to 6, as far as the archive goes; `links` are those that follow the ballots."""
    tally, number, total = sums
    keys = setup.trustees.keys
    shares: dict[int, Matrix] = {}
    result: tuple[tuple[int, ...], ...] | None = None
    for link in links:
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
    return Record(chain, setup, number, total, tally, result)


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


def _check_chains(owners: Chain, area: Chain) -> None:
    """The archives agree in all but what follows from the weights."""
    _check_same("timestamp", owners.timestamp, area.timestamp)
    for place, left, right in zip(("election", "trustees"), owners.setup, area.setup, strict=False):
        _check_same(place, left, right)
    _check_each("ballots", "height", owners.ballot_hashes(), area.ballot_hashes())
    _check_each("length", "height", owners.kinds, area.kinds)


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
