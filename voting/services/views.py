"""What the services hand to pages and programs: frozen values, no rows and no secrets."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from voting.rules import assembly
from voting.rules.agenda import Agenda
from voting.rules.periods import LEGAL_ZONE
from voting.rules.register import ParsedRegister
from voting.rules.residents import ParsedResidents
from voting.rules.revoting import Revoting
from voting.rules.roll import Voter
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Deemed


class Phase(StrEnum):
    """Where an election stands; only ever forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"


class Act(StrEnum):
    """What an organiser can be offered; the services refuse the others by name."""

    EDIT = "edit"
    DELETE = "delete"
    ISSUE = "issue"
    WITHDRAW = "withdraw"
    REPLACE_LETTER = "replace-letter"
    REPRINT_LETTER = "reprint-letter"
    LOCK = "lock"
    RESET = "reset"
    UNLOCK = "unlock"
    OPEN = "open"
    CLOSE = "close"
    CLOSE_EARLY = "close-early"
    COUNT = "count"
    PUBLISH = "publish"
    EXPORT = "export"
    OPEN_BALLOT = "open-ballot"
    CIRCLE = "circle"
    CEREMONY = "ceremony"
    SHARE = "share"


class Round(StrEnum):
    """What the trustees of a circle are all doing, or that their key is made."""

    CERTIFICATES = "certificates"
    POLYNOMIALS = "polynomials"
    OUTPUTS = "outputs"
    READY = "ready"


@dataclass(frozen=True)
class TrusteeView:
    """When a trustee did each step of the ceremony, and when its share for the count came; None: not yet."""

    number: int
    name: str
    certificate_at: datetime | None
    polynomial_at: datetime | None
    output_at: datetime | None
    share_at: datetime | None


@dataclass(frozen=True)
class CircleView:
    """The trustees beside the server: `threshold` of them must decrypt.

    `check_code` is what they compare with each other by telephone, once all certificates are in.
    """

    threshold: int
    round: Round
    trustees: tuple[TrusteeView, ...]
    check_code: str | None

    @property
    def size(self) -> int:
        """How many trustees there are."""
        return len(self.trustees)

    @property
    def waited_for(self) -> tuple[str, ...]:
        """The names of those whose step of this round is missing; nobody when the key is made."""
        match self.round:
            case Round.CERTIFICATES:
                return tuple(each.name for each in self.trustees if each.certificate_at is None)
            case Round.POLYNOMIALS:
                return tuple(each.name for each in self.trustees if each.polynomial_at is None)
            case Round.OUTPUTS:
                return tuple(each.name for each in self.trustees if each.output_at is None)
            case Round.READY:
                return ()

    @property
    def came(self) -> int:
        """How many trustees have sent their share for the count."""
        return sum(each.share_at is not None for each in self.trustees)

    @property
    def shares_missing(self) -> int:
        """How many more shares the count needs."""
        return max(0, self.threshold - self.came)


@dataclass(frozen=True)
class Invitation:
    """A trustee's way in, shown once: only a hash of `token` is kept."""

    number: int
    name: str
    token: str


@dataclass(frozen=True)
class EstateView:
    """An estate and its newest register; `register_id` is None before the first import.

    `units`, `voters` and `area_dm2` are of the whole register with parking not counted; `residents` are how
    many stand in the newest register of residents, 0 without one.
    """

    id: int
    name: str
    register_id: int | None
    file_name: str | None
    imported_at: datetime | None
    units: int
    voters: int
    area_dm2: int
    buildings: tuple[str, ...]
    residents: int


@dataclass(frozen=True)
class RegisterPreview:
    """What a file would become if imported; parking is not counted in `voters` and `area_dm2`."""

    parsed: ParsedRegister
    units: int
    counted_units: int
    uncounted_units: int
    voters: int
    area_dm2: int
    merges: tuple[Voter, ...]
    """Voters with more than one unit."""
    errors: int
    warnings: int


@dataclass(frozen=True)
class ResidentsPreview:
    """What a file of residents would become; ages are counted on the day `on`."""

    parsed: ParsedResidents
    on: date
    residents: int
    households: int
    minors: int
    errors: int
    warnings: int


@dataclass(frozen=True)
class ResidentView:
    """An adult of a household; `position` is the place in the register."""

    position: int
    name: str
    represents: bool


@dataclass(frozen=True)
class HouseholdView:
    """A household at an address; `household` is its number where the register has one."""

    label: str
    household: str
    members: tuple[ResidentView, ...]

    @property
    def representative(self) -> str:
        """Who stands for it."""
        return next(each.name for each in self.members if each.represents)


@dataclass(frozen=True)
class ResidentsView:
    """An estate's newest register of residents."""

    register_id: int
    file_name: str
    imported_at: datetime
    residents: int
    households: tuple[HouseholdView, ...]
    buildings: tuple[str, ...]


@dataclass(frozen=True)
class ElectionView:
    """An election as pages show it; `uuid` is in links, `rules` (rules.json) exists from opening on.

    In a draft without letters the electorate is that of the newest register, None without one.
    """

    uuid: str
    estate_id: int
    title: str
    estate: str
    phase: Phase
    agenda: Agenda
    agenda_json: dict[str, Any]
    opens_at: datetime
    closes_at: datetime
    created_at: datetime
    issued_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    counted_at: datetime | None
    published_at: datetime | None
    electorate_owners: int | None
    electorate_area_dm2: int | None
    group: str
    rules: dict[str, Any] | None
    rules_sha256: str | None
    outcome: dict[str, Any] | None
    early_close_reason: str | None
    closing_checkpoint: str | None
    """The signed digest of the minute of closing, as text (see `voting.services.checkpoint`)."""
    circle: CircleView | None
    """The trustees beside the server, or None where the server alone holds the key."""
    assembly: "Convened | None" = None
    """The assembly that it is part of; None for a vote of its own."""
    zone: str = LEGAL_ZONE
    """The time zone that its times are shown and read in."""
    help_waiting: int = 0
    """Requests for help that nobody has taken."""


