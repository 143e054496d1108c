"""Imports workbooks: reads an exported register that people have edited, and applies their changes."""
