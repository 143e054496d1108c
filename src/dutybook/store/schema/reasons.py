"""Why something was not read, as codes and values beside the sentence, so that it can be told in the reader's language; how sure each field is."""

from __future__ import annotations

# What an earlier Dutybook kept: the sentence, behind its kind where nothing was read. There is no code to be had from it.
_BEFORE = """json_array(json_object('code', 'before', 'kind', {kind}, 'values', json_object(), 'text', {text}))"""
_DOCUMENT = _BEFORE.format(
    kind="CASE WHEN status = 'unreadable' AND instr(reason, ': ') THEN substr(reason, 1, instr(reason, ': ') - 1) ELSE '' END",
    text="CASE WHEN status = 'unreadable' AND instr(reason, ': ') THEN substr(reason, instr(reason, ': ') + 2) ELSE reason END",
)

STEP: tuple[str, ...] = (
    # How probable it is that each field of the finding is right, as a JSON object by name (dutybook.records.doubts.NAMES).
    "ALTER TABLE evidence ADD COLUMN fields TEXT NOT NULL DEFAULT '{}'",
    # JSON lists of objects: ``code`` (dutybook.reasons.Why), ``kind`` of what could not be read at all, ``values`` that stand in the
    # sentence, ``text`` the sentence in English.
    "ALTER TABLE documents ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE pages ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE watch_files ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'",
    f"UPDATE documents SET reasons = {_DOCUMENT} WHERE reason <> ''",  # noqa: S608 - constants only
    f"UPDATE pages SET reasons = {_BEFORE.format(kind=chr(39) * 2, text='note')} WHERE note <> ''",  # noqa: S608
    f"UPDATE watch_files SET reasons = {_BEFORE.format(kind=chr(39) * 2, text='error')} WHERE error <> ''",  # noqa: S608
)
