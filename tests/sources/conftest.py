from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from replay import Replay

from dutybook.ingest.fetcher import FetchPolicy, PoliteFetcher


@pytest.fixture
def server() -> Iterator[Replay]:
    with Replay() as replay:
        yield replay


@pytest.fixture
def slept() -> list[float]:
    """How long a fetcher made by ``make`` has slept: it only notes it."""
    return []


@pytest.fixture
def make(slept: list[float]) -> Iterator[Callable[..., PoliteFetcher]]:
    """Makes fetchers that may ask the server, without pauses; takes what :class:`Manners` and fetchers take."""
    made: list[PoliteFetcher] = []

    def one(**given: Any) -> PoliteFetcher:
        own = {name: given.pop(name) for name in list(given) if name in FetchPolicy.__dataclass_fields__}
        manners = FetchPolicy(**{"allow_private": True, "pause": 0.0, "read": 2.0, "connect": 2.0, **own})
        fetcher = PoliteFetcher(manners, **{"sleep": slept.append, **given})
        made.append(fetcher)
        return fetcher

    yield one
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(make: Callable[..., PoliteFetcher]) -> PoliteFetcher:
    return make()
