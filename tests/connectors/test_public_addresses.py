"""No address of ours is ever reached, however it is written, and whatever its name resolves to."""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.connectors.polite import addresses
from maillage.connectors.polite.addresses import Places, is_public, shown
from maillage.core.errors import Invalid, Unreachable
from maillage.core.wording import error_sentence
from tests.factories.sources import QUICK, open_site, page

KEY = {"X-Cle": "donnee"}
"""A source that gave us a key is not asked for its robots.txt: one connection less."""
INSIDE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 169.254.170.2
100.64.0.1 100.100.100.200 192.0.0.192 168.63.129.16 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 198.18.0.1
192.0.2.1 198.51.100.7 203.0.113.9 192.88.99.1
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:a9fe:a9fe:: 2001:0:4136:e378::1 2001:db8::1
100::1 fec0::1 5f00::1 3fff::1 2001:10::1 2001:20::1
""".split()
OUTSIDE = (
    "1.1.1.1 8.8.8.8 90.102.1.1 192.0.66.2 172.32.0.1 2a01:cb00::1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808"
).split()


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_of_ours_is_not_public(text):
    assert not is_public(text)


@pytest.mark.parametrize("text", OUTSIDE)
def test_an_address_of_the_internet_is_public(text):
    assert is_public(text)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_as_the_standard_library_judges_it_or_more_strictly(ip):
    if is_public(str(ip)):
        assert ip.is_global
        assert not ip.is_multicast
    for carrier in (f"::ffff:{ip}", f"64:ff9b::{int(ip) >> 16:x}:{int(ip) & 0xFFFF:x}"):
        assert is_public(carrier) == is_public(str(ip))


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_is_judged_as_the_standard_library_judges_it_or_more_strictly(ip):
    if is_public(str(ip)) and ip not in addresses.NAT64 and ip.ipv4_mapped is None:
        assert ip.is_global
        assert ip.sixtofour is None
        assert ip.teredo is None


@given(st.text(max_size=40))
def test_any_text_is_checked_without_any_other_error(text):
    for address in (text, f"http://{text}/", f"https://{text}"):
        with suppress(Invalid):
            url = Places().checked(address)
            assert url.scheme in ("http", "https")
            assert url.host
            assert not url.userinfo


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://exemple.fr/x", "web_address_malformed"),
        ("file:///etc/passwd", "web_address_malformed"),
        ("/etc/passwd", "web_address_malformed"),
        ("exemple.fr", "web_address_malformed"),
        ("http://", "web_address_malformed"),
        ("https://exemple.fr/a b", "web_address_malformed"),
        ("https://exemple.fr/\r\nHost: x", "web_address_malformed"),
        ("https://exemple.fr/" + "a" * 2000, "web_address_malformed"),
        ("https://moi:secret@exemple.fr/", "web_address_with_password"),
        ("https://exemple.fr@127.0.0.1/", "web_address_with_password"),
        ("https://exemple.fr:22/", "web_port_refused"),
        ("https://exemple.fr:25/", "web_port_refused"),
        ("http://localhost/", "web_address_not_public"),
        ("http://LOCALHOST./", "web_address_not_public"),
        ("http://base.localhost/", "web_address_not_public"),
        ("http://metadata.google.internal/", "web_address_not_public"),
        ("http://serveur/", "web_address_not_public"),
        ("http://imprimante.local/", "web_address_not_public"),
        ("http://127.0.0.1/", "web_address_not_public"),
        ("http://2130706433/", "web_address_not_public"),
        ("http://0x7f000001/", "web_address_not_public"),
        ("http://0177.0.0.1/", "web_address_malformed"),
        ("http://0177.1/", "web_address_not_public"),
        ("http://127.1/", "web_address_not_public"),
        ("http://134744072/", "web_address_not_public"),
        ("http://[::1]/", "web_address_not_public"),
        ("http://[fe80::1%25eth0]/", "web_address_not_public"),
        ("http://[::ffff:169.254.169.254]/", "web_address_not_public"),
    ],
)
def test_an_address_is_refused_before_any_resolver_is_asked(address, code, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: pytest.fail("asked"))

    with pytest.raises(Invalid) as caught:
        Places().checked(address)

    assert caught.value.code == code
    assert "secret" not in error_sentence(caught.value)


@pytest.mark.parametrize("digits", ["１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1"])
def test_digits_in_disguise_lead_nowhere(digits):
    with pytest.raises(Invalid):
        Places().checked(f"http://{digits}/")


def test_a_public_address_keeps_its_path_and_loses_its_fragment():
    assert str(Places().checked("https://exemple.fr:8443/a?b=c#d")) == "https://exemple.fr:8443/a?b=c"
    assert Places().checked("https://mairie-évian.fr/").raw_host == b"xn--mairie-vian-hbb.fr"


def test_a_message_shows_no_secret():
    assert shown("https://moi:secret@exemple.fr/x?key=secret") == "https://exemple.fr/x"


def names(monkeypatch, *answers: list[str]) -> list[str]:
    """Make every name resolve to these addresses, the first time to the first list, then to the next; who was asked."""
    asked, waiting, real = [], list(answers), socket.getaddrinfo

    def resolve(host, port, *args, **more):
        if host.replace(".", "").isdigit():
            return real(host, port, *args, **more)
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(family[ipaddress.ip_address(ip).version], socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["64:ff9b::7f00:1"]])
def test_a_public_name_that_leads_inside_is_refused(monkeypatch, tmp_path, found):
    with open_site() as site, site.client() as client:
        names(monkeypatch, found)
        with pytest.raises(Invalid) as caught:
            client.get("http://veille.exemple.fr:8080/x", tmp_path / "x")

    assert caught.value.code == "web_address_not_public"
    assert "127.0.0.1" not in error_sentence(caught.value), "nobody learns what a name is inside"


def test_a_name_that_changes_after_the_check_is_not_asked_again(monkeypatch, tmp_path):
    """DNS rebinding: the second answer would lead elsewhere; the connection goes where the check went."""
    with open_site() as site, open_site() as inside, site.client() as client:
        site.pages["/x"] = page(b"dehors")
        inside.pages["/x"] = page(b"dedans")
        asked = names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
        real, dialled = socket.create_connection, []

        def dial(place, *args, **more):
            dialled.append(place)
            return real(place, *args, **more)

        monkeypatch.setattr(socket, "create_connection", dial)

        fetched = client.get(f"http://veille.exemple.fr:{site.port}/x", tmp_path / "x", secret=KEY)

    assert fetched.path.read_bytes() == b"dehors"
    assert asked == ["veille.exemple.fr"], "resolved once for this connection"
    assert dialled == [("127.0.0.1", site.port)], "what is dialled is an address, never a name"
    assert site.asked[-1].headers["host"] == f"veille.exemple.fr:{site.port}"


def test_a_kept_connection_is_not_lent_to_a_redirect_towards_the_inside(monkeypatch, tmp_path):
    with open_site() as site, site.client() as client:
        site.pages["/x"] = page(b"", status=302, Location="http://autre.exemple.fr:9999/")
        names(monkeypatch, ["127.0.0.1"])
        with pytest.raises(Invalid) as caught:
            client.get(f"http://veille.exemple.fr:{site.port}/x", tmp_path / "x")

    assert caught.value.code == "web_address_not_public"


def test_tls_is_asked_for_the_name_although_the_address_is_dialled(monkeypatch, tmp_path):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def listen():
            while len(heard) < 4:
                connection, _ = server.accept()
                with connection:
                    heard.append(connection.recv(4096))

        threading.Thread(target=listen, daemon=True).start()
        names(monkeypatch, ["127.0.0.1"])
        with open_site() as site:
            site.port = port
            with site.client() as client, pytest.raises(Unreachable) as caught:
                client.get(f"https://veille.exemple.fr:{port}/x", tmp_path / "x", secret=KEY)

    assert caught.value.code == "source_silent"
    assert all(b"veille.exemple.fr" in hello and hello.startswith(b"\x16\x03") for hello in heard)
    assert heard


def test_a_name_nobody_knows_is_told_silent(monkeypatch, tmp_path):
    def unknown(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with open_site() as site, site.client() as client:
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(Unreachable) as caught:
            client.get("https://nulle-part.exemple.fr/", tmp_path / "x")

    assert caught.value.code == "source_silent"


def test_the_proxy_of_the_environment_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with open_site() as site, site.client(QUICK) as client:
        site.pages["/x"] = page(b"ok")
        assert client.get(f"{site.url}/x", tmp_path / "x").size == 2


def test_the_client_of_the_house_reaches_no_address_of_the_machine(tmp_path, settings):
    from maillage.harvest.outside import polite_client

    settings.CONTACT = "veille@exemple.fr"
    with open_site() as site, polite_client() as client:
        site.pages["/x"] = page(b"dedans")
        with pytest.raises(Invalid) as caught:
            client.get(f"{site.url}/x", tmp_path / "x")

    assert caught.value.code == "web_address_not_public"
    assert site.asked == []
    assert "veille@exemple.fr" in client.user_agent


def test_only_tests_may_widen_the_places():
    """No page, command or setting gives `places`: the words appear in the client and in the tests alone."""
    from tests.repository.sources import PACKAGE, files

    said = [
        path.relative_to(PACKAGE).as_posix()
        for path in files(".py", under=PACKAGE)
        if "places=" in path.read_text(encoding="utf-8") and "Client(" in path.read_text(encoding="utf-8")
    ]

    assert [path for path in said if not path.startswith("connectors/polite/")] == []
