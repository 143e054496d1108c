"""The outbox: what is to be told to whom, gathered into deliveries of which each goes out once.

A delivery is claimed for a while before it is sent and noted after it: whoever finds a claim that has run out knows that
somebody was cut off while sending, and that nobody can say whether it arrived (``doubtful``). How that is resolved is the channel's
affair. Its id follows from what it is, so that a repetition carries the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dutybook.errors import NotFound
from dutybook.records import content_id
from dutybook.store.alerts.events import COLUMNS, NoticedEvent, make_event
from dutybook.store.database.connection import immediate, translated, translates_errors
from dutybook.store.database.protocols import Connection
from dutybook.store.ids import ids_named, only_id
from dutybook.store.sql import Sql, compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: After so many attempts a delivery is dead: only a person sends it again.
TRIES = 10
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one place; columns as in the table ``deliveries``. ``attempts`` counts the one that goes on now."""

    id: str
    alert: str
    name: str
    reader: str
    zone: str
    kind: str
    target: str
    options: Mapping[str, str]
    period: str
    state: str
    attempts: int
    next_try: str
    doubtful: bool
    problem: str
    created: str
    sent: str | None
    number: int


_SELECT = compose(
    """SELECT x.id, x.alert, a.name, a.reader, a.zone, x.kind, x.target, x.options, x.period, x.state, x.attempts, x.next_try,
    x.doubtful, x.problem, x.created, x.sent, (SELECT count(*) FROM delivery_events h WHERE h.delivery = x.id)
    FROM deliveries x JOIN alerts a ON a.id = x.alert"""
)
_OPEN = compose("(x.state = 'waiting' AND x.next_try <= ?1) OR (x.state = 'sending' AND x.lease_until <= ?1)")
_ANY_OPEN = compose("SELECT 1 FROM deliveries x WHERE {open} LIMIT 1", open=_OPEN)
_ANY_OPEN_OF = compose(
    "SELECT 1 FROM deliveries x JOIN alerts a ON a.id = x.alert WHERE ({open}) AND a.state = 'active'"
    " AND (?2 IS NULL OR x.alert = ?2) LIMIT 1",
    open=_OPEN,
)
_NEXT_OPEN = compose(
    """{deliveries} WHERE ({open}) AND a.state = 'active' AND (?2 IS NULL OR x.alert = ?2)
    ORDER BY x.attempts, x.next_try, x.id LIMIT 1""",
    deliveries=_SELECT,
    open=_OPEN,
)
_ONE = compose("{deliveries} WHERE x.id = ?", deliveries=_SELECT)
_NEWEST = compose(
    """{deliveries} WHERE (?1 = '[]' OR x.state IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR x.alert = ?2)
    ORDER BY x.created DESC, x.id LIMIT ?3""",
    deliveries=_SELECT,
)


@translates_errors
def put_events(
    register: Register,
    alert: str,
    events: Iterable[str],
    due: datetime,
    now: datetime,
    state: str = "waiting",
) -> int:
    """Have an alert tell events, within the caller's transaction.

    Args:
        register: the register, writable.
        alert: the alert's id.
        events: ids of events.
        due: when they may be gathered into a delivery.
        now: when they were noticed.
        state: ``waiting``, or ``known`` for what the alert is not to tell.

    Returns:
        How many of them it did not have yet.
    """
    inserted = register._connection.executemany(
        "INSERT OR IGNORE INTO outbox (alert, event, state, due, noticed) VALUES (?, ?, ?, ?, ?)",
        [(alert, event, state, stamp(due), stamp(now)) for event in events],
    )
    return max(inserted.rowcount, 0)


def find_put_events(register: Register, alert: str, events: Iterable[str | None]) -> frozenset[str]:
    """Those of the events that an alert has in its outbox, told or not."""
    rows = register._select(
        "SELECT event FROM outbox WHERE alert = ? AND event IN (SELECT value FROM json_each(?))",
        alert,
        json.dumps([event for event in events if event]),
    )
    return frozenset(row[0] for row in rows)


