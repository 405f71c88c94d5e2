"""The client in front of a real server: what it brings back, how often it asks, when it gives up."""

from __future__ import annotations

import gzip
import hashlib
import json
import time

import pytest

from maillage.connectors.connector import fetch_source
from maillage.connectors.fetch import name_of
from maillage.connectors.files.opened import open_file
from maillage.connectors.national_schema.connector import CONNECTOR as NATIONAL
from maillage.connectors.polite.fetched import Hop, Validators
from maillage.connectors.polite.rhythm import Manners
from maillage.core.errors import Invalid, Unreachable, UnreadableFile
from maillage.core.wording import error_sentence
from tests.factories.sources import QUICK, in_turn, open_site, page, reply


@pytest.fixture
def site():
    with open_site() as site:
        yield site


def refused(site, tmp_path, path="/x", kind=Unreachable, **more):
    with site.client(**more) as client, pytest.raises(kind) as caught:
        client.get(site.url + path, tmp_path / "x")
    assert error_sentence(caught.value).endswith((".", ")"))
    assert list(tmp_path.iterdir()) == [], "nothing is left on the disk"
    return caught.value


def test_an_answer_is_a_file_its_digest_and_what_the_source_says_of_it(site, tmp_path):
    site.pages["/liste.csv"] = page(b"a;b\n1;2\n", ETag='"v1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    with site.client() as client:
        fetched = client.get(f"{site.url}/liste.csv#haut", tmp_path / "liste.csv")

    assert fetched.path.read_bytes() == b"a;b\n1;2\n"
    assert (fetched.sha256, fetched.size) == (hashlib.sha256(b"a;b\n1;2\n").hexdigest(), 8)
    assert (fetched.etag, fetched.last_modified) == ('"v1"', "Sat, 21 Nov 2026 10:00:00 GMT")
    assert (fetched.url, fetched.redirects, fetched.not_modified) == (f"{site.url}/liste.csv", (), False)


def test_every_request_says_who_asks_and_how_to_reach_them(site, tmp_path):
    site.pages["/x"] = page(b"ok")

    with site.client() as client:
        client.get(f"{site.url}/x", tmp_path / "x")

    assert {asked.headers["user-agent"] for asked in site.asked} == {
        "Maillage/0.1 (commun public, sources ouvertes ; veille@exemple.fr)"
    }
    assert site.asked[-1].headers["host"] == f"127.0.0.1:{site.port}"


def test_a_source_that_has_nothing_new_says_so_and_no_file_is_written(site, tmp_path):
    site.pages["/x"] = lambda handler: reply(
        handler, b"", status=304 if handler.headers["If-None-Match"] == '"v1"' else 500
    )

    with site.client() as client:
        fetched = client.get(f"{site.url}/x", tmp_path / "x", validators=Validators(etag='"v1"', last_modified="hier"))

    assert fetched.not_modified
    assert fetched.path is None
    assert fetched.validators == Validators(etag='"v1"', last_modified="hier")
    assert site.asked[-1].headers["if-modified-since"] == "hier"
    assert list(tmp_path.iterdir()) == []


def test_redirects_are_followed_one_by_one_and_kept(site, tmp_path):
    site.pages["/a"] = page(b"", status=301, Location="/b")
    site.pages["/b"] = page(b"", status=302, Location=f"{site.url}/c")
    site.pages["/c"] = page(b"ok")

    with site.client() as client:
        fetched = client.get(f"{site.url}/a", tmp_path / "x")

    assert fetched.redirects == (Hop(status=301, url=f"{site.url}/b"), Hop(status=302, url=f"{site.url}/c"))
    assert fetched.final_url == f"{site.url}/c"


def test_redirects_that_turn_in_circles_are_left(site, tmp_path):
    site.pages["/x"] = page(b"", status=302, Location="/y")
    site.pages["/y"] = page(b"", status=302, Location="/x")

    assert refused(site, tmp_path).code == "answer_redirects_in_circles"
    assert site.paths() == ["/x", "/y"]


def test_redirects_that_never_end_are_left(site, tmp_path):
    for number in range(30):
        site.pages[f"/{number}"] = page(b"", status=302, Location=f"/{number + 1}")

    assert refused(site, tmp_path, path="/0").code == "answer_redirects_in_circles"
    assert len(site.paths()) == QUICK.redirects + 1


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "//10.0.0.1/",
    ],
)
def test_a_redirect_to_the_inside_is_not_followed(site, tmp_path, inside):
    site.pages["/x"] = page(b"", status=302, Location=inside)

    assert refused(site, tmp_path, kind=Invalid).code == "web_address_not_public"
    assert site.paths() == ["/x"]


