"""How a round's ballot paper is laid out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("layout", sa.String(), server_default="paged", nullable=False))


def downgrade() -> None:
    op.drop_column("round", "layout")
