"""A voter can have several ballots, as many as the election allows; a request to open names one of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# Children first: no table goes while another one points to it.
_AGAIN = ("opening_answers", "openings", "open_ballots", "ballots")


def upgrade() -> None:
    """Make the tables anew, because SQLite changes no key: with the rows that were there."""
    op.add_column(
        "elections", sa.Column("ballots_each", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.create_index("ix_elections_ballots_each", "elections", ["uuid", "ballots_each"], unique=True)
    for table in _AGAIN:
        op.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 - the names above
        op.drop_table(table)
    _create_ballots()
    op.execute(
        "INSERT INTO ballots (election_uuid, voter, number, most, tracker, height)"
        " SELECT election_uuid, voter, 1, 1, tracker, height FROM kept_ballots"
    )
    _create_openings()
    for table in ("openings", "opening_answers", "open_ballots"):
        columns = ", ".join(column["name"] for column in sa.inspect(op.get_bind()).get_columns(table))
        op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_{table}")  # noqa: S608
    for table in _AGAIN:
        op.drop_table(f"kept_{table}")


def _create_ballots() -> None:
    op.create_table(
        "ballots",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("voter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND most", name=op.f("ck_ballots_number")),
        sa.ForeignKeyConstraint(
            ["election_uuid", "most"],
            ["elections.uuid", "elections.ballots_each"],
            name=op.f("fk_ballots_election_uuid_most"),
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_ballots_election_uuid_voter"),
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid", "height"],
            ["board_events.election_uuid", "board_events.height"],
            name=op.f("fk_ballots_election_uuid_height"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "voter", "number", name=op.f("pk_ballots")),
        sa.UniqueConstraint("election_uuid", "tracker", name=op.f("uq_ballots_election_uuid_tracker")),
        sa.UniqueConstraint("election_uuid", "height", name=op.f("uq_ballots_election_uuid_height")),
    )


def _create_openings() -> None:
    op.create_table(
        "openings",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attachment", sa.LargeBinary(), nullable=False),
        sa.Column("attachment_kind", sa.String(length=4), nullable=False),
        sa.Column("attachment_sha256", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("requested_role", sa.String(length=16), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="requested", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_openings_number")),
        sa.CheckConstraint(
            "attachment_kind IN ('pdf', 'png', 'jpg')", name=op.f("ck_openings_attachment_kind")
        ),
        sa.CheckConstraint(
            "requested_role IN ('organiser', 'auditor')", name=op.f("ck_openings_requested_role")
        ),
        sa.CheckConstraint("state IN ('requested', 'declined', 'opened')", name=op.f("ck_openings_state")),
        sa.CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name=op.f("ck_openings_decided")),
        sa.CheckConstraint("(state = 'opened') = (proof IS NOT NULL)", name=op.f("ck_openings_opened")),
        sa.ForeignKeyConstraint(
            ["election_uuid", "tracker"],
            ["ballots.election_uuid", "ballots.tracker"],
            name=op.f("fk_openings_election_uuid_tracker"),
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["accounts.id"], name=op.f("fk_openings_requested_by")),
        sa.PrimaryKeyConstraint("election_uuid", "number", name=op.f("pk_openings")),
    )
    op.create_index(
        "ix_openings_undeclined",
        "openings",
        ["election_uuid", "voter"],
        unique=True,
        sqlite_where=sa.text("state != 'declined'"),
        postgresql_where=sa.text("state != 'declined'"),
    )
    op.create_table(
        "opening_answers",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("share", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approves OR reason IS NOT NULL", name=op.f("ck_opening_answers_reason")),
        sa.ForeignKeyConstraint(
            ["election_uuid", "number"],
            ["openings.election_uuid", "openings.number"],
            name=op.f("fk_opening_answers_election_uuid_number"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "number", "approver", name=op.f("pk_opening_answers")),
    )
    op.create_table(
        "open_ballots",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid", "height"],
            ["ballots.election_uuid", "ballots.height"],
            name=op.f("fk_open_ballots_election_uuid_height"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "height", name=op.f("pk_open_ballots")),
    )
