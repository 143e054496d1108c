"""What a user may set for an analysis. The same bytes and the same config always give the same records."""

from __future__ import annotations

from dataclasses import dataclass, fields

# Stored with every document: a register reads a file again when this changed. Raise it with every change of findings.
ANALYSER_VERSION = "0.1.5"
# What is set for a run and changes no document's result.
_NO_RESULT = frozenset({"password", "members_apart", "workers", "ocr_seconds", "seconds"})


@dataclass(frozen=True, slots=True)
class Config:
    """``language`` overrides the identified language; ``password`` opens encrypted files.

    ``published`` (ISO date) is the publication date where the file does not state its own. ``members_apart``: the caller
    reads what is attached to a document, or embedded in it, as documents of their own; else a document with attachments
    is only partly read. ``ocr``: images of pages are recognised where tesseract is installed, for at most ``ocr_seconds``
    a document; what was not reached is reported. ``workers`` processes may share the pages of one large file: no
    record depends on it. ``seconds`` (0: no bound but the reader's own) is what may be spent: reading pages stops in time
    for what was read to be analysed, and the rest is reported. ``model``: who reads norms: ``auto`` (the shipped network),
    or a folder that holds a network of ours, or a sequence or token classifier in Hugging Face layout. ``tables``: who finds the
    cells of ruled tables in a PDF: ``fast``, or ``pdfplumber`` as a second opinion.
    """

    language: str | None = None
    password: str | None = None
    published: str | None = None
    members_apart: bool = False
    ocr: bool = True
    ocr_seconds: float = 20.0
    workers: int = 1
    seconds: float = 0.0
    model: str = "auto"
    tables: str = "fast"


def version_of(version: str, config: Config) -> str:
    """The version of the results: that of the analyser, and what the user set apart from the password."""
    set_by_user = [
        f"{f.name}={getattr(config, f.name)}"
        for f in fields(config)
        if f.name not in _NO_RESULT and getattr(config, f.name) != f.default
    ]
    return "; ".join([version, *set_by_user])
