"""Deadlines, the events that they run from, and what is due when."""
