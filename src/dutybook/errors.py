"""What can go wrong.

DutybookError
├── BadDocument            the file cannot be read (whole or in part); the batch goes on
│   ├── EmptyDocument          no bytes
│   ├── UnknownFormat          none of the formats we read, or not what its name says
│   ├── BrokenDocument         damaged beyond repair
│   ├── EncryptedDocument      needs a password
│   ├── NoText                 pages are images, or their text layer is garbage
│   ├── NoSpace                the disk is full on which reading it keeps what it needs for a while
│   └── TooLarge               over a limit (bytes, pages, memory, time)
├── BadRequest             the user asked for something that cannot be done; nothing was changed
│   ├── NotFound               no such path, document, norm
│   ├── NothingToRead          a folder without readable files
│   ├── MissingExtra           a part that is installed separately is not installed
│   ├── DamagedModel           a trained model's files are incomplete or not what they should be
│   ├── BadFilter              a search or export filter that makes no sense
│   └── Conflict               it does not go with what is there: a name is taken, something rests on it
│       └── ChangedSince           somebody else was faster
├── RegisterError          the database
│   ├── SchemaMismatch         its schema is of another version of Dutybook
│   ├── NotARegister           the file is no Dutybook database
│   ├── RegisterBusy           another process is writing
│   ├── RegisterUnreachable    its server does not answer
│   └── RegisterUnwritable     read-only, disk full
├── SourceError            a watched source cannot be had now; ``lasting``: asking again will not help
│   └── Refused                it may not be asked: a private address, robots.txt, a limit
├── DeliveryError          an alert did not arrive; ``lasting``: trying again will not help
└── Defect                 our own fault: please report it

Every message says what happened and what to do next. ``exit_code`` is what the command line ends with.
"""

from __future__ import annotations

from dutybook.extras import install_command
from dutybook.reasons import Reason, reason_without_code


class DutybookError(Exception):
    """Base of all errors that we raise on purpose."""

    exit_code = 1


class BadDocument(DutybookError):
    """A document that was not read; the reason is stored with the document, ``code`` as its kind."""

    exit_code = 2
    code = "unreadable"

    def __init__(self, reason: Reason) -> None:
        # Readers of other packages may give a plain sentence.
        super().__init__(reason if isinstance(reason, Reason) else reason_without_code(reason))

    @property
    def reason(self) -> Reason:
        reason: Reason = self.args[0]
        return reason.of_kind(self.code)


class EmptyDocument(BadDocument):
    code = "empty"


class UnknownFormat(BadDocument):
    code = "unknown format"


class BrokenDocument(BadDocument):
    code = "broken"


class EncryptedDocument(BadDocument):
    code = "encrypted"


class NoText(BadDocument):
    code = "no text"


class NoSpace(BadDocument):
    code = "no space"


class TooLarge(BadDocument):
    code = "too large"


class BadRequest(DutybookError):
    """The request cannot be met as it stands."""

    exit_code = 2


class NotFound(BadRequest):
    pass


class NothingToRead(BadRequest):
    pass


class MissingExtra(BadRequest):
    """An optional part is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs a part that is not installed: {install_command(extra)}")
        self._given = (what, extra)

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        """It is raised in processes of ours, too."""
        return type(self), self._given


class DamagedModel(BadRequest):
    """A trained model's files are incomplete, or not what they should be."""


class BadFilter(BadRequest):
    exit_code = 1


class Conflict(BadRequest):
    """It does not go with what is there already."""


class ChangedSince(Conflict):
    """What was to be changed was changed meanwhile, by somebody else."""


class RegisterError(DutybookError):
    """The database cannot be used as asked."""

    exit_code = 2


class SchemaMismatch(RegisterError):
    pass


class NotARegister(RegisterError):
    pass


class RegisterBusy(RegisterError):
    pass


class RegisterUnreachable(RegisterError):
    """The server that has the register does not answer, or ended the connection. A moment later it may be there again.

    ``doubtful``: nobody knows whether it stored what it was given to store.
    """

    def __init__(self, message: str, *, doubtful: bool = False) -> None:
        super().__init__(message)
        self.doubtful = doubtful


class RegisterUnwritable(RegisterError):
    pass


class SourceError(DutybookError):
    """A watched source cannot be had. ``retry_after`` is in seconds, None where the source does not say."""

    exit_code = 2

    def __init__(self, message: str, *, lasting: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.retry_after = retry_after


class Refused(SourceError):
    """Not asked at all, for safety or out of politeness."""

    def __init__(self, message: str) -> None:
        super().__init__(message, lasting=True)


class DeliveryError(DutybookError):
    """A message of an alert was not taken. ``retry_after`` is in seconds, None where the other side does not say.

    ``doubtful``: it may have arrived all the same.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, lasting: bool = False, retry_after: float | None = None, doubtful: bool = False
    ) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.retry_after = retry_after
        self.doubtful = doubtful


class Defect(DutybookError):
    """Something that should not happen; the message asks for a report."""
