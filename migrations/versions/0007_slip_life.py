"""The whole life of a slip: extensions, corrections, chases, evidence; findings under watch or cleared."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("finding") as batch:
        batch.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("cleared_on", sa.Date(), nullable=True))
    with op.batch_alter_table("slip") as batch:
        batch.add_column(sa.Column("asked_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("extension_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_slip_replaces_id_slip", "slip", ["replaces_id"], ["id"])
    op.create_table(
        "slip_chase",
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_chase_slip_id_slip")),
        sa.PrimaryKeyConstraint("slip_id", "level", "due", name=op.f("pk_slip_chase")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evidence",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_evidence_answer_id_answer")),
        sa.ForeignKeyConstraint(["sha256"], ["evidence.sha256"], name=op.f("fk_answer_evidence_sha256_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_evidence")),
    )
    op.create_index(op.f("ix_answer_evidence_answer_id"), "answer_evidence", ["answer_id"])


def downgrade() -> None:
    op.drop_table("answer_evidence")
    op.drop_table("evidence")
    op.drop_table("slip_chase")
    with op.batch_alter_table("slip") as batch:
        batch.drop_constraint("fk_slip_replaces_id_slip", type_="foreignkey")
        batch.drop_column("replaces_id")
        batch.drop_column("extension_asked")
        batch.drop_column("asked_until")
    with op.batch_alter_table("finding") as batch:
        batch.drop_column("cleared_on")
        batch.drop_column("review_on")
