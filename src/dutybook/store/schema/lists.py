"""What lists and counts over a whole register go by: without these each of them reads all norms, which are long."""

from __future__ import annotations

_OTHERS = "WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = {norm})"

STEP: tuple[str, ...] = (
    # The queue: the least sure finding first. A document has few confidences, so its norms are written to few places.
    "CREATE INDEX norms_confidence ON norms(confidence, document, position, row)",
    # Norms by modality and language. The condition keeps SQLite from narrowing searches by it, which leads to a quarter of all.
    "CREATE INDEX norm_facets_counted ON norm_facets(modality, language) WHERE modality <> ''",
    # From what was said of norms to their others: the other way round SQLite goes through all norms that have others.
    "DROP VIEW norm_reviews",
    f"""CREATE VIEW norm_reviews AS
        SELECT b.norm, b.review FROM review_norms b
        UNION SELECT t.identity, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.norm = b.norm
        {_OTHERS.format(norm="t.identity")}
        UNION SELECT t.norm, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.identity = b.norm
        {_OTHERS.format(norm="t.norm")}
        UNION SELECT s.norm, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.norm = b.norm
        CROSS JOIN norm_ties s ON s.identity = t.identity {_OTHERS.format(norm="s.norm")}""",  # noqa: S608 - constants only
    # Which rules and models have found norms.
    "CREATE INDEX evidence_by ON evidence(name, version) WHERE kind = 'norms'",
)
