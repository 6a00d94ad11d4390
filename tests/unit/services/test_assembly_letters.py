"""One letter a voter for every election of an assembly; on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.assembly import BASE_URL, DIGITS, PASSPHRASE, YES
from tests.conventions import MOTION, Convention, at
from tests.meetings import PUMP, SECOND, announced
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.credentials import generate, public_credential, secret_exponent, sign_message
from voting.protocol.election import decode_election
from voting.protocol.group import Group, group_named
from voting.rules.assembly import About
from voting.services import assembly_letters, booth, credentials, desk, elections, log, meeting, objections
from voting.services.credential_file import open_credential_file
from voting.services.entry import LETTER_GROUP, Shown
from voting.services.site import Site
from voting.services.views import Act, Entered, EnteredMeeting
from voting.store import letters as letter_rows
from voting.store import roll as roll_rows

pytestmark = [pytest.mark.usefixtures("recorded_letters"), pytest.mark.either_database]
REASON = "信件遗失了"


@pytest.fixture
def two(site: Site) -> Convention:
    """Both elections announced."""
    return announced(Convention(site))


@pytest.fixture
def issued(two: Convention) -> Convention:
    return two.issue()


@pytest.fixture
def voting(issued: Convention) -> Convention:
    return issued.until("2026-05-25 20:00")


def shown(site: Site, uuid: str, group: Group, code: str, digits: str, challenge: str, purpose: str) -> Shown:
    """What a phone shows of a code under one uuid."""
    proof = sign_message(group, secret_exponent(group, uuid, code), f"{purpose}|{uuid}|{challenge}")
    signed = {"challenge": proof.challenge, "response": proof.response}
    return Shown(purpose, public_credential(group, uuid, code), challenge, signed, digits)


def enter(
    made: Convention, letter: int, digits: str | None = None, code: str | None = None
) -> EnteredMeeting:
    challenge = meeting.meeting_challenge(made.site, made.uuid, made.now)
    typed = DIGITS[letter] if digits is None else digits
    code = code or made.codes[letter]
    asked = shown(made.site, made.uuid, LETTER_GROUP, code, typed, challenge, "enter")
    return meeting.enter_meeting(made.site, made.uuid, asked, made.now)


def booth_entry(made: Convention, place: int, code: str, digits: str = "") -> Shown:
    uuid = made.elections[place]
    group = group_named(elections.election(made.site, uuid).group)
    challenge = booth.entry_challenge(made.site, uuid, made.now)
    return shown(made.site, uuid, group, code, digits, challenge, "enter")


def enter_booth(made: Convention, place: int, code: str, digits: str) -> Entered:
    """The booth's own way in, with both factors."""
    asked = booth_entry(made, place, code, digits)
    return booth.enter_booth(
        made.site,
        made.elections[place],
        asked.public_credential,
        asked.challenge,
        asked.proof,
        digits,
        made.now,
    )


def go_on(made: Convention, place: int, code: str, entered: EnteredMeeting) -> Entered:
    asked = booth_entry(made, place, code)
    return booth.enter_next_booth(
        made.site, made.elections[place], asked, entered.assembly, entered.letter, entered.mark, made.now
    )


def cast(made: Convention, place: int, code: str, entered: Entered, choices: list[list[int]]) -> str:
    uuid = made.elections[place]
    election = decode_election(booth.booth(made.site, uuid, made.now).election_json.encode())
    body = encrypt_ballot(election, code, choices)
    return booth.cast_ballot(made.site, uuid, entered.voter, body, made.now, entered.mark).tracker


# ---- issuing ----


@pytest.mark.both_databases
def test_one_letter_lists_what_its_holder_votes_in(issued: Convention) -> None:
    drawn = json.loads(issued.issued.letters)
    assert [each[0] for each in drawn] == [1, 2, 3, 4, 5]
    served = {each[0]: [title for title, _questions, _area in each[5]] for each in drawn}
    assert served == {
        letter: [MOTION["title"]] if letter < 3 else [MOTION["title"], PUMP["title"]]
        for letter in range(1, 6)
    }
    assert drawn[2][5][1] == [PUMP["title"], [each["text"] for each in PUMP["questions"]], "70.00"]
    assert [each[1].split("#")[0] for each in drawn] == [f"{BASE_URL}/m/{issued.uuid}"] * 5
    assert issued.issued.poster.decode() == f"{BASE_URL}/a/{issued.uuid}"
    assert open_credential_file(issued.issued.credential_file, PASSPHRASE, issued.uuid).keys() == {
        1,
        2,
        3,
        4,
        5,
    }
    view = assembly_letters.assembly_letters(issued.site, issued.uuid)
    estate, pump = issued.elections
    assert [each.voters for each in view] == [
        {estate: 1},
        {estate: 2},
        {estate: 3, pump: 1},
        {estate: 4, pump: 2},
        {estate: 5, pump: 3},
    ]
    assert [each.name for each in view] == ["张三", "李四、王五", "赵六", "孙七", "周八"]


