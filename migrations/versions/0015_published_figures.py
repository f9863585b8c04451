"""What was told everybody of a published round."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_figures",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_published_figures_round_id_round")),
        sa.ForeignKeyConstraint(["run_id"], ["score_run.id"], name=op.f("fk_published_figures_run_id_score_run")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_published_figures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_published_figures_run_id"), "published_figures", ["run_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_published_figures_run_id"), table_name="published_figures")
    op.drop_table("published_figures")
