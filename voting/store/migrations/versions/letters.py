"""One letter a voter for all elections of an assembly."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Letters, whom they are for in each election, and those that are void."""
    op.create_table(
        "letters",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_credential", sa.Text(), nullable=False),
        sa.Column("factors", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_letters_number")),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_letters_tries")),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_letters_assembly_uuid")
        ),
        sa.PrimaryKeyConstraint("assembly_uuid", "number", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "assembly_uuid", "public_credential", name=op.f("uq_letters_assembly_uuid_public_credential")
        ),
    )
    op.create_table(
        "letter_entries",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("voter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid", "voter"],
            ["roll_entries.election_uuid", "roll_entries.voter"],
            name=op.f("fk_letter_entries_election_uuid_voter"),
        ),
        sa.ForeignKeyConstraint(
            ["assembly_uuid", "letter"],
            ["letters.assembly_uuid", "letters.number"],
            name=op.f("fk_letter_entries_assembly_uuid_letter"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "voter", name=op.f("pk_letter_entries")),
        sa.UniqueConstraint("election_uuid", "letter", name=op.f("uq_letter_entries_election_uuid_letter")),
    )
    op.create_index(
        op.f("ix_letter_entries_assembly_uuid_letter"), "letter_entries", ["assembly_uuid", "letter"]
    )
    op.create_table(
        "retired_letters",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("public_credential", sa.Text(), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_retired_letters_assembly_uuid")
        ),
        sa.PrimaryKeyConstraint("assembly_uuid", "public_credential", name=op.f("pk_retired_letters")),
    )