def test_the_same_code_is_another_credential_in_each_vote(issued: Convention) -> None:
    with issued.site.store.read() as tx:
        letter = letter_rows.letter(tx, issued.uuid, 3)
        assert letter is not None
        entries = [roll_rows.entry(tx, *each) for each in letter.voters.items()]
    public = [letter.public_credential, *(each.public_credential for each in entries if each)]
    assert len(set(public)) == 3
    assert public[0] == public_credential(LETTER_GROUP, issued.uuid, issued.codes[3])
    # What lets a person in stands with the letter alone.
    assert all(each and each.factors == letter.factors for each in entries)


def test_all_or_nothing(two: Convention, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze = assembly_letters.freeze

    def broken(site: Any, tx: Any, draft: Any, *rest: Any) -> None:
        if draft.row.uuid == two.elections[1]:
            raise Refused(Refusal.CREDENTIALS_ALREADY_ISSUED)
        freeze(site, tx, draft, *rest)

    monkeypatch.setattr(assembly_letters, "freeze", broken)
    assert refusal_of(two.issue) is Refusal.CREDENTIALS_ALREADY_ISSUED
    assert [elections.election(two.site, uuid).issued_at for uuid in two.elections] == [None, None]
    assert assembly_letters.assembly_letters(two.site, two.uuid) == []
    monkeypatch.undo()


def test_what_issuing_refuses(two: Convention) -> None:
    site, actor = two.site, two.actor

    def issue(passphrase: str = PASSPHRASE, uuid: str = two.uuid) -> object:
        return assembly_letters.issue_letters(site, uuid, passphrase, BASE_URL, actor, two.now)

    assert refusal_of(lambda: issue("short")) is Refusal.PASSPHRASE_TOO_SHORT
    assert refusal_of(lambda: issue(uuid="x")) is Refusal.ASSEMBLY_UNKNOWN
    for uuid in two.elections:
        assert refusal_of(
            lambda uuid=uuid: credentials.issue_credentials(site, uuid, PASSPHRASE, BASE_URL, actor, two.now)
        ) is (Refusal.LETTERS_OF_ASSEMBLY)
        assert Act.ISSUE not in elections.next_acts(elections.election(site, uuid), two.now)
    two.issue()
    assert refused_by(issue).context == {"title": MOTION["title"]}
    assert refusal_of(issue) is Refusal.LETTERS_OUT
    two.now = at("2026-05-31 00:00")
    assembly_letters.withdraw_letters(site, two.uuid, "全部重新做一遍", actor, two.now)
    assert refusal_of(issue) is Refusal.WINDOW_OVER
    two.now -= SECOND
    issue()


@pytest.mark.both_databases
def test_withdrawn_everywhere_at_once(issued: Convention) -> None:
    site, uuid, actor, old = issued.site, issued.uuid, issued.actor, dict(issued.codes)
    assert (
        refusal_of(
            lambda: credentials.withdraw_credentials(site, issued.elections[1], REASON, actor, issued.now)
        )
        is Refusal.LETTERS_OF_ASSEMBLY
    )
    assert (
        refusal_of(lambda: assembly_letters.withdraw_letters(site, uuid, "短", actor, issued.now))
        is Refusal.REASON_MISSING
    )
    assembly_letters.withdraw_letters(site, uuid, "题目写错了", actor, issued.now)
    assert [elections.election(site, each).issued_at for each in issued.elections] == [None, None]
    assert (
        refusal_of(lambda: assembly_letters.withdraw_letters(site, uuid, "题目写错了", actor, issued.now))
        is Refusal.CREDENTIALS_NOT_ISSUED
    )
    assert refusal_of(lambda: meeting.meeting(site, uuid, issued.now)) is Refusal.ASSEMBLY_UNKNOWN
    issued.issue().until("2026-05-25 20:00")
    assert refusal_of(lambda: enter(issued, 3, code=old[3])) is Refusal.CREDENTIAL_REPLACED
    for place in (0, 1):
        assert (
            refusal_of(lambda place=place: enter_booth(issued, place, old[3], DIGITS[3]))
            is Refusal.CREDENTIAL_REPLACED
        )
    assert enter(issued, 3).letter == 3
    assert (
        refusal_of(lambda: assembly_letters.withdraw_letters(site, uuid, "太晚了不行", actor, issued.now))
        is Refusal.STEP_OUT_OF_ORDER
    )


# ---- voting ----


def test_one_second_factor_leads_through_every_vote(voting: Convention) -> None:
    code = voting.codes[3]
    entered = enter(voting, 3)
    assert (entered.name_masked, entered.units) == ("赵*", ("2-1-101",))
    assert [(each.title, each.questions, each.receipt) for each in entered.ballots] == [
        (MOTION["title"], 1, None),
        (PUMP["title"], 2, None),
    ]
    first = go_on(voting, 0, code, entered)
    tracker = cast(voting, 0, code, first, [YES])
    second = go_on(voting, 1, code, entered)
    assert second.meeting is not None
    assert [each.receipt and each.receipt.tracker for each in second.meeting.ballots] == [tracker, None]
    cast(voting, 1, code, second, [YES, YES])
    again = enter(voting, 3)
    assert all(each.receipt for each in again.ballots)
    # Whoever comes to a booth by its own address is told of the other votes, too.
    meant = enter_booth(voting, 1, code, DIGITS[3]).meeting
    assert meant is not None
    assert [each.uuid for each in meant.ballots] == voting.elections
    for uuid in voting.elections:
        assert elections.turnout(voting.site, uuid).owners == 1


def test_who_votes_in_one_election_has_one_ballot(voting: Convention) -> None:
    entered = enter(voting, 1)
    assert [each.uuid for each in entered.ballots] == voting.elections[:1]
    assert refusal_of(lambda: go_on(voting, 1, voting.codes[1], entered)) is Refusal.CREDENTIAL_UNKNOWN


def test_a_neighbours_letter_is_asked_for_its_own_second_factor(voting: Convention) -> None:
    entered = enter(voting, 3)
    assert refusal_of(lambda: go_on(voting, 0, voting.codes[4], entered)) is Refusal.BOOTH_NOT_ENTERED
    assert refusal_of(lambda: go_on(voting, 0, generate(), entered)) is Refusal.CREDENTIAL_UNKNOWN
    # The signature is of one election and one challenge.
    asked = booth_entry(voting, 0, voting.codes[3])
    other = booth_entry(voting, 1, voting.codes[3])
    mixed = Shown("enter", other.public_credential, asked.challenge, other.proof, "")
    assert (
        refusal_of(
            lambda: booth.enter_next_booth(
                voting.site, voting.elections[1], mixed, voting.uuid, 3, entered.mark, voting.now
            )
        )
        is Refusal.CHALLENGE_INVALID
    )


@pytest.mark.both_databases
def test_five_wrong_tries_are_five_in_all_votes_together(voting: Convention) -> None:
    code = voting.codes[3]
    ways: list[Callable[[], object]] = [
        lambda: enter(voting, 3, "0000"),
        lambda: enter_booth(voting, 0, code, "0000"),
        lambda: enter_booth(voting, 1, code, "0000"),
    ]
    left = [refused_by(ways[count % 3]).context.get("left") for count in range(4)]
    assert left == [4, 3, 2, 1]
    assert refusal_of(ways[1]) is Refusal.SECOND_FACTOR_LOCKED
    for way in (*ways, lambda: enter(voting, 3), lambda: enter_booth(voting, 1, code, DIGITS[3])):
        assert refusal_of(way) is Refusal.SECOND_FACTOR_LOCKED
    # Told in each vote's log under its own number, and in the assembly's under the letter's.
    said = {
        chain: [
            entry.details for entry in log.entries(voting.site, chain) if entry.act.endswith("factor-locked")
        ]
        for chain in (*voting.elections, voting.uuid)
    }
    assert list(said.values()) == [[{"voter": 3}], [{"voter": 1}], [{"letter": 3}]]
    desk.unlock_voter(voting.site, voting.elections[1], 1, voting.actor, voting.now)
    assert enter(voting, 3).letter == 3
    # The right digits begin the count anew, and in every vote.
    refused_by(ways[0])
    enter_booth(voting, 0, code, DIGITS[3])
    assert refused_by(ways[2]).context["left"] == 4


@pytest.mark.both_databases
def test_wrong_tries_at_the_same_instant_are_all_counted(voting: Convention) -> None:
    code = voting.codes[3]
    asked = [booth_entry(voting, place, code, "0000") for place in (0, 1)]

    def attempt(count: int) -> int:
        shown = asked[count % 2]
        refused = refused_by(
            lambda: booth.enter_booth(
                voting.site,
                voting.elections[count % 2],
                shown.public_credential,
                shown.challenge,
                shown.proof,
                "0000",
                voting.now,
            )
        )
        return int(str(refused.context["left"]))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [1, 2, 3, 4]


# ---- the desk ----


def test_the_desk_acts_for_the_person_in_every_vote(voting: Convention) -> None:
    site, actor, now, (estate, pump) = voting.site, voting.actor, voting.now, voting.elections
    code = voting.codes[3]
    entered = enter(voting, 3)
    first = go_on(voting, 0, code, entered)
    desk.lock_voter(site, pump, 1, REASON, actor, now)
    assert refusal_of(lambda: enter(voting, 3)) is Refusal.CREDENTIAL_LOCKED
    assert refusal_of(lambda: go_on(voting, 0, code, entered)) is Refusal.CREDENTIAL_LOCKED
    assert refusal_of(lambda: cast(voting, 0, code, first, [YES])) is Refusal.CREDENTIAL_LOCKED
    assert [each.state for each in desk.roll(site, estate)][2] == "locked"
    assert assembly_letters.assembly_letters(site, voting.uuid)[2].state == "locked"
    digits = desk.reset_second_factor(site, estate, 3, REASON, actor, now)
    # Whoever was in with the old factor is out.
    assert refusal_of(lambda: go_on(voting, 1, code, entered)) is Refusal.BOOTH_NOT_ENTERED
    assert refusal_of(lambda: cast(voting, 0, code, first, [YES])) is Refusal.BOOTH_NOT_ENTERED
    assert refusal_of(lambda: enter(voting, 3)) is Refusal.SECOND_FACTOR_WRONG
    fresh = enter(voting, 3, digits)
    for place in (0, 1):
        cast(voting, place, code, go_on(voting, place, code, fresh), [YES] * (place + 1))
    acts = [entry.act for entry in log.entries(site, voting.uuid)]
    assert acts[-2:] == ["assembly-voter-locked", "assembly-second-factor-reset"]
    neighbour = [each.state for each in desk.roll(site, estate)]
    assert neighbour == ["issued"] * 5


def test_a_replaced_letter_is_refused_in_both_votes(issued: Convention) -> None:
    site, uuid, actor, now = issued.site, issued.uuid, issued.actor, issued.now
    old, file = issued.codes[3], issued.issued.credential_file

    def replace(
        letter: int = 3, reason: str = REASON, body: bytes = file, phrase: str = PASSPHRASE
    ) -> object:
        return assembly_letters.replace_assembly_letter(
            site, uuid, letter, reason, body, phrase, BASE_URL, actor, now
        )

    assert refusal_of(lambda: replace(letter=6)) is Refusal.LETTER_UNKNOWN
    assert refusal_of(lambda: replace(reason="短")) is Refusal.REASON_MISSING
    assert (
        refusal_of(lambda: replace(phrase="another passphrase")) is Refusal.CREDENTIAL_FILE_WRONG_PASSPHRASE
    )
    assert (
        refusal_of(
            lambda: credentials.replace_letter(
                site, issued.elections[1], 1, REASON, file, PASSPHRASE, BASE_URL, actor, now
            )
        )
        is Refusal.LETTERS_OF_ASSEMBLY
    )
    made = assembly_letters.replace_assembly_letter(
        site, uuid, 3, REASON, file, PASSPHRASE, BASE_URL, actor, now
    )
    assert refusal_of(replace) is Refusal.CREDENTIAL_FILE_OUTDATED
    fresh = open_credential_file(made.credential_file, PASSPHRASE, uuid)
    assert fresh[3] != old
    assert {**fresh, 3: old} == issued.codes
    ((number, link, *_rest),) = json.loads(made.letter)
    assert (number, link) == (3, f"{BASE_URL}/m/{uuid}#{fresh[3]}")
    issued.until("2026-05-25 20:00")
    assert issued.phases() == ["open", "open"]
    assert refusal_of(lambda: enter(issued, 3)) is Refusal.CREDENTIAL_REPLACED
    for place in (0, 1):
        assert (
            refusal_of(lambda place=place: enter_booth(issued, place, old, DIGITS[3]))
            is Refusal.CREDENTIAL_REPLACED
        )
    entered = enter(issued, 3, code=fresh[3])
    for place in (0, 1):
        cast(issued, place, fresh[3], go_on(issued, place, fresh[3], entered), [YES] * (place + 1))
    said = [
        log.entries(site, chain)[at].details
        for chain, at in ((issued.elections[0], -2), (issued.elections[1], -2))
    ]
    assert said == [{"voter": 3, "reason": REASON}, {"voter": 1, "reason": REASON}]
    assert refusal_of(replace) is Refusal.ELECTION_WRONG_PHASE


def test_the_same_letter_again_until_the_closing(voting: Convention) -> None:
    site, uuid, actor, file = voting.site, voting.uuid, voting.actor, voting.issued.credential_file

    def reprint(letter: int = 3) -> list[Any]:
        body = assembly_letters.reprint_assembly_letter(
            site, uuid, letter, file, PASSPHRASE, BASE_URL, actor, voting.now
        )
        found: list[Any] = json.loads(body)
        return found

    assert reprint() == [json.loads(voting.issued.letters)[2]]
    assert refusal_of(lambda: reprint(9)) is Refusal.LETTER_UNKNOWN
    assert (
        refusal_of(
            lambda: credentials.reprint_letter(
                site, voting.elections[0], 3, file, PASSPHRASE, BASE_URL, actor, voting.now
            )
        )
        is Refusal.LETTERS_OF_ASSEMBLY
    )
    voting.now = at("2026-05-31 00:00") - SECOND
    reprint()
    voting.now += SECOND
    assert refusal_of(reprint) is Refusal.ELECTION_CLOSED


# ---- before, after, and beside the vote ----


def test_the_door_before_and_after(two: Convention) -> None:
    site, uuid = two.site, two.uuid
    assert refusal_of(lambda: meeting.meeting(site, uuid, two.now)) is Refusal.ASSEMBLY_UNKNOWN
    two.issue()
    early = refused_by(lambda: meeting.meeting(site, uuid, two.now))
    assert (early.refusal, early.context) == (Refusal.NOT_YET_OPEN, {"opens_at": "2026-05-25 00:00"})
    two.until("2026-05-25 00:00")
    view = meeting.meeting(site, uuid, two.now)
    assert (list(view.elections), view.estate) == (two.elections, "金桥小区")
    assert refusal_of(lambda: meeting.meeting(site, uuid, at("2026-05-31 00:00"))) is Refusal.ELECTION_CLOSED
    two.until("2026-05-31 00:00")
    two.finish()
    assert refusal_of(lambda: meeting.meeting(site, uuid, two.now)) is Refusal.LINK_EXPIRED


def test_objecting_with_the_letter(issued: Convention) -> None:
    site, uuid = issued.site, issued.uuid
    issued.until("2026-05-25 20:00").until("2026-05-31 00:00")
    issued.finish()

    def file(digits: str, about: About = About.RESULT) -> int:
        challenge = objections.objection_challenge_by_letter(site, uuid, issued.now)
        code = issued.codes[3]
        asked = shown(site, uuid, LETTER_GROUP, code, digits, challenge, "objection")
        return objections.file_objection_by_letter(site, uuid, asked, about, "票数不对", issued.now)

    assert refusal_of(lambda: file("0000")) is Refusal.SECOND_FACTOR_WRONG
    assert refusal_of(lambda: file(DIGITS[3], About.ROLL)) is Refusal.OBJECTION_TOO_LATE
    assert file(DIGITS[3]) == 1
    (kept,) = objections.objections(site, uuid)
    assert (kept.filed_by, kept.election_uuid, kept.voter) == ("赵六（2-1-101）", issued.elections[0], 3)
    assert "赵六" not in "".join(str(entry.details) for entry in log.entries(site, uuid))
