
-- -------------------------------
-- Works, documents and their text
-- -------------------------------

CREATE TABLE works (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    number TEXT,
    short_title TEXT NOT NULL,
    issuer TEXT
) STRICT;

-- What each document says of its work; `works` holds one of these rows, chosen by a fixed rule, so that the
-- register does not depend on which document arrived first.
CREATE TABLE work_names (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    kind TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    number TEXT,
    short_title TEXT NOT NULL,
    issuer TEXT,
    language TEXT NOT NULL
) STRICT;
CREATE INDEX work_names_work ON work_names(work, language, document);

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    work TEXT REFERENCES works(id),
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    genre TEXT NOT NULL,
    genre_probability REAL NOT NULL DEFAULT 0,
    family TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    version_date TEXT,
    published TEXT,
    pages INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    norms INTEGER NOT NULL,
    problems TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    analyser TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_by TEXT NOT NULL DEFAULT '',
    in_force_from TEXT,
    in_force_until TEXT,
    version_kind TEXT NOT NULL DEFAULT '',
    format TEXT NOT NULL DEFAULT '',
    reasons TEXT NOT NULL DEFAULT '[]',
    author TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    publisher TEXT NOT NULL DEFAULT '',
    operative INTEGER NOT NULL DEFAULT 0,
    searched INTEGER NOT NULL DEFAULT 0,
    gaps INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX documents_work ON documents(work);
CREATE INDEX documents_sha256 ON documents(sha256);
CREATE INDEX documents_source ON documents(source);

