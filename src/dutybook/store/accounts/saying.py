"""What is wrong with what somebody wants of an account, in the words of the reader section ``accounts``."""

from __future__ import annotations

from dutybook.errors import BadRequest


class Unacceptable(BadRequest):
    """``code`` is a text of that section below ``problem``; the message is its English one."""

    def __init__(self, code: str, **values: object) -> None:
        from dutybook.languages.reader import FALLBACK, reader_words

        super().__init__(reader_words("accounts", FALLBACK)(f"problem.{code}", **values))
        self.code = code
        self.values = values
