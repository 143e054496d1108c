"""What a request brings along: so many bytes, in so much time, whatever it says of itself."""

from __future__ import annotations

import time

import anyio
from starlette.types import Message, Receive

from dutybook.web.error_responses import Denied

#: Seconds until the next piece must be there, seconds that a small body may take, and bytes a second of a large one.
PIECE, ALL, SPEED = 30.0, 60.0, 50_000


class Body:
    """Receives for the application; counts what streams in, since not every request says its length."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self._done = False
        self._until = time.monotonic() + ALL + most / SPEED

    async def __call__(self) -> Message:
        """The next message.

        Raises:
            HTTPException: 413, more bytes than may be; 408, it takes too long.
        """
        if self._done:
            # What comes now is only whether somebody is still there.
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, min(PIECE, self._until - time.monotonic()))):
                message = await self._receive()
        except TimeoutError:
            self._done = True
            raise Denied(408, "slow") from None
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                self._done = True
                raise Denied(413, "much")
            self._done = not message.get("more_body", False)
        return message
