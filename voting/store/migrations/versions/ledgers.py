"""What was done outside: papers posted, ballots brought, with pictures; versions of papers; silent voters."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables; a count can have a list of silent voters."""
    op.create_table(
        "ledger_photos",
        sa.Column("ledger", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ledger", "sha256", name=op.f("pk_ledger_photos")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("ledger", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("photo_sha256", sa.String(length=64), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_ledger_entries_number")),
        sa.CheckConstraint(
            "kind IN ('delivery', 'posting', 'withdrawal')", name=op.f("ck_ledger_entries_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'withdrawal') = (withdraws IS NOT NULL)", name=op.f("ck_ledger_entries_withdrawal")
        ),
        sa.CheckConstraint("withdraws < number", name=op.f("ck_ledger_entries_withdraws")),
        sa.ForeignKeyConstraint(
            ["ledger", "withdraws"],
            ["ledger_entries.ledger", "ledger_entries.number"],
            name=op.f("fk_ledger_entries_ledger_withdraws"),
        ),
        sa.ForeignKeyConstraint(
            ["ledger", "photo_sha256"],
            ["ledger_photos.ledger", "ledger_photos.sha256"],
            name=op.f("fk_ledger_entries_ledger_photo_sha256"),
        ),
        sa.PrimaryKeyConstraint("ledger", "number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("ledger", "withdraws", name=op.f("uq_ledger_entries_ledger_withdraws")),
    )
    op.create_table(
        "link_openings",
        sa.Column("ledger", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ledger", "unit", name=op.f("pk_link_openings")),
    )
    op.create_table(
        "made_papers",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_made_papers_version")),
        sa.ForeignKeyConstraint(
            ["election_uuid"],
            ["elections.uuid"],
            name=op.f("fk_made_papers_election_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("election_uuid", "paper", "version", name=op.f("pk_made_papers")),
    )
    op.add_column("elections", sa.Column("deemed", sa.LargeBinary(), nullable=True))
