"""Registers of residents beside those of units."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Say whose each register is, and create the tables of residents."""
    # One statement for both databases: Alembic would leave out the check where it adds a column.
    op.execute(
        "ALTER TABLE registers ADD COLUMN body VARCHAR(16) DEFAULT 'owners' NOT NULL"
        " CONSTRAINT ck_registers_body CHECK (body IN ('owners', 'residents'))"
    )
    op.create_table(
        "residents",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("stairwell", sa.Text(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("resident_key", sa.Text(), nullable=False),
        sa.Column("represents", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"], ["registers.id"], name=op.f("fk_residents_register_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("register_id", "position", name=op.f("pk_residents")),
        sa.UniqueConstraint(
            "register_id", "resident_key", name=op.f("uq_residents_register_id_resident_key")
        ),
    )
    op.create_index(
        "ix_residents_represents",
        "residents",
        ["register_id", "label", "household"],
        unique=True,
        sqlite_where=sa.text("represents"),
        postgresql_where=sa.text("represents"),
    )
    op.create_table(
        "resident_factors",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("resident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id", "resident"],
            ["residents.register_id", "residents.position"],
            name=op.f("fk_resident_factors_register_id_resident"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("register_id", "resident", "position", name=op.f("pk_resident_factors")),
    )
