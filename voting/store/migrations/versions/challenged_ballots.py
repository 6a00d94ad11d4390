"""Ballots that were opened instead of cast, and must never be cast."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    """Remember their trackers."""
    op.create_table(
        "challenged_ballots",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("voter", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("election_uuid", "tracker", name=op.f("pk_challenged_ballots")),
        sa.UniqueConstraint(
            "election_uuid", "voter", "number", name=op.f("uq_challenged_ballots_election_uuid_voter_number")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_challenged_ballots_number")),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_challenged_ballots_election_uuid_voter"),
        ),
    )
