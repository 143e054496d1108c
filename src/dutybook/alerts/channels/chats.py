"""Sends to Slack, Teams and every service that apprise supports except mail. Their addresses are secrets, so the
register stores only where to find them.

None of these services detects repetitions: if an attempt was interrupted, the message is sent again with a note
that it may be one.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from dutybook.alerts.channels.interface import Attempt, Message, Target
from dutybook.alerts.channels.secret_references import check_reference, reveal
from dutybook.errors import BadRequest, DeliveryError, MissingExtra
from dutybook.languages.reader import reader_words

#: Mail is sent by :mod:`dutybook.alerts.channels.mail`: apprise knows neither our Message-ID nor what became of it.
_MAIL = ("mailto", "mailtos")
_OF_KIND = {
    "slack": ("slack", "https://hooks.slack.com/"),
    "teams": ("msteams", "workflow", "workflows", "https://"),
}


class Chats:
    """``slack:env:SLACK``, ``teams:file:/etc/dutybook/teams``, ``apprise:env:ADDRESS``: the address is one of apprise's."""

    kinds = ("slack", "teams", "apprise")
    help = "slack:env:NAME, teams:env:NAME, apprise:env:NAME (or file:PATH): where the service's apprise address is"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        _apprise()
        if options:
            raise BadRequest(f"{kind} has no options: they stand in the address that {address} leads to")
        return (Target(kind, check_reference(address, f"address of {kind}"), {}),)

    def describe_target(self, target: Target) -> str:
        return f"{target.kind} at {target.address}"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        apprise = _apprise()
        url = reveal(target.address)
        scheme = url.partition(":")[0].lower()
        if scheme in _MAIL:
            raise DeliveryError(
                f"{target.address} is a mail address: tell mailto: instead, which is sure of what it sent", lasting=True
            )
        wanted = _OF_KIND.get(target.kind)
        if wanted and not (scheme in wanted or any(url.startswith(w) for w in wanted if "://" in w)):
            raise DeliveryError(f"{target.address} is no address of {target.kind}", lasting=True)
        # Plugins are loaded now, all of them, and some warn of what they use.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._notify(apprise, url, target, message, attempt)

    def _notify(self, apprise: Any, url: str, target: Target, message: Message, attempt: Attempt) -> None:
        asset = apprise.AppriseAsset(
            app_id="Dutybook", app_desc="Dutybook", app_url="", async_mode=False, secure_logging=True
        )
        service = apprise.Apprise(asset=asset)
        if not service.add(url):
            raise DeliveryError(f"{target.address} leads to no address that apprise knows", lasting=True)
        body = message.short
        if attempt.again:
            body = f"{reader_words('alerts', message.reader)('text.again')}\n\n{body}"
        attempt.hold()
        attempt.step("sending")
        try:
            done = service.notify(title=message.subject, body=body, body_format=apprise.NotifyFormat.TEXT)
        except Exception as error:
            # A plugin of apprise's may raise anything; its words may hold the address.
            raise DeliveryError(f"{target.kind} failed: {type(error).__name__}", doubtful=True) from error
        if not done:
            raise DeliveryError(f"{target.kind} did not take the message: look whether the address is still good")
        attempt.step("accepted")


def _apprise() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise MissingExtra("Slack, Teams and other services", "watch") from error
    return apprise
