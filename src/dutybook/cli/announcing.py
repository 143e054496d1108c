"""What the register does by itself and somebody waits for (rows made anew) is said on standard error."""

from __future__ import annotations

import logging
import sys

_LOGGER = "dutybook.store"


class _Say(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        from dutybook.cli.output import printable

        print(f"dutybook: {printable(record.getMessage())}", file=sys.stderr)


def announce() -> None:
    """Have the store's messages printed, once however often it is called."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.INFO)
    if not any(isinstance(handler, _Say) for handler in logger.handlers):
        logger.addHandler(_Say())
