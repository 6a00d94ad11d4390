"""The verifier: it accepts what is good, as far as it goes, and refuses each change by its own name."""

import json
from dataclasses import replace

import pytest

from tests.elections import SmallElection, archive, rechained, small_election
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.protocol.archive import read_archive
from voting.protocol.audit import verify_archive, verify_twins
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.board import Event, Link, archive_parts, make_link, owned, setup_records
from voting.protocol.encoding import decode, encode, sha256_hex
from voting.protocol.group import GROUPS, Group
from voting.protocol.tally import result_json
from voting.protocol.trustees import generate_trustee_key, trustees_json


@pytest.fixture(scope="module")
def made() -> SmallElection:
    return small_election()


@pytest.fixture(scope="module")
def links(made: SmallElection) -> list[Link]:
    return made.links(weighted=True)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_good_record(group: Group) -> None:
    made = small_election(group=group)
    twins = verify_twins(made.archive(weighted=False), made.archive(weighted=True))
    assert twins.owners.result == ((1, 1, 1), (1, 1, 2, 0), (1, 1, 1))
    assert twins.area.result == ((8862, 14210, 6248), (8862, 6248, 15110, 0), (14210, 8862, 6248))
    assert (twins.owners.num_tallied, twins.owners.total_weight) == (3, 3)
    assert (twins.area.num_tallied, twins.area.total_weight) == (3, 29320)
    assert twins.owners.finished


def test_an_archive_is_written_as_it_was_read(made: SmallElection) -> None:
    body = made.archive(weighted=True)
    read = read_archive(body)
    assert b"".join(archive_parts(read.timestamp, read.links)) == body


@pytest.mark.parametrize("length", range(1, 8))
def test_a_record_in_progress_is_accepted_and_said_to_be_unfinished(links: list[Link], length: int) -> None:
    record = verify_archive(archive(links[:length]))
    assert not record.finished
    assert record.num_tallied == min(length - 1, 3)


def test_weights_beyond_the_plain_integers() -> None:
    made = small_election(weights=(1_073_741_823, 1_073_741_824, 1))
    assert verify_archive(made.archive(weighted=True)).total_weight == 2_147_483_648


def test_too_large_a_total_is_refused() -> None:
    made = small_election(weights=(9_999_999_999, 1), choices=[])
    assert verify_archive(archive(made.links(weighted=True)[:2])).total_weight == 0
    made = small_election(weights=(9_999_999_999, 2), choices=[])
    setup = setup_records(made.context.body, trustees_json([made.key.public]), made.public_credentials(True))
    body = archive([make_link(None, "Setup", setup)])
    assert refusal_of(lambda: verify_archive(body)) is Refusal.WEIGHT_TOTAL_TOO_LARGE


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_nobody_voted(group: Group) -> None:
    made = small_election(choices=[], group=group)
    twins = verify_twins(made.archive(weighted=False), made.archive(weighted=True))
    assert twins.area.result == ((0, 0, 0), (0, 0, 0, 0), (0, 0, 0))


# Changes of the file's form.


def test_truncated(made: SmallElection) -> None:
    body = made.archive(weighted=False)
    for cut in (0, 1, 511, 512, len(body) - 1, len(body) - 512):
        assert refusal_of(lambda cut=cut: read_archive(body[:cut])) in {
            Refusal.ARCHIVE_TRUNCATED,
            Refusal.ARCHIVE_GRAMMAR,
        }


@pytest.mark.parametrize("tail", [b"\0", bytes(512), bytes(1024), b"x" * 512])
def test_nothing_stands_after_the_end(made: SmallElection, tail: bytes) -> None:
    assert refusal_of(lambda: read_archive(made.archive(weighted=False) + tail)) in {
        Refusal.ARCHIVE_TRUNCATED,
        Refusal.ARCHIVE_HEADER_INVALID,
    }


@pytest.mark.parametrize("offset", [99, 100, 110, 120, 130, 140, 150, 156, 200, 300, 511])
def test_every_field_of_a_tar_header_has_one_form(made: SmallElection, offset: int) -> None:
    body = bytearray(made.archive(weighted=False))
    body[offset] ^= 1
    assert refusal_of(lambda: read_archive(bytes(body))) is Refusal.ARCHIVE_HEADER_INVALID


