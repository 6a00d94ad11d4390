"""An archive is read as a stream, twice, and never held."""

import io
import itertools
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.elections import TIMESTAMP, SmallElection, archive, rechained, small_election
from voting.errors import Refusal, Refused
from voting.protocol import audit
from voting.protocol.archive import Chain, Reader, read_chain
from voting.protocol.audit import verify_archive, verify_twins
from voting.protocol.board import Link, archive_parts, make_link
from voting.protocol.encoding import encode, sha256_hex
from voting.protocol.group import GROUPS, Group
from voting.protocol.roll import read_roll
from voting.protocol.stack import Stack


@pytest.fixture(scope="module")
def made() -> SmallElection:
    return small_election()


@pytest.fixture(scope="module")
def links(made: SmallElection) -> list[Link]:
    return made.links(weighted=True)


class Watched(io.BytesIO):
    """A stream that notes how much is asked of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        Watched.most = max(Watched.most, size)
        return super().read(size)


def test_a_chain_keeps_what_later_checks_need(links: list[Link]) -> None:
    body = archive(links)
    chain = read_chain(lambda: Watched(body))
    assert Watched.most < len(body) / 4
    assert chain.timestamp == TIMESTAMP
    assert [chain.hash(height) for height in range(len(chain))] == [link.hash for link in links]
    assert chain.hash(-1) == links[-1].hash
    assert (chain.ballots, chain.end, chain.finished) == (3, 4, True)
    assert [each.hex() for each in chain.ballot_hashes()] == [sha256_hex(x.records[0]) for x in links[1:4]]
    half = read_chain(archive(links[:3]))
    assert (half.ballots, half.end, half.finished) == (2, None, False)


def test_a_file_that_changes_between_two_readings_is_found(made: SmallElection, links: list[Link]) -> None:
    good = archive(links)
    left_out = archive(rechained([*links[:3], *links[4:]]))
    for other in (left_out, archive(links[:3]), archive([*links[:1]]), good[:-512]):
        readings = itertools.chain([good], itertools.repeat(other))
        with pytest.raises(Refused) as caught:
            verify_archive(lambda readings=readings: io.BytesIO(next(readings)))
        assert caught.value.refusal in {Refusal.ARCHIVE_PARENT, Refusal.ARCHIVE_TRUNCATED}
    owners = made.archive(weighted=False)
    readings = itertools.chain([good], itertools.repeat(left_out))
    with pytest.raises(Refused) as caught:
        verify_twins(owners, lambda: io.BytesIO(next(readings)))
    assert caught.value.refusal is Refusal.ARCHIVE_PARENT


class Made:
    """A stream of parts that are made when they are read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = b""

    def read(self, size: int, /) -> bytes:
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        read, self._left = self._left[:size], self._left[size:]
        return read

    def close(self) -> None:
        """Nothing to close."""


def test_memory_does_not_grow_with_an_archive(links: list[Link]) -> None:
    def growing(ballots: int) -> Iterator[Link]:
        last = links[0]
        yield last
        for number in range(ballots):
            last = make_link(last, "Ballot", (b"%d" % number + bytes(30_000),))
            yield last

    def most(ballots: int) -> int:
        parts = archive_parts(TIMESTAMP, growing(ballots))
        tracemalloc.start()
        try:
            assert read_chain(lambda: Made(parts)).ballots == ballots
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = most(100), most(1000)
    assert many - few < 900 * 500  # bytes; the ballots have 30,000 each


def test_records_that_no_event_has_are_not_collected(links: list[Link]) -> None:
    many = tuple(b'{"n":%d}' % number for number in range(50))
    body = archive([replace(links[0], records=(*many, *links[0].records))])
    with pytest.raises(Refused) as caught:
        read_chain(body)
    assert (caught.value.refusal, caught.value.context) == (Refusal.ARCHIVE_REFERENCE, {"height": 0})


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_any_size_of_stacks_gives_the_same_sums(
    made: SmallElection, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def seen(act: object, items: Iterator[object]) -> Iterator[object]:
        for item in items:
            if isinstance(item, Stack):
                sizes.append(len(item.ballots))
            yield act(item)  # type: ignore[operator]

    monkeypatch.setattr(audit, "LARGEST_STACK", size)
    monkeypatch.setattr(audit, "SMALLEST_NUMBER", 1)
    twins = verify_twins(made.archive(weighted=False), made.archive(weighted=True), seen)
    assert twins.area.result == ((8862, 14210, 6248), (8862, 6248, 15110, 0), (14210, 8862, 6248))
    assert sum(sizes) == 3
    assert max(sizes) == min(size, 3)


def test_a_large_ballot_has_a_stack_of_its_own(made: SmallElection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SMALLEST_NUMBER", 1)
    monkeypatch.setattr(audit, "LARGEST_STACK_BYTES", 1)
    assert verify_archive(made.archive(weighted=True)).total_weight == 29320


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_weighted_product(group: Group) -> None:
    bases = [group.generator.power(group.random_scalar()) for _ in range(4)]
    for exponents in ((0, 0, 0, 0), (1, 1, 1, 1), (1, 2, 8862, 10_000_000_000), (0, 3, 0, 7)):
        expected = group.identity
        for base, exponent in zip(bases, exponents, strict=True):
            expected = group.multiply(expected, group.power(base, exponent))
        assert group.product(bases, exponents) == expected
    assert group.product([], []) == group.identity
    inverse = group.divide(group.identity, bases[0])
    assert group.product([bases[0], inverse], [5, 5]) == group.identity


def test_the_first_of_several_faults_of_a_roll_is_named(made: SmallElection) -> None:
    group, keys = made.context.group, list(made.weights)

    def refused(*entries: str) -> Refused:
        with pytest.raises(Refused) as caught:
            read_roll(group, encode(entries))
        return caught.value

    assert refused(keys[0], "7", keys[0]).context == {"place": "credential 2"}
    assert refused(keys[0], keys[0], "7").refusal is Refusal.CREDENTIAL_DUPLICATE
    assert refused(f"{keys[0]},0", "7").refusal is Refusal.WEIGHT_INVALID
    assert refused("7,0").refusal is Refusal.ELEMENT_NOT_IN_GROUP
    roll = read_roll(group, encode((keys[0], f"{keys[1]},7")))
    assert (roll.weights, roll.first_plain, roll.first_weighted, roll.total) == ([1, 7], 1, 2, 8)
    assert [roll.number(key) for key in keys] == [1, 2, None]


def test_an_empty_file_has_no_chain() -> None:
    with pytest.raises(Refused) as caught:
        Reader(io.BytesIO())
    assert caught.value.refusal is Refusal.ARCHIVE_TRUNCATED
    assert len(Chain(0)) == 0
