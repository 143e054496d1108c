"""Reports on an act, or on a filtered part of a register, for people who print it or pass it on: HTML, Markdown, PDF."""
