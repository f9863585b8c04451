"""Requests to revoke or reissue codes, and the open channel."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("open_channel", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "code_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_code_request_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_request")),
    )
    op.create_index(op.f("ix_code_request_round_id"), "code_request", ["round_id"])
    op.create_table(
        "requested_code",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["code_request.id"], name=op.f("fk_requested_code_request_id_code_request")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_requested_code")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_requested_code_request_id"), "requested_code", ["request_id"])
    op.create_table(
        "open_comment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_open_comment_round_id_round")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_open_comment_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_comment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_open_comment_round_id"), "open_comment", ["round_id"])


def downgrade() -> None:
    op.drop_table("open_comment")
    op.drop_table("requested_code")
    op.drop_table("code_request")
    op.drop_column("round", "open_channel")
