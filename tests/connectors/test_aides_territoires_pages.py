"""The pages of Aides-territoires, from a real server that answers as it does."""

from __future__ import annotations

import json

import pytest

from maillage.connectors import fetch
from maillage.connectors.aides_territoires.connector import CONNECTOR
from maillage.connectors.connector import fetch_source
from maillage.connectors.fetch import PAGE_BYTES
from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import ParsedProgramme
from maillage.connectors.registry import recognise
from maillage.core.errors import Unreachable, UnreadableFile
from maillage.core.wording import error_sentence
from tests.factories.sources import open_site, page, reply


def aid(number: int) -> dict[str, object]:
    named = {"id": number, "name": f"Aide {number}", "description": "<p>Texte</p>", "perimeter": "France"}
    return {**named, "targeted_audiences": ["Communes"], "aid_types": ["Subvention"], "categories": []}


def answer(following: str | None, *numbers: int) -> bytes:
    listed = {"count": 5, "next": following, "previous": None, "results": [aid(number) for number in numbers]}
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()


@pytest.fixture
def site():
    with open_site() as site:
        site.pages["/api/aids/"] = page(answer(f"{site.url}/api/aids/?page=2", 1, 2))
        site.pages["/api/aids/?page=2"] = page(answer("/api/aids/?page=3", 3, 4))
        site.pages["/api/aids/?page=3"] = page(answer(None, 5))
        yield site


def fetched(site, tmp_path, **more):
    with site.client(**more) as client:
        return fetch_source(CONNECTOR, folder=tmp_path, client=client, address=f"{site.url}/api/aids/")


def refused(site, tmp_path, kind=UnreadableFile, **more):
    with pytest.raises(kind) as caught:
        fetched(site, tmp_path, **more)
    assert error_sentence(caught.value)
    assert list(tmp_path.iterdir()) == [], "the list is whole or nothing"
    return caught.value


def test_every_page_is_read_to_the_last_and_gives_one_file_that_opens_like_any_other(site, tmp_path):
    found = fetched(site, tmp_path)

    opened = open_file(found.path)
    parsed = list(CONNECTOR.parse_file(found.path))
    assert (opened.kind, recognise(opened.columns)) == ("jsonl", CONNECTOR)
    assert [one.record.origin_id for one in parsed if isinstance(one, ParsedProgramme)] == list("12345")
    assert (found.pages, found.sha256, found.size) == (3, opened.sha256, opened.size)
    assert list(tmp_path.iterdir()) == [found.path]


def test_a_key_is_exchanged_for_a_token_that_every_page_is_shown(site, tmp_path):
    site.pages["/api/connexion/"] = page(b'{"token": "jeton-du-jour"}')

    fetched(site, tmp_path, secrets={"aides-territoires": "notre-cle"})

    sign_in, *pages = site.asked
    assert (sign_in.method, sign_in.path, sign_in.headers["x-auth-token"]) == ("POST", "/api/connexion/", "notre-cle")
    assert {asked.headers["authorization"] for asked in pages} == {"Bearer jeton-du-jour"}
    assert all("x-auth-token" not in asked.headers for asked in pages)
    assert [path.name for path in tmp_path.iterdir()] == ["fiches.jsonl"]


@pytest.mark.parametrize("said", [b"<html>", b"[]", b'{"token": 3}', '{"token": "é"}'.encode(), b'{"token": ""}'])
def test_a_sign_in_that_makes_no_sense_is_told(site, tmp_path, said):
    site.pages["/api/connexion/"] = page(said)

    error = refused(site, tmp_path, secrets={"aides-territoires": "notre-cle"})

    assert error.code == "sign_in_unreadable"
    assert "notre-cle" not in str(error)


def test_a_key_that_is_refused_is_told(site, tmp_path):
    site.pages["/api/connexion/"] = page(b"{}", status=401)

    assert refused(site, tmp_path, kind=Unreachable, secrets={"aides-territoires": "x"}).code == "source_refuses_us"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"<!doctype html><title>Maintenance</title>", "file_is_html"),
        (b'{"count": 5, "next": null, "resul', "page_unreadable"),
        (b"[]", "page_unreadable"),
        (b'{"next": null}', "page_unreadable"),
        (b'{"next": 3, "results": []}', "page_unreadable"),
        (b'{"results": ' + b"[" * 200_000, "page_unreadable"),
        (b'{"next": "http://169.254.169.254/x", "results": []}', "page_elsewhere"),
        (b'{"next": "file:///etc/passwd", "results": []}', "page_elsewhere"),
        (b'{"next": "http://[x", "results": []}', "page_unreadable"),
    ],
    ids=["a page", "cut", "a list", "no list", "a number", "deep", "inside", "a file", "no address"],
)
def test_a_page_that_is_not_what_it_should_be_leaves_nothing(site, tmp_path, said, code):
    site.pages["/api/aids/?page=2"] = page(said)

    assert refused(site, tmp_path).code == code


def test_a_page_too_large_to_be_held_is_left_at_its_bound(site, tmp_path):
    site.pages["/api/aids/?page=2"] = page(b'{"next": null, "results": []' + b" " * PAGE_BYTES + b"}")

    assert refused(site, tmp_path, kind=Unreachable).code == "answer_too_large"


def test_a_list_that_takes_hours_is_left(site, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "LIST_S", -1)

    assert refused(site, tmp_path, kind=Unreachable).code == "source_too_slow"


def test_pages_in_circles_are_left(site, tmp_path):
    site.pages["/api/aids/?page=3"] = page(answer("/api/aids/?page=2", 5))

    error = refused(site, tmp_path)

    assert (error.code, error.facts["count"]) == ("pages_in_circles", 3)


def test_a_page_that_fails_for_a_moment_costs_nothing(site, tmp_path):
    tries = []

    def sometimes(handler):
        tries.append(1)
        reply(handler, answer(None, 3), status=200 if len(tries) > 2 else 503)

    site.pages["/api/aids/?page=2"] = sometimes

    assert fetched(site, tmp_path).pages == 2
    assert len(tries) == 3


def test_a_site_behind_another_scheme_is_asked_by_the_scheme_it_was_given(site, tmp_path):
    site.pages["/api/aids/"] = page(answer(f"https://127.0.0.1:{site.port}/api/aids/?page=3", 1))

    assert fetched(site, tmp_path).pages == 2
