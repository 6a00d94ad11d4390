"""Assemblies with their steps, what was changed of their roll, and objections."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables; an election can belong to an assembly."""
    op.create_table(
        "assemblies",
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("convener", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), server_default="0", nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=True),
        sa.Column("wakes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("steps >= 0", name=op.f("ck_assemblies_steps")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_assemblies_estate_id")),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_assemblies_register_id")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_assemblies")),
    )
    op.create_index(op.f("ix_assemblies_estate_id"), "assemblies", ["estate_id"])
    op.create_index(op.f("ix_assemblies_wakes_at"), "assemblies", ["wakes_at"])
    op.create_table(
        "assembly_steps",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_assembly_steps_seq")),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_assembly_steps_assembly_uuid")
        ),
        sa.PrimaryKeyConstraint("assembly_uuid", "seq", name=op.f("pk_assembly_steps")),
    )
    op.create_table(
        "roll_changes",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_roll_changes_number")),
        sa.CheckConstraint("kind IN ('correction', 'decision')", name=op.f("ck_roll_changes_kind")),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_roll_changes_assembly_uuid")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_roll_changes_register_id")),
        sa.PrimaryKeyConstraint("assembly_uuid", "number", name=op.f("pk_roll_changes")),
    )
    op.create_table(
        "objections",
        sa.Column("assembly_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=True),
        sa.Column("voter", sa.Integer(), nullable=True),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_objections_number")),
        sa.CheckConstraint("about IN ('roll', 'candidates', 'result')", name=op.f("ck_objections_about")),
        sa.CheckConstraint(
            "(election_uuid IS NULL) = (voter IS NULL)", name=op.f("ck_objections_through_letter")
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_objections_answered")),
        sa.CheckConstraint(
            "(upheld IS NULL) = (decided_at IS NULL) AND (upheld IS NULL) = (decided_by IS NULL)"
            " AND (upheld IS NULL) = (reason IS NULL)",
            name=op.f("ck_objections_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["assembly_uuid"], ["assemblies.uuid"], name=op.f("fk_objections_assembly_uuid")
        ),
        sa.PrimaryKeyConstraint("assembly_uuid", "number", name=op.f("pk_objections")),
    )
    # SQLite adds a constraint only with a whole new table; the uuid is never changed and an assembly never
    # deleted.
    op.add_column("elections", sa.Column("assembly_uuid", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_elections_assembly_uuid"), "elections", ["assembly_uuid"])
