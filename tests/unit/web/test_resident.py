"""The booth's requests: who may make them, what they refuse, and what they never say."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.booth_estate import BASE_URL, BoothEstate
from voting.protocol.ballot import encrypt_ballot, tracker
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.protocol.election import decode_election
from voting.protocol.group import BELENIOS_2048
from voting.services.booth import booth
from voting.services.booth import receipt as booth_receipt
from voting.services.conduct import close_election, count_election, publish_election
from voting.services.credentials import lock_voter, reset_second_factor
from voting.services.receipts import read_linked, receipt_signature_valid
from voting.web.app import create_app

CHOICES = [[1, 0, 0], [0, 1, 0], [1, 1, 0, 0, 0, 0, 0]]


class Phone:
    """A resident's browser, without the browser: it signs, seals and sends as the booth does."""

    def __init__(self, estate: BoothEstate, client: FlaskClient, name: str = "赵国强") -> None:
        self.estate = estate
        self.client = client
        self.code = estate.codes[name]
        page = client.get(f"/v/{estate.uuid}")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found is not None, page.text
        self.headers = {"X-CSRFToken": found[1]}

    def post(self, act: str, **given: Any) -> TestResponse:
        return self.client.post(f"/v/{self.estate.uuid}/{act}", headers=self.headers, **given)

    def enter(self, digits: str = "0201", **changes: Any) -> TestResponse:
        uuid = self.estate.uuid
        challenge = self.post("challenge", json={}).json["challenge"]
        secret = secret_exponent(BELENIOS_2048, uuid, self.code)
        proof = sign_message(BELENIOS_2048, secret, f"enter|{uuid}|{challenge}")
        entry = {
            "public_credential": public_credential(BELENIOS_2048, uuid, self.code),
            "challenge": challenge,
            "proof": {"challenge": proof.challenge, "response": proof.response},
            "digits": digits,
        }
        return self.post("enter", json=entry | changes)

    def seal(self, code: str | None = None) -> bytes:
        view = booth(self.estate.site, self.estate.uuid, self.estate.clock())
        return encrypt_ballot(decode_election(view.election_json.encode()), code or self.code, CHOICES)

    def cast(self, body: bytes) -> TestResponse:
        return self.post("ballot", data=body, content_type="application/octet-stream")


@pytest.fixture
def estate(open_booth: BoothEstate, tmp_path: Path) -> Iterator[BoothEstate]:
    made = open_booth.copy(tmp_path / "booth.db")
    yield made
    made.site.store.close()


@pytest.fixture
def client(estate: BoothEstate) -> Iterator[FlaskClient]:
    app = create_app(estate.site, clock=estate.clock, base_url=BASE_URL)
    with app.test_client() as client:
        yield client


@pytest.fixture
def phone(estate: BoothEstate, client: FlaskClient) -> Phone:
    return Phone(estate, client)


def refusal(response: TestResponse) -> str:
    answer = response.get_json()
    assert set(answer) == {"refusal", "sentence"}
    assert answer["sentence"]
    return str(answer["refusal"])


