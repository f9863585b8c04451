"""Cohorts of ballots in quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("frozen_sha256", sa.String(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_quarantine_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_round_id"), "quarantine", ["round_id"], unique=False)
    op.create_table(
        "quarantine_ballot",
        sa.Column("quarantine_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quarantine_id"], ["quarantine.id"], name=op.f("fk_quarantine_ballot_quarantine_id_quarantine")
        ),
        sa.PrimaryKeyConstraint("quarantine_id", "number", name=op.f("pk_quarantine_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarantine_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quarantine_id"], ["quarantine.id"], name=op.f("fk_quarantine_event_quarantine_id_quarantine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_event")),
    )
    op.create_index(op.f("ix_quarantine_event_quarantine_id"), "quarantine_event", ["quarantine_id"], unique=False)


def downgrade() -> None:
    op.drop_table("quarantine_event")
    op.drop_table("quarantine_ballot")
    op.drop_table("quarantine")
