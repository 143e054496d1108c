"""Saved searches, alerts on them, the events that they report, and the outbox of deliveries."""