def test_the_page_holds_everything_and_nobody(estate: BoothEstate, client: FlaskClient) -> None:
    page = client.get(f"/v/{estate.uuid}")
    assert page.status_code == 200
    found = re.search(r'<script type="application/json" id="booth">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    script = json.loads(found[1])
    view = booth(estate.site, estate.uuid, estate.clock())
    assert script["election"] == view.election_json  # to the byte: ballots are bound to its hash
    assert script["at_most"] == [None, None, 5]
    for name in estate.codes:
        assert name not in page.text
    assert "checked" not in page.text  # nothing is chosen beforehand


def test_the_page_says_what_stays_secret_before_anyone_votes(
    estate: BoothEstate, client: FlaskClient
) -> None:
    assert "<strong>记名保密</strong>：只公布合计" in client.get(f"/v/{estate.uuid}").text


def test_nothing_is_kept_or_told_elsewhere(estate: BoothEstate, phone: Phone) -> None:
    answers = [phone.client.get(f"/v/{estate.uuid}"), phone.post("challenge", json={}), phone.enter("9999")]
    for answer in [*answers, phone.enter(), phone.cast(phone.seal()), phone.post("leave")]:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src" not in answer.headers["Content-Security-Policy"]  # 'self' holds for scripts, too
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_whole_vote(estate: BoothEstate, phone: Phone) -> None:
    entered = phone.enter()
    assert entered.json == {
        "name": "赵*强",
        "units": ["1栋1单元201"],
        "receipt": None,
        "may_vote": True,
    }
    body = phone.seal()
    receipt = phone.cast(body).json
    assert receipt["tracker"] == tracker(body)
    assert receipt["height"] == 1
    assert receipt["shown_time"] == "2026年11月20日 09:00"
    assert receipt["qr"].startswith("data:image/svg+xml;base64,")
    address, _, fragment = receipt["check"].partition("#receipt=")
    assert address == f"{BASE_URL}/e/{estate.uuid}/check"
    promised = read_linked(estate.uuid, fragment)
    assert promised == booth_receipt(estate.site, estate.uuid, receipt["tracker"])
    assert receipt_signature_valid(estate.site.keys.receipt_key_hex, promised)
    # Sent twice: the same receipt, and one ballot.
    assert phone.cast(body).json == receipt
    assert refusal(phone.cast(phone.seal())) == "already-voted"
    # Entering again shows it.
    assert phone.enter().json["receipt"] == receipt


def test_the_session_is_one_voter_of_one_election_and_ends(estate: BoothEstate, phone: Phone) -> None:
    body = phone.seal()
    assert refusal(phone.cast(body)) == "booth-not-entered"
    phone.enter()
    with phone.client.session_transaction() as session:
        assert (session["booth"]["uuid"], session["booth"]["voter"]) == (
            estate.uuid,
            estate.numbers["赵国强"],
        )
    assert phone.post("leave").status_code == 204
    assert refusal(phone.cast(body)) == "booth-not-entered"


def test_a_ballot_of_somebody_else(estate: BoothEstate, phone: Phone) -> None:
    phone.enter()
    assert refusal(phone.cast(phone.seal(estate.codes["孙丽"]))) == "credential-not-yours"


def test_five_tries(estate: BoothEstate, phone: Phone) -> None:
    for left in (4, 3, 2, 1):
        answer = phone.enter("9999")
        assert refusal(answer) == "second-factor-wrong"
        assert str(left) in answer.json["sentence"]
    assert refusal(phone.enter("9999")) == "second-factor-locked"
    assert refusal(phone.enter("0201")) == "second-factor-locked"


def test_a_code_from_the_desk(estate: BoothEstate, phone: Phone) -> None:
    number = estate.numbers["赵国强"]
    lock_voter(estate.site, estate.uuid, number, "信被人拿走了", estate.actor, estate.clock())
    assert refusal(phone.enter()) == "credential-locked"
    code = reset_second_factor(
        estate.site, estate.uuid, number, "本人带证件来过", estate.actor, estate.clock()
    )
    assert refusal(phone.enter()) == "second-factor-wrong"
    assert phone.enter(code).status_code == 200


def test_whoever_came_in_before_the_desk_gave_a_new_code_is_out(estate: BoothEstate, phone: Phone) -> None:
    number = estate.numbers["赵国强"]
    assert phone.enter().status_code == 200  # a thief of the letter who knew the digits
    lock_voter(estate.site, estate.uuid, number, "信被人拿走了", estate.actor, estate.clock())
    assert refusal(phone.cast(phone.seal())) == "credential-locked"
    code = reset_second_factor(
        estate.site, estate.uuid, number, "本人带证件来过", estate.actor, estate.clock()
    )
    assert refusal(phone.cast(phone.seal())) == "booth-not-entered"
    phone.enter(code)
    assert phone.cast(phone.seal()).status_code == 200


def test_a_neighbours_ballot_in_the_session_of_one_who_has_voted(estate: BoothEstate, phone: Phone) -> None:
    phone.enter()
    assert phone.cast(phone.seal()).status_code == 200
    # Their page would otherwise say that they had voted, and their sealed ballot would be dropped.
    assert refusal(phone.cast(phone.seal(estate.codes["孙丽"]))) == "credential-not-yours"


def test_a_letter_that_was_replaced(estate: BoothEstate, phone: Phone) -> None:
    phone.code = estate.voided
    assert refusal(phone.enter("0302")) == "credential-replaced"


def test_a_code_of_nobody(estate: BoothEstate, phone: Phone) -> None:
    phone.code = "11111-111111-11111-111111"
    assert refusal(phone.enter()) == "credential-unknown"


def test_a_proof_by_somebody_else(estate: BoothEstate, phone: Phone) -> None:
    other = public_credential(BELENIOS_2048, estate.uuid, estate.codes["孙丽"])
    assert refusal(phone.enter("0202", public_credential=other)) == "message-proof-invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"digits": 201},
        {"proof": None},
        {"proof": {"challenge": "1"}},
        {"proof": {"challenge": 1, "response": "1"}},
        {"public_credential": None},
        {"challenge": []},
    ],
    ids=str,
)
def test_entries_that_cannot_be_read(phone: Phone, change: dict[str, Any]) -> None:
    assert refusal(phone.enter(**change)) == "request-unreadable"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"text"'])
