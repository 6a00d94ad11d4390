"""Trustees beside the server: their key files, what they agree to decrypt, the count with their shares."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace as replaced
from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from tests.assembly import NO, Assembly
from tests.ceremonies import circle_of, older_form, threshold_election, two_of_three
from tests.conftest import Clock
from tests.elections import archive, rechained
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.protocol.archive import read_archive
from voting.protocol.audit import verify_twins
from voting.protocol.board import make_link, setup_records
from voting.protocol.certificates import new_seed, public_keys
from voting.protocol.channels import send
from voting.protocol.group import BELENIOS_2048, ED25519
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.threshold import Output, make_inputs, make_output, make_polynomial, open_private_key
from voting.services import credentials, elections
from voting.services.record import audit_log, export_record, sealed_record
from voting.services.rehearsal import Trustees, circle_of_trustees
from voting.services.site import Site
from voting.services.trustee import KeyFile, decrypt, new_key, partial_decryptions, with_output
from voting.services.verification import verify_path

pytestmark = pytest.mark.either_database

Shares = dict[int, tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def circle() -> tuple[list[KeyFile], ThresholdParameters]:
    """Three trustees' key files, after an honest ceremony for two of three."""
    files, parameters = circle_of_trustees(Trustees(3, 2))
    assert parameters is not None
    return files, parameters


@pytest.fixture
def assembly(site: Site, clock: Clock) -> Assembly:
    """In the group of the records that the protocol's tests make."""
    return Assembly(site, clock(), group=BELENIOS_2048)


@pytest.fixture
def closed(assembly: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]) -> Assembly:
    """Closed, with two ballots, and three trustees of whom two must decrypt."""
    assembly.open(circle[1])
    assembly.cast(1)
    assembly.cast(2, NO)
    assembly.close()
    return assembly


def archives_in(record: bytes) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(io.BytesIO(record)) as files:
        names = {name.partition("/")[0]: name for name in files.namelist() if name.endswith(".bel")}
        return files.read(names["owners"]), files.read(names["area"])


def shares_of(assembly: Assembly, keys: list[KeyFile]) -> Shares:
    archives = archives_in(sealed_record(assembly.site, assembly.uuid))
    shares = [decrypt(key, archives).share for key in keys]
    return {share.owner: partial_decryptions(share) for share in shares}


def count(assembly: Assembly, shares: Mapping[int, tuple[bytes, bytes]]) -> dict[str, object]:
    return elections.count_election(
        assembly.site, assembly.uuid, assembly.actor, assembly.closes_at, shares=shares
    )


# the count


@pytest.mark.both_databases
def test_two_of_three_and_the_server_count(
    closed: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]
) -> None:
    shares = shares_of(closed, circle[0][1:])
    assert sorted(shares) == [3, 4]
    outcome = count(closed, shares)
    export = export_record(closed.site, closed.uuid, closed.closes_at)
    twins = verify_twins(*archives_in(export))
    assert twins.owners.finished
    assert twins.owners.result is not None
    assert twins.owners.result[0] == (1, 1, 0)
    assert outcome["participation"]["owners"] == 2
    opened = next(entry for entry in audit_log(closed.site, closed.uuid) if entry.act == "election-opened")
    assert (opened.details["trustees"], opened.details["threshold"]) == (3, 2)


def test_the_server_alone_or_with_too_few_opens_nothing(
    closed: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]
) -> None:
    for keys in ([], circle[0][:1]):
        shares = shares_of(closed, keys)
        found = refused_by(lambda shares=shares: count(closed, shares))
        assert (found.refusal, found.context) == (
            Refusal.DECRYPTION_TOO_FEW,
            {"valid": len(keys), "needed": 2},
        )
    assert elections.election(closed.site, closed.uuid).phase == "closed"


def test_an_invalid_share_is_named_in_the_log_and_survived(
    closed: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]
) -> None:
    shares = shares_of(closed, circle[0])
    # Right for one measure, wrong for the other: it stands in neither archive.
    shares[2] = (shares[2][0], shares[3][1])
    count(closed, shares)
    export = export_record(closed.site, closed.uuid, closed.closes_at)
    for body in archives_in(export):
        owners = [
            json.loads(link.records[1])["owner"]
            for link in read_archive(body).links
            if link.event.type == "PartialDecryption"
        ]
        assert owners == [1, 3, 4]
    counted = next(entry for entry in audit_log(closed.site, closed.uuid) if entry.act == "election-counted")
    assert counted.details["shares_refused"] == "2 decryption-proof-invalid"