def test_padding_is_zero(made: SmallElection) -> None:
    body = bytearray(made.archive(weighted=False))
    body[512 + 100] = 1  # behind the short BELENIOS record
    assert refusal_of(lambda: read_archive(bytes(body))) is Refusal.ARCHIVE_HEADER_INVALID


def test_a_name_that_is_not_the_hash(made: SmallElection) -> None:
    body = made.archive(weighted=False)
    position = body.index(b'"description"')
    changed = body[:position] + b'"descriptiom"' + body[position + 13 :]
    assert refusal_of(lambda: read_archive(changed)) is Refusal.ARCHIVE_NAME_NOT_HASH


# Changes of the chain, hashed again as an attacker would.


def test_grammar(links: list[Link]) -> None:
    for order in ([1], [0, 4, 1], [0, 1, 5], [0, 1, 4, 6], [0, 1, 4, 5, 7], [0, 4, 4]):
        body = archive(rechained([links[i] for i in order]))
        assert refusal_of(lambda body=body: read_archive(body)) is Refusal.ARCHIVE_GRAMMAR
    body = archive(rechained([*links, replace(links[1])]))
    assert refusal_of(lambda: read_archive(body)) in {
        Refusal.ARCHIVE_GRAMMAR,
        Refusal.BALLOT_REPLAYED,
    }


def test_a_second_result(links: list[Link]) -> None:
    second = make_link(links[-1], "Result", (result_json(((0, 0, 0), (0, 0, 0, 0), (0, 0, 0))),))
    assert refusal_of(lambda: read_archive(archive([*links, second]))) is Refusal.ARCHIVE_GRAMMAR


def test_heights_and_parents(links: list[Link]) -> None:
    def with_event(index: int, **changes: object) -> bytes:
        event = json.loads(encode(links[index].event))
        for key, value in changes.items():
            event[key] = value
        body = json.dumps(event, separators=(",", ":")).encode()
        changed = Link(decode(Event, body, ""), sha256_hex(body), links[index].records)
        return archive([*links[:index], changed])

    assert refusal_of(lambda: read_archive(with_event(2, height=3))) is Refusal.ARCHIVE_HEIGHT
    assert refusal_of(lambda: read_archive(with_event(2, parent="0" * 64))) is Refusal.ARCHIVE_PARENT
    assert refusal_of(lambda: read_archive(with_event(0, height=1))) is Refusal.ARCHIVE_HEIGHT
    assert refusal_of(lambda: read_archive(with_event(2, payload="0" * 64))) is Refusal.ARCHIVE_REFERENCE


def test_records_are_referred_to_exactly_once(links: list[Link]) -> None:
    extra = replace(links[1], records=(b"{}", *links[1].records))
    assert refusal_of(lambda: read_archive(archive([links[0], extra]))) is Refusal.ARCHIVE_REFERENCE
    missing = replace(links[1], records=())
    assert refusal_of(lambda: read_archive(archive([links[0], missing]))) is Refusal.ARCHIVE_REFERENCE
    orphan = archive(links) + archive([replace(links[1], records=(b"{}",))])[1024:2048]
    assert refusal_of(lambda: read_archive(orphan)) is Refusal.ARCHIVE_REFERENCE


def test_a_replayed_ballot(links: list[Link]) -> None:
    body = archive(rechained([*links[:4], links[1]]))
    caught = refused_by(lambda: read_archive(body))
    assert (caught.refusal, caught.context) == (Refusal.BALLOT_REPLAYED, {"height": 4})


# Changes of what the records say.


def with_setup(made: SmallElection, **changes: bytes) -> bytes:
    records = {
        "election": made.context.body,
        "trustees": trustees_json([made.key.public]),
        "credentials": made.public_credentials(True),
    } | changes
    return archive([make_link(None, "Setup", setup_records(**records))])


