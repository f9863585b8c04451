"""Rank sets, the funnel, and the further rules of flags."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_RUNS = (
    ("rank_draws", sa.Integer),
    ("rank_seed", sa.Integer),
    ("funnel_target", sa.Float),
    ("funnel_tau2", sa.Float),
)


def upgrade() -> None:
    for name, kind in OF_RUNS:
        op.add_column("score_run", sa.Column(name, kind(), nullable=True))
    for name in ("stratum", "other"):
        op.add_column("flag", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("flag", sa.Column("bound", sa.Float(), nullable=True))


def downgrade() -> None:
    for name in ("bound", "other", "stratum"):
        op.drop_column("flag", name)
    for name, _ in reversed(OF_RUNS):
        op.drop_column("score_run", name)
