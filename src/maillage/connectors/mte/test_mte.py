"""« Transition écologique des entreprises », in its two files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.connectors.mte.connector import NATIONAL, PROGRAMMES
from maillage.connectors.parsed import ParsedProgramme
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample"
ADEME = OperatorRef(name="Agence de la transition écologique", slug="ademe", siren="385290309")


def first_of(connector, name) -> ParsedProgramme:
    parsed = next(connector.parse_file(SAMPLE / name))
    assert isinstance(parsed, ParsedProgramme)
    return parsed


def test_both_files_name_the_same_sheet():
    own, published = first_of(PROGRAMMES, "programmes.jsonl"), first_of(NATIONAL, "national.csv")

    assert (own.record.origin, own.record.origin_id) == ("mission-transition-ecologique", "etude-d-exemple")
    assert (published.record.origin, published.record.origin_id) == (own.record.origin, own.record.origin_id)
    assert published.record.uid == "11111111-2222-4333-8444-555555555601"


def test_nested_values_are_laid_flat_and_their_words_become_ours():
    record = first_of(PROGRAMMES, "programmes.jsonl").record

    assert record.zones == ("REG-11", "DEP-40")
    assert record.operators == (ADEME, OperatorRef(name="Organisme d’exemple", role="relay"))
    assert record.how_to == "1. Lisez la notice. Notice (https://exemple.fr/notice)\n2. Déposez la demande."
    assert (record.opens_on, record.closes_on) == (dt.date(2026, 2, 6), dt.date(2026, 12, 31))
    assert record.professional == {"eligibilite_effectif_maximal": "249", "ciblage_naf": "A|B"}
    assert record.audiences == ("private_sector", "commune", "epci", "department", "region", "public_org")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("pour **passer au circulaire**, *vite* :\n\n- un **prêt**\\\nde [Bpifrance](https://exemple.fr/a_b)", None),
        ("2 * 3 * 4, a*b*c et ** seul", "2 * 3 * 4, a*b*c et ** seul"),
        ("[sans adresse] (à voir) [x](javascript:alert(1))", "[sans adresse] (à voir) [x](javascript:alert(1))"),
        ("## Titre\n> Cité", "Titre\nCité"),
    ],
    ids=["strong and link", "sums", "no address", "heading and quote"],
)
def test_markdown_becomes_text(written, kept):
    flat = PROGRAMMES.shape({"id": "a", "description": written, "conditions d'éligibilité": {"autres": [written]}})

    kept = kept or "pour passer au circulaire, vite :\n\n- un prêt\nde Bpifrance (https://exemple.fr/a_b)"
    assert flat["description"] == kept
    assert flat["conditions d'éligibilité"] == {"autres": [kept]}


def test_a_collectivite_d_outre_mer_takes_its_official_code():
    assert first_of(NATIONAL, "national.csv").record.zones == ("REG-11", "COM-978")
