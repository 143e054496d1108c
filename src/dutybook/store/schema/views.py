"""Views for people who query a register with SQL or Datasette: the last of the step, over the tables of all others."""

from __future__ import annotations

STEP: tuple[str, ...] = (
    """CREATE VIEW works_overview AS SELECT
        w.id, w.short_title AS work_title, w.kind, w.jurisdiction, w.number,
        count(d.id) AS documents, group_concat(DISTINCT d.language) AS languages,
        count(DISTINCT coalesce(v.valid_from, d.version_date, d.published, '')) AS versions,
        max(coalesce(v.valid_from, d.version_date, d.published)) AS newest, coalesce(sum(d.norms), 0) AS norms
        FROM works w LEFT JOIN documents d ON d.work = w.id LEFT JOIN versions v ON v.document = d.id
        GROUP BY w.id ORDER BY w.short_title, w.id""",
    """CREATE VIEW changes_overview AS SELECT
        coalesce(v.valid_from, d.version_date, d.published) AS since, w.short_title AS work_title, c.kind,
        coalesce(c.new_place, c.old_place) AS place, coalesce(n.bearer, o.bearer) AS bearer,
        c.old_quote AS was, c.new_quote AS is_now, c.language, c.work, c.identity, c.id AS change
        FROM changes c JOIN documents d ON d.id = c.new_document LEFT JOIN versions v ON v.document = c.new_document
        LEFT JOIN norms o ON o.id = c.old_norm LEFT JOIN norms n ON n.id = c.new_norm
        LEFT JOIN work_names w ON w.document = c.new_document
        ORDER BY since DESC, c.work, c.language, c.position""",
    """CREATE VIEW deviations_overview AS SELECT
        w.short_title AS work_title, n.place, x.kind, n.language, n.quote, m.language AS other_language,
        m.quote AS other_quote, x.work, x.identity, x.id AS deviation
        FROM deviations x JOIN norms n ON n.id = x.norm JOIN norms m ON m.id = x.other
        LEFT JOIN works w ON w.id = x.work ORDER BY x.work, n.document, n.position""",
    # Empty days are left out, so that what is due first stands first.
    """CREATE VIEW open_reviews AS SELECT
        r.status, r.owner, nullif(r.due, '') AS due, w.short_title AS work_title, n.place, n.modality, n.bearer, n.quote,
        r.why, r.reviewer, nullif(r.review_date, '') AS review_date, r.changed, r.changed_by, r.norm, r.id AS review
        FROM reviews r LEFT JOIN norms n ON n.id = r.norm LEFT JOIN work_names w ON w.document = n.document
        WHERE r.status NOT IN ('not applicable', 'compliant') ORDER BY r.due = '', r.due, r.status, r.id""",
)
