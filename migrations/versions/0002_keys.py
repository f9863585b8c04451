"""Who keeps a round's tally key, and check values of the secrets beside the database."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("tally_key", sa.String(), server_default="file", nullable=False))
    op.create_table(
        "key_check",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_check")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("key_check")
    op.drop_column("round", "tally_key")
