"""Signs people in by OpenID Connect: the authorization code flow with PKCE (RFC 7636), with one provider.

An ID token is accepted if the provider's own keys have signed it with a public-key algorithm, it is for this client and valid now, and
it answers the very request that this browser made (``state``, ``nonce``). Between its two requests the browser keeps them in a cookie
that is signed with a key of this process. No request goes to the provider before somebody wants to sign in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from dutybook.errors import BadRequest, MissingExtra
from dutybook.store.accounts.identities import Identity, Membership

#: Signatures that need the provider's private key; never ``none`` or a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
#: Seconds that somebody has to sign in at the provider.
SIGN_IN_SECONDS = 600
#: Seconds by which the provider's clock may differ, for which its description and keys are kept, and between two requests for
#: keys that are not known yet.
_LEEWAY, _KEPT, _ANEW = 60, 3600, 30
#: The limits of one request to the provider: seconds of each step, and bytes of the answer.
_SECONDS, _MOST_BYTES = 10.0, 1_000_000
_LOG = logging.getLogger(__name__)


class SignInFailed(Exception):
    """Nobody was signed in. ``code`` names a text below ``oidc`` of the section ``accounts``; ``detail`` is for the log alone."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider as an administrator configured it.

    Attributes:
        issuer: its address; its description is at ``/.well-known/openid-configuration`` below it.
        client: the id by which it knows this application.
        secret: the client's secret; empty for a public client.
        label: its name on the sign-in page.
        groups: the claim with a person's groups; a dot leads into an object (``realm_access.roles``).
        scopes: the scopes that are requested.
        membership: which roles groups give.
    """

    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    label: str = ""
    groups: str = "groups"
    scopes: str = "openid profile email"
    membership: Membership = field(default_factory=lambda: Membership({}))

    def __post_init__(self) -> None:
        check_address(self.issuer)


def check_address(address: str) -> None:
    """Check that nobody can read on the way what is sent to an address.

    Raises:
        BadRequest: it is neither an https address nor one of this machine.
    """
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname:
        if parts.hostname == "localhost":
            return
        try:
            if ip_address(parts.hostname).is_loopback:
                return
        except ValueError:
            pass
    raise BadRequest(f"an OpenID provider has an address with https://, not {address!r}")


class OpenIdSignIn:
    """The sign-in at one provider. ``clock`` gives seconds since 1970."""

    def __init__(self, provider: Provider, return_address: str, clock: Callable[[], float] = time.time) -> None:
        try:
            import authlib.oidc.core  # noqa: F401 - a start without it would fail at the first sign-in
        except ImportError:
            raise MissingExtra("sign-in by OpenID Connect", "oidc") from None
        self.provider = provider
        self.return_address = return_address
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._about: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, dict[str, Any]] = (0.0, {})

    def begin(self, target: str) -> tuple[str, str]:
        """The provider's address to send a browser to, and what the browser keeps until it comes back.

        ``target`` is the page that it wanted.

        Raises:
            SignInFailed: the provider does not answer as it should.
        """
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        about = self._describe()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.provider.client,
            "redirect_uri": self.return_address,
            "scope": self.provider.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": target, "at": int(self._clock())}
        where = str(about["authorization_endpoint"])
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", self._seal(kept)

    def finish(self, answer: Mapping[str, str], cookie: str | None) -> tuple[Identity, str]:
        """The person whom the provider's answer is about, and the page that they wanted.

        Raises:
            SignInFailed: the answer is not for a request of this browser, the provider refuses, or its token is not accepted.
        """
        kept = self._unseal(cookie)
        if not hmac.compare_digest(kept["state"].encode(), answer.get("state", "").encode("utf-8", "replace")):
            raise SignInFailed("old", "another state")
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise SignInFailed("refused", "the answer of another issuer")
        if "code" not in answer:
            raise SignInFailed("refused", answer.get("error", "no code")[:200])
        given = self._exchange_code(answer["code"], kept["verifier"])
        claims = self._check_token(given, kept["nonce"])
        if self.provider.membership.roles and _inner(claims, self.provider.groups) is None:
            claims = {**self._fetch_user_info(given, claims["sub"]), **claims}
        return self._identity(claims), str(kept["next"])

    def _exchange_code(self, code: str, verifier: str) -> dict[str, Any]:
        """The tokens that the provider gives for the code."""
        about = self._describe()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address,
            "code_verifier": verifier,
        }
        basic: tuple[str, str] | None = None
        methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.provider.secret and "client_secret_basic" in methods:
            basic = (self.provider.client, self.provider.secret)
        else:
            form["client_id"] = self.provider.client
            if self.provider.secret:
                form["client_secret"] = self.provider.secret
        return self._request_object("POST", str(about["token_endpoint"]), data=form, auth=basic)

    def _check_token(self, given: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token, if it is signed, for this client, valid now, and for this request."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        token = given.get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("refused", "no ID token")
        problem: Exception | None = None
        for anew in (False, True):
            try:
                decoded = jwt.decode(token, KeySet.import_key_set(self._key_set(anew=anew)), algorithms=ALGORITHMS)
                break
            # joserfc raises exceptions of several kinds for keys that it cannot read.
            except (JoseError, ValueError, KeyError, TypeError) as error:
                problem = error
        else:
            raise SignInFailed("refused", f"the ID token: {problem}")
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client},
            },
            {"nonce": nonce, "client_id": self.provider.client, "access_token": given.get("access_token")},
        )
        try:
            claims.validate(int(self._clock()), _LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise SignInFailed("refused", f"the ID token: {error}") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInFailed("refused", "the ID token has no subject")
        return dict(claims)

    def _fetch_user_info(self, given: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """The provider's information on the person besides the ID token; empty if it has no address for that."""
        where, token = self._describe().get("userinfo_endpoint"), given.get("access_token")
        if not where or not isinstance(token, str):
            return {}
        info = self._request_object("GET", str(where), headers={"authorization": f"Bearer {token}"})
        if info.get("sub") != subject:
            raise SignInFailed("refused", "the user information is of somebody else")
        return info

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        names = [claims.get(name) for name in ("name", "preferred_username", "email")]
        groups = _inner(claims, self.provider.groups)
        several: Sequence[object] = groups if isinstance(groups, list) else [groups] if groups else []
        return Identity(
            self.provider.issuer,
            str(claims["sub"]),
            tuple(name for name in names if isinstance(name, str)),
            tuple(group for group in several if isinstance(group, str)),
        )

    def _describe(self) -> dict[str, Any]:
        """The provider's description (OpenID Connect Discovery), kept for an hour."""
        with self._lock:
            at, about = self._about
            if about and self._clock() - at < _KEPT:
                return about
            where = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = self._request_object("GET", where)
            if found.get("issuer") != self.provider.issuer:
                raise SignInFailed("unreachable", f"{where} is of the issuer {str(found.get('issuer'))[:200]!r}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                try:
                    check_address(str(found.get(name)))
                except (BadRequest, ValueError) as error:
                    raise SignInFailed("unreachable", f"{name}: {error}") from None
            self._about = (self._clock(), found)
            return found

    def _key_set(self, *, anew: bool) -> Any:
        """The provider's keys. ``anew``: a token is signed with an unknown key, so fetch them again unless that was done just now."""
        where = str(self._describe()["jwks_uri"])
        with self._lock:
            at, keys = self._keys
            age = self._clock() - at
            if not keys or age > _KEPT or (anew and age > _ANEW):
                keys = self._request_object("GET", where)
                self._keys = (self._clock(), keys)
            return keys

    def _request_object(self, method: str, where: str, **more: Any) -> dict[str, Any]:
        """A JSON object of the provider, within limits of time and size. Redirections are not followed."""
        try:
            check_address(where)
            with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=True) as client:
                answer = client.request(method, where, **more)
            if answer.status_code != 200 or len(answer.content) > _MOST_BYTES:
                raise SignInFailed("refused" if method == "POST" else "unreachable", f"{where}: {answer.status_code}")
            found = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, BadRequest, ValueError) as error:
            raise SignInFailed("unreachable", f"{where}: {error}") from None
        if not isinstance(found, dict):
            raise SignInFailed("unreachable", f"{where} gives no object")
        return found

    def _seal(self, kept: Mapping[str, object]) -> str:
        data = json.dumps(kept).encode().hex()
        return f"{data}.{self._signature(data)}"

    def _unseal(self, cookie: str | None) -> dict[str, Any]:
        data, _, signature = (cookie or "").partition(".")
        if not hmac.compare_digest(self._signature(data).encode(), signature.encode("utf-8", "replace")):
            raise SignInFailed("old", "no request of this browser")
        kept: dict[str, Any] = json.loads(bytes.fromhex(data))
        if not 0 <= self._clock() - kept["at"] <= SIGN_IN_SECONDS:
            raise SignInFailed("old", "too late")
        return kept

    def _signature(self, data: str) -> str:
        return hmac.new(self._key, data.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _inner(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, or by the names of the objects around it, joined by dots; None where there is none."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
