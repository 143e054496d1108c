"""Proposes which norms of an act apply to a profile, from the scope that the act states and from whom each norm addresses."""
