"""Places found as one types, on a handful of places chosen for their traps."""

from __future__ import annotations

import pytest

from maillage.core.gazetteer import Gazetteer, How
from maillage.core.places import Place


def commune(insee, name, population, *postcodes, region="32", siren=""):
    return Place(
        code=f"COM-{insee}",
        kind="COM",
        name=name,
        population=population,
        postcodes=postcodes,
        department=insee[:3] if insee.startswith("97") else insee[:2],
        region=region,
        siren=siren,
    )


PLACES = [
    commune("62041", "Arras", 42875, "62000", siren="216200410"),
    commune("62263", "Dainville", 5700, "62000"),
    commune("07015", "Arras-sur-Rhône", 530, "07370", region="84"),
    commune("72181", "Le Mans", 145000, "72000", "72100", region="52"),
    commune("93066", "Saint-Denis", 150000, "93200", "93210", region="11"),
    commune("97411", "Saint-Denis", 155000, "97400", region="04"),
    commune("17369", "Saint-Martin-de-Ré", 2200, "17410", region="75"),
    commune("85113", "L’Île-d’Yeu", 4900, "85350", region="52"),
    commune("67482", "Strasbourg", 290000, "67000", region="44"),
    commune("34172", "Montpellier", 300000, "34000", region="76"),
    commune("62633", "Œuf-en-Ternois", 280, "62130"),
    commune("91228", "Évry-Courcouronnes", 67000, "91000", region="11"),
    commune("59163", "Croix", 21000, "59170"),
    commune("75056", "Paris", 2100000, "75001", "75015", region="11"),
    Place(code="ARM-75101", kind="ARM", name="Paris 1er Arrondissement", postcodes=("75001",), parent="COM-75056"),
    Place(code="COMD-62999", kind="COMD", name="Achicourt-le-Vieux", parent="COM-62041"),
    Place(code="EPCI-200033579", kind="EPCI", name="CU d’Arras", population=108000, siren="200033579"),
    Place(code="DEP-62", kind="DEP", name="Pas-de-Calais", population=1460000, region="32"),
    Place(code="DEP-93", kind="DEP", name="Seine-Saint-Denis", population=1650000, region="11"),
    Place(code="DEP-974", kind="DEP", name="La Réunion", population=870000, region="04"),
    Place(code="REG-32", kind="REG", name="Hauts-de-France", population=6000000),
    Place(code="ZONE-pvd", kind="ZONE", name="Petites villes de demain", population=7000000),
]
HERE = Gazetteer(PLACES, former=[("Courcouronnes", "COM-91228"), ("Arras", "COM-62041"), ("Perdue", "COM-404")])


def codes(text, **options):
    return [match.place.code for match in HERE.search(text, **options)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("arras", "COM-62041"),
        ("ARRAS", "COM-62041"),
        ("Arras-s", "COM-07015"),
        ("cu d'arras", "EPCI-200033579"),
        ("communauté urbaine d’a", "EPCI-200033579"),
        ("mans", "COM-72181"),
        ("le mans", "COM-72181"),
        ("st martin de re", "COM-17369"),
        ("St-Martin", "COM-17369"),
        ("saint martin de ré", "COM-17369"),
        ("martin", "COM-17369"),
        ("ile d yeu", "COM-85113"),
        ("l'ile-d'yeu", "COM-85113"),
        ("st", "COM-67482"),
        ("oeuf", "COM-62633"),
        ("œuf en t", "COM-62633"),
        ("evry", "COM-91228"),
        ("pas de c", "DEP-62"),
        ("hauts de f", "REG-32"),
        ("paris 1", "ARM-75101"),
        ("achicourt", "COMD-62999"),
    ],
)
def test_what_is_typed_finds_the_place_first(text, first):
    assert codes(text)[0] == first


def test_st_is_read_as_saint_and_as_the_start_of_a_word():
    assert set(codes("st")) >= {"COM-67482", "COM-97411", "COM-93066"}
    assert "COM-67482" not in codes("st ")


def test_exact_names_come_before_starts_and_starts_before_inner_words():
    assert codes("arras") == ["COM-62041", "EPCI-200033579", "COM-07015"]
    assert codes("saint denis") == ["COM-97411", "COM-93066", "DEP-93"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("62000", [("COM-62041", How.POSTCODE), ("COM-62263", How.POSTCODE)]),
        ("62 000", [("COM-62041", How.POSTCODE), ("COM-62263", How.POSTCODE)]),
        ("62041", [("COM-62041", How.INSEE)]),
        ("216200410", [("COM-62041", How.SIREN)]),
        ("200 033 579", [("EPCI-200033579", How.SIREN)]),
        ("20003", []),
        ("75001", [("ARM-75101", How.POSTCODE), ("COM-75056", How.POSTCODE)]),
        ("99999", []),
    ],
)
def test_codes_find_their_places_and_say_which_code_answered(text, found):
    assert [(match.place.code, match.how) for match in HERE.search(text)] == found


def test_a_bare_departement_number_shows_the_departement_first():
    assert codes("62")[0] == "DEP-62"


@pytest.mark.parametrize("text", ["saint denis 93", "93 st denis", "Saint-Denis (93)", "saint-denis seine-saint-denis"])
def test_homonyms_are_told_apart_by_their_departement(text):
    assert codes(text)[0] == "COM-93066"


def test_a_department_number_is_not_taken_for_a_region_number():
    assert "COM-97411" not in codes("denis 04")


def test_the_name_of_a_merged_commune_finds_the_one_that_replaced_it():
    (match,) = HERE.search("courcour")

    assert (match.place.code, match.how, match.matched) == ("COM-91228", How.FORMER_NAME, "Courcouronnes")


@pytest.mark.parametrize(
    "text", ["monpellier", "montpelier", "Arrsa", "strasbuorg", "lemans", "starsbourg", "ztrasbourg"]
)
def test_small_mistakes_are_forgiven_when_nothing_else_is_found(text):
    (match, *_) = HERE.search(text)

    assert match.place.name in {"Montpellier", "Arras", "Strasbourg", "Le Mans"}
    assert match.how is How.TYPO


@pytest.mark.parametrize("text", ["", "  ", "-'", "…", "zz", "qqqqqqqq"])
def test_nothing_is_found_for_nothing_or_nonsense(text):
    assert codes(text) == []


def test_only_the_kinds_asked_for_are_shown():
    assert codes("petites villes") == []
    assert codes("petites villes", kinds={"ZONE"}) == ["ZONE-pvd"]
    assert codes("arras", kinds={"EPCI"}) == ["EPCI-200033579"]


def test_at_most_the_number_asked_for_is_shown_each_place_once():
    found = codes("a", limit=2)

    assert len(found) == len(set(found)) == 2
