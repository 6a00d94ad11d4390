"""Alembic's entry: it migrates the connection that `Store.migrate` hands in, inside its transaction."""

from alembic import context

from voting.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
