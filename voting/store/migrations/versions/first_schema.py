"""The schema of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("display_name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('organiser', 'auditor')", name=op.f("ck_accounts_role")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_accounts_failures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "audit_log",
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_log_seq")),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_audit_log")),
    )
    op.create_table(
        "estates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estates")),
        sa.UniqueConstraint("name", name=op.f("uq_estates_name")),
    )
    op.create_table(
        "registers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_registers_estate_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["accounts.id"], name=op.f("fk_registers_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
    )
    op.create_index(op.f("ix_registers_estate_id"), "registers", ["estate_id"], unique=False)
    op.create_table(
        "elections",
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=16), server_default="draft", nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("group_name", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=True),
        sa.Column("help_text", sa.Text(), nullable=True),
        sa.Column("roll_sha256", sa.String(length=64), nullable=True),
        sa.Column("electorate_owners", sa.Integer(), nullable=True),
        sa.Column("electorate_area_dm2", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules", sa.LargeBinary(), nullable=True),
        sa.Column("election_json", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_trustee_key", sa.LargeBinary(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("owners_head", sa.String(length=64), nullable=True),
        sa.Column("area_head", sa.String(length=64), nullable=True),
        sa.Column("early_close_reason", sa.Text(), nullable=True),
        sa.Column("closing_checkpoint", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "phase = 'draft' OR (issued_at IS NOT NULL AND opened_at IS NOT NULL AND rules IS NOT NULL"
            " AND election_json IS NOT NULL AND sealed_trustee_key IS NOT NULL AND height IS NOT NULL"
            " AND owners_head IS NOT NULL AND area_head IS NOT NULL)",
            name=op.f("ck_elections_opened"),
        ),
        sa.CheckConstraint(
            "phase IN ('draft', 'open', 'closed') OR (counted_at IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_elections_counted"),
        ),
        sa.CheckConstraint(
            "phase IN ('draft', 'open', 'closed', 'counted', 'published')", name=op.f("ck_elections_phase")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_elections_window")),
        sa.CheckConstraint(
            "electorate_owners > 0 AND electorate_area_dm2 > 0", name=op.f("ck_elections_electorate")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_elections_estate_id")),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_elections_register_id")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_elections")),
    )
    op.create_index(op.f("ix_elections_estate_id"), "elections", ["estate_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("stairwell", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("area_source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("developer", sa.Boolean(), nullable=False),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_units_area")),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_units_register_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("register_id", "position", name=op.f("pk_units")),
        sa.UniqueConstraint("register_id", "label", name=op.f("uq_units_register_id_label")),
    )
    op.create_table(
        "board_data",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_board_data_election_uuid")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "hash", name=op.f("pk_board_data")),
    )
    op.create_table(
        "board_events",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("owners_payload", sa.String(length=64), nullable=True),
        sa.Column("area_payload", sa.String(length=64), nullable=True),
        sa.Column("owners_hash", sa.String(length=64), nullable=False),
        sa.Column("area_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("height >= 0", name=op.f("ck_board_events_height")),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_board_events_election_uuid")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "height", name=op.f("pk_board_events")),
    )
    op.create_table(
        "retired_credentials",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("public_credential", sa.Text(), nullable=False),
        sa.Column("voter", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"],
            ["elections.uuid"],
            name=op.f("fk_retired_credentials_election_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("election_uuid", "public_credential", name=op.f("pk_retired_credentials")),
    )
    op.create_table(
        "roll_entries",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("voter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("public_credential", sa.Text(), nullable=False),
        sa.Column("factors", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_roll_entries_area")),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_roll_entries_tries")),
        sa.CheckConstraint("voter > 0", name=op.f("ck_roll_entries_voter")),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_roll_entries_election_uuid")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "voter", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint(
            "election_uuid", "public_credential", name=op.f("uq_roll_entries_election_uuid_public_credential")
        ),
    )
    op.create_table(
        "unit_factors",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id", "unit"],
            ["units.register_id", "units.position"],
            name=op.f("fk_unit_factors_register_id_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("register_id", "unit", "position", name=op.f("pk_unit_factors")),
    )
    op.create_table(
        "unit_owners",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id", "unit"],
            ["units.register_id", "units.position"],
            name=op.f("fk_unit_owners_register_id_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("register_id", "unit", "position", name=op.f("pk_unit_owners")),
    )
    op.create_index("ix_unit_owners_owner_key", "unit_owners", ["register_id", "owner_key"], unique=False)
    op.create_table(
        "ballots",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("voter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid", "height"],
            ["board_events.election_uuid", "board_events.height"],
            name=op.f("fk_ballots_election_uuid_height"),
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_ballots_election_uuid_voter"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "voter", name=op.f("pk_ballots")),
        sa.UniqueConstraint("election_uuid", "height", name=op.f("uq_ballots_election_uuid_height")),
        sa.UniqueConstraint("election_uuid", "tracker", name=op.f("uq_ballots_election_uuid_tracker")),
    )
