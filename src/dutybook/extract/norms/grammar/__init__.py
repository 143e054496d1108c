"""Finds the words of a language that command, forbid, allow or exempt, and its nouns for actors."""