def test_with_an_invalid_share_among_two_nothing_is_counted(
    closed: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]
) -> None:
    shares = shares_of(closed, circle[0][:2])
    shares[3] = (b"{}", b"{}")
    assert refusal_of(lambda: count(closed, shares)) is Refusal.DECRYPTION_TOO_FEW


def test_a_circle_of_the_older_form_does_not_open_an_election(assembly: Assembly) -> None:
    found = refused_by(lambda: assembly.open(two_of_three().older))
    assert found.refusal is Refusal.CIRCLE_UNSIGNED
    assert elections.election(assembly.site, assembly.uuid).phase == "draft"


def test_the_sealed_record_waits_for_the_closing(
    assembly: Assembly, circle: tuple[list[KeyFile], ThresholdParameters]
) -> None:
    assembly.open(circle[1])
    assembly.cast(1)
    found = refused_by(lambda: sealed_record(assembly.site, assembly.uuid))
    assert found.refusal is Refusal.ELECTION_WRONG_PHASE


# the trustee's side, with records made by the protocol alone


def record(parameters: ThresholdParameters, upto: str = "EndBallots") -> tuple[bytes, bytes]:
    made = threshold_election(parameters)
    both = []
    for weighted in (False, True):
        links = made.links(weighted, ())
        kinds = [link.event.type for link in links]
        both.append(archive(links[: kinds.index(upto) + 1 if upto in kinds else None]))
    return both[0], both[1]


def test_a_share_opens_the_sums_of_the_published_ballots(
    circle: tuple[list[KeyFile], ThresholdParameters],
) -> None:
    keys, parameters = circle
    both = record(parameters)
    opened = decrypt(keys[1], both)
    assert (opened.share.owner, opened.ballots) == (3, 3)
    assert opened.heads == {
        name: read_archive(body).links[-1].hash for name, body in zip(("owners", "area"), both, strict=True)
    }
    single = decrypt(keys[1], both[1:]).share
    assert single.owners is UNSET
    assert single.area is not UNSET
    assert refusal_of(lambda: partial_decryptions(single)) is Refusal.THRESHOLD_SHAPE
    assert decrypt(keys[1], both[:1]).share.area is UNSET


def test_the_same_sums_are_opened_again_and_others_are_not(
    circle: tuple[list[KeyFile], ThresholdParameters],
) -> None:
    keys, parameters = circle
    made = threshold_election(parameters)
    links = {weighted: made.links(weighted, ())[:5] for weighted in (False, True)}
    kept = decrypt(keys[0], (archive(links[False]), archive(links[True]))).key
    again = decrypt(kept, (archive(links[False]), archive(links[True])))
    assert again.key == kept
    # The last ballot left out, everything chained again: the difference would be one voter's choices.
    fewer = [archive(rechained([*links[weighted][:3], links[weighted][4]])) for weighted in (False, True)]
    for archives in (tuple(fewer), tuple(fewer[:1]), tuple(fewer[1:])):
        found = refused_by(lambda archives=archives: decrypt(kept, archives))
        assert found.refusal is Refusal.DECRYPTED_BEFORE
    # The same ballots with other weights: their sum would tell them apart.
    election, trustees_body, listed_body, _ = links[True][0].records
    listed = [entry.split(",")[0] for entry in json.loads(listed_body)]
    weights = json.dumps([f"{key},{4**place}" for place, key in enumerate(listed, 1)], separators=(",", ":"))
    setup = make_link(None, "Setup", setup_records(election, trustees_body, weights.encode()))
    area = archive(rechained([setup, *links[True][1:]]))
    found = refused_by(lambda: decrypt(kept, (archive(links[False]), area)))
    assert found.refusal is Refusal.DECRYPTED_BEFORE


def test_nothing_is_opened_before_the_end_of_the_ballots(
    circle: tuple[list[KeyFile], ThresholdParameters],
) -> None:
    keys, parameters = circle
    found = refused_by(lambda: decrypt(keys[0], record(parameters, upto="Ballot")))
    assert found.refusal is Refusal.DECRYPTION_TOO_EARLY


def test_a_record_that_does_not_verify_is_not_opened(
    circle: tuple[list[KeyFile], ThresholdParameters],
) -> None:
    keys, parameters = circle
    made = threshold_election(parameters)
    links = made.links(False, ())[:5]
    ballot = json.loads(links[1].records[0])
    ballot["answers"][0]["choices"].reverse()
    body = json.dumps(ballot, separators=(",", ":")).encode()
    altered = archive(rechained([links[0], replaced(links[1], records=(body,)), *links[2:]]))
    assert refusal_of(lambda: decrypt(keys[0], (altered,))) is Refusal.BALLOT_SIGNATURE_INVALID


