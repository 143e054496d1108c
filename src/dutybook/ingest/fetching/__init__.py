"""Getting what others publish over the network: politely, within limits, and never from the local network unasked."""

from __future__ import annotations

from dutybook.ingest.fetching.fetcher import PoliteFetcher
from dutybook.ingest.fetching.manners import Manners

__all__ = ["Manners", "PoliteFetcher"]
