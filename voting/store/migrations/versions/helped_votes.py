"""Requests for help, the ballots that were cast with it, and whom the organisers send."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "help_requests",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.Integer(), nullable=False),
        sa.Column("by_letter", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_help_requests_number")),
        sa.CheckConstraint("wanted IN ('visit', 'call', 'paper')", name=op.f("ck_help_requests_wanted")),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_help_requests_taken")),
        sa.CheckConstraint(
            "outcome IN ('helped', 'paper', 'absent', 'not-needed', 'mistaken')",
            name=op.f("ck_help_requests_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (done_at IS NULL) AND (outcome IS NULL) = (done_by IS NULL)",
            name=op.f("ck_help_requests_done"),
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_help_requests_election_uuid_voter"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "number", name=op.f("pk_help_requests")),
    )
    op.create_index(
        "ix_help_requests_undone",
        "help_requests",
        ["election_uuid", "voter"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "helped_ballots",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("voter", sa.Integer(), nullable=False),
        sa.Column("helper", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("helped_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('family', 'neighbour', 'head', 'volunteer')", name=op.f("ck_helped_ballots_role")
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_helped_ballots_election_uuid_voter"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "tracker", name=op.f("pk_helped_ballots")),
    )
    op.create_table(
        "volunteers",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"],
            ["elections.uuid"],
            name=op.f("fk_volunteers_election_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("election_uuid", "name", name=op.f("pk_volunteers")),
    )
