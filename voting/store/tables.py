"""The tables. What must never happen is refused here, by the database, whatever the code above does.

No identity number and no telephone number is in any column: owners and second factors are keyed hashes.
Every table of an election leads with its `election_uuid`.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time: aware outside, UTC inside."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say which minute it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone, PostgreSQL answers in the session's: both become UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("display_name", String(64), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("role IN ('organiser', 'auditor')", name="role"),
    CheckConstraint("failures >= 0", name="failures"),
)

# Sessions live in signed cookies: one that was signed out has to be remembered, or a copy of it lives on.
ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("ended_at", Moment, nullable=False),
)

# Browsers in which somebody signed in with the right password, by the SHA-256 of their cookie: these are let
# in while strangers' guesses keep the account locked.
known_browsers = Table(
    "known_browsers",
    metadata,
    Column("browser", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("seen_at", Moment, nullable=False),
    CheckConstraint("failures >= 0", name="failures"),
    Index(None, "account_id"),
)

estates = Table(
    "estates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

registers = Table(
    "registers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("estate_id", ForeignKey("estates.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("imported_at", Moment, nullable=False),
    Column("imported_by", ForeignKey("accounts.id"), nullable=False),
    # Units with owners, or residents: what one kind holds is never read as the other.
    Column("body", String(16), nullable=False, server_default="owners"),
    CheckConstraint("body IN ('owners', 'residents')", name="body"),
)

units = Table(
    "units",
    metadata,
    Column("register_id", ForeignKey("registers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("label", Text, nullable=False),
    Column("building", Text, nullable=False),
    Column("stairwell", Text, nullable=False),
    Column("use", Text, nullable=False),
    Column("area_dm2", BigInteger, nullable=False),
    Column("area_source", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("developer", Boolean, nullable=False),
    UniqueConstraint("register_id", "label"),
    CheckConstraint("area_dm2 > 0", name="area"),
)

unit_owners = Table(
    "unit_owners",
    metadata,
    Column("register_id", Integer, primary_key=True),
    Column("unit", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("owner_key", Text, nullable=False),
    ForeignKeyConstraint(
        ["register_id", "unit"], ["units.register_id", "units.position"], ondelete="CASCADE"
    ),
)

unit_factors = Table(
    "unit_factors",
    metadata,
    Column("register_id", Integer, primary_key=True),
    Column("unit", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("salt", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    ForeignKeyConstraint(
        ["register_id", "unit"], ["units.register_id", "units.position"], ondelete="CASCADE"
    ),
)

# Adults of an estate, of whom one represents each household (label, household).
residents = Table(
    "residents",
    metadata,
    Column("register_id", ForeignKey("registers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("label", Text, nullable=False),
    Column("building", Text, nullable=False),
    Column("stairwell", Text, nullable=False),
    Column("household", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("resident_key", Text, nullable=False),
    Column("represents", Boolean, nullable=False),
    UniqueConstraint("register_id", "resident_key"),
)

resident_factors = Table(
    "resident_factors",
    metadata,
    Column("register_id", Integer, primary_key=True),
    Column("resident", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("salt", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    ForeignKeyConstraint(
        ["register_id", "resident"], ["residents.register_id", "residents.position"], ondelete="CASCADE"
    ),
)

elections = Table(
    "elections",
    metadata,
    Column("uuid", String(32), primary_key=True),
    Column("estate_id", ForeignKey("estates.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("agenda", Text, nullable=False),
    Column("phase", String(16), nullable=False, server_default="draft"),
    Column("opens_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("group_name", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("register_id", ForeignKey("registers.id")),
    Column("help_text", Text),
    Column("roll_sha256", String(64)),
    Column("electorate_owners", Integer),
    Column("electorate_area_dm2", BigInteger),
    Column("issued_at", Moment),
    Column("opened_at", Moment),
    Column("closed_at", Moment),
    Column("counted_at", Moment),
    Column("published_at", Moment),
    Column("rules", LargeBinary),
    Column("election_json", LargeBinary),
    Column("sealed_trustee_key", LargeBinary),
    Column("height", Integer),
    Column("owners_head", String(64)),
    Column("area_head", String(64)),
    Column("early_close_reason", Text),
    Column("closing_checkpoint", Text),
    Column("outcome", Text),
    # The silent voters who were counted, a line each: for auditors.
    Column("deemed", LargeBinary),
    # No foreign key: SQLite could add one only with a whole new table; assemblies are never deleted.
    Column("assembly_uuid", String(32), index=True),
    # How many ballots one voter may cast, fixed with the opening: what `ballots.most` points to.
    Column("ballots_each", Integer, nullable=False, server_default="1"),
    Index("ix_elections_ballots_each", "uuid", "ballots_each", unique=True),
    CheckConstraint("phase IN ('draft', 'open', 'closed', 'counted', 'published')", name="phase"),
    CheckConstraint("closes_at > opens_at", name="window"),
    CheckConstraint("electorate_owners > 0 AND electorate_area_dm2 > 0", name="electorate"),
    CheckConstraint(
        "phase = 'draft' OR (issued_at IS NOT NULL AND opened_at IS NOT NULL AND rules IS NOT NULL"
        " AND election_json IS NOT NULL AND sealed_trustee_key IS NOT NULL AND height IS NOT NULL"
        " AND owners_head IS NOT NULL AND area_head IS NOT NULL)",
        name="opened",
    ),
    CheckConstraint(
        "phase IN ('draft', 'open', 'closed') OR (counted_at IS NOT NULL AND outcome IS NOT NULL)",
        name="counted",
    ),
)

roll_entries = Table(
    "roll_entries",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid"), primary_key=True),
    Column("voter", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("building", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("area_dm2", BigInteger, nullable=False),
    Column("public_credential", Text, nullable=False),
    Column("factors", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("locked", Boolean, nullable=False),
    CheckConstraint("voter > 0", name="voter"),
    CheckConstraint("area_dm2 > 0", name="area"),
    CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
    UniqueConstraint("election_uuid", "public_credential"),
)

retired_credentials = Table(
    "retired_credentials",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid", ondelete="CASCADE"), primary_key=True),
    Column("public_credential", Text, primary_key=True),
    Column("voter", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("retired_at", Moment, nullable=False),
)

board_data = Table(
    "board_data",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# One row a height serves both archives: the ballots are the same, only hashes differ.
board_events = Table(
    "board_events",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid"), primary_key=True),
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("type", String(24), nullable=False),
    Column("owners_payload", String(64)),
    Column("area_payload", String(64)),
    Column("owners_hash", String(64), nullable=False),
    Column("area_hash", String(64), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    CheckConstraint("height >= 0", name="height"),
)

# A voter's ballots by `number`, from 1, of which the last counts: never more than the election allows.
ballots = Table(
    "ballots",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("voter", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("most", Integer, nullable=False),
    Column("tracker", String(43), nullable=False),
    Column("height", Integer, nullable=False),
    CheckConstraint("number BETWEEN 1 AND most", name="number"),
    ForeignKeyConstraint(["election_uuid", "most"], ["elections.uuid", "elections.ballots_each"]),
    UniqueConstraint("election_uuid", "tracker"),
    UniqueConstraint("election_uuid", "height"),
    ForeignKeyConstraint(["election_uuid", "voter"], ["roll_entries.election_uuid", "roll_entries.voter"]),
    ForeignKeyConstraint(["election_uuid", "height"], ["board_events.election_uuid", "board_events.height"]),
)

# Who beside the server holds the key. `parameters`, the public outcome of their ceremony, ends its rounds.
circles = Table(
    "circles",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid", ondelete="CASCADE"), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("round", String(16), nullable=False, server_default="certificates"),
    Column("parameters", LargeBinary),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("size BETWEEN 1 AND 20", name="size"),
    CheckConstraint("threshold BETWEEN 1 AND size", name="threshold"),
    CheckConstraint("round IN ('certificates', 'polynomials', 'outputs', 'ready')", name="round"),
    CheckConstraint("(round = 'ready') = (parameters IS NOT NULL)", name="parameters"),
)

# What a trustee sends is public or sealed to other trustees; of the invitation only a hash is kept.
trustees = Table(
    "trustees",
    metadata,
    Column("election_uuid", ForeignKey("circles.election_uuid", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("token_sha256", String(64), nullable=False),
    Column("certificate", LargeBinary),
    Column("certificate_at", Moment),
    Column("polynomial", LargeBinary),
    Column("polynomial_at", Moment),
    Column("output", LargeBinary),
    Column("output_at", Moment),
    CheckConstraint("number BETWEEN 1 AND 20", name="number"),
    CheckConstraint("polynomial IS NULL OR certificate IS NOT NULL", name="polynomial"),
    CheckConstraint("output IS NULL OR polynomial IS NOT NULL", name="output"),
    CheckConstraint(
        "(certificate IS NULL) = (certificate_at IS NULL) AND (polynomial IS NULL) = (polynomial_at IS NULL)"
        " AND (output IS NULL) = (output_at IS NULL)",
        name="times",
    ),
    UniqueConstraint("election_uuid", "name"),
    UniqueConstraint("election_uuid", "token_sha256"),
)

trustee_shares = Table(
    "trustee_shares",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("owners", LargeBinary, nullable=False),
    Column("area", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("ballots", LargeBinary),
    ForeignKeyConstraint(["election_uuid", "number"], ["trustees.election_uuid", "trustees.number"]),
)

# Opened by their voters instead of cast; their trackers must never come to the board.
challenged_ballots = Table(
    "challenged_ballots",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("tracker", String(43), primary_key=True),
    Column("voter", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", LargeBinary),
    Column("challenged_at", Moment, nullable=False),
    CheckConstraint("number > 0", name="number"),
    UniqueConstraint("election_uuid", "voter", "number"),
    ForeignKeyConstraint(["election_uuid", "voter"], ["roll_entries.election_uuid", "roll_entries.voter"]),
)

# One ballot opened after the closing, for a stated reason. `proof` holds its choices: for auditors, whoever
# asked, and the voter.
openings = Table(
    "openings",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("voter", Integer, nullable=False),
    Column("tracker", String(43), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attachment", LargeBinary, nullable=False),
    Column("attachment_kind", String(4), nullable=False),
    Column("attachment_sha256", String(64), nullable=False),
    Column("requested_by", ForeignKey("accounts.id"), nullable=False),
    Column("requested_role", String(16), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("state", String(16), nullable=False, server_default="requested"),
    Column("decided_at", Moment),
    Column("proof", LargeBinary),
    ForeignKeyConstraint(["election_uuid", "tracker"], ["ballots.election_uuid", "ballots.tracker"]),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("attachment_kind IN ('pdf', 'png', 'jpg')", name="attachment_kind"),
    CheckConstraint("requested_role IN ('organiser', 'auditor')", name="requested_role"),
    CheckConstraint("state IN ('requested', 'declined', 'opened')", name="state"),
    CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="decided"),
    CheckConstraint("(state = 'opened') = (proof IS NOT NULL)", name="opened"),
)

# `approver` is "trustee 2" or "account 5": one answer each.
opening_answers = Table(
    "opening_answers",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("approver", String(32), primary_key=True),
    Column("approves", Boolean, nullable=False),
    Column("reason", Text),
    Column("share", LargeBinary),
    Column("answered_at", Moment, nullable=False),
    ForeignKeyConstraint(["election_uuid", "number"], ["openings.election_uuid", "openings.number"]),
    CheckConstraint("approves OR reason IS NOT NULL", name="reason"),
)

# Every ballot of an open election, opened for its auditors with the count.
open_ballots = Table(
    "open_ballots",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("proof", LargeBinary, nullable=False),
    ForeignKeyConstraint(["election_uuid", "height"], ["ballots.election_uuid", "ballots.height"]),
)

# An assembly is its plan and its steps; `steps` counts them, `wakes_at` is when the clock has to act next.
assemblies = Table(
    "assemblies",
    metadata,
    Column("uuid", String(32), primary_key=True),
    Column("estate_id", ForeignKey("estates.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("convener", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("steps", Integer, nullable=False, server_default="0"),
    Column("register_id", ForeignKey("registers.id")),
    Column("wakes_at", Moment, index=True),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("steps >= 0", name="steps"),
)

# `step` is what the clock replays, `facts` what else was fixed with it: totals and digests.
assembly_steps = Table(
    "assembly_steps",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("act", String(24), nullable=False),
    Column("step", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    CheckConstraint("seq > 0", name="seq"),
)

# What people changed of a published roll, in order; each makes a version of it.
roll_changes = Table(
    "roll_changes",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("register_id", ForeignKey("registers.id"), nullable=False),
    Column("change", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("kind IN ('correction', 'decision')", name="kind"),
)

# Who objected and with which words: for organisers and auditors, never on a public page or in the log.
objections = Table(
    "objections",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("about", String(16), nullable=False),
    Column("election_uuid", String(32)),
    Column("voter", Integer),
    Column("filed_by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("answer", Text),
    Column("answered_at", Moment),
    Column("upheld", Boolean),
    Column("reason", Text),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("about IN ('roll', 'candidates', 'result')", name="about"),
    CheckConstraint("(election_uuid IS NULL) = (voter IS NULL)", name="through_letter"),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    CheckConstraint(
        "(upheld IS NULL) = (decided_at IS NULL) AND (upheld IS NULL) = (decided_by IS NULL)"
        " AND (upheld IS NULL) = (reason IS NULL)",
        name="decided",
    ),
)

# What organisers say was done outside: a paper posted, a ballot brought, an entry taken back. Appended to,
# never changed; `entry` is canonical JSON whose SHA-256 is in the log. `ledger` is an assembly's uuid, or
# that of an election that stands alone.
ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("ledger", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("entry", Text, nullable=False),
    Column("withdraws", Integer),
    Column("photo_sha256", String(64)),
    Column("entered_at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("kind IN ('delivery', 'posting', 'withdrawal')", name="kind"),
    CheckConstraint("(kind = 'withdrawal') = (withdraws IS NOT NULL)", name="withdrawal"),
    CheckConstraint("withdraws < number", name="withdraws"),
    UniqueConstraint("ledger", "withdraws"),
    ForeignKeyConstraint(["ledger", "withdraws"], ["ledger_entries.ledger", "ledger_entries.number"]),
    ForeignKeyConstraint(["ledger", "photo_sha256"], ["ledger_photos.ledger", "ledger_photos.sha256"]),
)

# Pictures of what entries say, written anew from their pixels; for organisers and auditors.
ledger_photos = Table(
    "ledger_photos",
    metadata,
    Column("ledger", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# When a unit's voter first came into the booth with both factors: that the letter arrived, and nothing else.
link_openings = Table(
    "link_openings",
    metadata,
    Column("ledger", String(32), primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("opened_at", Moment, nullable=False),
)

# Each version of a paper that somebody downloaded; `digest` stands at the foot of the paper.
made_papers = Table(
    "made_papers",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid", ondelete="CASCADE"), primary_key=True),
    Column("paper", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    CheckConstraint("version > 0", name="version"),
)

# One letter a voter of an assembly: one code for every election in it. Who holds it is asked for here, once:
# wrong digits, a lock and the desk's new code count in all of them, and what a roll's entries say of it is
# not read. `public_credential` is the code's public half under the assembly's own uuid.
letters = Table(
    "letters",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("public_credential", Text, nullable=False),
    Column("factors", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("locked", Boolean, nullable=False),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
    UniqueConstraint("assembly_uuid", "public_credential"),
)

# Which voter of each election's roll a letter is for.
letter_entries = Table(
    "letter_entries",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("voter", Integer, primary_key=True, autoincrement=False),
    Column("assembly_uuid", String(32), nullable=False),
    Column("letter", Integer, nullable=False),
    UniqueConstraint("election_uuid", "letter"),
    ForeignKeyConstraint(["election_uuid", "voter"], ["roll_entries.election_uuid", "roll_entries.voter"]),
    ForeignKeyConstraint(["assembly_uuid", "letter"], ["letters.assembly_uuid", "letters.number"]),
    Index(None, "assembly_uuid", "letter"),
)

retired_letters = Table(
    "retired_letters",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("public_credential", Text, primary_key=True),
    Column("letter", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("retired_at", Moment, nullable=False),
)

# Who was put forward for a committee, what was found of each, and what was decided: a name in it is public
# only once it stands on the published list.
nominations = Table(
    "nominations",
    metadata,
    Column("assembly_uuid", ForeignKey("assemblies.uuid"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("nominator", String(16), nullable=False),
    Column("supporters", Integer, nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("nominated_at", Moment, nullable=False),
    Column("checks", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("listed", Boolean),
    Column("reason", Text),
    Column("decided_at", Moment),
    Column("decided_by", String(64)),
    Column("withdrawn_at", Moment),
    Column("withdrawn_reason", Text),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("supporters >= 0", name="supporters"),
    CheckConstraint("nominator IN ('self', 'co-owners', 'community', 'owners')", name="nominator"),
    CheckConstraint(
        "(listed IS NULL) = (decided_at IS NULL) AND (listed IS NULL) = (decided_by IS NULL)", name="decided"
    ),
    CheckConstraint("listed OR reason IS NOT NULL OR listed IS NULL", name="reason"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn"),
)

# A file that everyone may read, by its digest; nothing of it is secret. It goes with the last that names it.
material_files = Table(
    "material_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("media_type IN ('image/jpeg', 'application/pdf')", name="media_type"),
)

# What voters can read about a question, or (`subject`) about one candidate or plan of it. `sha256` is the
# file's, or the text's.
materials = Table(
    "materials",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("question", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text),
    Column("file", ForeignKey("material_files.sha256"), index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("kind IN ('statement', 'photo', 'attachment')", name="kind"),
    CheckConstraint("(kind = 'statement') = (text IS NOT NULL)", name="text"),
    CheckConstraint("(text IS NULL) = (file IS NOT NULL)", name="file"),
)

# Who asked for somebody to come, by which way, and what came of it: for organisers and auditors. Telephone
# numbers are not asked for.
help_requests = Table(
    "help_requests",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("voter", Integer, nullable=False),
    Column("by_letter", Boolean, nullable=False),
    Column("wanted", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("taken_by", Text),
    Column("taken_at", Moment),
    Column("outcome", String(16)),
    Column("done_by", String(64)),
    Column("done_at", Moment),
    ForeignKeyConstraint(["election_uuid", "voter"], ["roll_entries.election_uuid", "roll_entries.voter"]),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("wanted IN ('visit', 'call', 'paper')", name="wanted"),
    CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
    CheckConstraint("outcome IN ('helped', 'paper', 'absent', 'not-needed', 'mistaken')", name="outcome"),
    CheckConstraint(
        "(outcome IS NULL) = (done_at IS NULL) AND (outcome IS NULL) = (done_by IS NULL)", name="done"
    ),
)

# Beside the board, never on it: which ballots were cast with somebody's help, and whose.
helped_ballots = Table(
    "helped_ballots",
    metadata,
    Column("election_uuid", String(32), primary_key=True),
    Column("tracker", String(43), primary_key=True),
    Column("voter", Integer, nullable=False),
    Column("helper", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("helped_at", Moment, nullable=False),
    ForeignKeyConstraint(["election_uuid", "voter"], ["roll_entries.election_uuid", "roll_entries.voter"]),
    CheckConstraint("role IN ('family', 'neighbour', 'head', 'volunteer')", name="role"),
)

# Whom the organisers send to doors; helpers with other names are pointed out to them.
volunteers = Table(
    "volunteers",
    metadata,
    Column("election_uuid", ForeignKey("elections.uuid", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
)

# `chain` is an election's uuid, or an assembly's, or `site`. No foreign key: what was done to a deleted draft
# stays written.
audit_log = Table(
    "audit_log",
    metadata,
    Column("chain", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("time", Moment, nullable=False),
    Column("line", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("seq > 0", name="seq"),
)

# One statement and one photograph each.
Index(
    "ix_materials_one_each",
    materials.c.election_uuid,
    materials.c.question,
    materials.c.subject,
    materials.c.kind,
    unique=True,
    sqlite_where=materials.c.kind != "attachment",
    postgresql_where=materials.c.kind != "attachment",
)
# A voter's ballot is asked for once, unless the request was declined.
Index(
    "ix_openings_undeclined",
    openings.c.election_uuid,
    openings.c.voter,
    unique=True,
    sqlite_where=openings.c.state != "declined",
    postgresql_where=openings.c.state != "declined",
)
# One household, one representative.
Index(
    "ix_residents_represents",
    residents.c.register_id,
    residents.c.label,
    residents.c.household,
    unique=True,
    sqlite_where=residents.c.represents,
    postgresql_where=residents.c.represents,
)
# Asking again changes what was asked; a voter has no more than one request that is not done.
Index(
    "ix_help_requests_undone",
    help_requests.c.election_uuid,
    help_requests.c.voter,
    unique=True,
    sqlite_where=help_requests.c.done_at.is_(None),
    postgresql_where=help_requests.c.done_at.is_(None),
)
Index("ix_unit_owners_owner_key", unit_owners.c.register_id, unit_owners.c.owner_key)
