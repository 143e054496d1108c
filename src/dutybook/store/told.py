"""What alerts had to tell, as a reader of the web sees it: by happening, whoever was told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from dutybook.store.connection import translated
from dutybook.store.happenings import Noticed
from dutybook.store.outbox import stamp
from dutybook.store.register import Register

_TOLD = "o.state IN ('waiting', 'gathered')"


@dataclass(frozen=True, slots=True)
class Notice:
    """A happening that alerts tell; ``alerts`` are their names, ``put`` is when the last of them got it (UTC, ISO)."""

    happening: Noticed
    alerts: tuple[str, ...]
    put: str


def notices(register: Register, *, alert: str | None = None, limit: int = 50, offset: int = 0) -> list[Notice]:
    """What alerts (or one, by its full id) had to tell, the newest first."""
    sql = f"""SELECT h.id, h.sort, h.kinds, h.work, h.day, h.noticed, h.data, json_group_array(DISTINCT a.name),
        max(o.noticed)
        FROM outbox o JOIN happenings h ON h.id = o.happening JOIN alerts a ON a.id = o.alert
        WHERE {_TOLD} AND (?1 IS NULL OR o.alert = ?1) GROUP BY h.id ORDER BY max(o.noticed) DESC, h.seq DESC LIMIT ?2 OFFSET ?3"""  # noqa: S608 - constants only
    with translated(register.path):
        rows = register.connection.execute(sql, (alert, limit, offset)).fetchall()
    made = []
    for identity, sort, kinds, work, day, at, data, by, put in rows:
        happening = Noticed(identity, sort, frozenset(kinds.split()), work, day, at, json.loads(data))
        made.append(Notice(happening, tuple(json.loads(by)), put))
    return made


def number_since(register: Register, moment: datetime) -> int:
    """How many happenings alerts got to tell after a moment."""
    sql = f"SELECT count(DISTINCT o.happening) FROM outbox o WHERE {_TOLD} AND o.noticed > ?"  # noqa: S608 - constants only
    with translated(register.path):
        return int(register.connection.execute(sql, (stamp(moment),)).fetchone()[0])