def test_entries_that_are_no_object(phone: Phone, body: bytes) -> None:
    answer = phone.post("enter", data=body, content_type="application/json")
    assert refusal(answer) == "request-unreadable"


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff\xfe", b"[" * 50_000])
def test_ballots_that_cannot_be_read(phone: Phone, body: bytes) -> None:
    phone.enter()
    assert refusal(phone.cast(body)) in {"json-malformed", "json-not-canonical"}


def test_a_body_that_is_too_large(phone: Phone) -> None:
    phone.enter()
    answer = phone.cast(b"x" * (160 * 1024 + 1))
    assert answer.status_code == 413
    assert refusal(answer) == "request-too-large"


def test_without_a_token_nothing_happens(estate: BoothEstate, phone: Phone) -> None:
    phone.headers = {"Accept": "application/json"}
    for act in ("challenge", "enter", "ballot", "leave"):
        answer = phone.post(act, data=b"")
        assert answer.status_code in (400, 403)
        assert refusal(answer) in {"form-expired", "booth-not-entered"}


def close(estate: BoothEstate) -> None:
    estate.clock.now += timedelta(days=10)
    close_election(estate.site, estate.uuid, estate.actor, estate.clock())


def publish(estate: BoothEstate) -> None:
    close(estate)
    count_election(estate.site, estate.uuid, estate.actor, estate.clock())
    publish_election(estate.site, estate.uuid, estate.actor, estate.clock())


@pytest.mark.parametrize(
    ("change", "name", "status", "title"),
    [(close, "election-closed", 409, "投票已经截止"), (publish, "link-expired", 410, "这次投票已经结束")],
)
def test_after_the_vote(
    estate: BoothEstate,
    phone: Phone,
    change: Callable[[BoothEstate], None],
    name: str,
    status: int,
    title: str,
) -> None:
    phone.enter()
    body = phone.seal()
    change(estate)
    page = phone.client.get(f"/v/{estate.uuid}")
    assert page.status_code == status
    assert title in page.text
    assert refusal(phone.cast(body)) == name
    assert refusal(phone.post("challenge", json={})) == name


def test_a_ballot_that_was_in_time_keeps_its_receipt(estate: BoothEstate, phone: Phone) -> None:
    """The answer was lost on the way; the phone asks again after closing."""
    phone.enter()
    body = phone.seal()
    receipt = phone.cast(body).json
    close(estate)
    assert phone.cast(body).json == receipt


def test_before_the_vote(issued_booth: BoothEstate) -> None:
    client = create_app(issued_booth.site, clock=issued_booth.clock).test_client()
    page = client.get(f"/v/{issued_booth.uuid}")
    assert page.status_code == 409
    assert "还没有到投票的时候" in page.text
    assert "booth-away.js" in page.text  # the code leaves the address bar here, too


def test_a_link_to_nothing(client: FlaskClient) -> None:
    assert client.get("/v/11111111111111").status_code == 404


def test_english(estate: BoothEstate, client: FlaskClient) -> None:
    page = client.get(f"/v/{estate.uuid}?lang=en")
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
