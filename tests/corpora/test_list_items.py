"""List items and sentences are told apart alike for gold and predictions."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from list_items import ItemTeller

TEXTS = {
    "points": "Duties\n1. The keeper shall:\n(a) light the lamp.\n(b) ring the bell.\n2. The keeper shall sleep by day.",
    "no colon": "§ 4\n(1) Der Wärter hat\n1. die Lampe zu zünden,\n2. die Glocke zu läuten.\n(2) Er hat zu ruhen.",
    "dashes": "Artigo 2.º\n1 — O faroleiro acende a luz.\n2 — É proibido:\na) Dormir de noite;\nb) Cantar.",
    "roman": "Article 3\nI. – Le gardien allume le feu.\nII. – Le gardien :\n1° Sonne la cloche ;\n2° Tient le journal.",
    "no marks": "Il guardiano:\naccende la luce;\nsuona la campana.",
}


def squeeze(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


@pytest.mark.parametrize(
    ("text", "quote", "place", "item"),
    [
        ("points", "light the lamp", None, True),
        ("points", "ring the bell", None, True),
        ("points", "The keeper shall sleep", None, False),
        ("points", "The keeper shall:", None, False),
        ("no colon", "die Glocke zu läuten", "§ 4 Abs. 1 Nr. 2", True),
        ("no colon", "die Glocke zu läuten", "§ 4(1)(2)", True),
        ("no colon", "Er hat zu ruhen", "§ 4 Abs. 2", False),
        ("dashes", "O faroleiro acende", "Art 2(1)", False),
        ("dashes", "É proibido", "Art 2(2)", False),
        ("dashes", "Cantar", None, True),
        ("roman", "Le gardien allume", "Art 3(I)", False),
        ("roman", "Tient le journal", "Art 3(2)", True),
        ("no marks", "accende la luce", None, True),
    ],
)
def test_items_and_sentences(text: str, quote: str, place: str | None, item: bool) -> None:
    squeezed = squeeze(TEXTS[text])
    assert ItemTeller(TEXTS[text]).is_item(place, squeezed.find(squeeze(quote))) is item
