"""The database file: opened safely, checked and locked; nothing here knows what the tables mean."""
