"""What a finding rests on, findings merged into one another, and what departments have to say: replies and appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_sources()
    # What the one flag and the one mark were is kept; what came from comments alone has neither.
    op.execute(
        "INSERT INTO finding_flag (finding_id, flag_id) SELECT id, flag_id FROM finding WHERE flag_id IS NOT NULL"
    )
    op.execute(
        "INSERT INTO finding_mark (finding_id, item, option) SELECT id, item, option FROM finding WHERE item <> ''"
    )
    with op.batch_alter_table("finding") as batch:
        batch.drop_constraint("fk_finding_flag_id", type_="foreignkey")
        batch.drop_column("flag_id")
        batch.add_column(sa.Column("texts", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_finding_into_id", "finding", ["into_id"], ["id"])
    _create_objections()


def downgrade() -> None:
    op.drop_table("appeal")
    op.drop_table("reply")
    op.execute("UPDATE finding SET state = 'transferred' WHERE state = 'merged'")
    with op.batch_alter_table("finding") as batch:
        batch.drop_constraint("fk_finding_into_id", type_="foreignkey")
        batch.drop_column("into_id")
        batch.drop_column("texts")
        batch.add_column(sa.Column("flag_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_finding_flag_id", "flag", ["flag_id"], ["id"])
    op.execute("UPDATE finding SET flag_id = (SELECT min(flag_id) FROM finding_flag WHERE finding_id = finding.id)")
    op.drop_table("finding_comment")
    op.drop_table("finding_flag")
    op.drop_table("finding_mark")


def _create_sources() -> None:
    for table, columns in (
        (
            "finding_mark",
            (sa.Column("item", sa.String(), nullable=False), sa.Column("option", sa.String(), nullable=False)),
        ),
        ("finding_flag", (sa.Column("flag_id", sa.Integer(), nullable=False),)),
        ("finding_comment", (sa.Column("comment_id", sa.LargeBinary(length=16), nullable=False),)),
    ):
        to = {"finding_flag": ("flag_id", "flag"), "finding_comment": ("comment_id", "comment")}.get(table)
        keys = [("finding_id", "finding"), *([to] if to else [])]
        op.create_table(
            table,
            sa.Column("finding_id", sa.Integer(), nullable=False),
            *columns,
            *(
                sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
                for column, other in keys
            ),
            sa.PrimaryKeyConstraint("finding_id", *(column.name for column in columns), name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )


def _create_objections() -> None:
    op.create_table(
        "reply",
        *_about("reply"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    )
    op.create_table(
        "appeal",
        *_about("appeal"),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.UniqueConstraint("subject", name=op.f("uq_appeal_subject")),
    )
    for table in ("reply", "appeal"):
        for column in ("round_id", "department_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _about(table: str) -> list[sa.schema.SchemaItem]:
    named = ("round", "department", "finding")
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{other}_id", sa.Integer(), nullable=other == "finding") for other in named),
        *(
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id"))
            for other in named
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