def gather(register: Register, now: datetime, alert: str | None = None) -> int:
    """Make deliveries, one a channel, of what is due to be told; returns how many. What comes later is in a later one."""
    with translated(register.path), immediate(register._connection):
        run = register._connection.execute
        chosen = run(
            "SELECT o.alert, o.due, o.event FROM outbox o JOIN alerts a ON a.id = o.alert WHERE o.state = 'waiting'"
            " AND o.due <= ? AND a.state = 'active' AND (?2 IS NULL OR o.alert = ?2) ORDER BY o.alert, o.due, o.event",
            (stamp(now), alert),
        ).fetchall()
        # What is due at once, and what fell due on several days while nobody was there, goes out together.
        together: dict[str, list[str]] = {}
        periods: dict[str, str] = {}
        for of, due, event in chosen:
            together.setdefault(of, []).append(event)
            periods[of] = due
        made = 0
        for of, events in together.items():
            digest = hashlib.sha256(" ".join(events).encode()).hexdigest()[:16]
            period = f"{periods[of]} {digest}"
            for kind, target, options in run(
                "SELECT kind, target, options FROM alert_channels WHERE alert = ? ORDER BY position", (of,)
            ).fetchall():
                made += _make(register._connection, (of, kind, target, options, period), events, now)
            register._connection.executemany(
                "UPDATE outbox SET state = 'gathered' WHERE alert = ? AND event = ?", [(of, h) for h in events]
            )
        return made


def _make(connection: Connection, what: tuple[str, str, str, str, str], events: Iterable[str], now: datetime) -> int:
    alert, kind, target, options, period = what
    identity = content_id("delivery", *what)
    made = connection.execute(
        "INSERT OR IGNORE INTO deliveries (id, alert, kind, target, options, period, state, attempts, next_try, doubtful, problem,"
        " created) VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, 0, '', ?)",
        (identity, alert, kind, target, options, period, stamp(now), stamp(now)),
    ).rowcount
    connection.executemany(
        "INSERT OR IGNORE INTO delivery_events (delivery, event) VALUES (?, ?)",
        [(identity, h) for h in events],
    )
    return max(made, 0)


def claim(register: Register, now: datetime, until: datetime, by: str, alert: str | None = None) -> Delivery | None:
    """The next delivery to send, ours until ``until``; None if nothing can be sent now. Nobody else gets it meanwhile."""
    with translated(register.path):
        # A look that locks nothing, since mostly there is nothing to do.
        if register._connection.execute(_ANY_OPEN, (stamp(now),)).fetchone() is None:
            return None
        with immediate(register._connection):
            row = register._connection.execute(_NEXT_OPEN, (stamp(now), alert)).fetchone()
            if row is None:
                return None
            register._connection.execute(
                "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, doubtful = doubtful OR state = 'sending',"
                " lease_by = ?, lease_until = ? WHERE id = ?",
                (by, stamp(until), row[0]),
            )
            return _delivery(register._connection.execute(_ONE, (row[0],)).fetchone())