def test_setup_refusals(made: SmallElection) -> None:
    first, *others = json.loads(made.public_credentials(True))
    key, weight = first.split(",")

    def listed(*entries: str) -> Refusal:
        return refusal_of(lambda: verify_archive(with_setup(made, credentials=encode([*entries]))))

    assert verify_archive(with_setup(made)).num_tallied == 0
    assert listed(first, first) is Refusal.CREDENTIAL_DUPLICATE
    assert listed(first, f"{key},{int(weight) + 1}") is Refusal.CREDENTIAL_DUPLICATE
    for bad in ("0", "-1", "01", "1.5", "", " 1", "1,name", "9" * 12):
        assert listed(f"{key},{bad}", *others) is Refusal.WEIGHT_INVALID
    assert listed("1") is Refusal.ELEMENT_IDENTITY
    assert listed("7") is Refusal.ELEMENT_NOT_IN_GROUP
    another = trustees_json([generate_trustee_key(made.context.group).public])
    assert refusal_of(lambda: verify_archive(with_setup(made, trustees=another))) is (
        Refusal.ELECTION_KEY_MISMATCH
    )
    assert refusal_of(lambda: verify_archive(with_setup(made, trustees=b"[]"))) is Refusal.JSON_MALFORMED


def test_a_ballot_whose_credential_is_not_listed(made: SmallElection, links: list[Link]) -> None:
    listed = json.loads(made.public_credentials(True))
    voter = json.loads(made.ballots[1])["credential"]
    left = encode([entry for entry in listed if not entry.startswith(voter)])
    setup = setup_records(made.context.body, trustees_json([made.key.public]), left)
    body = archive(rechained([replace(links[0], records=setup), *links[1:4]]))
    caught = refused_by(lambda: verify_archive(body))
    assert (caught.refusal, caught.context) == (Refusal.BALLOT_CREDENTIAL_UNLISTED, {"height": 2})


def recast(made: SmallElection, voter: int, choices: list[list[int]]) -> SmallElection:
    """The election with one more ballot of a voter."""
    ballot = encrypt_ballot(made.context, made.credentials[voter], choices)
    return replace(made, ballots=(*made.ballots, ballot))


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_the_last_ballot_of_a_credential_counts_where_it_may_cast_more(group: Group) -> None:
    made = small_election(group=group)
    again = recast(made, 0, [[0, 0, 1], [0, 0, 0, 0], [1, 0, 0]])
    twice = recast(again, 1, [[1, 0, 0], [1, 1, 0, 0], [0, 0, 1]])
    owners, area = twice.archive(weighted=False), twice.archive(weighted=True)
    for most in (2, None):
        twins = verify_twins(owners, area, most=most)
        assert twins.owners.result == ((1, 0, 2), (1, 2, 1, 0), (1, 0, 2))
        assert twins.area.result == ((14210, 0, 15110), (14210, 20458, 6248, 0), (8862, 0, 20458))
        assert (twins.owners.num_tallied, twins.owners.total_weight) == (3, 3)
        assert (twins.area.num_tallied, twins.area.total_weight) == (3, 29320)
        assert twins.owners.chain.ballots == 5
        assert twins.owners.chain.counted() == bytes([0, 0, 1, 1, 1])
    caught = refused_by(lambda: verify_twins(owners, area, most=1))
    assert (caught.refusal, caught.context) == (Refusal.BALLOT_SECOND, {"height": 4})


def test_one_ballot_too_many(made: SmallElection) -> None:
    choices = [[0, 0, 1], [0, 0, 0, 0], [1, 0, 0]]
    thrice = recast(recast(made, 0, choices), 0, choices)
    body = archive(thrice.links(weighted=True)[:6])
    assert verify_archive(body).num_tallied == 3
    caught = refused_by(lambda: verify_archive(body, most=2))
    assert (caught.refusal, caught.context) == (Refusal.BALLOT_THIRD, {"height": 5})
    caught = refused_by(lambda: verify_archive(body, most=1))
    assert (caught.refusal, caught.context) == (Refusal.BALLOT_SECOND, {"height": 4})


