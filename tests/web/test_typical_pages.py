"""Typical needs are entries: by theme, by word, one gesture from their answer, proposed when nothing answers."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from maillage.inventory.typical import typical_needs


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_page_holds_them_all_and_a_word_narrows_it(commons, client):
    whole, narrowed, none = (client.get("/besoins-types", {"q": q} if q else {}) for q in ("", "clocher", "zzyzx"))

    assert whole.content.decode().count('href="/besoins-types/') >= len(typical_needs())
    assert "/besoins-types/sauver-leglise" in narrowed.content.decode()
    assert "/besoins-types/piste-cyclable" not in narrowed.content.decode()
    assert "Aucun besoin type ne dit ces mots" in text_of(none)
    assert client.get("/besoins-types?inconnu=1").status_code == 400


def test_each_has_its_page_and_its_form_leads_to_its_answer(commons, client):
    page = client.get("/besoins-types/sauver-leglise?territoire=COM-62041")
    form = page.content.decode()

    assert page.status_code == 200
    assert 'name="besoin" value="Réparer l’église du village avant qu’elle ne ferme"' in form
    assert 'value="COM-62041"' in form
    assert "Ce qu’on oublie souvent" in form
    found = client.get("/repondre", {"besoin": "Réparer l’église du village avant qu’elle ne ferme", "ou": "Arras"})
    assert found.status_code == 200
    assert "/besoins-types/sauver-leglise" in found.content.decode()
    assert client.get("/besoins-types/inconnu").status_code == 404


def test_a_close_need_says_which_and_can_do_without(commons, client):
    page = client.get("/repondre", {"besoin": "réparer le clocher", "territoire": "COM-62041"})
    address = re.search(r'href="([^"]+referent=non[^"]*)"', page.content.decode())
    assert address
    plain = html.unescape(address.group(1))
    without = client.get(plain)

    assert "Proche du projet référent" in text_of(page)
    assert "Proche du projet référent" not in text_of(without)
    assert "Les besoins types ne sont pas suivis" in text_of(without)
    assert parse_qs(urlsplit(plain).query)["referent"] == ["non"]


def test_a_need_nobody_speaks_of_is_shown_typical_needs_for_the_same_place(commons, client):
    page = client.get("/repondre", {"besoin": "des licornes et leurs moisissures", "territoire": "COM-62041"})

    assert "Serait-ce l’un de ces besoins types" in text_of(page)
    assert "territoire=COM-62041" in page.content.decode()


def test_the_home_page_starts_from_some_of_them(commons, client):
    page = client.get("/").content.decode()

    assert page.count('href="/besoins-types/') >= 9
