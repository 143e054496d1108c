"""Upkeep of a register: backups, health checks, repair, and rebuilding of derived rows."""
