"""Projects of the Fonds vert: both editions of the file, masked persons, measures linked to our sheets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from maillage.connectors.fonds_vert.connector import CONNECTOR
from maillage.connectors.parsed import ParsedGrant, Refusal
from maillage.connectors.persons import MASKED

SAMPLE = Path(__file__).parent / "sample"


def grants(name: str) -> list[ParsedGrant]:
    return [one for one in CONNECTOR.parse_file(SAMPLE / name) if isinstance(one, ParsedGrant)]


def test_a_project_keeps_its_measure_its_sheet_and_its_place():
    first = grants("2023.csv")[0]

    assert (first.record.title, first.record.territory, first.wider) == (
        "Isolation de l’école d’exemple",
        "COM-62041",
        ("DEP-62",),
    )
    assert (first.record.scheme, first.record.topic, first.record.programme) == (
        "Fonds vert",
        "Axe 1",
        "fonds-vert-renovation-batiments",
    )
    assert (first.record.year, first.record.amount_eur, first.record.siren) == (2023, Decimal("66150.00"), "216200410")


def test_without_commune_the_departement_is_kept_and_a_siret_gives_its_siren():
    third = grants("2023.csv")[2]

    assert (third.record.territory, third.record.siret, third.record.siren) == ("DEP-62", "25570291800012", "255702918")


def test_an_overseas_collectivity_a_foreign_number_and_a_new_measure():
    fourth = grants("2023.csv")[3]

    assert (fourth.record.territory, fourth.record.siren, fourth.record.programme) == ("COM-987", "", "fonds-vert")
    assert [(change.expected, change.value) for change in fourth.changes] == [("siren", "#")]


def test_a_person_is_masked_in_both_editions():
    masked = [
        one.record for name in ("2023.csv", "2024.csv") for one in grants(name) if one.record.beneficiary == MASKED
    ]

    assert [(one.origin_id, one.siren, one.siret) for one in masked] == [("99000004", "", ""), ("99100002", "", "")]


def test_the_later_edition_is_read_with_its_own_columns():
    first, second = grants("2024.csv")

    assert (first.record.beneficiary, first.record.measure) == (
        "COMMUNE D EXEMPLE",
        "Renaturation des villes et des villages",
    )
    assert (first.record.year, first.record.amount_eur, first.record.siret) == (
        None,
        Decimal("1234.50"),
        "21620041000014",
    )
    assert [change.expected for change in second.changes] == ["amount", "no_person"]


def test_a_project_without_number_is_refused():
    refused = [one for one in CONNECTOR.parse_file(SAMPLE / "2023.csv") if isinstance(one, Refusal)]

    assert [(one.line, one.expected, one.column) for one in refused] == [(7, "identifier", "numero_dossier_ds")]
