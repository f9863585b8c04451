"""The public log: batches of ballots, and the chain over the staff's events."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Adding a column at the end rewrites no row: ballots stay where they lie.
    op.add_column("ballot", sa.Column("batch", sa.Integer(), nullable=True))
    op.create_table(
        "log_batch",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_log_batch_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_log_batch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_head")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("log_batch")
    op.drop_column("ballot", "batch")
