"""Typed codes: how they are written and which place they name, on a small book of codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.errors import Ambiguous, Invalid, Refused, Unknown
from maillage.core.territory import Code, Codebook, normalise_code, parse_code, read_codes, split_pasted

BOOK = Codebook(
    names={
        "COM-62041": "Arras",
        "COM-62100": "Beaurains",
        "COM-01015": "Arboys en Bugey",
        "COMD-01015": "Arbignieu",
        "COMD-01039": "Béon",
        "COM-01138": "Culoz-Béon",
        "ARM-75101": "Paris 1er Arrondissement",
        "EPCI-200033579": "CU d’Arras",
        "DEP-44": "Loire-Atlantique",
        "REG-44": "Grand Est",
        "DEP-2A": "Corse-du-Sud",
        "COM-975": "Saint-Pierre-et-Miquelon",
        "PAYS-99100": "France",
        "ZONE-pvd": "Petites villes de demain",
        "QPV-QN00101M": "Grande Reyssouze",
    },
    successors={"01039": "COM-01138", "62001": "COM-62041"},
    sirens={"200033579": "EPCI-200033579", "216200410": "COM-62041"},
    postcodes={"62000": ("COM-62041",), "62100": ("COM-62041",)},
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("COM-62041", Code("COM", "62041")),
        (" com - 2a004 ", Code("COM", "2A004")),
        ("COM-975", Code("COM", "975")),
        ("EPCI-200 033 579", Code("EPCI", "200033579")),
        ("ZONE-pvd", Code("ZONE", "pvd")),
        ("QPV-QN00101M", Code("QPV", "QN00101M")),
    ],
)
def test_a_typed_code_is_read_whatever_its_blanks_and_case(text, code):
    assert parse_code(text) == code


@pytest.mark.parametrize(
    "text", ["COM-6204", "COM-62", "DEP-625", "REG-1", "EPCI-20003357", "VILLE-1", "62041", "COM-"]
)
def test_a_malformed_typed_code_is_refused_by_name(text):
    with pytest.raises(Invalid) as refusal:
        parse_code(text)

    assert refusal.value.facts == {"value": text}


def test_three_digits_make_a_collectivite_and_five_a_commune():
    assert parse_code("COM-975").is_collectivity
    assert not parse_code("COM-97502").is_collectivity


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("62041", "COM-62041"),
        ("62100", "COM-62100"),
        ("01015", "COM-01015"),
        ("01039", "COMD-01039"),
        ("COM-01039", "COM-01138"),
        ("62001", "COM-62041"),
        ("75101", "ARM-75101"),
        ("200 033 579", "EPCI-200033579"),
        ("216200410", "COM-62041"),
        ("2a", "DEP-2A"),
        ("975", "COM-975"),
        ("FRA", "PAYS-99100"),
        ("99100", "PAYS-99100"),
        ("zone-PVD", "ZONE-pvd"),
        ("qpv-qn00101m", "QPV-QN00101M"),
    ],
)
def test_each_way_of_writing_a_code_names_one_place(text, code):
    assert normalise_code(text, book=BOOK) == code


def test_a_bare_44_is_refused_and_both_places_are_named():
    with pytest.raises(Ambiguous) as refusal:
        normalise_code("44", book=BOOK)

    assert refusal.value.facts == {"value": "44", "candidates": ["REG-44 (Grand Est)", "DEP-44 (Loire-Atlantique)"]}


@given(st.text(max_size=30))
def test_a_text_is_a_known_place_or_a_refusal_that_names_it_never_france_by_default(text):
    read = dict(read_codes([text], book=BOOK))[text]

    if isinstance(read, Refused):
        assert read.facts["value"] == text.strip()
    else:
        assert read in BOOK.names
        assert read != "PAYS-99100" or text.strip().upper().replace(" ", "") in {"FRA", "99100", "PAYS-99100"}


@given(st.sampled_from(sorted(BOOK.names)))
def test_a_typed_code_in_use_names_itself(code):
    assert normalise_code(code, book=BOOK) == code


def test_a_post_code_is_refused_with_the_communes_it_serves():
    with pytest.raises(Unknown) as refusal:
        normalise_code("62000", book=BOOK)

    assert refusal.value.code == "territory_postcode"
    assert refusal.value.facts["candidates"] == ["COM-62041 (Arras)"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("62041 62119", ["62041", "62119"]),
        ("62041;62119\r\n62041,\t", ["62041", "62119"]),
        ("200 070 506\n200069433", ["200 070 506", "200069433"]),
        ("DEP-62 REG-32 ZONE-pvd", ["DEP-62", "REG-32", "ZONE-pvd"]),
        ('"62041","62119"', ["62041", "62119"]),
        ("971 972 973", ["971", "972", "973"]),
        ("  ", []),
    ],
)
def test_a_pasted_list_is_cut_into_its_codes(text, pieces):
    assert split_pasted(text) == pieces


def test_each_piece_comes_with_its_place_or_its_refusal():
    read = dict(read_codes(["62041", "44", "nope"], book=BOOK))

    assert read["62041"] == "COM-62041"
    assert isinstance(read["44"], Ambiguous)
    assert isinstance(read["nope"], Unknown)
