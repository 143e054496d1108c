"""Files that somebody sends: kept beside the database, and read as the command line reads files."""
