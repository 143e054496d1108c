"""Incidents with their duties to notify, as people entered them, and the norms among which such duties are searched."""
