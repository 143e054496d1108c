"""Downloads what others publish: politely, within limits, and never from the local network unless the user allows it."""

from __future__ import annotations

from dutybook.ingest.fetching.fetch_policy import FetchPolicy
from dutybook.ingest.fetching.fetcher import PoliteFetcher

__all__ = ["FetchPolicy", "PoliteFetcher"]
