"""Mini-samples: which round asks which problem again, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recheck",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("aim", sa.Float(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_recheck_finding_id_finding")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_recheck_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_recheck")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_recheck_finding_id"), "recheck", ["finding_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_recheck_finding_id"), table_name="recheck")
    op.drop_table("recheck")
