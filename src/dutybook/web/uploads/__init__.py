"""Uploads: files that people send are stored next to the database and read as the command line reads files."""
