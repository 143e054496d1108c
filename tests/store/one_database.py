"""Which test modules of the store run over one database alone."""

from __future__ import annotations

#: Modules whose tests do not run over both, and why not. All others do, new ones as well.
NOT_OVER_BOTH = {
    "test_store_backups": "a backup is a copy of a file; a server has its own programs for that",
    "test_store_beside": "about files that lie next to a register's file",
    "test_store_boundary": "reads source texts",
    "test_store_damage": "changes bytes of a file",
    "test_store_datasette": "Datasette opens files",
    "test_store_disks": "about the disk that a file lies on",
    "test_store_file": "about permissions, locks and journals of a file",
    "test_store_filter_index": "compares the two, and names its databases itself",
    "test_store_health": "repairs a file; what is looked at on a server is in test_store_postgresql",
    "test_store_prepared": "about what only a server has",
    "test_store_postgresql": "compares the two, and names its databases itself",
    "test_store_schema": "describes schema.sql; what is made of it on a server is in test_store_translation",
    "test_store_session": "about how a session on a server begins, without a server",
    "test_store_sql": "composes texts, without a database",
    "test_store_tables": "counts what a file needs loaded",
    "test_store_translation": "about what only a server needs",
    "test_store_trust": "about triggers, views and settings that a file from a stranger may hold",
}