CREATE TABLE texts (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    boilerplate TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- Checksums of the rows of each document as they were stored, without what follows from other documents.
CREATE TABLE checksums (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    checksum TEXT NOT NULL
) STRICT;

CREATE TABLE pages (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    confidence REAL,
    reasons TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (document, number)
) STRICT;

CREATE TABLE provisions (
    id TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    parent TEXT,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    heading TEXT NOT NULL,
    place TEXT NOT NULL,
    zone TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    UNIQUE (document, id)
) STRICT;
CREATE INDEX provisions_document ON provisions(document, position);

-- Every official number that a document gives its own work: ``scheme`` is celex, eli, oj or national.
CREATE TABLE work_numbers (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    scheme TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (document, scheme, number)
) STRICT;
CREATE INDEX work_numbers_number ON work_numbers(number COLLATE NOCASE);

-- What a document's work does to another (``related``): amends, corrects, repeals, implements, transposes.
CREATE TABLE work_relations (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    work TEXT NOT NULL,
    related TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX work_relations_document ON work_relations(document, position);
CREATE INDEX work_relations_work ON work_relations(work);
CREATE INDEX work_relations_related ON work_relations(related);

-- Languages of norms: words are looked for in the forms of these alone.
CREATE TABLE document_languages (
    language TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    PRIMARY KEY (language, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_languages_document ON document_languages(document);

-- ------------------------------------------
-- Norms and what else was found in documents
-- ------------------------------------------

CREATE TABLE norms (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    modality TEXT NOT NULL,
    strength TEXT NOT NULL,
    bearer TEXT,
    bearer_class TEXT NOT NULL,
    quote TEXT NOT NULL,
    action TEXT,
    recipient TEXT,
    condition TEXT,
    exception TEXT,
    contents TEXT NOT NULL DEFAULT '[]',
    stem TEXT,
    language TEXT NOT NULL,
    quoted INTEGER NOT NULL DEFAULT 0,
    amended_act TEXT,
    amended_place TEXT,
    legal_status TEXT,
    page INTEGER,
    confidence REAL NOT NULL,
    provision TEXT,
    position INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    parts TEXT NOT NULL,
    boxes TEXT NOT NULL,
    terms TEXT NOT NULL,
    headings TEXT NOT NULL DEFAULT '',
    leading INTEGER NOT NULL DEFAULT 0,
    row INTEGER NOT NULL UNIQUE,
    cell TEXT,
    role TEXT,
    bearer_definition TEXT,
    applies_from TEXT,
    applies_until TEXT,
    applies_from_by TEXT,
    applies_until_by TEXT,
    applies_why TEXT NOT NULL DEFAULT '[]',
    topics TEXT
) STRICT;
CREATE INDEX norms_bearer ON norms(bearer);
CREATE INDEX norms_bearer_definition ON norms(bearer_definition);
CREATE INDEX norms_applies_from_by ON norms(applies_from_by);
CREATE INDEX norms_document ON norms(document, position, row, id);
-- The queue: the least sure finding first. A document has few confidences, so its norms are written to few places.
CREATE INDEX norms_confidence ON norms(confidence, document, position, row);
CREATE TRIGGER review_norms_lost AFTER DELETE ON norms BEGIN UPDATE review_norms SET missing = 1 WHERE norm = old.id; END;

-- The content is the view: nothing is stored twice, and Datasette offers its search box on `register`.
CREATE VIRTUAL TABLE norms_fts USING fts5(
    quote,
    bearer,
    action,
    place,
    document_title,
    headings,
    terms,
    content="register",
    tokenize="unicode61 remove_diacritics 2 tokenchars '§'"
);

-- Which rule or model spoke for a finding; `finding` is the id of a row in the table that `kind` names.
CREATE TABLE evidence (
    kind TEXT NOT NULL,
    finding TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    cue TEXT,
    cue_start INTEGER,
    cue_end INTEGER,
    confidence REAL NOT NULL,
    why TEXT NOT NULL,
    page INTEGER,
    boxes TEXT NOT NULL,
    fields TEXT NOT NULL DEFAULT '{}',
    UNIQUE (document, kind, finding)
) STRICT;
-- Which rules and models have found norms.
CREATE INDEX evidence_by ON evidence(name, version) WHERE kind = 'norms';

CREATE TABLE rejected (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    reason TEXT NOT NULL,
    provision TEXT,
    page INTEGER,
    boxes TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX rejected_document ON rejected(document, position);

-- Operative text that was not searched for norms, or not surely.
CREATE TABLE gaps (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    PRIMARY KEY (document, position)
) STRICT;

CREATE TABLE definitions (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    work TEXT,
    number TEXT NOT NULL,
    place TEXT NOT NULL,
    term TEXT NOT NULL,
    role TEXT NOT NULL,
    actor TEXT,
    quote TEXT NOT NULL,
    language TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX definitions_document ON definitions(document, position);
CREATE INDEX definitions_work ON definitions(work, number, language);
CREATE INDEX definitions_role ON definitions(role) WHERE language = 'en';

CREATE TABLE norm_terms (
    norm TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (document, norm, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX norm_terms_definition ON norm_terms(definition);

CREATE TABLE citations (
    id TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    norm TEXT,
    position INTEGER NOT NULL,
    as_written TEXT NOT NULL,
    work TEXT,
    place TEXT,
    resolved INTEGER NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX citations_document ON citations(document, position);
CREATE INDEX citations_norm ON citations(document, norm);
CREATE INDEX citations_work ON citations(work, place);

-- Steps of acts in the making that news report (``reached``) or announce: proposed, consultation, general_approach, trilogue, adopted, published,
-- withdrawn. ``value`` is the day, month or year, of a consultation the last day; NULL where the text names none. ``quote`` is the sentence.
CREATE TABLE procedure_steps (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    value TEXT,
    reached INTEGER NOT NULL,
    words TEXT NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX procedure_steps_document ON procedure_steps(document, position);

-- Acts that news and guidance name where neither a number nor a well-known name leads to them. ``act`` is the same
-- for all names of one act in one language; ``draft``: the text says that it is not adopted.
CREATE TABLE named_acts (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    act TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    draft INTEGER NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX named_acts_document ON named_acts(document, position);
CREATE INDEX named_acts_act ON named_acts(act);

CREATE TABLE deadlines (
    id TEXT PRIMARY KEY,
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    quote TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    direction TEXT,
    anchor TEXT,
    due TEXT,
    reason TEXT NOT NULL,
    steps TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    basis TEXT,
    starter TEXT,
    starter_kind TEXT
) STRICT;
CREATE INDEX deadlines_norm ON deadlines(norm, position);
CREATE INDEX deadlines_document ON deadlines(document);
CREATE INDEX deadlines_due ON deadlines(due) WHERE due IS NOT NULL;

CREATE TABLE facts (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    quote TEXT NOT NULL,
    value TEXT,
    due TEXT,
    steps TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    scope TEXT NOT NULL DEFAULT '[]',
    outside TEXT NOT NULL DEFAULT '[]',
    reach TEXT NOT NULL DEFAULT 'whole',
    about TEXT NOT NULL DEFAULT '',
    basis TEXT,
    status TEXT NOT NULL DEFAULT 'stated'
) STRICT;
CREATE INDEX facts_document ON facts(document, position);

CREATE TABLE amendments (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    act TEXT,
    work TEXT,
    target TEXT,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX amendments_document ON amendments(document, position);
CREATE INDEX amendments_work ON amendments(work);

CREATE TABLE date_changes (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    work TEXT NOT NULL,
    target TEXT,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX date_changes_document ON date_changes(document, position);
CREATE INDEX date_changes_work ON date_changes(work);

-- What later acts do to the dates of an act: ``due`` is the day that counts now, NULL where ``by_document`` changes it in a way
-- that yields no single day.
CREATE TABLE moved_facts (
    fact TEXT PRIMARY KEY REFERENCES facts(id) ON DELETE CASCADE,
    due TEXT,
    steps TEXT NOT NULL,
    by_document TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE penalties (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    quote TEXT NOT NULL,
    imposed INTEGER NOT NULL,
    page INTEGER,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL
) STRICT;
CREATE INDEX penalties_document ON penalties(document, position);

CREATE TABLE amounts (
    penalty TEXT NOT NULL REFERENCES penalties(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    amount REAL,
    currency TEXT,
    percent REAL,
    "of" TEXT,
    PRIMARY KEY (penalty, position)
) STRICT;

-- The times from which a norm may apply, where it is not one day for all cases. The first holds where no other does.
CREATE TABLE norm_periods (
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    applies_from TEXT,
    applies_until TEXT,
    about TEXT NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (norm, position)
) STRICT;
CREATE INDEX norm_periods_document ON norm_periods(document);

CREATE TABLE sanctions (
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    penalty TEXT NOT NULL REFERENCES penalties(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (norm, position)
) STRICT;
CREATE INDEX sanctions_penalty ON sanctions(penalty);
CREATE INDEX sanctions_document ON sanctions(document);

-- ------------------------------------------------------------
-- Events that people enter, and what calendar files were given
-- ------------------------------------------------------------

-- What people say, and what was sent to their calendars: no content of documents, so re-reading a document leaves
-- it alone. ``event_dates`` has the days (for hours: moments with their offset) that follow from an event, the next
-- ones of what returns; ``due`` is the first. Quote, value, anchor, place and title say what it was about when its
-- deadline is gone.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    deadline TEXT NOT NULL,
    norm TEXT NOT NULL,
    document TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    place TEXT,
    law TEXT,
    due TEXT NOT NULL,
    steps TEXT NOT NULL,
    note TEXT NOT NULL,
    created TEXT NOT NULL,
    quote TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    anchor TEXT,
    norm_place TEXT NOT NULL,
    title TEXT NOT NULL,
    work TEXT,
    language TEXT NOT NULL
) STRICT;
CREATE INDEX events_deadline ON events(deadline);
CREATE INDEX events_norm ON events(norm);

-- A table, not JSON in a column: the search index cannot be checked over a view that takes JSON apart.
CREATE TABLE event_dates (
    event TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    due TEXT NOT NULL,
    PRIMARY KEY (event, position)
) STRICT;
CREATE INDEX event_dates_due ON event_dates(due);

-- One row for each event of a calendar file: ``feed`` is the filters as JSON; ``slot`` and ``words`` recognise the
-- event after the text has changed, ``sequence`` counts its changes (RFC 5545, 3.8.7.4).
CREATE TABLE calendar_entries (
    feed TEXT NOT NULL,
    uid TEXT NOT NULL,
    slot TEXT NOT NULL,
    words TEXT NOT NULL,
    digest TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    changed TEXT NOT NULL,
    start TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (feed, uid)
) STRICT;
CREATE INDEX calendar_entries_uid ON calendar_entries(uid);

-- What happened, entered once for all the acts that ask for a notification: JSON in ``kinds`` and ``filters`` (which norms), moments and days in
-- ISO 8601 (empty: not known), ``place`` whose public holidays and clocks count, ``law`` for acts
-- of which it is not known how they count. ``revision`` is its last row in ``history``.
CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kinds TEXT NOT NULL,
    aware TEXT NOT NULL,
    occurred TEXT NOT NULL,
    classified TEXT NOT NULL,
    measure TEXT NOT NULL,
    handled TEXT NOT NULL,
    place TEXT NOT NULL,
    law TEXT NOT NULL,
    filters TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;

-- The duties to notify that an incident brings, as they were found (``duty``: JSON), and what was done about each: when it was ``submitted``,
-- the ``evidence`` of it (a path or address), ``dropped`` and why (``note``).
CREATE TABLE incident_duties (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incidents(id),
    duty TEXT NOT NULL,
    submitted TEXT NOT NULL,
    evidence TEXT NOT NULL,
    dropped TEXT NOT NULL,
    note TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX incident_duties_incident ON incident_duties(incident);

-- What a change of the law means for the organisation, one item a change: ``kind`` is changed, new or amended, ``document`` the text that brought it
-- (of what amends the act), ``old`` the one that it is compared with, ``day`` when it stands from. ``decision`` is empty, "to be adapted", "adapted"
-- or "no effect". ``revision`` is its last row in ``history``.
CREATE TABLE assessments (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    work TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    old TEXT NOT NULL,
    language TEXT NOT NULL,
    day TEXT NOT NULL,
    opened TEXT NOT NULL,
    due TEXT NOT NULL,
    owner TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX assessments_work ON assessments(work);

-- Tasks that were sent to a service (``target``: as people see it, without secrets): the ``revision`` that was sent last, and the ``link`` or
-- number that the service answered with.
CREATE TABLE task_deliveries (
    task TEXT NOT NULL,
    target TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sent TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (task, target)
) STRICT;

-- One row for each requirements library that was exported. CISO Assistant takes a library for newer by its number alone,
-- and knows it by ``urn`` and ``locale``; ``digest`` tells whether its content has changed since.
CREATE TABLE library_versions (
    urn TEXT PRIMARY KEY,
    locale TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;

-- --------------------------------
-- Versions, identities and changes
-- --------------------------------

-- Versions of a work in one language, in order of time. ``expression`` is shared by copies of one text (PDF and
-- HTML), of which one is ``preferred``. It stands from ``valid_from`` until the day before the next one's
-- (``valid_until``, the last day, NULL while it stands); ``previous`` and ``next`` are preferred documents of the
-- same language. The rules stand in resolve/versions.py.
CREATE TABLE versions (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    language TEXT NOT NULL,
    expression TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    previous TEXT,
    next TEXT,
    preferred INTEGER NOT NULL,
    current INTEGER NOT NULL
) STRICT;
CREATE INDEX versions_work ON versions(work, language, valid_from);
CREATE INDEX versions_expression ON versions(expression);

-- Two documents of a work whose norms were aligned, kept so that a further document costs its own alignments only.
-- ``kind`` is version, copy or language; ``pairs`` JSON of [norm, norm, basis, score]; ``made`` what it rests on
-- besides the two.
CREATE TABLE alignments (
    one TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    kind TEXT NOT NULL,
    made TEXT NOT NULL,
    pairs TEXT NOT NULL,
    PRIMARY KEY (one, other)
) STRICT;
CREATE INDEX alignments_other ON alignments(other);
CREATE INDEX alignments_work ON alignments(work);

-- Norms that are the same as a norm that comes before them (``identity``). Nearly all are alone: of these there is
-- no row.
CREATE TABLE norm_ties (
    norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    basis TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX norm_ties_identity ON norm_ties(identity);
CREATE INDEX norm_ties_document ON norm_ties(document);

-- One row a kind of change of one norm between two consecutive versions in one language: added, repealed,
-- tightened, relaxed, deadline moved, bearer changed, reworded, renumbered (rules: resolve/identity/strictness.py).
-- ``old_norm`` is NULL for added, ``new_norm`` for repealed ones; ``detail`` is JSON of what it was and what it is.
-- ``corrected``: a corrigendum (``new_document``) puts words of ``old_norm`` right.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    work TEXT NOT NULL,
    language TEXT NOT NULL,
    old_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    new_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    identity TEXT NOT NULL,
    kind TEXT NOT NULL,
    old_norm TEXT,
    new_norm TEXT,
    old_place TEXT,
    new_place TEXT,
    old_quote TEXT,
    new_quote TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX changes_work ON changes(work, language);
CREATE INDEX changes_old_document ON changes(old_document);
CREATE INDEX changes_new_document ON changes(new_document, position);
CREATE INDEX changes_old_norm ON changes(old_norm);
CREATE INDEX changes_new_norm ON changes(new_norm);
CREATE INDEX changes_identity ON changes(identity);

-- Every "for … read …" of a corrigendum (``document``), whether or not the act that it corrects is here. ``cited``
-- is where, as written, ``place`` the same as in ``norms``; ``act`` the document whose words they are and ``norm``
-- the norm there, NULL where none is.
CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    work TEXT NOT NULL,
    language TEXT NOT NULL,
    cited TEXT NOT NULL,
    place TEXT,
    wrong TEXT NOT NULL,
    "right" TEXT NOT NULL,
    act TEXT REFERENCES documents(id) ON DELETE SET NULL,
    norm TEXT
) STRICT;
CREATE INDEX corrections_document ON corrections(document, position);
CREATE INDEX corrections_work ON corrections(work);
CREATE INDEX corrections_act ON corrections(act);

-- Where two language versions of one norm say different things: ``kind`` is modality, strength, deadline or number,
-- ``statement`` and ``other_statement`` what the one and the other says.
CREATE TABLE deviations (
    id TEXT PRIMARY KEY,
    work TEXT NOT NULL,
    identity TEXT NOT NULL,
    kind TEXT NOT NULL,
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    statement TEXT NOT NULL,
    other_statement TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    other_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE
) STRICT;
CREATE INDEX deviations_work ON deviations(work);
CREATE INDEX deviations_norm ON deviations(norm);
CREATE INDEX deviations_other ON deviations(other);
CREATE INDEX deviations_document ON deviations(document);
CREATE INDEX deviations_other_document ON deviations(other_document);

-- --------------------------
-- Search: facets and vectors
-- --------------------------

-- One narrow row a norm: what filters ask for and facets count. ``identity`` is that of ``norm_identities``, or the
-- norm's own id; ``standing`` is 1 for norms of a current version's preferred copy, which a search shows by
-- default. ``dues`` are the days on which it has something due, in order, parted by a space; NULL where there is
-- none.
CREATE TABLE norm_facets (
    row INTEGER PRIMARY KEY REFERENCES norms(row) ON DELETE CASCADE,
    norm TEXT NOT NULL,
    document TEXT NOT NULL,
    identity TEXT NOT NULL,
    standing INTEGER NOT NULL,
    language TEXT NOT NULL,
    modality TEXT NOT NULL,
    strength TEXT NOT NULL,
    bearer_class TEXT NOT NULL,
    bearer TEXT,
    place TEXT NOT NULL,
    role TEXT,
    work TEXT,
    jurisdiction TEXT,
    topics TEXT NOT NULL,
    dues TEXT,
    applies_from TEXT,
    applies_until TEXT,
    new_text TEXT NOT NULL DEFAULT 'own',
    legal_status TEXT,
    leading INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX norm_facets_role ON norm_facets(role) WHERE role IS NOT NULL;
CREATE INDEX norm_facets_identity ON norm_facets(identity) WHERE identity <> norm;
-- Norms by modality and language. The condition keeps SQLite from narrowing searches by it, which leads to a
-- quarter of all.
CREATE INDEX norm_facets_counted ON norm_facets(modality, language) WHERE modality <> '';

-- One row an article that has norms: each word of its whole text once, by the keys of its forms. ``row`` is the row of its first
-- norm, ``last`` that of its last one.
CREATE TABLE articles (
    row INTEGER PRIMARY KEY REFERENCES norms(row) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    last INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX articles_document ON articles(document, row);

-- Where a word stands in an article is of no interest, so the index has no positions and no phrases.
CREATE VIRTUAL TABLE articles_fts USING fts5(
    words,
    content="articles",
    content_rowid="row",
    detail="none",
    tokenize="unicode61 remove_diacritics 2 tokenchars '§'"
);

-- Which rows are a document's: ``first`` to ``last``. ``moved``: later acts move dates of it; ``named``: digests of
-- the work's English texts, from which its bearers have their names.
CREATE TABLE document_rows (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    named TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_rows_title ON document_rows(title, document, first, last);

-- The one encoder whose vectors the register holds: vectors of two encoders cannot be compared. ``generation`` is
-- another one each time that all are made anew. ``index_token`` is part of the name of the file beside the database
-- that holds the approximate index, ``index_last`` the last vector in it; NULL where there is none.
CREATE TABLE vector_model (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    generation TEXT NOT NULL,
    index_token TEXT,
    index_last INTEGER
) STRICT;

-- ``key`` is the SHA-256 of model and encoded text (hex), so that a text that returns (copies, versions,
-- re-reading) keeps its vector. ``vector`` holds one signed byte a dimension, scaled so that the largest is 127. An
-- ``id`` is never given twice: the index file may still know one that is gone.
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    vector BLOB NOT NULL
) STRICT;

CREATE TABLE norm_vectors (
    norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE,
    vector INTEGER NOT NULL REFERENCES vectors(id) ON DELETE CASCADE
) STRICT;
CREATE INDEX norm_vectors_vector ON norm_vectors(vector);

-- ---------------------------------------
-- Judgements of people, and their history
-- ---------------------------------------

-- ``due`` and ``review_date`` are the people's own days. ``why`` says why the status is "requires review".
-- ``stands`` is the date of the version that it was last compared with, ``seen`` which changes of that version are
-- dealt with (JSON; "*": all). ``revision`` and ``changed`` are number and time of its last row in ``history``.
CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    norm TEXT NOT NULL,
    status TEXT NOT NULL,
    owner TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    due TEXT NOT NULL,
    review_date TEXT NOT NULL,
    priority TEXT NOT NULL,
    applicability TEXT NOT NULL,
    applicability_reason TEXT NOT NULL,
    applicability_by TEXT NOT NULL,
    applicability_on TEXT NOT NULL,
    control_words TEXT NOT NULL,
    tags TEXT NOT NULL,
    finding TEXT NOT NULL,
    finding_reason TEXT NOT NULL,
    why TEXT NOT NULL,
    stands TEXT NOT NULL,
    seen TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_norm ON reviews(norm);
CREATE INDEX reviews_status ON reviews(status);
CREATE INDEX reviews_owner ON reviews(owner);

-- ``missing``: the register has no such norm now. Values are the extractor's, not corrected ones.
CREATE TABLE review_norms (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    norm TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    work TEXT NOT NULL,
    language TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    modality TEXT NOT NULL,
    strength TEXT NOT NULL,
    bearer TEXT NOT NULL,
    missing INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (review, norm)
) STRICT;
CREATE INDEX review_norms_work ON review_norms(work);
CREATE INDEX review_norms_document ON review_norms(document);
CREATE INDEX review_norms_missing ON review_norms(document, work) WHERE missing;

CREATE TABLE review_notes (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (review, position)
) STRICT;

-- ``target`` is a path or address; nobody here opens it. ``item`` is the evidence that it is (evidence_items.id), or empty.
CREATE TABLE review_links (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    target TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    item TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (review, position)
) STRICT;
CREATE INDEX review_links_item ON review_links(item) WHERE item <> '';

-- Evidence that duties are met: a link, or a file that was copied into the folder of the register (``target``). It is shown as
-- expired after ``valid_until``, and people are reminded ``remind_days`` before.
CREATE TABLE evidence_items (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    valid_until TEXT NOT NULL,
    remind_days INTEGER NOT NULL,
    owner TEXT NOT NULL,
    description TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_items_valid_until ON evidence_items(valid_until) WHERE valid_until <> '';

-- Which evidence shows that a control works.
CREATE TABLE control_evidence (
    item TEXT NOT NULL REFERENCES evidence_items(id),
    control TEXT NOT NULL REFERENCES controls(id),
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (item, control)
) STRICT;
CREATE INDEX control_evidence_control ON control_evidence(control);

-- Controls and policies of the organisation: what makes sure that duties are met. ``reference`` is the organisation's
-- own number (empty: none), ``source`` where it was imported from. ``revision`` is its last row in ``history``.
CREATE TABLE controls (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    owner TEXT NOT NULL,
    review_date TEXT NOT NULL,
    source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX controls_reference ON controls(reference) WHERE reference <> '';

-- Which controls serve which norms: by the norm's record, so that a link stays through versions and new readings.
CREATE TABLE review_controls (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    control TEXT NOT NULL REFERENCES controls(id),
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (review, control)
) STRICT;
CREATE INDEX review_controls_control ON review_controls(control);

-- Controls of which somebody said that they do not serve a norm, so that they are not suggested again.
CREATE TABLE review_declined_controls (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    control TEXT NOT NULL REFERENCES controls(id),
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (review, control)
) STRICT;
CREATE INDEX review_declined_controls_control ON review_declined_controls(control);

-- Changes of judgements that one person proposed and that await the approval of a second one (``change``: JSON).
CREATE TABLE review_proposals (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    norm TEXT NOT NULL,
    change TEXT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (review, position)
) STRICT;

-- Rejected sentences that somebody says are norms: they are added to the norms whenever the document is stored.
CREATE TABLE added_norms (
    rejected TEXT PRIMARY KEY,
    norm TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    quote TEXT NOT NULL,
    modality TEXT NOT NULL,
    bearer TEXT,
    bearer_class TEXT NOT NULL,
    why TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX added_norms_document ON added_norms(document);

-- What a person puts in place of what was extracted (NULL: nothing), norm by norm. ``field`` is a column of
-- ``norms``; "deadline" or "due", with the words of the deadline behind a colon; or "finding", where it is no norm
-- at all.
CREATE TABLE review_corrections (
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    norm TEXT NOT NULL,
    field TEXT NOT NULL,
    extracted TEXT,
    value TEXT,
    why TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (review, norm, field)
) STRICT;
CREATE INDEX review_corrections_norm ON review_corrections(norm);

-- Where corrections are in force now: in ``norms``, or in the ``deadline`` named, ``field`` holds ``value``; the
-- extractor had ``extracted``. Follows from ``review_corrections`` and is made anew with each document.
CREATE TABLE corrected (
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    deadline TEXT NOT NULL,
    field TEXT NOT NULL,
    extracted TEXT,
    value TEXT,
    review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    PRIMARY KEY (norm, deadline, field)
) STRICT;
CREATE INDEX corrected_review ON corrected(review);
CREATE INDEX corrected_finding ON corrected(norm) WHERE field = 'finding';

-- Profiles: organisations that norms may bind. Lists are JSON; ``answers`` are [term, 1 for yes or 0 for no, act or ''].
-- ``turnover`` and ``balance`` are million euro a year. ``revision`` is its last row in ``history``.
CREATE TABLE profiles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    countries TEXT NOT NULL,
    sites TEXT NOT NULL,
    employees INTEGER,
    turnover REAL,
    balance REAL,
    complete INTEGER NOT NULL,
    answers TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;

-- What is proposed for each profile: whether a norm applies. ``code`` and ``reason_values`` (JSON) are the reason, ``place``,
-- ``quote`` and the range the words of the act that it rests on, in the norm's own document.
CREATE TABLE proposals (
    profile TEXT NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
    norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    verdict TEXT NOT NULL,
    code TEXT NOT NULL,
    reason_values TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    PRIMARY KEY (profile, norm)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposals_norm ON proposals(norm, verdict);
CREATE INDEX proposals_document ON proposals(document);

-- The same of each text of an act as a whole.
CREATE TABLE act_proposals (
    profile TEXT NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    verdict TEXT NOT NULL,
    code TEXT NOT NULL,
    reason_values TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    PRIMARY KEY (profile, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_proposals_work ON act_proposals(work);
CREATE INDEX act_proposals_document ON act_proposals(document);

-- Every change: who, when (UTC), of which record and norm (``identity``: what the norm is through versions and
-- languages), of which control, profile, incident or assessment (``item``), or of a norm and a control where one was linked to the other; empty
-- for what it is not about.
-- ``change`` is the first row of those made at once, ``undoes`` the change that this one takes back.
-- ``hash`` is SHA-256 over the row with the hash before it (``previous``), so no row can be changed or taken out
-- without breaking all after it.
CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    review TEXT NOT NULL,
    norm TEXT NOT NULL,
    identity TEXT NOT NULL,
    item TEXT NOT NULL,
    action TEXT NOT NULL,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    why TEXT NOT NULL,
    change INTEGER NOT NULL,
    undoes INTEGER,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX history_review ON history(review, seq);
CREATE INDEX history_item ON history(item, seq) WHERE item <> '';
CREATE INDEX history_at ON history(at);
CREATE TRIGGER history_update BEFORE UPDATE ON history WHEN 1 BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;
CREATE TRIGGER history_delete BEFORE DELETE ON history WHEN 1 BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;
CREATE TRIGGER history_insert BEFORE INSERT ON history WHEN new.seq IS NOT (SELECT rows + 1 FROM history_head) BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;

-- How long the history is, and its last hash: without it, rows missing at the end would not be noticed.
CREATE TABLE history_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    rows INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER history_head_delete BEFORE DELETE ON history_head WHEN 1 BEGIN SELECT RAISE(ABORT, 'history_head is only ever added to'); END;
CREATE TRIGGER history_head_update BEFORE UPDATE ON history_head WHEN new.rows <= old.rows BEGIN SELECT RAISE(ABORT, 'history_head is only ever added to'); END;
CREATE TRIGGER history_head_insert BEFORE INSERT ON history_head WHEN EXISTS (SELECT 1 FROM history_head) BEGIN SELECT RAISE(ABORT, 'history_head is only ever added to'); END;

-- ---------------
-- Watched sources
-- ---------------

-- ``options`` are the source's own, as its check made them; ``fetch_options`` how it is asked (who may be asked, limits);
-- ``reading`` how its documents are read; ``cursor`` how far it has come, in its own words: all JSON. ``every`` in
-- seconds. ``failures`` in a row, ``not_before``: nobody asks it earlier. ``holder`` is the process that runs it
-- now, until ``claimed_until`` at most.
CREATE TABLE watches (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    options TEXT NOT NULL,
    fetch_options TEXT NOT NULL,
    reading TEXT NOT NULL,
    every INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    created_by TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '{}',
    last_run TEXT,
    last_ok TEXT,
    error TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    holder TEXT,
    claimed_until TEXT
) STRICT;

-- What a source knows of. ``state``: waiting (to be fetched), kept (its newest file is here), failed (tried again
-- at ``next_try``; NULL: not before it changes). ``path``: it is a file of this machine. ``gone``: since when the
-- source has it no more; what was read of it stays.
CREATE TABLE watch_items (
    watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    published TEXT,
    language TEXT,
    stamp TEXT,
    extension TEXT NOT NULL,
    path TEXT,
    more TEXT NOT NULL,
    etag TEXT,
    modified TEXT,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    error TEXT NOT NULL DEFAULT '',
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    gone TEXT,
    PRIMARY KEY (watch, key)
) STRICT;
CREATE INDEX watch_items_state ON watch_items(watch, state);

-- What was fetched of an item, each version a file of its own (``file``: beside the database, or where it stands).
-- ``fingerprint`` is equal if the content is that of the version before. ``state``: fetched (still to be read), read,
-- partly read, unread (``error`` says why).
CREATE TABLE watch_files (
    id INTEGER PRIMARY KEY,
    watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    file TEXT NOT NULL,
    url TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    published TEXT,
    fetched TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    reasons TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX watch_files_item ON watch_files(watch, key, id);
CREATE INDEX watch_files_sha256 ON watch_files(sha256);
CREATE INDEX watch_files_waiting ON watch_files(watch) WHERE state = 'fetched';

-- A diary. ``problems`` is JSON, a line each; ``finished`` is NULL while it runs, and where it was cut off.
CREATE TABLE watch_runs (
    id INTEGER PRIMARY KEY,
    watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
    started TEXT NOT NULL,
    finished TEXT,
    listed INTEGER NOT NULL DEFAULT 0,
    fetched INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    problems TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX watch_runs_watch ON watch_runs(watch, id);

-- ---------------------------------------
-- Saved searches, alerts and their outbox
-- ---------------------------------------

-- A search with a name: ``words`` as typed, ``filters`` JSON of those fields of ``Filters`` that are set,
-- ``reader`` the language in which results are shown (empty: as they are), ``view`` how they are: as list or table, with
-- which columns, in which order (as in an address; empty: as usual).
CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY,
    words TEXT NOT NULL,
    filters TEXT NOT NULL,
    reader TEXT NOT NULL,
    view TEXT NOT NULL,
    created TEXT NOT NULL,
    created_by TEXT NOT NULL
) STRICT;

-- What counts (``kinds``, parted by a blank), at how many ``days`` before a deadline, how often (``schedule``: now,
-- "daily 07:00", "weekly mon 07:00", in ``zone``). Nothing from before ``since`` is sent. ``collected``: when it
-- was last looked for; ``problem``: why that failed, empty where it did not.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    search TEXT NOT NULL REFERENCES saved_searches(name),
    kinds TEXT NOT NULL,
    days TEXT NOT NULL,
    schedule TEXT NOT NULL,
    zone TEXT NOT NULL,
    reader TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    collected TEXT NOT NULL,
    problem TEXT NOT NULL,
    created TEXT NOT NULL,
    created_by TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_search ON alerts(search);

-- Where an alert is sent. ``target`` and ``options`` (JSON) hold references to secrets (env:NAME, file:PATH), not the
-- secrets.
CREATE TABLE alert_channels (
    alert TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    options TEXT NOT NULL,
    PRIMARY KEY (alert, position)
) STRICT;

-- Documents that were looked at, also those that are gone: their version (``day``, ``expression``), where they came
-- from, and the words of their norms as hashes, so that neither a copy nor a new layout nor another reading is
-- taken for something new.
CREATE TABLE noticed_documents (
    document TEXT PRIMARY KEY,
    work TEXT,
    language TEXT NOT NULL,
    day TEXT NOT NULL,
    expression TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE INDEX noticed_documents_work ON noticed_documents(work);
CREATE INDEX noticed_documents_source ON noticed_documents(source);
CREATE INDEX noticed_documents_name ON noticed_documents(name);

-- One thing that happened, whatever languages and copies tell of it; ``data`` is all that a digest says of it
-- (JSON).
CREATE TABLE alert_events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sort TEXT NOT NULL,
    kinds TEXT NOT NULL,
    work TEXT,
    day TEXT NOT NULL,
    noticed TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;

-- What makes an event the same: hashes of act, place, words, kind and day, in each language. NULL: known before
-- anybody asked.
CREATE TABLE alert_event_keys (
    key TEXT PRIMARY KEY,
    event TEXT
) STRICT;
CREATE INDEX alert_event_keys_event ON alert_event_keys(event);

-- An event that an alert sends once: known (not sent, it was there before the alert), waiting until
-- ``due``, gathered into deliveries.
CREATE TABLE outbox (
    alert TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    due TEXT NOT NULL,
    noticed TEXT NOT NULL,
    PRIMARY KEY (alert, event)
) STRICT;
CREATE INDEX outbox_waiting ON outbox(due) WHERE state = 'waiting';

-- One message to one place. Its id follows from alert, channel and ``period``. ``state``: waiting (until
-- ``next_try``), sending (by ``lease_by`` until ``lease_until``), sent, dead. ``doubtful``: an attempt was cut off,
-- and nobody knows whether it arrived.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    options TEXT NOT NULL,
    period TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try TEXT NOT NULL,
    lease_by TEXT,
    lease_until TEXT,
    doubtful INTEGER NOT NULL,
    problem TEXT NOT NULL,
    created TEXT NOT NULL,
    sent TEXT
) STRICT;
CREATE INDEX deliveries_alert ON deliveries(alert, created);
CREATE INDEX deliveries_open ON deliveries(next_try) WHERE state IN ('waiting', 'sending');

CREATE TABLE delivery_events (
    delivery TEXT NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    PRIMARY KEY (delivery, event)
) STRICT;
CREATE INDEX delivery_events_event ON delivery_events(event);

-- ----
-- News
-- ----

-- What acts are called in running text (folded words), so that news about them is found without reading all of it.
-- ``word`` is the longest word of the name and ``stem`` its stem, by which it is looked up; ``written`` the name as
-- it has to be written, where it is short.
CREATE TABLE act_names (
    work TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    stem TEXT NOT NULL,
    word TEXT NOT NULL,
    written TEXT NOT NULL,
    PRIMARY KEY (work, language, name)
) STRICT;
CREATE INDEX act_names_stem ON act_names(stem);
CREATE INDEX act_names_word ON act_names(word);

-- Under which ids acts of the register stand in ``named_acts``, by their titles and numbers.
CREATE TABLE act_aliases (
    work TEXT NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (work, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_aliases_act ON act_aliases(act);

-- Words of news items: stems of the item's language that set it apart from others (``weight`` 1; 2 for names and
-- numbers), and the folded words themselves where those differ (0), by which names of acts are looked up.
CREATE TABLE news_words (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    weight INTEGER NOT NULL,
    PRIMARY KEY (document, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX news_words_word ON news_words(word);

-- Hashes of runs of five words of news items, one in four of all: items that share many are copies of one text.
CREATE TABLE news_shingles (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    shingle INTEGER NOT NULL,
    PRIMARY KEY (document, shingle)
) STRICT, WITHOUT ROWID;

-- What a news item speaks of: an act (``work``, as in works.id, also where no text of it is here) and, where it can
-- be told, a norm of it: ``identity`` as in norm_identities, ``norm`` the one of its current version in the item's
-- own language, else in another. ``quote`` and the span are the words of the item that say so; ``how`` is citation,
-- number, title, name (an act that is known by name alone: named_acts.act) or wording.
CREATE TABLE news_links (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    work TEXT NOT NULL,
    identity TEXT,
    norm TEXT,
    place TEXT,
    quote TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    page INTEGER,
    how TEXT NOT NULL
) STRICT;
CREATE INDEX news_links_document ON news_links(document, position);
CREATE INDEX news_links_work ON news_links(work);
CREATE INDEX news_links_identity ON news_links(identity) WHERE identity IS NOT NULL;

-- Items about one event share ``entry``: the id of the earliest of them. ``day`` is that item's date (ISO),
-- NULL where it has none.
CREATE TABLE news_entries (
    document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    entry TEXT NOT NULL,
    day TEXT
) STRICT;
CREATE INDEX news_entries_entry ON news_entries(entry);
CREATE INDEX news_entries_day ON news_entries(day);

-- Dates that news state about acts (``fact``, a fact of the article) and what the register says to them: ``state`` is expected, confirmed,
-- partly, contradicted, moved or unchecked, ``reason`` why it is not more than that. What is expected is missed once its date has passed.
-- ``type`` is what is dated: entry_into_force, application, … or expected for any announcement; ``topic`` what later articles on the act are
-- compared by; ``due`` a day, a month or a year; ``whole``: it is said of the act itself. ``quote`` is the sentence of the article.
-- ``actual`` is the day that the act's text or a later article (``by_document``, its fact ``by_fact``) has, in the sentence ``by_quote``.
CREATE TABLE claims (
    fact TEXT PRIMARY KEY REFERENCES facts(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT,
    type TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    due TEXT NOT NULL,
    whole INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    quote TEXT NOT NULL DEFAULT '',
    page INTEGER,
    by_fact TEXT,
    by_document TEXT,
    actual TEXT,
    by_quote TEXT NOT NULL DEFAULT '',
    by_place TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX claims_work ON claims(work) WHERE work IS NOT NULL;
CREATE INDEX claims_document ON claims(document);

-- Of which act a step of procedure_steps is: ``work`` as in news_links.
CREATE TABLE procedure_acts (
    step TEXT PRIMARY KEY REFERENCES procedure_steps(id) ON DELETE CASCADE,
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    work TEXT NOT NULL
) STRICT;
CREATE INDEX procedure_acts_work ON procedure_acts(work);
CREATE INDEX procedure_acts_document ON procedure_acts(document);

-- ---------------------------------
-- What the register knows of itself
-- ---------------------------------

-- When each document came (UTC). A file that is read anew keeps its moment.
CREATE TABLE arrivals (
    document TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX arrivals_at ON arrivals(at);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT,
    version TEXT NOT NULL,
    files INTEGER NOT NULL,
    added INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    paths TEXT NOT NULL,
    problems TEXT NOT NULL
) STRICT;

-- ``made:PART`` holds the version of the part that all rows of this register have, ``making:PART`` how far a part
-- is (JSON) while it is made anew. See dutybook.store.maintenance.rebuilding.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- --------------------------------------------------------------
-- Views, for people who query the register with SQL or Datasette
-- --------------------------------------------------------------

CREATE VIEW unreadable_documents AS SELECT
    source, reason, title, pages, sha256, id FROM documents WHERE status = 'unreadable' ORDER BY source;

-- The days on which a norm applies, later acts taken into account: an end moves by as many days as its fact does.
CREATE VIEW norm_times AS SELECT n.id AS norm, n.document,
    CASE WHEN m.fact IS NULL THEN n.applies_from ELSE m.due END AS applies_from,
    CASE WHEN u.fact IS NULL THEN n.applies_until
        ELSE date(u.due, (julianday(n.applies_until) - julianday(e.due)) || ' days') END AS applies_until
    FROM norms n LEFT JOIN moved_facts m ON m.fact = n.applies_from_by
    LEFT JOIN moved_facts u ON u.fact = n.applies_until_by LEFT JOIN facts e ON e.id = n.applies_until_by;

-- The dates of acts as assertions: what says each of them, how it is known (stated, computed, derived from a later act, announced, or
-- changed by a later act in a way that yields no day), and the day that it supersedes.
CREATE VIEW act_dates AS SELECT d.id AS document, d.work, 'publication' AS kind, substr(d.published, 1, 10) AS due, 'stated' AS status,
    d.published_by AS quote, '' AS place, NULL AS page, '[]' AS scope, '[]' AS outside, 'whole' AS reach, NULL AS fact,
    NULL AS supersedes, NULL AS by_document
    FROM documents d WHERE d.published IS NOT NULL
    UNION ALL SELECT f.document, d.work, f.type, CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END,
    CASE WHEN m.fact IS NULL THEN f.status WHEN m.due IS NULL THEN 'changed' ELSE 'derived' END, f.quote, f.place, f.page,
    f.scope, f.outside, f.reach, f.id, CASE WHEN m.fact IS NOT NULL THEN f.due END, m.by_document
    FROM facts f JOIN documents d ON d.id = f.document LEFT JOIN moved_facts m ON m.fact = f.id
    -- Days of the file's metadata count where the text states none for all of the act.
    UNION ALL SELECT d.id, d.work, 'entry_into_force', substr(d.in_force_from, 1, 10), 'stated', 'metadata', '', NULL, '[]', '[]', 'whole', NULL, NULL, NULL
    FROM documents d WHERE d.in_force_from IS NOT NULL AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.document = d.id
        AND f.type = 'entry_into_force' AND f.due IS NOT NULL AND f.reach = 'whole' AND f.scope = '[]')
    UNION ALL SELECT d.id, d.work, 'expiry', substr(d.in_force_until, 1, 10), 'stated', 'metadata', '', NULL, '[]', '[]', 'whole', NULL, NULL, NULL
    FROM documents d WHERE d.in_force_until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.document = d.id
        AND f.type = 'expiry' AND f.due IS NOT NULL AND f.reach = 'whole' AND f.scope = '[]');

CREATE VIEW register AS SELECT
    n.row AS rowid, n.id, d.title AS document_title, n.place, n.modality, n.strength, n.bearer, n.bearer_class,
    n.quote, (SELECT group_concat(x.quote, '; ') FROM deadlines x WHERE x.norm = n.id) AS deadlines,
    (SELECT min(y.due) FROM (
    SELECT x.due FROM deadlines x WHERE x.norm = n.id
    UNION ALL SELECT substr(t.due, 1, 10) FROM deadlines x JOIN events e ON e.deadline = x.id
    JOIN event_dates t ON t.event = e.id WHERE x.norm = n.id) y) AS due, n.page, n.language, d.work,
    w.short_title AS work_title, n.action, n.recipient, n.condition, n.exception, n.contents, n.legal_status, n.confidence, d.source,
    n.document, n.terms, n.role, n.headings
    FROM norms n JOIN documents d ON d.id = n.document LEFT JOIN work_names w ON w.document = d.id;

-- What binds: duties and bans. Permissions and exemptions stand in `register`.
CREATE VIEW obligations AS SELECT
    id, document_title, place, modality, strength, bearer, bearer_class, quote, deadlines, due, page, language,
    work_title, condition, exception, confidence, source
    FROM register WHERE modality IN ('obligation', 'prohibition');

CREATE VIEW upcoming_deadlines AS SELECT
    y.due, CAST(julianday(y.due) - julianday('now', 'start of day') AS INTEGER) AS days_left, x.quote AS deadline,
    n.modality, n.bearer, n.quote, n.place, d.title AS document_title, n.page, n.id AS norm, x.id AS deadline_id,
    e.occurred_at AS event, e.note
    FROM due_dates y JOIN deadlines x ON x.id = y.deadline JOIN norms n ON n.id = y.norm
    JOIN documents d ON d.id = n.document LEFT JOIN events e ON e.id = y.event
    WHERE y.due >= date('now') ORDER BY y.due, d.title, n.position;

-- Every day on which something is due: computed from the text, or from an event that somebody entered.
CREATE VIEW due_dates AS
    SELECT x.due, x.id AS deadline, x.norm, x.document, NULL AS event FROM deadlines x
    WHERE x.due IS NOT NULL AND x.norm NOT IN (SELECT c.norm FROM corrected c WHERE c.field = 'finding')
    UNION ALL
    SELECT substr(t.due, 1, 10), x.id, x.norm, x.document, e.id
    FROM events e JOIN deadlines x ON x.id = e.deadline JOIN event_dates t ON t.event = e.id
    WHERE x.norm NOT IN (SELECT c.norm FROM corrected c WHERE c.field = 'finding');

CREATE VIEW works_overview AS SELECT
    w.id, w.short_title AS work_title, w.kind, w.jurisdiction, w.number,
    count(d.id) AS documents, group_concat(DISTINCT d.language) AS languages,
    count(DISTINCT coalesce(v.valid_from, d.version_date, d.published, '')) AS versions,
    max(coalesce(v.valid_from, d.version_date, d.published)) AS newest, coalesce(sum(d.norms), 0) AS norms
    FROM works w LEFT JOIN documents d ON d.work = w.id LEFT JOIN versions v ON v.document = d.id
    GROUP BY w.id ORDER BY w.short_title, w.id;

CREATE VIEW changes_overview AS SELECT
    coalesce(v.valid_from, d.version_date, d.published) AS since, w.short_title AS work_title, c.kind,
    coalesce(c.new_place, c.old_place) AS place, coalesce(n.bearer, o.bearer) AS bearer,
    c.old_quote AS was, c.new_quote AS is_now, c.language, c.work, c.identity, c.id AS change
    FROM changes c JOIN documents d ON d.id = c.new_document LEFT JOIN versions v ON v.document = c.new_document
    LEFT JOIN norms o ON o.id = c.old_norm LEFT JOIN norms n ON n.id = c.new_norm
    LEFT JOIN work_names w ON w.document = c.new_document
    ORDER BY since DESC, c.work, c.language, c.position;

CREATE VIEW deviations_overview AS SELECT
    w.short_title AS work_title, n.place, x.kind, n.language, n.quote, m.language AS other_language,
    m.quote AS other_quote, x.work, x.identity, x.id AS deviation
    FROM deviations x JOIN norms n ON n.id = x.norm JOIN norms m ON m.id = x.other
    LEFT JOIN works w ON w.id = x.work ORDER BY x.work, n.document, n.position;

-- Empty days are left out, so that what is due first stands first.
CREATE VIEW open_reviews AS SELECT
    r.status, r.owner, nullif(r.due, '') AS due, w.short_title AS work_title, n.place, n.modality, n.bearer, n.quote,
    r.why, r.reviewer, nullif(r.review_date, '') AS review_date, r.priority, r.changed, r.changed_by, r.norm, r.id AS review
    FROM reviews r LEFT JOIN norms n ON n.id = r.norm LEFT JOIN work_names w ON w.document = n.document
    WHERE r.status NOT IN ('not applicable', 'compliant') ORDER BY r.due = '', r.due, r.status, r.id;

-- Where documents came from: a document with the bytes of a file that a watch brought.
CREATE VIEW watched_documents AS
    SELECT d.id AS document, d.title, w.name AS watch, w.kind, f.url, f.published, f.fetched, i.gone, i.key, f.file
    FROM watch_files f JOIN watch_items i ON i.watch = f.watch AND i.key = f.key JOIN watches w ON w.id = f.watch
    JOIN documents d ON d.sha256 = f.sha256 WHERE f.sha256 <> '';

-- Dates of acts in the making, as articles report or announce them: the day is that of the article where it names none.
CREATE VIEW procedure_dates AS SELECT a.work, s.step, s.value AS due, CASE WHEN s.reached THEN 'reported' ELSE 'announced' END AS status,
    substr(d.published, 1, 10) AS day, s.quote, s.page, a.document, s.id
    FROM procedure_acts a JOIN procedure_steps s ON s.id = a.step JOIN documents d ON d.id = a.document
    ORDER BY a.work, d.published, s.position;

-- Acts that are known by name alone: since when (the first day of a document that names them), in how many documents,
-- and which act of the register they turned out to be; NULL while none, or several, are called so.
CREATE VIEW coming_acts AS SELECT
    (SELECT x.name FROM named_acts x WHERE x.act = n.act ORDER BY length(x.name), x.name LIMIT 1) AS name,
    max(n.draft) AS draft, min(substr(d.published, 1, 10)) AS since, count(DISTINCT n.document) AS documents, n.language,
    (SELECT CASE WHEN count(*) = 1 THEN min(a.work) END FROM act_aliases a WHERE a.act = n.act) AS work, n.act
    FROM named_acts n JOIN documents d ON d.id = n.document GROUP BY n.act, n.language ORDER BY since DESC, name;

CREATE VIEW news_overview AS SELECT
    e.day, d.title, w.short_title AS work_title, l.place, l.quote, d.language, d.source, e.entry, l.document, l.work,
    l.identity, l.norm FROM news_links l JOIN documents d ON d.id = l.document JOIN news_entries e ON e.document = d.id
    LEFT JOIN works w ON w.id = l.work ORDER BY e.day DESC, e.entry, d.id, l.position;

-- Norms that are one norm share ``identity``: the id of the first of them (oldest version, English before others);
-- a norm alone has its own id there. ``basis`` says how it was recognised: first, text (the same words), place,
-- renumbered, language.
CREATE VIEW norm_identities AS SELECT
    n.id AS norm, coalesce(t.identity, n.id) AS identity, n.document, coalesce(t.basis, 'first') AS basis
    FROM norms n LEFT JOIN norm_ties t ON t.norm = n.id;

-- Which record speaks of a norm: its own, else that of the same norm in another version, copy or language.
CREATE VIEW norm_reviews AS
    SELECT b.norm, b.review FROM review_norms b
    UNION SELECT t.identity, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.norm = b.norm
    WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = t.identity)
    UNION SELECT t.norm, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.identity = b.norm
    WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = t.norm)
    UNION SELECT s.norm, b.review FROM review_norms b CROSS JOIN norm_ties t ON t.norm = b.norm
    CROSS JOIN norm_ties s ON s.identity = t.identity WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = s.norm);

-- First rows

INSERT INTO history_head (id, rows, hash) VALUES (1, 0, printf('%064d', 0));
INSERT INTO meta (key, value) VALUES ('register_id', lower(hex(randomblob(8))));