def test_a_stack_in_which_no_ballot_counts(made: SmallElection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.protocol.audit.LARGEST_STACK_BYTES", 1)  # every ballot alone
    again = recast(made, 0, [[0, 0, 1], [0, 0, 0, 0], [1, 0, 0]])
    progress: list[tuple[int, int]] = []
    twins = verify_twins(
        again.archive(weighted=False),
        again.archive(weighted=True),
        progress=lambda *done: progress.append(done),
    )
    assert twins.owners.num_tallied == 3
    assert progress == [(done, 4) for done in range(1, 5)]


def test_a_tally_of_the_first_ballot_instead_of_the_last(made: SmallElection, links: list[Link]) -> None:
    later = recast(made, 0, [[0, 0, 1], [0, 0, 0, 0], [1, 0, 0]]).ballots[-1]
    body = archive(rechained([*links[:4], replace(links[1], records=(later,)), *links[4:]]))
    caught = refused_by(lambda: verify_archive(body))
    assert (caught.refusal, caught.context) == (Refusal.TALLY_MISMATCH, {"height": 6})


def test_a_ballot_altered_and_hashed_again(made: SmallElection, links: list[Link]) -> None:
    ballot = json.loads(made.ballots[2])
    ballot["answers"][0]["choices"].reverse()
    body = json.dumps(ballot, separators=(",", ":")).encode()
    caught = refused_by(
        lambda: verify_archive(
            archive(rechained([*links[:3], replace(links[3], records=(body,)), *links[4:]]))
        )
    )
    assert (caught.refusal, caught.context["height"]) == (Refusal.BALLOT_SIGNATURE_INVALID, 3)


def test_a_ballot_left_out_of_the_tally(links: list[Link]) -> None:
    body = archive(rechained([*links[:3], *links[4:]]))
    assert refusal_of(lambda: verify_archive(body)) is Refusal.TALLY_MISMATCH


@pytest.mark.parametrize(("number", "total"), [(2, 29320), (3, 29319), (4, 29320)])
def test_counts_of_the_tally(links: list[Link], number: int, total: int) -> None:
    record = links[5].records[0]
    sized = json.loads(links[5].records[1]) | {"num_tallied": number, "total_weight": total}
    changed = replace(links[5], records=(record, json.dumps(sized, separators=(",", ":")).encode()))
    body = archive(rechained([*links[:5], changed]))
    assert refusal_of(lambda: verify_archive(body)) is Refusal.TALLY_COUNT_MISMATCH


@pytest.mark.parametrize("owner", [0, 2, -1])
def test_the_owner_of_a_share(links: list[Link], owner: int) -> None:
    changed = replace(links[6], records=owned(owner, links[6].records[0]))
    body = archive(rechained([*links[:6], changed]))
    assert refusal_of(lambda: verify_archive(body)) is Refusal.DECRYPTION_OWNER_INVALID


def test_a_share_twice_or_missing(links: list[Link]) -> None:
    twice = archive(rechained([*links[:7], links[6]]))
    assert refusal_of(lambda: verify_archive(twice)) is Refusal.ARCHIVE_REFERENCE


def test_a_false_result(links: list[Link]) -> None:
    counts = [list(row) for row in ((8862, 14210, 6248), (8862, 6248, 15110, 0), (14210, 8862, 6248))]
    counts[0][0] += 1
    changed = replace(links[7], records=(result_json(counts),))
    body = archive(rechained([*links[:7], changed]))
    assert refusal_of(lambda: verify_archive(body)) is Refusal.RESULT_MISMATCH


# Twins.


def test_twins_that_disagree(made: SmallElection) -> None:
    owners, area = made.links(weighted=False), made.links(weighted=True)

    def place(left: bytes, right: bytes) -> object:
        caught = refused_by(lambda: verify_twins(left, right))
        assert caught.refusal is Refusal.TWINS_DISAGREE
        return caught.context["place"]

    assert place(archive(owners), archive(rechained([*area[:2], area[3], area[2], *area[4:]]))) == "ballots"
    assert place(archive(owners[:3]), archive(area[:4])) == "ballots"
    assert place(archive(owners[:5]), archive(area[:4])) == "length"
    assert place(archive(area), archive(area)) == "weights of owners"
    other = small_election()
    assert place(archive(owners), other.archive(weighted=True)) == "election"
    later = b"".join(archive_parts(1, area))
    assert place(archive(owners), later) == "timestamp"
    listed = json.loads(made.public_credentials(True))
    setup = setup_records(made.context.body, trustees_json([made.key.public]), encode(listed[::-1]))
    assert place(archive(owners[:1]), archive([make_link(None, "Setup", setup)])) == "credentials"
