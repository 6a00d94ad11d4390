"""Nominations for a committee: who was put forward, what was found, what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "nominations",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("nominator", sa.String(length=16), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_nominations_number")),
        sa.CheckConstraint("supporters >= 0", name=op.f("ck_nominations_supporters")),
        sa.CheckConstraint(
            "nominator IN ('self', 'co-owners', 'community', 'owners')",
            name=op.f("ck_nominations_nominator"),
        ),
        sa.CheckConstraint(
            "(listed IS NULL) = (decided_at IS NULL) AND (listed IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_nominations_decided"),
        ),
        sa.CheckConstraint(
            "listed OR reason IS NOT NULL OR listed IS NULL", name=op.f("ck_nominations_reason")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_nominations_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_nominations_assembly_uuid")
        ),
        sa.PrimaryKeyConstraint("assembly_uuid", "number", name=op.f("pk_nominations")),
    )
