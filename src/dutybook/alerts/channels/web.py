"""Sends over the web: to webhooks, and to Slack, Teams and every service that apprise supports except mail."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from dutybook.alerts.channels import Attempt, Message, Target, check_reference, is_reference, reveal
from dutybook.errors import BadRequest, DeliveryError, Refused, SourceError
from dutybook.ingest.addresses import resolve, system_resolver
from dutybook.languages.reader import reader_words

if TYPE_CHECKING:
    import ssl

    import httpcore


def resolve_host(host: str, port: int, *, private: bool) -> str:
    """The first network address of a host. The caller connects to this address, since the name could resolve
    differently next time.

    Raises:
        DeliveryError: the name is not known, or one of its addresses is private and private ones are not allowed.
    """
    try:
        return resolve(host, port, allow_private=private, resolver=system_resolver)[0].partition("%")[0]
    except Refused as error:
        raise DeliveryError(
            f"{host} is an address of this machine or a private network: add #private=yes to the target if that is meant",
            lasting=True,
        ) from error
    except SourceError as error:
        raise DeliveryError(f"the name {host} is not known") from error


#: Seconds for one step of a request to a webhook, and for the whole of it, however slowly the answer comes.
TIMEOUT, WHOLE = 20.0, 60.0
_OPTIONS = {"secret", "auth", "private", "ca"}
#: So many bytes of an answer are read at most.
_ANSWER = 65_536
#: Signs of a path or query that are sent as they are; what is encoded already stays so.
_SAFE = "%/:=&?~+!$,;'@()*[]|"
#: Statuses after which another attempt may succeed, in addition to all from 500 on.
_LATER = {401, 403, 407, 408, 423, 425, 429}


class Webhook:
    """``https://example.org/hook#secret=env:HOOK_SECRET``, or ``webhook:env:HOOK_ADDRESS`` where the address itself is secret."""

    kinds = ("https", "http", "webhook")
    help = "https://HOST/PATH#secret=env:NAME (signs what it sends)&auth=env:NAME&private=yes, or webhook:env:NAME"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        if unknown := sorted(set(options) - _OPTIONS):
            raise BadRequest(f"a webhook has no option {unknown[0]!r}. There are: {', '.join(sorted(_OPTIONS))}.")
        made = dict(options)
        if "secret" in made:
            made["secret"] = check_reference(made["secret"], "secret of the webhook")
        if "auth" in made:
            made["auth"] = check_reference(made["auth"], "authorization header of the webhook")
        if made.get("private", "no") not in {"yes", "no"}:
            raise BadRequest("private is yes or no: whether addresses of a private network may be asked")
        if kind == "webhook" and is_reference(address):
            where = check_reference(address, "address of the webhook")
        else:
            where = address if kind == "webhook" else f"{kind}:{address}"
            _parts(where)
        return (Target("webhook", where, made),)

    def describe_target(self, target: Target) -> str:
        if is_reference(target.address):
            return f"webhook at {target.address}"
        # A path may hold a token.
        return f"webhook at {urlsplit(target.address).hostname}/…"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        self.post(target, _body(message), message.id, attempt)

    def post(self, target: Target, body: bytes, key: str, attempt: Attempt) -> bytes:
        """Post JSON with ``key`` as the header ``Idempotency-Key``. Returns the answer, cut after 64 KiB.

        Raises:
            DeliveryError: it did not arrive, or nobody knows whether it did.
        """
        import httpcore

        from dutybook.ingest.network import Network

        url = reveal(target.address) if is_reference(target.address) else target.address
        try:
            scheme, host, port = _parts(url)
        except BadRequest as error:
            raise DeliveryError(str(error), lasting=True) from error
        pinned = resolve_host(host, port, private=target.options.get("private") == "yes")
        where = f"the webhook at {host}"
        begun = False
        try:
            request = _request(url, target, body, key)
            # The address has been checked; the certificate is checked for the host's name.
            network = Network(allow_private=True, resolver=lambda *_: [pinned], tls=_tls(target, scheme))
            try:
                attempt.hold()
                attempt.step("sending")
                begun = True
                network.until.end = time.monotonic() + WHOLE
                response = network.send(request, scheme, host)
                try:
                    attempt.step("accepted")
                    _judge(response, where)
                    return _read(response)
                finally:
                    response.close()
            finally:
                network.close()
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol) as error:
            raise DeliveryError(f"{where} cannot be reached: {_reason(error)}") from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise DeliveryError(f"{where} gave no answer: {_reason(error)}", doubtful=begun) from error
        except (OSError, ValueError) as error:
            raise DeliveryError(f"{where} cannot be asked: {_reason(error)}", doubtful=begun) from error