@pytest.mark.parametrize("other", ["file:///etc/passwd", "ftp://exemple.fr/x", "gopher://exemple.fr", "javascript:1"])
def test_a_redirect_to_another_scheme_is_not_followed(site, tmp_path, other):
    site.pages["/x"] = page(b"", status=302, Location=other)

    assert refused(site, tmp_path, kind=Invalid).code == "web_address_malformed"


def test_a_busy_source_is_asked_again_when_it_said(site, tmp_path):
    site.pages["/x"] = in_turn(page(b"", status=429, Retry_After="7"), page(b"", status=500), page(b"ok"))

    with site.client() as client:
        fetched = client.get(f"{site.url}/x", tmp_path / "x")

    assert fetched.path.read_bytes() == b"ok"
    assert site.slept[0] == 7
    assert 0.01 <= site.slept[1] <= 0.04, "then twice the first wait, drawn"


def test_a_source_that_asks_to_wait_for_long_is_left_for_later(site, tmp_path):
    site.pages["/x"] = page(b"", status=503, Retry_After="3600")

    error = refused(site, tmp_path)

    assert (error.code, error.facts["seconds"]) == ("source_asks_to_wait", 3600)
    assert site.paths() == ["/x"]


def test_a_source_that_stays_broken_is_asked_four_times(site, tmp_path):
    site.pages["/x"] = page(b"", status=502)

    assert refused(site, tmp_path).code == "source_answers_an_error"
    assert len(site.paths()) == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "source_not_there"),
        (410, "source_not_there"),
        (403, "source_refuses_us"),
        (400, "source_answers_an_error"),
    ],
)
def test_a_plain_refusal_is_not_asked_again(site, tmp_path, status, code):
    site.pages["/x"] = page(b"non", status=status)

    assert refused(site, tmp_path).code == code
    assert site.paths() == ["/x"]


def test_a_source_that_does_not_listen_is_told_silent(site, tmp_path):
    with open_site() as gone:
        pass

    with gone.client() as client, pytest.raises(Unreachable) as caught:
        client.get(f"{gone.url}/x", tmp_path / "x")

    assert caught.value.code == "source_silent"
    assert len(gone.slept) == 3


def test_an_answer_cut_before_its_end_is_asked_again_then_refused(site, tmp_path):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"le debut")
        handler.close_connection = True

    site.pages["/x"] = cut

    assert refused(site, tmp_path).code == "answer_cut"
    assert len(site.paths()) == 4


def test_a_source_that_stops_talking_is_left_after_the_time_allowed(site, tmp_path):
    def mute(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        time.sleep(1)

    site.pages["/x"] = mute
    manners = Manners(read_s=0.1, total_s=5, attempts=2, first_wait_s=0.01, pause_s=0)

    assert refused(site, tmp_path, manners=manners).code == "source_too_slow"
    assert len(site.paths()) == 2


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_source_that_drips_is_left_at_the_deadline_and_not_asked_again(site, tmp_path, where):
    def drip(handler):
        if where == "body":
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
        for sign in "HTTP/1.1 200 OK\r\nX-Lent: " + "o" * 200:
            handler.wfile.write(sign.encode())
            handler.wfile.flush()
            time.sleep(0.05)

    site.pages["/x"] = drip
    start = time.monotonic()

    assert refused(site, tmp_path, manners=Manners(read_s=0.5, total_s=0.6, pause_s=0)).code == "source_too_slow"
    assert time.monotonic() - start < 8, "the whole answer would take over ten"
    assert site.paths() == ["/x"]


def test_a_packed_answer_is_unpacked(site, tmp_path):
    text = json.dumps([{"a": number} for number in range(50_000)]).encode()
    packed = gzip.compress(text[:100_000]) + gzip.compress(text[100_000:])
    site.pages["/x"] = page(packed, Content_Encoding="gzip")

    with site.client() as client:
        fetched = client.get(f"{site.url}/x", tmp_path / "x")

    assert fetched.path.read_bytes() == text
    assert site.asked[-1].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("packed", "packing", "code"),
    [
        (gzip.compress(b"a" * 1000)[:-20], "gzip", "answer_cut"),
        (b"pas du gzip", "gzip", "answer_badly_packed"),
        (b"\x0b\x02\x80", "br", "answer_packed_otherwise"),
        (gzip.compress(bytes(20_000_000)), "gzip", "answer_is_a_bomb"),
    ],
    ids=["cut", "not gzip", "never asked for", "bomb"],
)
def test_a_badly_packed_answer_is_refused(site, tmp_path, packed, packing, code):
    site.pages["/x"] = page(packed, Content_Encoding=packing)

    assert refused(site, tmp_path).code == code


