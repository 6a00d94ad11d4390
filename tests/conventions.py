"""An assembly of the small estate, or of 金苹果小区, driven by a clock that the test moves."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.assembly import AGENDA, BASE_URL, PASSPHRASE, decoded, register_csv
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.group import ED25519
from voting.rules.assembly import Effect, Meeting
from voting.rules.periods import LEGAL_ZONE
from voting.services import assemblies, assembly_letters, booth, elections
from voting.services.accounts import create_account
from voting.services.assemblies import Planned
from voting.services.assembly_view import AssemblyView, assembly
from voting.services.clockwork import tick
from voting.services.credential_file import open_credential_file
from voting.services.registers import create_estate, import_register
from voting.services.site import Actor, Site
from voting.services.views import Issued

SHANGHAI = ZoneInfo("Asia/Shanghai")
GOLDEN_APPLE = Path(__file__).parent / "fixtures"
MOTION: dict[str, Any] = {**AGENDA, "questions": AGENDA["questions"][:1]}


def at(text: str) -> datetime:
    """A moment as clocks at the estate show it: 2026-05-01 09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Convention:
    """One assembly; `now` is where its clock stands."""

    site: Site
    now: datetime = field(default_factory=lambda: at("2026-05-01 09:00"))
    estate: str = "金桥小区"
    register: tuple[str, bytes] = ("roll.csv", register_csv())
    actor: Actor = field(init=False)
    estate_id: int = field(init=False)
    uuid: str = field(init=False)
    elections: list[str] = field(default_factory=list)
    private: dict[str, dict[int, str]] = field(default_factory=dict)
    issued: Issued = field(init=False)
    codes: dict[int, str] = field(init=False)

    @classmethod
    def golden_apple(cls, site: Site) -> "Convention":
        """金苹果小区: 156 households."""
        agenda = json.loads((GOLDEN_APPLE / "golden-apple-agenda.json").read_text(encoding="utf-8"))
        register = (GOLDEN_APPLE / "golden-apple-roll.xlsx").read_bytes()
        return cls(site, estate=agenda["estate"], register=("golden-apple-roll.xlsx", register))

    def plan(
        self,
        meeting: Meeting = Meeting.FIRST,
        place: str = "杭州",
        elects_committee: bool = False,
        zone: str = LEGAL_ZONE,
        effect: Effect = Effect.OFFICIAL,
    ) -> "Convention":
        """Account, estate, register, assembly."""
        number = create_account(self.site, "wang", "organiser", "王主任", "a long password", self.now)
        self.actor = Actor(number, "wang", "organiser")
        self.estate_id = create_estate(self.site, self.estate, self.actor, self.now)
        import_register(self.site, self.estate_id, *self.register, None, self.actor, self.now)
        planned = Planned(
            f"{self.estate}首次业主大会会议",
            "筹备组",
            meeting,
            place,
            effect,
            elects_committee,
            zone,
        )
        self.uuid = assemblies.plan_assembly(self.site, self.estate_id, planned, self.actor, self.now)
        return self

    def add(self, agenda: dict[str, Any] = MOTION, group: str = ED25519.name) -> str:
        """An election of the assembly."""
        uuid = elections.create_election(
            self.site,
            self.estate_id,
            agenda,
            self.now,
            self.now + timedelta(days=1),
            self.actor,
            self.now,
            group,
            assembly=self.uuid,
        )
        self.elections.append(uuid)
        return uuid

    def until(self, text: str) -> "Convention":
        """Let time pass, with a server that ticks at the end of it."""
        self.now = at(text)
        tick(self.site, self.now)
        return self

    def publish_roll(self, reason: str = "") -> "Convention":
        assemblies.publish_roll(self.site, self.uuid, reason, self.actor, self.now)
        return self

    def publish_candidates(self, reason: str = "") -> "Convention":
        assemblies.publish_candidates(self.site, self.uuid, reason, self.actor, self.now)
        return self

    def give_notice(self, opens_at: str, closes_at: str, reason: str = "") -> "Convention":
        window = at(opens_at), at(closes_at)
        assemblies.give_notice(self.site, self.uuid, *window, reason, self.actor, self.now)
        return self

    def issue(self) -> "Convention":
        """One letter a voter for every election; each election's codes are by its own voters' numbers."""
        self.issued = assembly_letters.issue_letters(
            self.site, self.uuid, PASSPHRASE, BASE_URL, self.actor, self.now
        )
        self.codes = open_credential_file(self.issued.credential_file, PASSPHRASE, self.uuid)
        for letter in assembly_letters.assembly_letters(self.site, self.uuid):
            for uuid, voter in letter.voters.items():
                self.private.setdefault(uuid, {})[voter] = self.codes[letter.number]
        return self

    def cast(self, uuid: str, voter: int, choices: list[list[int]]) -> None:
        """Seal a voter's ballot and cast it."""
        view = booth.booth(self.site, uuid, self.now)
        body = encrypt_ballot(decoded(view.election_json), self.private[uuid][voter], choices)
        booth.cast_ballot(self.site, uuid, voter, body, self.now)

    def noticed(self) -> "Convention":
        """The shortest way to a notice: roll on 1 May, notice on 9 May, voting from 25 to 31 May."""
        self.plan()
        self.add()
        self.publish_roll()
        return self.until("2026-05-09 00:00").give_notice("2026-05-25 00:00", "2026-05-31 00:00")

    def finish(self) -> "Convention":
        """Count every election and publish the preliminary result."""
        for uuid in self.elections:
            elections.count_election(self.site, uuid, self.actor, self.now)
        assemblies.publish_preliminary(self.site, self.uuid, self.actor, self.now)
        return self

    @property
    def view(self) -> AssemblyView:
        return assembly(self.site, self.uuid, self.now)

    def phases(self) -> list[str]:
        """The phases of the elections, as stored."""
        return [elections.election(self.site, uuid).phase.value for uuid in self.elections]