@dataclass(frozen=True)
class Convened:
    """An election's assembly; `announced`: the notice in force names exactly what the election holds."""

    uuid: str
    title: str
    phase: assembly.Phase
    announced: bool


@dataclass(frozen=True)
class Turnout:
    """Who has voted so far, of whom, on both measures; areas in 0.01 m²."""

    owners: int
    area_dm2: int
    of_owners: int
    of_area_dm2: int


@dataclass(frozen=True)
class Issued:
    """What leaves the server at issue: two PDFs and the passphrase-encrypted credential file."""

    letters: bytes
    poster: bytes
    credential_file: bytes


@dataclass(frozen=True)
class Replaced:
    """A new letter (PDF) and the credential file that must replace the old one."""

    letter: bytes
    credential_file: bytes


@dataclass(frozen=True)
class RollView:
    """One roll entry as organisers see it: who has voted, never what."""

    number: int
    name: str
    building: str
    units: tuple[str, ...]
    area_dm2: int
    state: str
    """issued | locked | too-many-tries"""
    has_voted: bool
    letter: int | None = None
    """The assembly's letter that serves this voter; None for a letter of this election alone."""


@dataclass(frozen=True)
class LetterView:
    """An assembly's letter as organisers see it; `voters` has its holder's number in each election, by uuid.

    Name, building and units are those of the election in which the holder has most units.
    """

    number: int
    name: str
    building: str
    units: tuple[str, ...]
    state: str
    """issued | locked | too-many-tries"""
    voters: dict[str, int]
    voted: tuple[str, ...]
    """The elections in which the holder has voted."""


@dataclass(frozen=True)
class AnswerView:
    """What one approver said to a request: `approver` is "trustee 2" or "account 5"."""

    approver: str
    approves: bool
    reason: str | None
    answered_at: datetime


@dataclass(frozen=True)
class OpeningView:
    """A request to open one ballot; `state` is requested | declined | opened.

    `chosen` has each question with the answers chosen, for those who may see them, and is None for others and
    before. `awaits_viewer`: the viewer is of the role that approves where there is no circle.
    """

    number: int
    voter: int
    tracker: str
    reason: str
    requested_by: str
    requested_role: str
    requested_at: datetime
    attachment_kind: str
    attachment_sha256: str
    state: str
    decided_at: datetime | None
    answers: tuple[AnswerView, ...]
    chosen: tuple[tuple[str, tuple[str, ...]], ...] | None
    awaits_viewer: bool


@dataclass(frozen=True)
class OpenBallotView:
    """A ballot of an open election, as its auditors see it."""

    voter: int
    tracker: str
    chosen: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class BoothView:
    """All that the booth needs, so that a phone can lose its signal while the voter thinks.

    `election_json` is the exact text that ballots are bound to; `questions` are those of rules.json.
    """

    uuid: str
    title: str
    estate: str
    election_json: str
    questions: list[dict[str, Any]]
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    secrecy: Secrecy
    deemed: Deemed | None = None
    """The clause by which silence counts, where the rules of procedure have one."""
    of_owners: bool = True
    """An owners' assembly; otherwise a residents' meeting."""
    revoting: Revoting = Revoting.NONE


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps: the server's signed promise that this ballot is at this height of both boards."""

    uuid: str
    tracker: str
    height: int
    owners_event: str
    area_event: str
    time: str
    """ISO 8601, UTC."""
    signature: str
    """Ed25519 over `voting.services.receipts.signed_bytes`, 128 hex digits."""
    replaced: bool = False
    """Whether a later ballot of the same voter counts instead; not signed, because it can still come."""

    def as_json(self) -> dict[str, str | int]:
        """The receipt as a JSON object: what is signed, and the signature."""
        return {
            "uuid": self.uuid,
            "tracker": self.tracker,
            "height": self.height,
            "owners_event": self.owners_event,
            "area_event": self.area_event,
            "time": self.time,
            "signature": self.signature,
        }


@dataclass(frozen=True)
class Entered:
    """A voter who showed both factors; the name is masked as on the public roll.

    `receipt` is that of the ballot that counts, and `may_vote` whether another one would be taken.
    """

    voter: int
    name_masked: str
    units: tuple[str, ...]
    receipt: Receipt | None
    may_vote: bool
    mark: str
    """What `cast_ballot` wants to see again: another one once the desk has reset the second factor."""
    meeting: "EnteredMeeting | None" = None
    """What else the letter is for, where it serves a whole assembly."""


@dataclass(frozen=True)
class OwnBallot:
    """One of the votes that a letter serves; `receipt` is its holder's, once they have voted, and `may_vote`
    says whether another ballot would be taken while it is open."""

    uuid: str
    title: str
    questions: int
    opens_at: datetime
    closes_at: datetime
    phase: Phase
    receipt: Receipt | None
    may_vote: bool


@dataclass(frozen=True)
class EnteredMeeting:
    """Whoever showed both factors of an assembly's letter; the name is masked as on the public roll.

    `ballots` are all votes in which the holder votes.
    """

    assembly: str
    letter: int
    name_masked: str
    units: tuple[str, ...]
    ballots: tuple[OwnBallot, ...]
    mark: str
    """Another one once the desk has reset the second factor."""
