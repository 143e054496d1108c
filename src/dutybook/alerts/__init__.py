"""Saved searches that tell on their own: what happened, whom it concerns, and an outbox that tells each of it once."""
