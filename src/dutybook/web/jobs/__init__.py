"""Work that takes longer than a request may: done by processes of its own, one after the other in each lane."""
