"""Letters and the desk: issue, withdraw, replace, reprint, lock, reset, unlock; each by name when refused."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.assembly import AREAS, BASE_URL, PASSPHRASE, Assembly, register_csv
from tests.refusals import refusal_of
from voting.errors import Refusal, Refused
from voting.protocol.credentials import parse_typed, printed
from voting.services import credentials, elections, registers
from voting.services.credential_file import open_credential_file
from voting.services.log import entries

pytestmark = pytest.mark.either_database

REASON = "信件遗失了"


def issue(assembly: Assembly, passphrase: str = PASSPHRASE) -> credentials.Issued:
    return credentials.issue_credentials(
        assembly.site, assembly.uuid, passphrase, BASE_URL, assembly.actor, assembly.now
    )


def replace(assembly: Assembly, voter: int, file: bytes | None = None, reason: str = REASON) -> object:
    return credentials.replace_letter(
        assembly.site,
        assembly.uuid,
        voter,
        reason,
        assembly.issued.credential_file if file is None else file,
        PASSPHRASE,
        BASE_URL,
        assembly.actor,
        assembly.now,
    )


def reprint(assembly: Assembly, voter: int, file: bytes | None = None, now=None) -> bytes:
    return credentials.reprint_letter(
        assembly.site,
        assembly.uuid,
        voter,
        assembly.issued.credential_file if file is None else file,
        PASSPHRASE,
        BASE_URL,
        assembly.actor,
        now or assembly.voting,
    )


def lock(assembly: Assembly, voter: int, now=None) -> None:
    credentials.lock_voter(
        assembly.site, assembly.uuid, voter, REASON, assembly.actor, now or assembly.voting
    )


def reset(assembly: Assembly, voter: int, now=None) -> str:
    return credentials.reset_second_factor(
        assembly.site, assembly.uuid, voter, "换了手机号", assembly.actor, now or assembly.voting
    )


def unlock(assembly: Assembly, voter: int, now=None) -> None:
    credentials.unlock_voter(assembly.site, assembly.uuid, voter, assembly.actor, now or assembly.voting)


def state(assembly: Assembly, voter: int) -> str:
    return credentials.roll(assembly.site, assembly.uuid)[voter - 1].state


@pytest.mark.both_databases
def test_every_voter_gets_a_letter_of_their_own(assembly: Assembly) -> None:
    assembly.draft()
    seen: list[tuple[int, int]] = []
    issued = credentials.issue_credentials(
        assembly.site,
        assembly.uuid,
        PASSPHRASE,
        BASE_URL,
        assembly.actor,
        assembly.now,
        lambda done, total: seen.append((done, total)),
    )
    private = open_credential_file(issued.credential_file, PASSPHRASE, assembly.uuid)
    letters = json.loads(issued.letters)
    assert [voter for voter, *_ in letters] == [1, 2, 3, 4, 5]
    for voter, link, code, _units, area_m2 in letters:
        assert link == f"{BASE_URL}/v/{assembly.uuid}#{private[voter]}"
        assert code == printed(private[voter])
        assert parse_typed(code) == private[voter]
        assert area_m2 == f"{AREAS[voter] / 100:.2f}"
    assert len(set(private.values())) == 5
    assert issued.poster.decode() == f"{BASE_URL}/e/{assembly.uuid}"
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_the_roll_is_frozen_with_the_letters(assembly: Assembly) -> None:
    assembly.issue()
    registers.import_register(
        assembly.site,
        assembly.estate_id,
        "later.csv",
        register_csv("9-9-901,吴九,,13800002222,50.00,住宅,测绘"),
        None,
        assembly.actor,
        assembly.now,
    )
    roll = credentials.roll(assembly.site, assembly.uuid)
    assert [(entry.number, entry.name, entry.area_dm2) for entry in roll] == [
        (1, "张三", 15050),
        (2, "李四、王五", 9025),
        (3, "赵六", 7000),
        (4, "孙七", 8862),
        (5, "周八", 10001),
    ]
    assert roll[0].units == ("1-1-101", "1-1-102")
    assert {entry.state for entry in roll} == {"issued"}
    assert not any(entry.has_voted for entry in roll)
    view = elections.election(assembly.site, assembly.uuid)
    assert (view.electorate_owners, view.electorate_area_dm2) == (5, sum(AREAS.values()))


def test_a_short_passphrase_and_a_second_issue(assembly: Assembly) -> None:
    assembly.draft()
    assert refusal_of(lambda: issue(assembly, "11 letters.")) is Refusal.PASSPHRASE_TOO_SHORT
    issue(assembly)
    assert refusal_of(lambda: issue(assembly)) is Refusal.CREDENTIALS_ALREADY_ISSUED


def test_no_letters_without_a_register_or_for_nobody(assembly: Assembly) -> None:
    assembly.draft()
    site, actor, now = assembly.site, assembly.actor, assembly.now
    other = registers.create_estate(site, "空小区", actor, now)
    agenda = {**assembly.agenda, "estate": "空小区"}
    uuid = elections.create_election(site, other, agenda, assembly.opens_at, assembly.closes_at, actor, now)

    def issue_other(issued_at=now) -> object:
        return credentials.issue_credentials(site, uuid, PASSPHRASE, BASE_URL, actor, issued_at)

    assert refusal_of(issue_other) is Refusal.REGISTER_MISSING
    registers.import_register(
        site, other, "r.csv", register_csv("车位-1,张三,,13800005678,12.50,车位,测绘"), None, actor, now
    )
    assert refusal_of(issue_other) is Refusal.ROLL_EMPTY
    assert refusal_of(lambda: issue_other(assembly.closes_at)) is Refusal.WINDOW_OVER
    assert credentials.roll(site, uuid) == []


def test_a_failure_while_drawing_letters_stores_nothing(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_args: object) -> bytes:
        raise Refused(Refusal.ELEMENT_IDENTITY)

    assembly.draft()
    with monkeypatch.context() as patch:
        patch.setattr(credentials, "letters_pdf", torn)
        assert refusal_of(lambda: issue(assembly)) is Refusal.ELEMENT_IDENTITY
    assert credentials.roll(assembly.site, assembly.uuid) == []
    assert elections.election(assembly.site, assembly.uuid).issued_at is None
    issue(assembly)


def test_withdrawn_letters_are_void_and_the_draft_can_be_edited_again(assembly: Assembly) -> None:
    assembly.issue()
    old = dict(assembly.private)

    def withdraw(reason: str = "候选人名单有误") -> None:
        credentials.withdraw_credentials(assembly.site, assembly.uuid, reason, assembly.actor, assembly.now)

    def edit() -> None:
        elections.edit_election(
            assembly.site,
            assembly.uuid,
            {**assembly.agenda, "title": "改过的题目"},
            assembly.opens_at,
            assembly.closes_at,
            assembly.actor,
            assembly.now,
        )

    assert refusal_of(edit) is Refusal.CREDENTIALS_ALREADY_ISSUED
    assert refusal_of(lambda: withdraw("四个字 ")) is Refusal.REASON_MISSING
    withdraw()
    assert refusal_of(withdraw) is Refusal.CREDENTIALS_NOT_ISSUED
    edit()
    assembly.issued = issue(assembly)
    assembly.private = open_credential_file(assembly.issued.credential_file, PASSPHRASE)
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    assert refusal_of(lambda: assembly.enter(1, credential=old[1])) is Refusal.CREDENTIAL_REPLACED
    assert assembly.enter(1).voter == 1
    acts = [entry.act for entry in entries(assembly.site, assembly.uuid)]
    assert acts == [
        "election-created",
        "letters-issued",
        "letters-withdrawn",
        "election-edited",
        "letters-issued",
        "election-opened",
    ]


def test_a_replaced_letter_is_void_by_name_and_the_new_one_works(assembly: Assembly) -> None:
    assembly.issue()
    old = assembly.private[3]
    replaced = replace(assembly, 3)
    private = open_credential_file(replaced.credential_file, PASSPHRASE, assembly.uuid)
    assert {voter for voter in private if private[voter] != assembly.private[voter]} == {3}
    ((voter, link, *_),) = json.loads(replaced.letter)
    assert (voter, link.partition("#")[2]) == (3, private[3])
    assembly.private = private
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    assert refusal_of(lambda: assembly.enter(3, credential=old)) is Refusal.CREDENTIAL_REPLACED
    assert assembly.enter(3).voter == 3
    assembly.cast(3)


def test_the_old_file_is_outdated_after_a_replacement(assembly: Assembly) -> None:
    assembly.issue()
    old = assembly.issued.credential_file
    replaced = replace(assembly, 3)
    assert refusal_of(lambda: replace(assembly, 4, old)) is Refusal.CREDENTIAL_FILE_OUTDATED
    assert refusal_of(lambda: reprint(assembly, 3, old)) is Refusal.CREDENTIAL_FILE_OUTDATED
    assert reprint(assembly, 3, replaced.credential_file) == replaced.letter
    replace(assembly, 4, replaced.credential_file)


def test_replacing_is_refused_by_name(assembly: Assembly) -> None:
    assembly.draft()
    assembly.issued = credentials.Issued(b"", b"", b"")
    assert refusal_of(lambda: replace(assembly, 1)) is Refusal.CREDENTIALS_NOT_ISSUED
    assembly.issued = issue(assembly)
    assert refusal_of(lambda: replace(assembly, 6)) is Refusal.VOTER_UNKNOWN
    assert refusal_of(lambda: replace(assembly, 1, reason="  ")) is Refusal.REASON_MISSING
    assert refusal_of(lambda: replace(assembly, 1, b"{}")) is Refusal.CREDENTIAL_FILE_DAMAGED
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    assert refusal_of(lambda: replace(assembly, 1)) is Refusal.ELECTION_WRONG_PHASE


def test_a_lost_letter_is_printed_again_until_the_closing_time(assembly: Assembly) -> None:
    assembly.open()
    last = assembly.closes_at - timedelta(seconds=1)
    ((voter, link, *_),) = json.loads(reprint(assembly, 2, now=last))
    assert (voter, link) == (2, f"{BASE_URL}/v/{assembly.uuid}#{assembly.private[2]}")
    assert refusal_of(lambda: reprint(assembly, 2, now=assembly.closes_at)) is Refusal.ELECTION_CLOSED
    assert refusal_of(lambda: reprint(assembly, 0)) is Refusal.VOTER_UNKNOWN
    assembly.close()
    assert refusal_of(lambda: reprint(assembly, 2)) is Refusal.ELECTION_WRONG_PHASE


def test_a_stolen_letter_is_locked_until_the_desk_has_seen_the_voter(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    lock(assembly, 1)
    assert state(assembly, 1) == "locked"
    assert refusal_of(lambda: assembly.enter(1)) is Refusal.CREDENTIAL_LOCKED
    from voting.services.booth import cast_ballot

    # A booth that was entered before the lock does not get a ballot in, either.
    refused = refusal_of(lambda: cast_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting))
    assert refused is Refusal.CREDENTIAL_LOCKED
    unlock(assembly, 1)
    assert state(assembly, 1) == "locked"
    code = reset(assembly, 1)
    assert state(assembly, 1) == "issued"
    assert len(code) == 6
    assert code.isdigit()
    assert refusal_of(lambda: assembly.enter(1)) is Refusal.SECOND_FACTOR_WRONG
    assert assembly.enter(1, digits=code).voter == 1
    assembly.cast(1)
    acts = [(entry.act, entry.details.get("voter")) for entry in entries(assembly.site, assembly.uuid)]
    assert acts[-3:] == [("voter-locked", 1), ("voter-unlocked", 1), ("second-factor-reset", 1)]
    assert code not in str(entries(assembly.site, assembly.uuid)[-1])


def test_a_voter_without_any_number_gets_a_code_at_the_desk(assembly: Assembly) -> None:
    assembly.open()
    for _ in range(6):
        assert refusal_of(lambda: assembly.enter(5, digits="1234")) is Refusal.SECOND_FACTOR_MISSING
    assert assembly.enter(5, digits=reset(assembly, 5)).voter == 5


@pytest.mark.parametrize("act", [lock, reset, unlock])
def test_the_desk_closes_with_the_ballots(assembly: Assembly, act: Callable) -> None:
    assembly.draft()
    assert refusal_of(lambda: act(assembly, 1)) is Refusal.CREDENTIALS_NOT_ISSUED
    assembly.issued = issue(assembly)
    act(assembly, 1, assembly.now)
    assert refusal_of(lambda: act(assembly, 6)) is Refusal.VOTER_UNKNOWN
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    act(assembly, 1, assembly.closes_at - timedelta(seconds=1))
    assert refusal_of(lambda: act(assembly, 1, assembly.closes_at)) is Refusal.ELECTION_CLOSED
    assembly.close()
    assert refusal_of(lambda: act(assembly, 1)) is Refusal.ELECTION_WRONG_PHASE


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("换号了，新的是13800001111", "换号了，新的是…"),
        ("新手机 138 0000 1111，旧的停用", "新手机 …，旧的停用"),
        ("证件 11010119700101002X 已核对", "证件 … 已核对"),
        ("证件１１０１０１１９７００１０１００２Ｘ已核对", "证件…已核对"),
        ("2026-05-01 16:00 在服务点核对", "2026-05-01 16:00 在服务点核对"),
        ("座机 87001111 打不通", "座机 87001111 打不通"),
    ],
)
def test_a_reason_is_logged_without_the_numbers_of_a_person(
    assembly: Assembly, written: str, logged: str
) -> None:
    """The log leaves with every export."""
    assembly.issue()
    credentials.lock_voter(assembly.site, assembly.uuid, 1, written, assembly.actor, assembly.voting)
    assert entries(assembly.site, assembly.uuid)[-1].details["reason"] == logged