def test_a_key_opens_only_elections_of_its_own_circle(
    circle: tuple[list[KeyFile], ThresholdParameters],
) -> None:
    keys, parameters = circle
    other = record(two_of_three().parameters)
    assert refusal_of(lambda: decrypt(keys[0], other)) is Refusal.TRUSTEE_NOT_IN_ELECTION
    # The right private key, but another certificate: the circle is not the one that its owner agreed to.
    stranger = new_key(BELENIOS_2048.name)
    found = refused_by(lambda: decrypt(stranger, record(parameters)))
    assert found.refusal is Refusal.PRIVATE_KEY_MISSING
    secret = open_private_key(BELENIOS_2048, keys[0].keys, keys[0].private_key)
    sealed = send(
        BELENIOS_2048,
        stranger.keys,
        public_keys(BELENIOS_2048, stranger.keys).encryption,
        json.dumps({"decryption_key": str(secret)}, separators=(",", ":")),
    )
    imitated = replace(stranger, private_key=sealed)
    found = refused_by(lambda: decrypt(imitated, record(parameters)))
    assert found.refusal is Refusal.TRUSTEE_NOT_IN_ELECTION
    older = record(older_form([key.keys for key in keys], parameters))
    assert refusal_of(lambda: decrypt(keys[0], older)) is Refusal.CIRCLE_UNSIGNED


def test_a_key_file_keeps_one_private_key(circle: tuple[list[KeyFile], ThresholdParameters]) -> None:
    key, public = circle[0][0], circle[1].verification_keys[0]
    assert key.private_key is not UNSET
    assert with_output(key, Output(key.private_key, public)) is key
    another = circle_of([key.keys], 1)
    inputs = make_inputs(another, [make_polynomial(another, key.keys)])
    output = make_output(another, key.keys, inputs[0])
    assert refusal_of(lambda: with_output(key, output)) is Refusal.PRIVATE_KEY_THERE
    fresh = replace(key, private_key=UNSET)
    assert with_output(fresh, output).private_key == output.private_key
    for secret in (key.seed, key.private_key):
        assert secret not in repr(key)


def test_a_new_key_file() -> None:
    key = new_key(BELENIOS_2048.name)
    assert (key.private_key, key.decrypted) == (UNSET, {})
    assert len(key.seed) == len(new_seed())
    assert refusal_of(lambda: new_key("P-256")) is Refusal.GROUP_UNKNOWN


@pytest.mark.parametrize(
    ("size", "threshold", "good"),
    [
        (0, 0, True),
        (1, 1, True),
        (20, 20, True),
        (0, 1, False),
        (3, 0, False),
        (3, 4, False),
        (21, 1, False),
        (-1, -1, False),
    ],
)
def test_how_many_trustees_there_can_be(size: int, threshold: int, good: bool) -> None:
    if good:
        Trustees(size, threshold).check()
    else:
        found = refused_by(Trustees(size, threshold).check)
        assert found.refusal is Refusal.THRESHOLD_OUT_OF_RANGE


@pytest.mark.parametrize("older", [False, True])
def test_verification_says_who_decrypts_and_whether_they_agreed(tmp_path: Path, older: bool) -> None:
    made = threshold_election(two_of_three().older if older else None)
    path = tmp_path / "x.bel"
    path.write_bytes(archive(made.links(True, (1, 2, 3))))
    found = verify_path(path)
    assert found.valid
    assert found.facts["archive"]["trustees"] == [{"size": 1, "threshold": 1}, {"size": 3, "threshold": 2}]
    assert ("circle" in found.not_checked) is older


def test_an_election_in_the_other_group(monkeypatch: pytest.MonkeyPatch, site: Site, clock: Clock) -> None:
    monkeypatch.setattr(credentials, "letters_pdf", lambda *_, **__: b"")
    monkeypatch.setattr(credentials, "poster_pdf", lambda *_, **__: b"")
    keys, parameters = circle_of_trustees(Trustees(3, 2), ED25519.name)
    assembly = Assembly(site, clock(), group=ED25519).open(parameters)
    assembly.cast(1)
    assembly.close()
    count(assembly, shares_of(assembly, keys[:2]))
    export = export_record(site, assembly.uuid, assembly.closes_at)
    assert verify_twins(*archives_in(export)).area.finished
