"""Prints the store's log messages on standard error while somebody waits, for example when rows are rebuilt."""

from __future__ import annotations

import logging
import sys

_LOGGER = "dutybook.store"


class _Say(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        from dutybook.cli.output import printable

        print(f"dutybook: {printable(record.getMessage())}", file=sys.stderr)


def announce() -> None:
    """Print the store's messages from now on, each once, however often this is called."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.INFO)
    if not any(isinstance(handler, _Say) for handler in logger.handlers):
        logger.addHandler(_Say())
