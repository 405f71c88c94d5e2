from __future__ import annotations

import csv
import io
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from maillage.core.trame import Desk
from maillage.web.templatetags.listing import cell_offers, more_offers
from maillage.web.weaving import OfferView, ReasonView, Thread

NEED = "réhabiliter une friche en tiers-lieu"


def ask(client, **parts):
    return client.get("/repondre?" + urlencode(parts, doseq=True))


def test_the_trame_is_a_table_of_three_natures_by_five_steps(commons, client):
    page = ask(client, besoin=NEED, territoire="COM-62041").content.decode()

    assert page.count('<th scope="col"') == 5
    assert page.count('<th scope="row"') == 3
    assert page.count('<td role="cell" class="cell') == 15
    assert "Recyclage des friches" in page
    assert "couvre Arras par Pas-de-Calais" in page
    assert "Signaler ce manque" in page
    assert "Pas attendu à cette étape." in page


def test_an_offer_of_another_place_is_not_shown_as_usable(commons, client):
    page = ask(client, besoin=NEED, territoire="COM-34333").content.decode()

    trame = page[page.index('id="trame"') : page.index("Par où commencer")]
    assert 'data-offer="recyclage-friches"' not in trame
    assert 'data-offer="diagnostic-friche"' in trame


def test_stated_articulations_are_threads_with_their_source(commons, client):
    page = ask(client, besoin=NEED, territoire="COM-62041").content.decode()

    assert 'data-to="#offre-recyclage-friches"' in page
    assert 'id="offre-recyclage-friches"' in page
    assert "La première étude ouvre droit à la seconde." in page
    assert "https://exemple.test/preuve" in page


@pytest.mark.parametrize("need", ["", "   ", "x" * 5001], ids=["empty", "blank", "too long"])
def test_a_need_that_cannot_be_answered_is_kept_in_the_form(commons, client, need):
    response = ask(client, besoin=need, ou="Arras")
    page = response.content.decode()

    assert response.status_code == 400
    assert 'aria-invalid="true"' in page
    assert need.strip() in page
    assert 'value="Arras"' in page


def test_an_unknown_place_is_named_and_the_need_kept(commons, client):
    response = ask(client, besoin=NEED, ou="Zzyzx")
    page = response.content.decode()

    assert response.status_code == 400
    assert "Zzyzx" in page
    assert NEED in page


def test_a_typed_place_is_found_and_a_chosen_code_stands_only_while_it_is_named(commons, client):
    typed = ask(client, besoin=NEED, ou="Arras").content.decode()
    changed = ask(client, besoin=NEED, ou="Vic-la-Gardiole", territoire="COM-62041").content.decode()
    emptied = ask(client, besoin=NEED, ou="", territoire="COM-62041").content.decode()

    assert "Arras (Pas-de-Calais)</a>" in typed
    assert "Vic-la-Gardiole (Hérault)</a>" in changed
    assert "sans dire où" in emptied


@pytest.mark.parametrize(
    ("name", "value"), [("etape", "DEMAIN"), ("public", "martien"), ("theme", "licornes")], ids=str
)
def test_a_wrong_choice_is_named_with_what_is_accepted(commons, client, name, value):
    response = ask(client, besoin=NEED, **{name: value})

    assert response.status_code == 400
    assert value in response.content.decode()


def test_markup_typed_as_a_need_is_shown_as_text(commons, client):
    page = ask(client, besoin="<script>alert(1)</script> friche'; DROP TABLE--").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_same_address_gives_the_fragment_to_htmx(commons, client):
    whole = ask(client, besoin=NEED)
    part = client.get("/repondre?" + urlencode({"besoin": NEED}), headers={"HX-Request": "true"})

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'id="reponse"' in part.content.decode()
    assert "HX-Request" in whole.headers["Vary"]


def test_the_json_and_the_csv_tell_the_same_answer(commons, client):
    query = urlencode({"besoin": NEED, "territoire": "COM-62041"})

    data = client.get(f"/repondre.json?{query}").json()
    text = client.get(f"/repondre.csv?{query}").content.decode("utf-8-sig")

    told = {offer["title"] for cell in data["cells"] for offer in (*cell["offers"], *cell["more"])}
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert told == {row["offre"] for row in rows if row["offre"]}
    assert data["territory"]["code"] == "COM-62041"


def test_a_need_nobody_speaks_of_is_said_so(commons, client):
    page = ask(client, besoin="licornes interstellaires").content.decode()

    assert "Rien ici ne parle de ce besoin." in page


def test_a_place_named_in_the_need_is_proposed_in_one_gesture(commons, client):
    page = ask(client, besoin="réhabiliter la friche d’Arras").content.decode()
    chosen = ask(client, besoin="réhabiliter la friche d’Arras", territoire="COM-62041").content.decode()

    assert "Vous nommez un lieu." in page
    assert "territoire=COM-62041" in page
    assert "Vous nommez un lieu." not in chosen


def test_a_sum_named_in_the_need_is_told_as_it_was_read(commons, client):
    page = ask(client, besoin="réhabiliter la friche pour 400 k€").content.decode()

    assert "400\u202f000\u00a0€" in page
    assert "Somme lue" not in ask(client, besoin="réhabiliter la friche").content.decode()


def test_no_field_of_an_offer_is_read_as_markup():
    bad = "\"'><img src=x onerror=alert(2)>"
    offer = OfferView(
        slug=bad,
        anchor=bad,
        title=bad,
        address=bad,
        by=bad,
        echelon=bad,
        reasons=(ReasonView(words=bad, urgent=True), ReasonView(words=bad, urgent=False)),
        desks=(Desk(name=bad, slug=bad, phone=bad), Desk(name=bad, website=bad)),
        threads=(Thread(verb=bad, title=bad, address=bad, kind="funds", suggested=True),),
        ahead=bad,
        lacking=bad,
    )

    told = cell_offers([offer, replace(offer, again="2")], bad) + more_offers([offer])

    assert "<img" not in told
    assert f'"{bad}' not in told
    assert told.count("&lt;img src=x") > 20
