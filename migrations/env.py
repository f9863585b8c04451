"""Alembic's environment: the engine comes from ``appraisal.store.schema``, so that its pragmas hold for migrations too."""

from alembic import context
from sqlalchemy import text

from appraisal.store.tables import Base

engine = context.config.attributes["engine"]
on_sqlite = engine.dialect.name == "sqlite"
with engine.connect() as connection:
    if on_sqlite:
        # SQLite changes a column by making the table anew, and would refuse to drop the old one while other rows point to it.
        # Outside a transaction, where alone this pragma is heard; what points nowhere is looked for before the commit.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if on_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise RuntimeError("the migration leaves rows that point nowhere; nothing was changed")
        connection.commit()
    finally:
        connection.rollback()
        if on_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
