"""What voters can read about a question: statements, photographs, attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "material_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'application/pdf')", name=op.f("ck_material_files_media_type")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_material_files")),
    )
    op.create_table(
        "materials",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_materials_number")),
        sa.CheckConstraint("kind IN ('statement', 'photo', 'attachment')", name=op.f("ck_materials_kind")),
        sa.CheckConstraint("(kind = 'statement') = (text IS NOT NULL)", name=op.f("ck_materials_text")),
        sa.CheckConstraint("(text IS NULL) = (file IS NOT NULL)", name=op.f("ck_materials_file")),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_materials_election_uuid")
        ),
        sa.ForeignKeyConstraint(["file"], ["material_files.sha256"], name=op.f("fk_materials_file")),
        sa.PrimaryKeyConstraint("election_uuid", "number", name=op.f("pk_materials")),
    )
    op.create_index(op.f("ix_materials_file"), "materials", ["file"])
    op.create_index(
        "ix_materials_one_each",
        "materials",
        ["election_uuid", "question", "subject", "kind"],
        unique=True,
        sqlite_where=sa.text("kind != 'attachment'"),
        postgresql_where=sa.text("kind != 'attachment'"),
    )
