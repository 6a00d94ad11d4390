"""Trustees beside the server: their circle, its ceremony, and what they send after the closing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the three tables; elections of before have no circle."""
    op.create_table(
        "circles",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(length=16), server_default="certificates", nullable=False),
        sa.Column("parameters", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 20", name=op.f("ck_circles_size")),
        sa.CheckConstraint("threshold BETWEEN 1 AND size", name=op.f("ck_circles_threshold")),
        sa.CheckConstraint(
            "round IN ('certificates', 'polynomials', 'outputs', 'ready')", name=op.f("ck_circles_round")
        ),
        sa.CheckConstraint(
            "(round = 'ready') = (parameters IS NOT NULL)", name=op.f("ck_circles_parameters")
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid"],
            ["elections.uuid"],
            name=op.f("fk_circles_election_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("election_uuid", name=op.f("pk_circles")),
    )
    op.create_table(
        "trustees",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("certificate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polynomial", sa.LargeBinary(), nullable=True),
        sa.Column("polynomial_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("output", sa.LargeBinary(), nullable=True),
        sa.Column("output_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 20", name=op.f("ck_trustees_number")),
        sa.CheckConstraint(
            "polynomial IS NULL OR certificate IS NOT NULL", name=op.f("ck_trustees_polynomial")
        ),
        sa.CheckConstraint("output IS NULL OR polynomial IS NOT NULL", name=op.f("ck_trustees_output")),
        sa.CheckConstraint(
            "(certificate IS NULL) = (certificate_at IS NULL)"
            " AND (polynomial IS NULL) = (polynomial_at IS NULL)"
            " AND (output IS NULL) = (output_at IS NULL)",
            name=op.f("ck_trustees_times"),
        ),
        sa.ForeignKeyConstraint(
            ["election_uuid"],
            ["circles.election_uuid"],
            name=op.f("fk_trustees_election_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("election_uuid", "number", name=op.f("pk_trustees")),
        sa.UniqueConstraint("election_uuid", "name", name=op.f("uq_trustees_election_uuid_name")),
        sa.UniqueConstraint(
            "election_uuid", "token_sha256", name=op.f("uq_trustees_election_uuid_token_sha256")
        ),
    )
    op.create_table(
        "trustee_shares",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owners", sa.LargeBinary(), nullable=False),
        sa.Column("area", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid", "number"],
            ["trustees.election_uuid", "trustees.number"],
            name=op.f("fk_trustee_shares_election_uuid_number"),
        ),
        sa.PrimaryKeyConstraint("election_uuid", "number", name=op.f("pk_trustee_shares")),
    )
