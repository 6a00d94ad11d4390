"""The only code that knows SQLAlchemy: engine, tables, migrations, queries."""
