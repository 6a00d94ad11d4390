"""The circle of trustees: set up, invited, dissolved; the ceremony round by round; shares and the count."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replaced
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.assembly import NO, Assembly
from tests.circles import NAMES, Trustee, hold, set_up
from tests.conftest import Clock
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.protocol.audit import verify_twins
from voting.protocol.certificates import check_code
from voting.protocol.encoding import decode, encode
from voting.protocol.group import BELENIOS_2048, ED25519, Group
from voting.protocol.threshold import Polynomial
from voting.protocol.trustees import TrusteeKey
from voting.services import ceremony, circles, conduct, credentials, elections, record
from voting.services.board import setup_bodies
from voting.services.site import Site
from voting.services.trustee import Share
from voting.services.verification import verify_path
from voting.services.views import Act, CircleView, Phase, Round

pytestmark = pytest.mark.either_database


def view(assembly: Assembly) -> CircleView:
    found = elections.election(assembly.site, assembly.uuid).circle
    assert found is not None
    return found


def acts(assembly: Assembly) -> list[tuple[str, str]]:
    return [(entry.actor, entry.act) for entry in record.audit_log(assembly.site, assembly.uuid)]


@pytest.fixture
def draft(assembly: Assembly) -> Assembly:
    return assembly.draft()


@pytest.fixture
def trustees(draft: Assembly) -> list[Trustee]:
    return set_up(draft)


def closed(assembly: Assembly) -> Assembly:
    assembly.issue_and_open()
    assembly.cast(1)
    assembly.cast(2, NO)
    assembly.close()
    return assembly


# set up, invite, dissolve


def test_a_circle_is_set_up_in_a_draft(draft: Assembly) -> None:
    trustees = set_up(draft)
    found = view(draft)
    assert (found.size, found.threshold, found.round) == (3, 2, Round.CERTIFICATES)
    assert found.waited_for == NAMES
    assert found.check_code is None
    assert len({each.invitation.token for each in trustees}) == 3
    assert [each.state.name for each in trustees] == list(NAMES)
    assert acts(draft)[-1] == ("wang", "circle-set-up")
    assert refusal_of(lambda: set_up(draft)) is Refusal.CIRCLE_EXISTS


@pytest.mark.parametrize(
    ("names", "threshold", "refusal"),
    [
        ((), 1, Refusal.CIRCLE_SIZE),
        (tuple(f"第{n}位" for n in range(21)), 1, Refusal.CIRCLE_SIZE),
        (NAMES, 0, Refusal.CIRCLE_THRESHOLD),
        (NAMES, 4, Refusal.CIRCLE_THRESHOLD),
        (("丁一", " "), 1, Refusal.TRUSTEE_NAME_INVALID),
        (("丁一", "丁 一", "丁  一"), 1, Refusal.TRUSTEE_NAME_INVALID),
        (("丁一 13800005678",), 1, Refusal.TRUSTEE_NAME_INVALID),
        (("丁" * 21,), 1, Refusal.TRUSTEE_NAME_INVALID),
    ],
)
def test_who_can_be_named(draft: Assembly, names: tuple[str, ...], threshold: int, refusal: Refusal) -> None:
    assert refusal_of(lambda: set_up(draft, threshold, names)) is refusal
    assert elections.election(draft.site, draft.uuid).circle is None


def test_the_largest_and_the_smallest_circle(draft: Assembly) -> None:
    set_up(draft, 20, tuple(f"第{n}位" for n in range(20)))
    circles.dissolve_circle(draft.site, draft.uuid, draft.actor, draft.now)
    set_up(draft, 1, ("丁一",))
    assert view(draft).size == 1


@pytest.mark.both_databases
def test_a_dissolved_circle_lets_nobody_in(draft: Assembly, trustees: list[Trustee]) -> None:
    circles.dissolve_circle(draft.site, draft.uuid, draft.actor, draft.now)
    assert elections.election(draft.site, draft.uuid).circle is None
    assert refusal_of(lambda: trustees[0].state) is Refusal.CIRCLE_UNKNOWN
    set_up(draft)
    assert refusal_of(lambda: trustees[0].state) is Refusal.TRUSTEE_NOT_ENTERED
    assert refusal_of(trustees[0].enter) is Refusal.INVITATION_UNKNOWN
    assert acts(draft)[-2] == ("wang", "circle-dissolved")


def test_only_the_token_lets_in(draft: Assembly, trustees: list[Trustee]) -> None:
    for token in ("", "\ud800", trustees[0].invitation.token[:-1], trustees[0].invitation.token + "1"):
        found = refused_by(lambda token=token: circles.trustee_by_token(draft.site, draft.uuid, token))
        assert found.refusal is Refusal.INVITATION_UNKNOWN
    # Another number with this one's mark is nobody.
    forged = replaced(trustees[0].invited, number=2)
    assert refusal_of(lambda: ceremony.state(draft.site, draft.uuid, forged)) is Refusal.TRUSTEE_NOT_ENTERED


@pytest.mark.both_databases
def test_a_new_invitation_voids_the_old_session(draft: Assembly, trustees: list[Trustee]) -> None:
    invitation = circles.invite_anew(draft.site, draft.uuid, 2, draft.actor, draft.now)
    assert refusal_of(lambda: trustees[1].state) is Refusal.TRUSTEE_NOT_ENTERED
    body = trustees[0].certificate()
    assert refusal_of(lambda: trustees[1].send("certificate", body)) is Refusal.TRUSTEE_NOT_ENTERED
    assert Trustee(draft, invitation).state.number == 2
    assert trustees[0].state.number == 1
    found = refused_by(lambda: circles.invite_anew(draft.site, draft.uuid, 4, draft.actor, draft.now))
    assert found.refusal is Refusal.TRUSTEE_UNKNOWN


def test_inviting_anew_after_the_certificate_begins_again_when_asked(
    draft: Assembly, trustees: list[Trustee]
) -> None:
    for trustee in trustees:
        trustee.send("certificate")
    trustees[0].send("polynomial")
    found = refused_by(lambda: circles.invite_anew(draft.site, draft.uuid, 2, draft.actor, draft.now))
    assert (found.refusal, found.context) == (Refusal.CEREMONY_BEGINS_AGAIN, {"name": NAMES[1]})
    assert view(draft).round is Round.POLYNOMIALS
    invitation = circles.invite_anew(draft.site, draft.uuid, 2, draft.actor, draft.now, begin_again=True)
    assert view(draft).round is Round.CERTIFICATES
    assert view(draft).waited_for == NAMES
    again = [trustees[0], Trustee(draft, invitation), trustees[2]]
    hold(again)
    assert view(draft).round is Round.READY


@pytest.mark.both_databases
def test_deleting_a_draft_deletes_its_circle(draft: Assembly, trustees: list[Trustee]) -> None:
    trustees[0].send("certificate")
    elections.delete_draft(draft.site, draft.uuid, draft.actor, draft.now)
    assert refusal_of(lambda: trustees[0].state) is Refusal.ELECTION_UNKNOWN


def test_the_group_stands_while_there_is_a_circle(draft: Assembly, trustees: list[Trustee]) -> None:
    def edit(group: str) -> None:
        elections.edit_election(
            draft.site,
            draft.uuid,
            draft.agenda,
            draft.opens_at,
            draft.closes_at,
            draft.actor,
            draft.now,
            group,
        )

    assert refusal_of(lambda: edit(BELENIOS_2048.name)) is Refusal.CIRCLE_GROUP_FIXED
    edit(ED25519.name)
    circles.dissolve_circle(draft.site, draft.uuid, draft.actor, draft.now)
    edit(ED25519.name)


def test_withdrawing_letters_leaves_the_circle(draft: Assembly, trustees: list[Trustee]) -> None:
    hold(trustees)
    before = view(draft)
    draft.issue_draft()
    credentials.withdraw_credentials(draft.site, draft.uuid, "名册要更正", draft.actor, draft.now)
    assert view(draft) == before


# the ceremony


@pytest.mark.both_databases
def test_three_trustees_make_a_key(draft: Assembly, trustees: list[Trustee]) -> None:
    for trustee in trustees:
        assert trustee.state.certificates is None
        trustee.send("certificate")
    assert view(draft).round is Round.POLYNOMIALS
    certificates = trustees[0].state.certificates
    assert certificates is not None
    assert view(draft).check_code == check_code(certificates)
    for trustee in trustees:
        assert trustee.state.input is None
        trustee.send("polynomial")
    assert view(draft).round is Round.OUTPUTS
    for trustee in trustees:
        assert trustee.state.parameters is None
        assert trustee.state.input is not None
        trustee.send("output")
    assert view(draft).round is Round.READY
    state = trustees[2].state
    assert state.parameters is not None
    assert state.own.output is not None
    assert state.parameters.verification_keys[2] == state.own.output.public_key
    assert acts(draft)[-3:] == [(name, "trustee-sent-output") for name in NAMES]


def test_a_message_twice_is_accepted_and_another_one_is_refused(
    draft: Assembly, trustees: list[Trustee]
) -> None:
    bodies = {}
    for message in ("certificate", "polynomial", "output"):
        for trustee in trustees:
            bodies[trustee.invited.number] = getattr(trustee, message)()
        for trustee in trustees:
            trustee.send(message, bodies[trustee.invited.number])
            trustee.send(message, bodies[trustee.invited.number])  # also after the round has moved on
        other = bodies[2] if message == "output" else getattr(trustees[0], message)()
        assert refusal_of(lambda other=other, message=message: trustees[0].send(message, other)) is (
            Refusal.TRUSTEE_SENT_BEFORE
        )
    assert len([act for _, act in acts(draft) if act.startswith("trustee-sent-")]) == 9


def test_nothing_out_of_turn(draft: Assembly, trustees: list[Trustee]) -> None:
    trustees[0].send("certificate")
    for trustee in trustees[1:]:
        trustee.send("certificate")
    dealt = trustees[0].polynomial()
    circles.invite_anew(draft.site, draft.uuid, 3, draft.actor, draft.now, begin_again=True)
    assert refusal_of(lambda: trustees[0].send("polynomial", dealt)) is Refusal.CEREMONY_WRONG_ROUND


def test_what_does_not_verify_is_not_stored(draft: Assembly, trustees: list[Trustee]) -> None:
    def refusal(trustee: Trustee, message: str, body: bytes) -> Refusal:
        return refusal_of(lambda: trustee.send(message, body))

    first, second, third = trustees
    good = first.certificate()
    assert refusal(first, "certificate", b"{}") is Refusal.JSON_MALFORMED
    assert refusal(first, "certificate", good + b" ") is Refusal.JSON_NOT_CANONICAL
    assert refusal(second, "certificate", good) is Refusal.CERTIFICATE_CONTEXT
    first.send("certificate", good)
    second.key = first.key
    assert refusal(second, "certificate", second.certificate()) is Refusal.CERTIFICATE_DUPLICATE
    second.__post_init__()
    second.send("certificate")
    assert refusal(first, "polynomial", b"{}") is Refusal.JSON_MALFORMED
    third.send("certificate")
    dealt = decode(Polynomial, first.polynomial(), "polynomial")
    assert refusal(second, "polynomial", encode(dealt)) is Refusal.COMMITMENT_INVALID
    fewer = replace(dealt, secrets=dealt.secrets[:2])
    assert refusal(first, "polynomial", encode(fewer)) is Refusal.THRESHOLD_SHAPE
    for trustee in trustees:
        trustee.send("polynomial")
    output = first.output()
    assert refusal(second, "output", output) is Refusal.VERIFICATION_KEY_MISMATCH
    assert view(draft).waited_for == NAMES


@pytest.mark.both_databases
@pytest.mark.parametrize("message", ["certificate", "polynomial", "output"])
def test_the_last_two_at_the_same_instant(draft: Assembly, trustees: list[Trustee], message: str) -> None:
    for earlier in ("certificate", "polynomial", "output"):
        if earlier == message:
            break
        for trustee in trustees:
            trustee.send(earlier)
    bodies = [getattr(trustee, message)() for trustee in trustees]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda each: each[0].send(message, each[1]), zip(trustees, bodies, strict=True)))
    after = {"certificate": Round.POLYNOMIALS, "polynomial": Round.OUTPUTS, "output": Round.READY}
    assert view(draft).round is after[message]


# opening


def test_an_unready_circle_keeps_the_election_from_opening(draft: Assembly, trustees: list[Trustee]) -> None:
    trustees[0].send("certificate")
    found = refused_by(draft.issue_and_open)
    assert (found.refusal, found.context) == (Refusal.CIRCLE_NOT_READY, {"names": "方二、石三"})
    now = draft.opens_at
    ready = elections.election(draft.site, draft.uuid)
    assert ready.phase is Phase.DRAFT
    assert Act.OPEN not in elections.next_acts(ready, now)
    trustees[1].send("certificate")
    trustees[2].send("certificate")
    for message in ("polynomial", "output"):
        for trustee in trustees:
            trustee.send(message)
    ready = elections.election(draft.site, draft.uuid)
    assert Act.OPEN in elections.next_acts(ready, now)
    elections.open_election(draft.site, draft.uuid, draft.actor, now)
    state = trustees[0].state
    assert state.election is not None
    with draft.site.store.read() as tx:
        election_json, trustees_json = setup_bodies(tx, draft.uuid)[:2]
    assert (state.election.election_json, state.election.trustees_json) == (
        election_json.decode(),
        trustees_json.decode(),
    )


def test_the_circle_stands_once_the_election_is_open(draft: Assembly, trustees: list[Trustee]) -> None:
    hold(trustees)
    draft.issue_and_open()
    for act in (
        lambda: circles.dissolve_circle(draft.site, draft.uuid, draft.actor, draft.now),
        lambda: set_up(draft),
        trustees[0].send_share,
    ):
        assert refusal_of(act) is Refusal.ELECTION_WRONG_PHASE
    # A lost link is replaced, and the keys stand.
    invitation = circles.invite_anew(draft.site, draft.uuid, 1, draft.actor, draft.now)
    trustees[0].invitation = invitation
    trustees[0].enter()
    assert trustees[0].state.own.output is not None
    trustees[0].send("output", encode(trustees[0].state.own.output))
    assert view(draft).round is Round.READY


@pytest.mark.both_databases
def test_a_circle_that_changes_while_the_election_is_opened_keeps_it_shut(
    draft: Assembly, trustees: list[Trustee], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(trustees)
    draft.issue_draft()
    made = conduct.generate_trustee_key

    def meanwhile(group: Group) -> TrusteeKey:
        circles.dissolve_circle(draft.site, draft.uuid, draft.actor, draft.now)
        return made(group)

    monkeypatch.setattr(conduct, "generate_trustee_key", meanwhile)
    found = refused_by(lambda: elections.open_election(draft.site, draft.uuid, draft.actor, draft.opens_at))
    assert found.refusal is Refusal.CIRCLE_CHANGED
    assert elections.election(draft.site, draft.uuid).phase is Phase.DRAFT


# shares and the count


@pytest.mark.both_databases
def test_one_who_never_comes_back_is_survived(
    draft: Assembly, trustees: list[Trustee], tmp_path: Path
) -> None:
    hold(trustees)
    closed(draft)
    missing = elections.election(draft.site, draft.uuid)
    assert elections.next_acts(missing, draft.closes_at) == ()
    trustees[0].send_share()
    found = refused_by(draft.count)
    assert (found.refusal, found.context) == (Refusal.DECRYPTION_TOO_FEW, {"valid": 1, "needed": 2})
    assert view(draft).shares_missing == 1
    trustees[2].send_share()
    assert trustees[2].state.share
    assert trustees[2].state.shares_needed == 0
    ready = elections.election(draft.site, draft.uuid)
    assert elections.next_acts(ready, draft.closes_at) == (Act.COUNT,)
    outcome = draft.count()
    assert outcome["participation"]["owners"] == 2
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(record.export_record(draft.site, draft.uuid, draft.closes_at + timedelta(hours=2)))
    verified = verify_path(path)
    assert verified.valid
    assert (NAMES[0], "trustee-sent-share") in acts(draft)
    # What a trustee decrypts from stays what it was.
    twins = verify_twins(*record.sealed_archives(draft.site, draft.uuid))
    assert not twins.owners.finished


def test_an_invalid_share_is_refused_by_name_and_the_others_suffice(
    draft: Assembly, trustees: list[Trustee]
) -> None:
    hold(trustees)
    closed(draft)
    good = [trustee.share() for trustee in trustees]
    swapped = replace(good[0], owners=good[1].owners, area=good[1].area)
    half = replace(good[0], area=good[1].area)
    for bad in (swapped, half):
        found = refused_by(lambda bad=bad: trustees[0].send_share(bad))
        assert (found.refusal, found.context) == (Refusal.SHARE_REFUSED, {"name": NAMES[0]})
    assert acts(draft)[-1] == (NAMES[0], "trustee-share-refused")
    assert refusal_of(lambda: trustees[0].send_share(good[1])) is Refusal.TRUSTEE_NOT_IN_ELECTION
    other = replace(good[0], uuid="bSYdYd7xzTmLAi")
    assert refusal_of(lambda: trustees[0].send_share(other)) is Refusal.TRUSTEE_NOT_IN_ELECTION
    single = Share(uuid=draft.uuid, owner=2, owners=good[0].owners)
    assert refusal_of(lambda: trustees[0].send_share(single)) is Refusal.THRESHOLD_SHAPE
    assert view(draft).shares_missing == 2
    trustees[1].send_share(good[1])
    trustees[2].send_share(good[2])
    draft.count()


def test_a_share_twice_is_one_and_a_second_one_is_refused(draft: Assembly, trustees: list[Trustee]) -> None:
    hold(trustees)
    closed(draft)
    share, another = trustees[0].share(), trustees[0].share()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(trustees[0].send_share, (share, share)))
    trustees[0].send_share(share)
    assert refusal_of(lambda: trustees[0].send_share(another)) is Refusal.TRUSTEE_SENT_BEFORE
    trustees[1].send_share()
    draft.count()
    trustees[0].send_share(share)
    assert refusal_of(trustees[2].send_share) is Refusal.ELECTION_WRONG_PHASE


def test_in_the_other_group(monkeypatch: pytest.MonkeyPatch, site: Site, clock: Clock) -> None:
    monkeypatch.setattr(credentials, "letters_pdf", lambda *_, **__: b"")
    monkeypatch.setattr(credentials, "poster_pdf", lambda *_, **__: b"")
    assembly = Assembly(site, clock(), group=BELENIOS_2048).draft()
    trustees = hold(set_up(assembly, 3))
    closed(assembly)
    for trustee in trustees:
        trustee.send_share()
    assert assembly.count()["participation"]["owners"] == 2