def _read(response: httpcore.Response) -> bytes:
    """The beginning of an answer; empty if it breaks off, which is no failure: the message has arrived."""
    import httpcore

    made = b""
    try:
        for piece in response.iter_stream():
            made += piece
            if len(made) >= _ANSWER:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return b""
    return made[:_ANSWER]


def _request(url: str, target: Target, body: bytes, key: str) -> httpcore.Request:
    import httpcore

    scheme, host, port = _parts(url)
    headers = {
        "Host": host if port == _port(scheme) else f"{host}:{port}",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "User-Agent": "dutybook",
        "Idempotency-Key": key,
    }
    if "auth" in target.options:
        headers["Authorization"] = reveal(target.options["auth"])
    if "secret" in target.options:
        headers["Dutybook-Signature"] = signature(reveal(target.options["secret"]), body)
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return httpcore.Request(
        "POST",
        httpcore.URL(scheme=scheme, host=host, port=port, target=path),
        headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        content=body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)},
    )


def signature(secret: str, body: bytes) -> str:
    """The value of ``Dutybook-Signature``: HMAC-SHA256 of the body, in hex."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _body(message: Message) -> bytes:
    fields = {
        "id": message.id,
        "alert": message.alert,
        "language": message.reader,
        "created": message.created.isoformat(timespec="seconds"),
        "subject": message.subject,
        "items": list(message.plain_items),
        "more": message.more,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _tls(target: Target, scheme: str) -> ssl.SSLContext | None:
    if scheme == "http":
        return None
    import ssl

    return ssl.create_default_context(cafile=target.options.get("ca"))


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if (
        parts.scheme not in {"https", "http"}
        or not host
        or parts.username
        or parts.password
        or not url.isprintable()
        or " " in url
    ):
        raise BadRequest("a webhook needs an address such as https://example.org/hook, without user and password in it")
    return parts.scheme, host, port or _port(parts.scheme)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _judge(response: httpcore.Response, where: str) -> None:
    code = response.status
    if 200 <= code < 300:
        return
    after = next((value.decode("latin-1") for name, value in response.headers if name.lower() == b"retry-after"), "")
    wait = float(after) if after.isascii() and after.isdigit() else None
    lasting = code < 500 and code not in _LATER
    raise DeliveryError(f"{where} answered {code}", lasting=lasting, retry_after=wait)


def _reason(error: Exception) -> str:
    """What went wrong, without the address, which may contain a token."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    text = getattr(cause, "reason", None) or getattr(cause, "strerror", None) or type(error).__name__
    return str(text)[:120]


#: Mail is sent by :mod:`dutybook.alerts.channels.mail`: apprise knows neither our Message-ID nor what became of it.
_MAIL = ("mailto", "mailtos")
_OF_KIND = {"slack": ("slack", "https://hooks.slack.com/"), "teams": ("msteams", "workflow", "workflows", "https://")}


class Chats:
    """``slack:env:SLACK``, ``teams:file:/etc/dutybook/teams``, ``apprise:env:ADDRESS``: the address is one of apprise's."""

    kinds = ("slack", "teams", "apprise")
    help = "slack:env:NAME, teams:env:NAME, apprise:env:NAME (or file:PATH): where the service's apprise address is"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:
        if options:
            raise BadRequest(f"{kind} has no options: they stand in the address that {address} leads to")
        return (Target(kind, check_reference(address, f"address of {kind}"), {}),)

    def describe_target(self, target: Target) -> str:
        return f"{target.kind} at {target.address}"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        import apprise

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
