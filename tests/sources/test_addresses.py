"""Which machines are asked, and that nothing talks us into asking another one."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay import Answer, Replay, redirect

from dutybook.errors import Refused, SourceError
from dutybook.ingest.addresses import find_objection, parse
from dutybook.ingest.fetcher import PoliteFetcher

Make = Callable[..., PoliteFetcher]

NOT_PUBLIC = (
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "ff0e::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1", "100::1"),
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
)
PUBLIC = ("93.184.215.14", "9.9.9.9", "2606:4700::1111", "2a01:4f8::1", "::ffff:9.9.9.9", "64:ff9b::909:909")


def says(*numbers: str) -> Callable[[str, int], list[str]]:
    """A resolver that knows one answer."""
    return lambda host, port: list(numbers)  # noqa: ARG005


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_asked(address: str) -> None:
    assert find_objection(address, allow_private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_are_asked(address: str) -> None:
    assert find_objection(address, allow_private=False) == ""


def test_allowed_are_those_of_the_network_not_those_of_nobody() -> None:
    for address in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.1.1", "fd12:3456::1", "::1", "100.64.0.1"):
        assert find_objection(address, allow_private=True) == ""
    for address in ("224.0.0.1", "0.0.0.0", "::", "ff02::1"):
        assert find_objection(address, allow_private=True)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_what_it_is(address: ipaddress.IPv4Address) -> None:
    plain = find_objection(str(address), allow_private=False)
    assert find_objection(f"::ffff:{address}", allow_private=False) == plain
    assert find_objection(f"64:ff9b::{int(address) >> 16:x}:{int(address) & 0xFFFF:x}", allow_private=False) == plain


@pytest.mark.parametrize(
    ("given", "asked", "host"),
    [
        ("HTTPS://Example.ORG", "https://example.org/", "example.org"),
        ("https://example.org:443/a#b", "https://example.org/a", "example.org"),
        ("http://example.org:8080/a b".replace(" ", "%20"), "http://example.org:8080/a%20b", "example.org"),
        ("https://bücher.example/ä?ö=ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC", "xn--bcher-kva.example"),
        ("https://example.org./x", "https://example.org/x", "example.org"),
        ("http://[2606:4700::1111]:81/x", "http://[2606:4700::1111]:81/x", "2606:4700::1111"),
        ("https://env:KEY@example.org/", "https://example.org/", "example.org"),
    ],
)
def test_addresses_as_they_are_asked(given: str, asked: str, host: str) -> None:
    parsed = parse(given)
    assert (parsed.url, parsed.host) == (asked, host)


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "example.org/a"),
        *("//example.org", "http://", "https:///a", "http://user@example.org/", "http://user:word@example.org/"),
        *(
            "http://env:@example.org/",
            "http://env:A B@example.org/",
            "http://exa mple.org/",
            "http://example.org/a\r\nX: y",
        ),
        *("http://example.org:99999/", "http://[::1/", "http://example.org\\@10.0.0.1/", "https://" + "a" * 9000, ""),
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Refused):
        parse(url)


# What is typed so that it looks like something else.
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_this_machine_is_not_asked_whatever_it_is_called(server: Replay, make: Make, host: str) -> None:
    server.route("/a", Answer("secret"))
    with pytest.raises((Refused, SourceError), match=r"is not asked|is not known"):
        make(allow_private=False, tries=1).get(server.url("/a", host))
    assert not server.log


def test_all_addresses_of_a_host_are_checked(make: Make) -> None:
    fetcher = make(allow_private=False, tries=1, resolver=says("93.184.215.14", "10.0.0.1"))
    with pytest.raises(Refused, match=r"10\.0\.0\.1.*private network.*--allow-private"):
        fetcher.get("http://example.org/")


def test_a_redirect_into_the_network(server: Replay, make: Make) -> None:
    server.route("/a", redirect("http://10.0.0.7/admin"))
    # The first host is taken for a public one.
    from dutybook.ingest import network

    checked: list[str] = []

    def resolve(host: str, port: int, **rules: object) -> list[str]:
        checked.append(host)
        if host == "127.0.0.1":
            return [host]
        raise Refused("private")

    patch = pytest.MonkeyPatch()
    with patch.context() as at:
        at.setattr(network, "resolve", resolve)
        with pytest.raises(Refused):
            make(allow_private=False, tries=1).get(server.url("/a"), robots=False)
    assert checked == ["127.0.0.1", "10.0.0.7"]


def test_a_name_that_changes_its_mind(server: Replay, make: Make) -> None:
    """DNS rebinding: the address that was checked is the one that is connected to; the name is not looked up again for it."""
    server.route("/a", Answer("x"))
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]])
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    fetcher = make(resolver=resolver)
    fetcher.get(server.url("/a", "rebind.example"), robots=False)
    assert asked == ["rebind.example"]
    assert server.log[-1].headers["host"] == f"rebind.example:{server.port}"


def test_a_name_is_not_asked_when_it_turns_to_this_machine(server: Replay, make: Make) -> None:
    server.route("/a", Answer("x"))
    fetcher = make(allow_private=False, tries=1, resolver=says("127.0.0.1"))
    with pytest.raises(Refused, match="this machine"):
        fetcher.get(server.url("/a", "public.example"))
    assert not server.log


def test_an_unknown_name(make: Make) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(SourceError, match=r"no\.example is not known") as raised:
        make(tries=1, resolver=resolver).get("https://no.example/")
    assert not raised.value.lasting


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for ``port.example``, with its key."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "port.example")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("port.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    key_bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(key_bytes + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_tls_asks_for_the_name_and_redirects_keep_it(certificate: Path, server: Replay, make: Make) -> None:
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaks.load_cert_chain(certificate)
    believes = ssl.create_default_context(cafile=str(certificate))

    here = says("127.0.0.1")
    server.route("/plain", Answer("plain"))
    with Replay(speaks) as safe:
        safe.route("/a", Answer("safe"))
        safe.route("/down", redirect(server.url("/plain")))
        fetcher = make(tls=believes, resolver=here, tries=1)
        assert fetcher.get(safe.url("/a", "port.example")).body == b"safe"
        with pytest.raises(SourceError, match="does not prove who it is") as raised:
            fetcher.get(safe.url("/a", "harbour.example"))
        assert raised.value.lasting
        with pytest.raises(SourceError, match="does not prove who it is"):
            make(resolver=here, tries=1).get(safe.url("/a", "port.example"))
        with pytest.raises(Refused, match="without encryption"):
            fetcher.get(safe.url("/down", "port.example"))
        assert not server.log
        allowed = make(tls=believes, resolver=here, tries=1, allow_downgrade=True)
        assert allowed.get(safe.url("/down", "port.example")).body == b"plain"


# Proxies


def test_proxies_only_if_the_user_says_so(server: Replay, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with Replay() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url("/"))
        monkeypatch.setenv("no_proxy", "")
        server.route("/a", Answer("straight"))
        proxy.route(server.url("/a"), Answer("through"))
        assert make().get(server.url("/a"), robots=False).body == b"straight"
        assert not proxy.log
        fetcher = make(proxies=True, tries=1)
        with pytest.raises(SourceError, match="404"):
            fetcher.get(server.url("/none"), robots=False)
        assert proxy.log[-1].path == "/none"
        # A number can be checked also where a proxy does the asking.
        with pytest.raises(Refused, match="this machine"):
            make(proxies=True, allow_private=False, tries=1).get(server.url("/a"), robots=False)
