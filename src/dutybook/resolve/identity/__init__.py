"""One norm through versions and languages of a work: which is which, what changed, and where languages deviate. Pure functions."""
