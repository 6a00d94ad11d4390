"""A small estate in the middle of a vote, made by the services: for the tests of the booth."""

import csv
import io
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from voting.services.accounts import create_account
from voting.services.conduct import open_election
from voting.services.credential_file import open_credential_file
from voting.services.credentials import issue_credentials, replace_letter, roll
from voting.services.elections import DEFAULT_GROUP, create_election
from voting.services.registers import create_estate, import_register
from voting.services.site import Actor, Keys, Site
from voting.store.engine import Store

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
BASE_URL = "https://vote.example"
COLUMNS = ("房号", "业主姓名", "证件号码", "联系电话", "建筑面积", "用途", "面积依据")
REGISTER = (
    ("1栋1单元101", "王秀英", "11010519491231002X", "13900000101", "88.62", "住宅", "不动产登记"),
    ("1栋1单元102", "张三、李四", "", "13900000102", "90.00", "住宅", "不动产登记"),
    ("1栋1单元201", "赵国强", "", "13900000201", "75.50", "住宅", "不动产登记"),
    ("1栋1单元202", "孙丽", "", "13900000202", "75.50", "住宅", "不动产登记"),
    ("1栋1单元301", "周建华", "", "13900000301", "120.00", "住宅", "不动产登记"),
    ("1栋1单元302", "吴桂芳", "", "13900000302", "66.00", "住宅", "不动产登记"),
)
AGENDA: dict[str, Any] = {
    "title": "测试小区首次业主大会会议",
    "estate": "测试小区",
    "scope": {"exclude_uses": ["车位"]},
    "questions": [
        {"id": "q1", "kind": "motion", "text": "是否同意通过《议事规则》？", "matter": "278-1"},
        {"id": "q2", "kind": "motion", "text": "是否同意设置充电桩对外经营？", "matter": "278-8"},
        {
            "id": "q3",
            "kind": "committee",
            "text": "选举第一届业主委员会委员",
            "matter": "278-3",
            "seats": 5,
            "candidates": ["丁建国", "方秀英", "石志强", "白丽华", "朱文斌", "任桂芳", "邹海燕"],
        },
    ],
}


@dataclass
class Clock:
    """The time that the app is told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class BoothEstate:
    """An election and everything on paper about it; `codes` by the owner's name."""

    site: Site
    clock: Clock
    actor: Actor
    uuid: str
    codes: dict[str, str]
    numbers: dict[str, int]
    voided: str = field(default="")
    """The code of a letter that was replaced."""

    def path(self, name: str) -> str:
        """What the letter's QR code holds, without the host."""
        return f"/v/{self.uuid}#{self.codes[name]}"

    def copy(self, file: Path) -> "BoothEstate":
        """The same in a database of its own: making one takes seconds, copying it none."""
        source = self.site.store.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(file)) as new:
            old.backup(new)
        store = Store(f"sqlite:///{file}")
        return replace(self, site=replace(self.site, store=store), clock=Clock(self.clock.now))

    def open(self) -> None:
        """Open the ballot."""
        open_election(self.site, self.uuid, self.actor, self.clock())


def register_csv() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *REGISTER])
    return text.getvalue().encode()


def booth_estate(
    url: str, opened: bool = True, group: str = DEFAULT_GROUP, agenda: dict[str, Any] = AGENDA
) -> BoothEstate:
    """A fresh election of six voters in an empty database; the letter of 吴桂芳 has been replaced once."""
    store = Store(url)
    store.migrate()
    site = Site(store, Keys.derive(b"\x07" * 32))
    clock = Clock()
    now = clock()
    number = create_account(site, "chouweizu", "organiser", "筹备组", "a long password", now)
    actor = Actor(number, "chouweizu", "organiser")
    estate = create_estate(site, str(AGENDA["estate"]), actor, now)
    import_register(site, estate, "register.csv", register_csv(), None, actor, now)
    uuid = create_election(site, estate, agenda, now, now + timedelta(days=10), actor, now, group)
    issued = issue_credentials(site, uuid, PASSPHRASE, BASE_URL, actor, now)
    numbers = {entry.name: entry.number for entry in roll(site, uuid)}
    first = open_credential_file(issued.credential_file, PASSPHRASE, uuid)
    lost = numbers["吴桂芳"]
    replaced = replace_letter(
        site, uuid, lost, "信被水泡了", issued.credential_file, PASSPHRASE, BASE_URL, actor, now
    )
    private = open_credential_file(replaced.credential_file, PASSPHRASE, uuid)
    codes = {name: private[voter] for name, voter in numbers.items()}
    made = BoothEstate(site, clock, actor, uuid, codes, numbers, voided=first[lost])
    if opened:
        made.open()
    return made