def mark_sent(register: Register, delivery: Delivery, by: str, now: datetime) -> bool:
    """Note that a delivery arrived; False if it was not ours any more."""
    return _note(register, delivery, by, compose("state = 'sent', sent = ?, problem = '', doubtful = 0"), (stamp(now),))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a delivery did not arrive. ``lasting``: it never will. ``after``: seconds that the other side asks for.

    ``doubtful``: it may have arrived, and the next attempt has to know that.
    """

    problem: str
    lasting: bool
    after: float | None = None
    doubtful: bool = False


def mark_failed(register: Register, delivery: Delivery, by: str, now: datetime, failure: Failure) -> str:
    """Note that a delivery did not arrive; returns what becomes of it: waiting or dead."""
    dead = failure.lasting or delivery.attempts >= TRIES
    pause = pause_after(delivery)
    if failure.after is not None:
        pause = max(pause, timedelta(seconds=min(failure.after, 86_400)))
    state = "dead" if dead else "waiting"
    values = (state, failure.problem[:500], stamp(now if dead else now + pause), int(failure.doubtful))
    what = compose("state = ?, problem = ?, next_try = ?, doubtful = doubtful OR ?")
    _note(register, delivery, by, what, values)
    return state


def pause_after(delivery: Delivery) -> timedelta:
    """How long to wait after a failed attempt: twice as long each time, up to six hours, a fifth more or less by chance.

    The chance is that of the delivery's id, so that many deliveries do not come back at once and tests know when.
    """
    pause = min(_FIRST_PAUSE * 2 ** min(delivery.attempts - 1, 20), _LONGEST_PAUSE)
    chance = int(hashlib.sha256(f"{delivery.id} {delivery.attempts}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    share: timedelta = pause * (0.8 + 0.4 * chance)
    return share


def _note(register: Register, delivery: Delivery, by: str, what: Sql, values: tuple[str | int, ...]) -> bool:
    with translated(register.path), immediate(register._connection):
        sql = compose(
            """UPDATE deliveries SET {what}, lease_by = NULL, lease_until = NULL
            WHERE id = ? AND state = 'sending' AND lease_by = ?""",
            what=what,
        )
        done = register._connection.execute(sql, (*values, delivery.id, by))
        return done.rowcount > 0


def retry(register: Register, identity: str, now: datetime) -> Delivery:
    """Have a dead or waiting delivery (id or its beginning) sent at the next run, with all its tries before it.

    Raises:
        NotFound: there is none, or it has arrived already.
    """
    found = find_delivery(register, identity)
    if found.state not in {"dead", "waiting"}:
        raise NotFound(f"the delivery {found.id} is {found.state}: only those that failed can be sent again")
    with translated(register.path), immediate(register._connection):
        register._connection.execute(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_try = ? WHERE id = ? AND state IN ('dead', 'waiting')",
            (stamp(now), found.id),
        )
    return find_delivery(register, found.id)


def find_delivery(register: Register, identity: str) -> Delivery:
    """A delivery by its id or the beginning of it.

    Raises:
        NotFound: there is none, or several begin so.
    """
    with translated(register.path):
        found = ids_named(register._connection, "deliveries", identity)
    full = only_id(found, identity, "delivery", "`dutybook alerts outbox` lists them.")
    return _delivery(register._select(_ONE, full)[0])


def deliveries(
    register: Register, *, states: Iterable[str] = (), alert: str | None = None, limit: int = 50
) -> list[Delivery]:
    """Deliveries, the newest first."""
    given = json.dumps(sorted(states))
    return [_delivery(row) for row in register._select(_NEWEST, given, alert, limit)]


def count_deliveries(register: Register) -> dict[str, int]:
    """How many deliveries are in each state, and under ``outbox`` how many events wait to be gathered."""
    found = dict(register._select("SELECT state, count(*) FROM deliveries GROUP BY state"))
    waits = register._select_value("SELECT count(*) FROM outbox WHERE state = 'waiting'")
    return found | {"outbox": waits}


def next_moment(register: Register) -> str | None:
    """When something is to be sent next (UTC, ISO); None if nothing waits."""
    sql = """SELECT min(moment) FROM (SELECT next_try AS moment FROM deliveries WHERE state = 'waiting'
        UNION ALL SELECT lease_until FROM deliveries WHERE state = 'sending'
        UNION ALL SELECT due FROM outbox WHERE state = 'waiting')"""
    row = register._select_first(sql)
    return str(row[0]) if row and row[0] else None


def is_due(register: Register, now: datetime, alert: str | None = None) -> bool:
    """Whether a delivery (of one alert, by its full id) could be claimed now."""
    return bool(register._select(_ANY_OPEN_OF, stamp(now), alert))


def stamp(moment: datetime) -> str:
    """A moment as it is stored: UTC, texts that compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _delivery(row: tuple[Any, ...]) -> Delivery:
    (*what, options, period, state, attempts, next_try, doubtful, problem, created, sent_at, number) = row
    progress = (period, state, attempts, next_try, bool(doubtful), problem, created, sent_at, number)
    values: list[Any] = [*what, json.loads(options), *progress]
    return Delivery(*values)


