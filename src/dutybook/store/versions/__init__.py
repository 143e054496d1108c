"""Versions of acts: which text is in force, which norms are the same, and what changed between them."""
