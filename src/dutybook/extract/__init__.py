"""Extracts findings from the text of a document, with one package for each kind of finding."""
