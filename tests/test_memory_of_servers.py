"""A server does not look through what it keeps for good whenever it searches for garbage."""

from __future__ import annotations

import gc

from dutybook.memory import exempt_from_collection


def test_what_is_there_is_left_out_and_later_garbage_is_found() -> None:
    before = gc.get_freeze_count()
    try:
        exempt_from_collection()
        assert gc.get_freeze_count() > before
        assert len(gc.get_objects()) < gc.get_freeze_count()
        ring: list[object] = []
        ring.append(ring)
        del ring
        assert gc.collect() >= 1
    finally:
        gc.unfreeze()
