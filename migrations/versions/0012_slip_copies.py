"""The numbered copies of a letter, each under the hash of its own bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Letters that were issued before have no copies: all their recipients got the same bytes.
    op.create_table(
        "slip_copy",
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_copy_slip_id_slip")),
        sa.PrimaryKeyConstraint("slip_id", "number", name=op.f("pk_slip_copy")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_slip_copy_sha256"), "slip_copy", ["sha256"])


def downgrade() -> None:
    op.drop_table("slip_copy")
