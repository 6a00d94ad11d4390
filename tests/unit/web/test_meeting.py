"""One letter for all votes of a meeting: the organisers' pages of it, and what its page answers a phone."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.assembly import DIGITS, PASSPHRASE
from tests.conftest import Clock
from tests.conventions import MOTION, Convention, at
from tests.meetings import PUMP, announced
from tests.unit.web.conftest import Visitor
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.protocol.group import Group, group_named
from voting.services import booth, documents, elections
from voting.services.credential_file import open_credential_file
from voting.services.entry import LETTER_GROUP
from voting.services.site import Site
from voting.web.organiser_letters import KEPT, LETTERS, POSTER

pytestmark = pytest.mark.usefixtures("recorded_letters")


@pytest.fixture
def two(site: Site, clock: Clock) -> Convention:
    """Both votes announced; the clock is the convention's."""
    made = announced(Convention(site), pump_group="Ed25519")
    clock.now = made.now
    return made


def moved(made: Convention, clock: Clock, text: str) -> Convention:
    made.until(text)
    clock.now = made.now
    return made


def zipped(answer: TestResponse) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ---- organisers ----


def test_letters_are_made_once_for_the_whole_meeting(two: Convention, organiser: Visitor) -> None:
    meeting = f"/organise/assemblies/{two.uuid}"
    address = f"{meeting}/letters"
    assert f'href="{address}"' in organiser.get(meeting).text  # the one next step
    page = organiser.get(address)
    assert MOTION["title"] in page.text
    assert PUMP["title"] in page.text
    # An election's own page leads there, and makes none.
    own = organiser.get(f"/organise/elections/{two.elections[0]}")
    assert f'href="{address}"' in own.text
    refused = organiser.get(f"/organise/elections/{two.elections[0]}/letters")
    assert refused.status_code == 400
    differ = {"passphrase": PASSPHRASE, "again": "something else"}
    assert organiser.post(address, differ).status_code == 400
    made = organiser.post(address, {"passphrase": PASSPHRASE, "again": PASSPHRASE, "help": "找王主任"})
    files = zipped(made)
    assert set(files) == {LETTERS, POSTER, KEPT}
    assert len(json.loads(files[LETTERS])) == 5
    assert open_credential_file(files[KEPT], PASSPHRASE, two.uuid).keys() == {1, 2, 3, 4, 5}
    again = organiser.post(address, {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert again.status_code == 400
    listed = organiser.get(address)
    assert listed.text.count("不在范围里") == 2
    found = organiser.get(f"{address}?q=2-1-301")
    assert "周八" in found.text
    assert "赵六" not in found.text
    told = organiser.get(meeting).text
    assert "冻结各项表决的名册，制作 5 封选票信，一封管全部表决。" in told


def test_no_form_before_the_notice(site: Site, clock: Clock, organiser: Visitor) -> None:
    made = Convention(site)
    clock.now = made.now
    made.plan()
    made.add(MOTION)
    made.publish_roll()
    assert organiser.get(f"/organise/assemblies/{made.uuid}/letters").status_code == 400
    assert organiser.get(f"/organise/assemblies/{made.uuid}/letters/withdraw").status_code == 400


def test_withdrawn_with_a_reason_and_only_before_the_vote(
    two: Convention, organiser: Visitor, clock: Clock
) -> None:
    two.issue()
    address = f"/organise/assemblies/{two.uuid}/letters/withdraw"
    assert "全部作废" in organiser.get(address).text
    assert organiser.post(address, {"reason": "短"}).status_code == 400
    organiser.post(address, {"reason": "题目印错了"})
    assert [elections.election(two.site, uuid).issued_at for uuid in two.elections] == [None, None]
    two.issue()
    moved(two, clock, "2026-05-25 00:00")
    assert organiser.get(address).status_code == 400


def test_one_desk_for_all_votes(two: Convention, organiser: Visitor) -> None:
    two.issue()
    estate, pump = two.elections
    address = f"/organise/elections/{pump}/roll/1"
    page = organiser.get(address).text
    assert "第 3 号信：赵六" in page
    assert f"《{MOTION['title']}》" in page
    assert "对这封信管的各项表决一起有效" in page

    def kept(act: str, **more: str) -> TestResponse:
        file = (io.BytesIO(two.issued.credential_file), "kept.votecodes")
        form = {"act": act, "passphrase": PASSPHRASE, "credential_file": file, **more}
        return organiser.post(address, form, content_type="multipart/form-data")

    printed = json.loads(kept("reprint").data)
    assert [each[0] for each in printed] == [3]
    organiser.post(address, {"act": "lock", "reason": "信被人拿走了"})
    assert "挂失锁定" in organiser.get(f"/organise/elections/{estate}/roll/3").text
    reset = organiser.post(f"/organise/elections/{estate}/roll/3", {"act": "reset", "reason": "当面核对过了"})
    assert re.search(r'class="code-shown">\d{6}<', reset.text)
    assert "正常" in organiser.get(address).text
    files = zipped(kept("replace", reason="旧信找不到了"))
    fresh = open_credential_file(files[KEPT], PASSPHRASE, two.uuid)
    assert fresh[3] != two.codes[3]
    # The old file is outdated for whoever prints from it now.
    outdated = kept("reprint")
    assert outdated.status_code == 400
    told = organiser.get(f"/organise/assemblies/{two.uuid}").text
    for sentence in ("给 3 号换发新信", "3 号挂失锁定", "3 号当面核对", "重新打印 3 号的信"):
        assert sentence in told


# ---- the phone ----


class Phone:
    """A browser that signs as the page's worker does."""

    def __init__(self, made: Convention, visitor: Visitor) -> None:
        self.made, self.visitor = made, visitor
        visitor.get("/")

    def post(self, address: str, **given: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.visitor.token}
        return self.visitor.client.post(address, json=given, headers=headers)

    def signed(self, address: str, uuid: str, group: Group, code: str, **more: Any) -> TestResponse:
        challenge = self.post(f"{address}/challenge").get_json()["challenge"]
        proof = sign_message(group, secret_exponent(group, uuid, code), f"enter|{uuid}|{challenge}")
        return self.post(
            f"{address}/enter",
            public_credential=public_credential(group, uuid, code),
            challenge=challenge,
            proof={"challenge": proof.challenge, "response": proof.response},
            **more,
        )

    def enter(self, letter: int, digits: str | None = None) -> TestResponse:
        uuid, typed = self.made.uuid, DIGITS[letter] if digits is None else digits
        return self.signed(f"/m/{uuid}", uuid, LETTER_GROUP, self.made.codes[letter], digits=typed)

    def booth(self, place: int, letter: int, **more: Any) -> TestResponse:
        uuid = self.made.elections[place]
        group = group_named(elections.election(self.made.site, uuid).group)
        return self.signed(f"/v/{uuid}", uuid, group, self.made.codes[letter], **more)


@pytest.fixture
def voting(two: Convention, clock: Clock) -> Convention:
    return moved(two.issue(), clock, "2026-05-25 20:00")


@pytest.fixture
def phone(voting: Convention, visitor: Callable[[], Visitor]) -> Callable[[], Phone]:
    return lambda: Phone(voting, visitor())


def refusal(answer: TestResponse) -> str:
    return str(answer.get_json()["refusal"])


def test_the_pass_opens_the_holders_booths_and_no_others(
    voting: Convention, phone: Callable[[], Phone]
) -> None:
    mine = phone()
    entered = mine.enter(3).get_json()
    assert entered["name"] == "赵*"
    facts = [(each["title"], each["facts"], each["open"], each["receipt"]) for each in entered["ballots"]]
    assert facts == [
        (MOTION["title"], "1 道题，投到 2026年5月31日 00:00 为止", True, None),
        (PUMP["title"], "2 道题，投到 2026年5月31日 00:00 为止", True, None),
    ]
    assert refusal(mine.booth(0, 3, digits="", **{"pass": "guessed"})) == "booth-not-entered"
    assert refusal(mine.booth(0, 4, digits="", **{"pass": entered["pass"]})) == "booth-not-entered"
    first = mine.booth(0, 3, digits="", **{"pass": entered["pass"]}).get_json()
    # Each booth gives a new pass for the next one, and the last one is void.
    assert refusal(mine.booth(1, 3, digits="", **{"pass": entered["pass"]})) == "booth-not-entered"
    second = mine.booth(1, 3, digits="", **{"pass": first["meeting"]["pass"]}).get_json()
    # In another browser it opens nothing, and after leaving it does not either.
    given = second["meeting"]["pass"]
    assert refusal(phone().booth(0, 3, digits="", **{"pass": given})) == "booth-not-entered"
    mine.post(f"/v/{voting.elections[1]}/leave")
    assert refusal(mine.booth(0, 3, digits="", **{"pass": given})) == "booth-not-entered"
    assert refusal(mine.booth(0, 3, digits="")) == "second-factor-wrong"


def test_whoever_enters_next_puts_the_last_one_out(voting: Convention, phone: Callable[[], Phone]) -> None:
    shared = phone()
    before = shared.enter(3).get_json()["pass"]
    booth_of_theirs = shared.booth(0, 3, digits="", **{"pass": before})
    assert booth_of_theirs.status_code == 200
    shared.enter(4)
    assert refusal(shared.booth(0, 3, digits="", **{"pass": before})) == "booth-not-entered"
    sent = shared.visitor.client.post(
        f"/v/{voting.elections[0]}/ballot", data=b"{}", headers={"X-CSRFToken": shared.visitor.token}
    )
    assert sent.status_code == 403


def test_before_and_after_the_vote(
    two: Convention, stranger: Visitor, organiser: Visitor, clock: Clock
) -> None:
    door = f"/m/{two.uuid}"
    assert stranger.get(door).status_code == 404
    two.issue()
    early = stranger.get(door)
    assert early.status_code == 409
    assert "2026年5月25日 00:00" in early.text
    assert f'href="/a/{two.uuid}"' in early.text
    moved(two, clock, "2026-05-25 20:00")
    assert stranger.get(door).status_code == 200
    public = stranger.get(f"/a/{two.uuid}").text
    assert f'href="{door}"' in public
    moved(two, clock, "2026-05-31 00:00")
    two.finish()
    late = stranger.get(door)
    assert f'href="/m/{two.uuid}/objection"' in late.text
    for uuid in two.elections:
        assert f'href="/v/{uuid}/opened"' in late.text
    objection = stranger.get(f"/m/{two.uuid}/objection")
    assert LETTER_GROUP.name in objection.text
    assert f'href="/m/{two.uuid}/objection"' in stranger.get(f"/a/{two.uuid}").text


def test_a_meeting_with_one_vote_is_its_booth(site: Site, clock: Clock, stranger: Visitor) -> None:
    made = Convention(site).noticed().issue()
    moved(made, clock, "2026-05-25 20:00")
    page = stranger.get(f"/m/{made.uuid}")
    assert 'id="booth"' in page.text
    assert f'"/v/{made.elections[0]}/enter"' in page.text


def test_no_code_in_what_a_page_says(voting: Convention, stranger: Visitor) -> None:
    pages = [stranger.get(address).text for address in (f"/m/{voting.uuid}", f"/a/{voting.uuid}", "/")]
    for code in voting.codes.values():
        assert not any(code in page for page in pages)
    assert not any(name in page for page in pages for name in ("赵六", "孙七"))


# ---- the estate's clocks ----


def test_every_page_of_an_election_shows_its_estates_time(
    site: Site, clock: Clock, organiser: Visitor, stranger: Visitor
) -> None:
    there = announced(Convention(site), "Asia/Urumqi", "Ed25519", midnight="02:00")
    clock.now = there.now
    said = "2026年5月25日 00:00"
    election = f"/organise/elections/{there.elections[0]}"
    for address in (election, f"/organise/assemblies/{there.uuid}", "/organise"):
        assert said in organiser.get(address).text, address
        assert "2026年5月25日 02:00" not in organiser.get(address).text, address
    there.issue()
    closed = (f"/m/{there.uuid}", f"/v/{there.elections[1]}")
    for address in (f"/e/{there.elections[0]}", f"/a/{there.uuid}", "/", *closed):
        assert said in stranger.get(address).text, address
    facts = documents.facts_of(site, there.elections[0], "https://vote.example/e/x")
    assert facts.window.startswith(said)
    moved(there, clock, "2026-05-25 20:00")
    assert '"zone": "Asia/Urumqi"' in stranger.get(f"/e/{there.elections[0]}/check").text
    assert booth.booth(site, there.elections[0], there.now).opens_at == at("2026-05-25 02:00")


def test_without_an_assembly_it_is_the_legal_time(site: Site, clock: Clock, stranger: Visitor) -> None:
    made = Convention(site)
    clock.now = made.now
    made.plan(zone="Asia/Urumqi")
    uuid = elections.create_election(
        site, made.estate_id, MOTION, at("2026-05-25 09:00"), at("2026-05-26 09:00"), made.actor, made.now
    )
    assert elections.election(site, uuid).zone == "Asia/Shanghai"
    assert documents.facts_of(site, uuid, "https://vote.example/e/x").window.startswith("2026年5月25日 09:00")
