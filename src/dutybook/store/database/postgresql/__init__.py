"""A register in PostgreSQL: a connection that takes the SQL of the store, and the schema made from ``schema.sql``.

Raises:
    MissingExtra: on import, where what speaks to PostgreSQL is not installed.
"""

from dutybook.errors import MissingExtra

try:
    # Here, before any module of this package needs them.
    import psycopg  # noqa: F401
    import sqlglot  # noqa: F401
except ImportError as error:
    raise MissingExtra("a database in PostgreSQL", "postgres") from error
