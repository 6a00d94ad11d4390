"""A small assembly for tests: six units, five voters (and a parking space), and everything organisers do.

| voter | units | area | digits that let them in |
| --- | --- | --- | --- |
| 1 张三 | 1-1-101, 1-1-102 | 150.50 | 1234, 5678 |
| 2 李四、王五 | 1-1-201 | 90.25 | 002X, 3456, 9012 |
| 3 赵六 | 2-1-101 | 70.00 | 7890, 4321 |
| 4 孙七 | 2-1-201 | 88.62 | 1111 |
| 5 周八 | 2-1-301 | 100.01 | none |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from voting.protocol.ballot import encrypt_ballot
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.group import ED25519, Group
from voting.protocol.pedersen import ThresholdParameters
from voting.services import booth, credentials, elections
from voting.services.accounts import create_account
from voting.services.credential_file import open_credential_file
from voting.services.record import export_record
from voting.services.registers import create_estate, import_register
from voting.services.residents import import_residents
from voting.services.site import Actor, Site
from voting.services.views import Entered, Issued, Receipt

IDENTITIES = (
    "110101197001011234",
    "11010119700101002X",
    "110101197001013456",
    "110101197001017890",
)
PHONES = ("13800005678", "13800009012", "13800004321", "13800001111")

PASSPHRASE = "correct horse battery"
BASE_URL = "https://vote.example"
AREAS = {1: 15050, 2: 9025, 3: 7000, 4: 8862, 5: 10001}
DIGITS = {1: "1234", 2: "９０１２", 3: "4321", 4: "1111"}

# Five adults in four households, and a minor; 孙七 rents the flat of somebody who is no resident.
RESIDENT_ROWS = (
    f"1-1-101,张三,{IDENTITIES[0]},{PHONES[0]},,户主",
    f"1-1-101,钱二,{IDENTITIES[1]},,,妻",
    "1-1-101,张小,,,2015-06-01,子",
    f"1-1-201,李四,,{PHONES[1]},1961,户主",
    f"2-1-101,赵六,{IDENTITIES[3]},{PHONES[2]},,户主",
    f"2-1-201,孙七,,{PHONES[3]},1990-02-03,",
)


def residents_csv(*rows: str) -> bytes:
    """A register of residents; without rows the one above."""
    return "\n".join(("住址,姓名,证件号码,联系电话,出生日期,与户主关系", *(rows or RESIDENT_ROWS))).encode()


HEADER = "房号,业主姓名,证件号码,联系电话,建筑面积,用途,面积依据"


def register_csv(*rows: str) -> bytes:
    """A register; without rows the one of this module's table."""
    return "\n".join((HEADER, *(rows or ROWS))).encode()


AGENDA: dict[str, Any] = {
    "title": "金桥小区业主大会",
    "estate": "金桥小区",
    "scope": {"exclude_uses": ["车位"]},
    "questions": [
        {"id": "q1", "kind": "motion", "text": "是否同意修改管理规约？", "matter": "278-2"},
        {
            "id": "q2",
            "kind": "committee",
            "text": "选举业主委员会委员",
            "matter": "278-3",
            "seats": 3,
            "candidates": ["丁一", "方二", "石三", "白四"],
        },
    ],
}
YES, NO, ABSTAIN = [1, 0, 0], [0, 1, 0], [0, 0, 1]


# Once for all ballots of an election: the table of its key is made only once.
@lru_cache(maxsize=8)
def decoded(election_json: str) -> ElectionContext:
    """An election as its voters' programs see it."""
    return decode_election(election_json.encode())


