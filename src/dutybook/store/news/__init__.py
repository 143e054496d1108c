"""News items: what they refer to, which of them report one event, and what became of announced dates."""
