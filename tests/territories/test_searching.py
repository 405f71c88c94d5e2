"""Places found as one types in the real geography, told apart in French, and fast."""

from __future__ import annotations

import random
import time
from statistics import quantiles

import pytest

from maillage.core.gazetteer import PLACE_KINDS, How
from maillage.territories import queries

pytestmark = pytest.mark.django_db


def first(text, **options):
    return queries.search_places(text, **options)[0]


def test_places_named_in_a_need_bear_that_very_name(geography):
    need = "un tiers-lieu à Arras et au Mans, avec le Fonds Vert de l’État, dans le Parc de Saint-Denis"

    named = queries.places_named(need)

    assert [need[place.start : place.end] for place in named] == ["Arras", "Mans"]
    assert [place.hits[0].label for place in named] == ["Arras (62)", "Le Mans (72)"]
    homonyms = queries.places_named("une école à Saint-Denis", most=2)
    assert [hit.label for hit in homonyms[0].hits] == ["Saint-Denis (974)", "Saint-Denis (93)"]
    assert queries.places_named("une école à saint-denis") == ()
    assert len(queries.places_named("à Arras, " * 200)) == 1


@pytest.mark.parametrize(
    ("text", "label", "detail"),
    [
        ("arras", "Arras (62)", "Commune, Pas-de-Calais"),
        ("saint-denis", "Saint-Denis (974)", "Commune, La Réunion"),
        ("st denis 93", "Saint-Denis (93)", "Commune, Seine-Saint-Denis"),
        ("62000", "Arras (62)", "Commune, Pas-de-Calais, code postal 62000"),
        ("85113", "L’Île-d’Yeu (85)", "Commune, Vendée, code Insee 85113"),
        ("ile d'yeu", "L’Île-d’Yeu (85)", "Commune, Vendée"),
        ("216200410", "Arras (62)", "Commune, Pas-de-Calais, SIREN 216200410"),
        ("200033579", "CU d’Arras", "Intercommunalité, Pas-de-Calais, SIREN 200033579"),
        ("courcouronnes", "Évry-Courcouronnes (91)", "Commune, Essonne, ancienne commune : Courcouronnes"),
        (
            "bellegarde sur valserine",
            "Bellegarde-sur-Valserine (01)",
            "Commune déléguée ou associée, commune de Valserhône, Ain",
        ),
        ("75015", "Paris 15e Arrondissement", "Arrondissement municipal, commune de Paris, code postal 75015"),
        ("nouméa", "Nouméa (988)", "Commune, Nouvelle-Calédonie"),
        ("pas de cal", "Pas-de-Calais", "Département, Hauts-de-France"),
        ("hauts de fr", "Hauts-de-France", "Région"),
        ("polynesie", "Polynésie française", "Collectivité d’outre-mer"),
    ],
)
def test_a_place_is_found_and_told_apart(geography, text, label, detail):
    hit = first(text)

    assert (hit.label, hit.detail.replace("\u00a0", " ")) == (label, detail)


def test_homonyms_all_show_with_their_departement(geography):
    labels = [hit.label for hit in queries.search_places("saint-denis", 4)]

    assert labels == ["Saint-Denis (974)", "Saint-Denis (93)", "Saint-Denis (11)", "Saint-Denis (30)"]


def test_a_shared_post_code_shows_all_its_communes(geography):
    hits = queries.search_places("02190", 50)

    assert [hit.code for hit in hits if hit.how is How.INSEE] == ["COM-02190"]
    assert {hit.code for hit in hits if hit.how is How.POSTCODE} == set(geography.book.postcodes["02190"])
    assert len(hits) == 17


def test_a_small_mistake_is_forgiven(geography):
    hit = first("monpellier")

    assert (hit.code, hit.how) == ("COM-34172", How.TYPO)


def test_every_commune_is_among_the_first_for_its_name_and_departement(geography):
    places = [geography.place(code) for code in geography.rows if geography.rows[code][2] == "COM"]
    chosen = random.Random(62041).sample(places, 300)

    lost = [
        place.code
        for place in chosen
        if place.code not in {hit.code for hit in queries.search_places(f"{place.name} {place.department}", 10)}
    ]

    assert lost == []


def test_the_95th_percentile_of_a_keystroke_is_under_10_ms(geography):
    here = geography.gazetteer
    names = [entry.name for entry in here.entries if entry.kind in PLACE_KINDS]
    chosen = random.Random(2026).sample(names, 2000)

    spent = []
    for name in chosen:
        for length in range(1, len(name) + 1):
            start = time.thread_time()
            here.search(name[:length])
            spent.append(time.thread_time() - start)

    assert quantiles(spent, n=20)[-1] < 0.010
