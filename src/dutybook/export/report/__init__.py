"""A report of an act, or of what filters leave of a register, for people who print it or hand it on: HTML, Markdown, PDF."""
