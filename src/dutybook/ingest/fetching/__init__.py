"""Getting what others publish over the network: politely, within limits, and never from the local network unasked."""

from __future__ import annotations

from dutybook.ingest.fetching.fetch_policy import FetchPolicy
from dutybook.ingest.fetching.fetcher import PoliteFetcher

__all__ = ["FetchPolicy", "PoliteFetcher"]