_OF_DELIVERY = compose(
    """SELECT {columns} FROM delivery_events x JOIN alert_events h ON h.id = x.event
    WHERE x.delivery = ? ORDER BY h.seq""",
    columns=COLUMNS,
)
_WAITING = compose(
    """SELECT {columns} FROM outbox o JOIN alert_events h ON h.id = o.event
    WHERE o.alert = ? AND o.state = 'waiting' ORDER BY h.seq""",
    columns=COLUMNS,
)
# What alerts tell or have told.
_REPORTED = compose("o.state IN ('waiting', 'gathered')")
# What was noticed of one act at once is one notice: an act's id, else the document that its words stand in.
_ACT = compose(
    "coalesce(h.work, (SELECT json_extract(t.value, '$.document') FROM json_each(h.data, '$.texts') t LIMIT 1), h.id)"
)
_GROUPS = compose(
    """SELECT {act} AS act, o.noticed, count(DISTINCT h.id), json_group_array(DISTINCT a.name)
    FROM outbox o JOIN alert_events h ON h.id = o.event JOIN alerts a ON a.id = o.alert
    WHERE {reported} AND (?1 IS NULL OR o.alert = ?1) GROUP BY 1, o.noticed
    ORDER BY o.noticed DESC, min(h.seq) LIMIT ?2 OFFSET ?3""",
    act=_ACT,
    reported=_REPORTED,
)
_OF_GROUP = compose(
    """SELECT {columns} FROM outbox o JOIN alert_events h ON h.id = o.event
    WHERE {reported} AND (?1 IS NULL OR o.alert = ?1) AND o.noticed = ?2 AND {act} = ?3 GROUP BY h.seq ORDER BY h.seq LIMIT ?4""",
    columns=COLUMNS,
    act=_ACT,
    reported=_REPORTED,
)
_NUMBER_SINCE = compose(
    """SELECT count(*) FROM (SELECT DISTINCT {act}, o.noticed FROM outbox o JOIN alert_events h ON h.id = o.event
    WHERE {reported} AND o.noticed > ?)""",
    act=_ACT,
    reported=_REPORTED,
)


def of_delivery(register: Register, delivery: str) -> list[NoticedEvent]:
    """What a delivery tells."""
    return [make_event(row) for row in register._select(_OF_DELIVERY, delivery)]


def waiting(register: Register, alert: str) -> list[NoticedEvent]:
    """What an alert (full id) has not gathered into a delivery yet."""
    return [make_event(row) for row in register._select(_WAITING, alert)]


@dataclass(frozen=True, slots=True)
class NoticeOfAct:
    """What alerts noticed of one act at once: its first ``events``, how many there are in ``total``, and the names of the
    alerts; ``put`` is when they got it (UTC, ISO).
    """

    events: tuple[NoticedEvent, ...]
    total: int
    alerts: tuple[str, ...]
    put: str


def notices_of_acts(
    register: Register, *, alert: str | None = None, limit: int = 50, offset: int = 0, most: int = 400
) -> list[NoticeOfAct]:
    """What alerts (or one, by its full id) had to tell, act by act, the newest first; of each act ``most`` events at most."""
    found = []
    for act, put, total, names in register._select(_GROUPS, alert, limit, offset):
        rows = register._select(_OF_GROUP, alert, put, act, most)
        found.append(NoticeOfAct(tuple(make_event(row) for row in rows), total, tuple(json.loads(names)), put))
    return found


def number_since(register: Register, moment: datetime) -> int:
    """How many notices, one an act, alerts got after a moment."""
    return int(register._select_value(_NUMBER_SINCE, stamp(moment)))
