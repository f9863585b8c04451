"""What people decide about a comment: its masks, who released it, who confirmed it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Adding columns at the end rewrites no row: comments stay where they lie.
    op.add_column("comment", sa.Column("masks", sa.Text(), nullable=True))
    op.add_column("comment", sa.Column("released_by", sa.String(), nullable=True))
    op.add_column("comment", sa.Column("confirmed_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.execute("UPDATE comment SET state = 'read' WHERE state IN ('released', 'confirmed')")
    op.drop_column("comment", "confirmed_by")
    op.drop_column("comment", "released_by")
    op.drop_column("comment", "masks")
