"""Models of news, saved searches, alerts and watches."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from dutybook.alerts.settings import ALL
from dutybook.store.alerts import outbox
from dutybook.store.news import entries
from dutybook.store.watches import watches
from dutybook.web.api.models.base import Answer, Body, Page
from dutybook.web.api.models.rows import of_row
from dutybook.web.api.parameters import Code, Day, Name, Narrowing, OneOf, Text

Target = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")]


@of_row(entries.Mention)
class Mention(Answer):
    """An act, and if possible a norm of it, that an item mentions in the words `quote`."""

    page: int | None
    how: str = Field(description="citation, number, title or wording.")


@of_row(entries.Expectation)
class Expectation(Answer):
    """A date that an item announces, and what became of it."""

    due: str = Field(description="A day, a month or a year.")
    state: str = Field(description="expected, confirmed or contradicted.")


@of_row(entries.Item)
class NewsItem(Answer):
    """An item of the news."""


@of_row(entries.Entry)
class NewsEntry(Answer):
    """One event with all items that tell of it, the earliest first."""

    day: str | None


class News(Page):
    """A page of the news, the newest event first."""

    items: list[NewsEntry]


class SavedSearch(Answer):
    """A search with a name."""

    name: str
    words: str
    filters: dict[str, Any] = Field(description="The filters that are set, by their names as parameters.")
    reader: str
    created: str
    created_by: str
    broken: str = Field(description="Why it cannot be understood any more; empty where it can.")


class SavedSearches(Page):
    """A page of saved searches, by name."""

    items: list[SavedSearch]


class Filters(Narrowing):
    """The filters of a search, as parameters have them."""

    model_config = ConfigDict(extra="forbid")

    all_versions: StrictBool = Field(
        False, description="Norms of every version and copy, not of the newest version alone."
    )


class NewSearch(Body):
    """A search to save."""

    name: Name
    filters: Filters = Field(default_factory=lambda: Filters())
    reader: Code | None = None
    replace: bool = Field(False, description="Put it in place of one of the same name.")


class Alert(Answer):
    """An alert: what it reports, how often, and where to. Secrets are never included."""

    id: str
    name: str
    state: Annotated[str, OneOf(("active", "paused"))]
    schedule: str
    zone: str
    reader: str
    since: str
    collected: str
    search: str = Field(description="Name of the saved search that it rests on.")
    words: str
    filters: dict[str, Any]
    on: list[str] = Field(description="What counts.")
    days: list[int] = Field(description="So many days before a deadline.")
    to: list[str] = Field(description="Where it is sent, without secrets.")
    problem: str
    created: str
    created_by: str
    waiting: int = Field(description="Notices that wait to be sent.")


class Alerts(Page):
    """A page of alerts, by name."""

    items: list[Alert]


class NewAlert(Body):
    """An alert to make: on filters, or on a saved search."""

    name: Name
    filters: Filters = Field(default_factory=lambda: Filters())
    search: Name | None = Field(None, description="Rest on this saved search instead of filters.")
    to: list[Target] = Field(
        min_length=1,
        max_length=20,
        description="Where: mailto:WHO#…, https://HOOK, slack:env:NAME …; no files of the machine.",
        examples=[["mailto:anna@example.org#smtp=mail.example.org:587&from=bot@example.org"]],
    )
    on: list[Annotated[str, OneOf((*ALL, "changed", "all"))]] = Field(
        [], max_length=30, description="The kinds of events; by default the usual ones."
    )
    every: Text = Field("daily", description='How often: now, "daily 07:30", "weekly fri 16:00".')
    zone: Text = Field("UTC", description="Whose hours and days count: Europe/Berlin …")
    days: list[Annotated[int, Field(ge=0, le=3650)]] = Field([90, 30, 7, 1], min_length=1, max_length=30)
    reader: Code = "en"
    since: Day | None = Field(None, description="Tell also what happened from this day on.")


class StateChange(Body):
    """Pause an alert, or let it go on."""

    state: Annotated[str, OneOf(("active", "paused"))]
    since: Day | None = Field(None, description="With active: tell also what happened from this day on.")


class AlertItem(Answer):
    """An event as an alert words it for its reader."""

    id: str
    sort: str
    kinds: list[str]
    labels: list[str]
    act: str
    title: str
    headline: str
    lines: list[tuple[str, str]]
    source: str
    link: str


class Preview(Page):
    """A page of what an alert would tell now."""

    items: list[AlertItem]


@of_row(outbox.Delivery, without=("alert", "kind", "number", "options", "period", "reader", "target", "zone"))
class Delivery(Answer):
    """A message to one place, and what became of it."""

    name: str = Field(description="Name of the alert.")
    state: str = Field(description="waiting, sending, sent or dead.")
    doubtful: bool = Field(description="It may have arrived, and nobody knows.")
    to: str
    notices: int = Field(description="The number of notices in the message.")


class Deliveries(Page):
    """A page of messages, the newest first."""

    items: list[Delivery]


class DeliveryDetail(Answer):
    """A message with all that it tells."""

    delivery: Delivery
    items: list[AlertItem]


@of_row(watches.Watch, without=("cursor", "fetch_options", "held_until", "holder", "id", "reading"))
class Watch(Answer):
    """A source that is looked at again and again; counts are of its items and files."""

    every: int = Field(description="Seconds.")


class Watches(Page):
    """A page of watches, by name."""

    items: list[Watch]


@of_row(watches.WatchRun)
class WatchRun(Answer):
    """A run of a watch; `finished` is null while it runs and where it was cut off."""


class WatchItem(Answer):
    """What a source listed, and what became of it."""

    key: str
    url: str
    title: str
    published: str | None
    state: str
    error: str
    first_seen: str
    last_seen: str
    gone: str | None


class WatchDetail(Answer):
    """A watch with its last runs."""

    watch: Watch
    runs: list[WatchRun]


class WatchItems(Page):
    """A page of what a watch's source listed."""

    items: list[WatchItem]


class WatchKind(Answer):
    """A kind of source."""

    kind: str
    every: str = Field(description="The default interval.")
    help: str
    target: str
    options: dict[str, str]


class WatchKinds(Page):
    """A page of the kinds of sources."""

    items: list[WatchKind]


class NewWatch(Body):
    """A source to watch: of any kind but folders of the machine; machines of the local network are not asked."""

    kind: Name = Field(examples=["feed"])
    target: Target = Field(examples=["https://authority.example/news.xml"])
    name: Name | None = None
    every: Text | None = Field(None, description="30m, 1h, 1d …", examples=["1h"])
    options: dict[Name, Text] = Field({}, max_length=30)


class Pause(Body):
    """Let a watch rest, or go on."""

    paused: bool
