"""Words of a language that command, forbid, allow or exempt."""
