"""Which place a code names, on the real geography."""

from __future__ import annotations

import pytest

from maillage.core.errors import Ambiguous, Invalid, Unknown
from maillage.core.wording import error_sentence
from maillage.territories import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("62041", "COM-62041"),
        (" com-62041 ", "COM-62041"),
        ("2A004", "COM-2A004"),
        ("2b033", "COM-2B033"),
        ("2A", "DEP-2A"),
        ("62", "DEP-62"),
        ("974", "DEP-974"),
        ("975", "COM-975"),
        ("COM-987", "COM-987"),
        ("988", "COM-988"),
        ("75101", "ARM-75101"),
        ("69381", "ARM-69381"),
        ("01015", "COM-01015"),
        ("01039", "COMD-01039"),
        ("COM-01039", "COM-01138"),
        ("COMD-01039", "COMD-01039"),
        ("91182", "COM-91228"),
        ("200033579", "EPCI-200033579"),
        ("200 046 977", "EPCI-200046977"),
        ("200057867", "EPT-200057867"),
        ("216200410", "COM-62041"),
        ("PAYS-99100", "PAYS-99100"),
        ("FRA", "PAYS-99100"),
        ("85113", "COM-85113"),
    ],
)
def test_a_code_names_one_place(geography, text, code):

    assert queries.resolve(text).code == code


def test_a_bare_code_of_a_region_and_a_departement_is_refused_and_both_are_named(geography):
    with pytest.raises(Ambiguous) as refusal:
        queries.resolve("44")

    assert error_sentence(refusal.value) == (
        "« 44 » désigne plusieurs territoires : REG-44 (Grand Est), DEP-44 (Loire-Atlantique). "
        "Écrivez l’un de ces codes."
    )


@pytest.mark.parametrize("text", ["99999", "COM-99999", "Nulle-part", "", "000000000", "ZONE-nulle-part", "97363"])
def test_an_unknown_code_is_named_and_never_becomes_the_whole_country(geography, text):
    with pytest.raises(Unknown) as refusal:
        queries.resolve(text)

    assert f"« {text} »" in error_sentence(refusal.value)


def test_a_malformed_typed_code_is_named(geography):
    with pytest.raises(Invalid) as refusal:
        queries.resolve("DEP-625")

    assert error_sentence(refusal.value).startswith("« DEP-625 » n’a pas la forme d’un code de territoire")


def test_a_post_code_is_not_taken_for_an_insee_code(geography):
    with pytest.raises(Unknown) as refusal:
        queries.resolve("62000")

    assert error_sentence(refusal.value) == (
        "« 62000 » est un code postal, pas un code INSEE. Il dessert : COM-62041 (Arras), COM-62263 (Dainville). "
        "Écrivez le code INSEE."
    )
