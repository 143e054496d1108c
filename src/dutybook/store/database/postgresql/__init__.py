"""A register in PostgreSQL: a connection that takes the SQL of the store, and the schema made from ``schema.sql``."""