@dataclass
class Assembly:
    """One election of the small estate, as far as a test has taken it."""

    site: Site
    now: datetime
    agenda: dict[str, Any] = field(default_factory=lambda: AGENDA)
    group: Group = ED25519
    actor: Actor = field(init=False)
    estate_id: int = field(init=False)
    uuid: str = field(init=False)
    issued: Issued = field(init=False)
    private: dict[int, str] = field(init=False)

    @property
    def opens_at(self) -> datetime:
        return self.now + timedelta(days=1)

    @property
    def closes_at(self) -> datetime:
        return self.now + timedelta(days=8)

    @property
    def voting(self) -> datetime:
        """A moment at which ballots are taken."""
        return self.now + timedelta(days=2)

    def draft(self) -> "Assembly":
        """Account, estate, register, election."""
        account = create_account(self.site, "wang", "organiser", "王主任", "a long password", self.now)
        self.actor = Actor(account, "wang", "organiser")
        self.estate_id = create_estate(self.site, self.agenda["estate"], self.actor, self.now)
        import_register(self.site, self.estate_id, "roll.csv", register_csv(), None, self.actor, self.now)
        if self.agenda.get("terms", {}).get("body") in ("residents", "households"):
            today, body = self.now.date(), residents_csv()
            import_residents(
                self.site, self.estate_id, "residents.csv", body, today, None, self.actor, self.now, today
            )
        self.uuid = elections.create_election(
            self.site,
            self.estate_id,
            self.agenda,
            self.opens_at,
            self.closes_at,
            self.actor,
            self.now,
            self.group.name,
        )
        return self

    def issue(self) -> "Assembly":
        """Letters made."""
        return self.draft().issue_draft()

    def issue_draft(self) -> "Assembly":
        """Letters made, for the draft that is there."""
        self.issued = credentials.issue_credentials(
            self.site, self.uuid, PASSPHRASE, BASE_URL, self.actor, self.now
        )
        self.private = open_credential_file(self.issued.credential_file, PASSPHRASE, self.uuid)
        return self

    def open(self, circle: ThresholdParameters | None = None) -> "Assembly":
        """Letters made and ballots taken; with a circle of trustees beside the server."""
        self.issue()
        elections.open_election(self.site, self.uuid, self.actor, self.opens_at, circle=circle)
        return self

    def issue_and_open(self) -> "Assembly":
        """Letters made and ballots taken, with the draft's own circle."""
        self.issue_draft()
        elections.open_election(self.site, self.uuid, self.actor, self.opens_at)
        return self

    def enter(self, voter: int, digits: str | None = None, credential: str | None = None) -> Entered:
        """What the booth does with a letter and the last four characters."""
        credential = credential or self.private[voter]
        challenge = booth.entry_challenge(self.site, self.uuid, self.voting)
        secret = secret_exponent(self.group, self.uuid, credential)
        proof = sign_message(self.group, secret, f"enter|{self.uuid}|{challenge}")
        return booth.enter_booth(
            self.site,
            self.uuid,
            public_credential(self.group, self.uuid, credential),
            challenge,
            {"challenge": proof.challenge, "response": proof.response},
            DIGITS[voter] if digits is None else digits,
            self.voting,
        )

    def ballot(self, voter: int, motion: list[int] = YES, ticks: tuple[int, ...] = (1, 1, 0, 0)) -> bytes:
        """A voter's sealed ballot."""
        view = booth.booth(self.site, self.uuid, self.voting)
        return encrypt_ballot(decoded(view.election_json), self.private[voter], [motion, list(ticks)])

    def cast_all(self, ballots: Mapping[int, list[list[int]]]) -> "Assembly":
        """By voter, what every question of the ballot is answered with."""
        view = booth.booth(self.site, self.uuid, self.voting)
        for voter, choices in ballots.items():
            body = encrypt_ballot(decoded(view.election_json), self.private[voter], choices)
            booth.cast_ballot(self.site, self.uuid, voter, body, self.voting)
        return self

    def cast(
        self,
        voter: int,
        motion: list[int] = YES,
        ticks: tuple[int, ...] = (1, 1, 0, 0),
        replaces: str | None = None,
    ) -> Receipt:
        """Seal and cast."""
        body = self.ballot(voter, motion, ticks)
        return booth.cast_ballot(self.site, self.uuid, voter, body, self.voting, replaces=replaces)

    def close(self) -> str:
        """At the announced time."""
        return elections.close_election(self.site, self.uuid, self.actor, self.closes_at)

    def count(self, **more: Any) -> dict[str, Any]:
        """An hour later."""
        counted_at = self.closes_at + timedelta(hours=1)
        return elections.count_election(self.site, self.uuid, self.actor, counted_at, **more)

    def export(self) -> bytes:
        """EXPORT.zip, another hour later."""
        return export_record(self.site, self.uuid, self.closes_at + timedelta(hours=2), self.actor)


ROWS = (
    f"1-1-101,张三,{IDENTITIES[0]},,88.62㎡,住宅,不动产登记",
    f"1-1-102,张三,{IDENTITIES[0]},{PHONES[0]},61.88,住宅,不动产登记",
    f"1-1-201,李四、王五,{IDENTITIES[1]}、{IDENTITIES[2]},{PHONES[1]},90.25,住宅,不动产登记",
    f"2-1-101,赵六,{IDENTITIES[3]},{PHONES[2]},70.00,住宅,测绘",
    f"2-1-201,孙七,,{PHONES[3]},88.62,住宅,不动产登记",
    "2-1-301,周八,,,100.01,住宅,买卖合同",
    f"车位-01,张三,{IDENTITIES[0]},,12.50,车位,不动产登记",
)
