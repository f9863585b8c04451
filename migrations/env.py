"""Alembic's environment: the engine comes from ``appraisal.store.schema``, so that its pragmas hold for migrations too."""

from alembic import context

from appraisal.store.tables import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