def test_an_answer_that_says_it_is_too_large_is_not_read(site, tmp_path):
    def huge(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(2**30))
        handler.end_headers()

    site.pages["/x"] = huge

    error = refused(site, tmp_path, manners=Manners(size_limit=1000, pause_s=0))

    assert (error.code, error.facts["limit"]) == ("answer_too_large", 1000)


def test_two_requests_to_a_host_are_apart_in_time(site, tmp_path):
    site.pages["/x"] = page(b"ok")

    with site.client(Manners(pause_s=5)) as client:
        for _ in range(3):
            client.get(f"{site.url}/x", tmp_path / "x")

    assert len(site.slept) == 3, "after robots.txt, each waits for its turn"
    assert all(0 < wait <= 5 * (place + 1) for place, wait in enumerate(site.slept))


def test_what_robots_txt_keeps_from_programs_is_not_read(site, tmp_path):
    site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /prive\n")
    site.pages["/prive/x"] = page(b"ok")
    site.pages["/x"] = page(b"ok")

    assert refused(site, tmp_path, path="/prive/x").code == "source_declines_programs"
    with site.client() as client:
        assert client.get(f"{site.url}/x", tmp_path / "x").size == 2
        key = {"X-Cle": "donnee"}
        assert client.get(f"{site.url}/prive/x", tmp_path / "x", secret=key).size == 2, "a key is their yes"


def test_a_key_goes_to_the_site_that_gave_it_and_to_no_other(site, tmp_path):
    with open_site() as other:
        other.pages["/y"] = page(b"ok")
        site.pages["/x"] = page(b"", status=302, Location=f"{other.url}/y")
        with site.client(also=other) as client:
            client.get(f"{site.url}/x", tmp_path / "x", secret={"X-Cle": "donnee"})

        assert site.asked[-1].headers["x-cle"] == "donnee"
        assert all("x-cle" not in asked.headers for asked in other.asked)


@pytest.mark.parametrize(("status", "methods"), [(200, ["HEAD"]), (404, ["HEAD", "GET"]), (410, ["HEAD", "GET"])])
def test_an_address_is_probed_without_reading_its_body(site, status, methods):
    site.pages["/a"] = page(b"", status=301, Location="/b")
    site.pages["/b"] = page(b"x" * 1000, status=status, Content_Type="text/html; charset=utf-8")

    with site.client() as client:
        probed = client.probe(f"{site.url}/a")

    assert (probed.status, probed.media_type) == (status, "text/html")
    assert probed.redirects == (Hop(status=301, url=f"{site.url}/b"),)
    assert [asked.method for asked in site.asked if asked.path == "/b"] == methods


def test_a_source_is_fetched_into_its_folder_under_its_own_name(site, tmp_path):
    site.pages["/jeux/liste%20des%20aides.csv?v=2"] = page(b"id;titre\n1;x\n")

    with site.client() as client:
        fetched = fetch_source(
            NATIONAL, folder=tmp_path / "a/b", client=client, address=f"{site.url}/jeux/liste%20des%20aides.csv?v=2"
        )

    assert fetched.path == tmp_path / "a/b/liste-des-aides.csv"
    assert [item.line for item in open_file(fetched.path).items()] == [2]


def test_a_source_without_address_says_so(site, tmp_path):
    with site.client() as client, pytest.raises(Invalid) as caught:
        fetch_source(NATIONAL, folder=tmp_path, client=client)

    assert caught.value.code == "source_without_address"


def test_a_page_in_place_of_the_data_is_told_when_it_is_opened(site, tmp_path):
    site.pages["/liste.json"] = page(b"<!doctype html><title>Maintenance</title>", Content_Type="application/json")

    with site.client() as client:
        fetched = fetch_source(NATIONAL, folder=tmp_path, client=client, address=f"{site.url}/liste.json")
    with pytest.raises(UnreadableFile) as caught:
        open_file(fetched.path)

    assert caught.value.code == "file_is_html"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://exemple.fr/", "reponse"),
        ("https://exemple.fr/a/..%2f..%2fetc/passwd?x=/y", "passwd"),
        ("https://exemple.fr/%2e%2e", "reponse"),
        ("https://exemple.fr/" + "a" * 300, "a" * 80),
        ("https://exemple.fr/r/é%00ç.json", "json"),
    ],
)
def test_a_file_name_never_leaves_its_folder(address, name):
    assert name_of(address) == name
