"""Digital services for local authorities, in their two files."""

from __future__ import annotations

from pathlib import Path

from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.connectors.services_numeriques.connector import BENCHMARK, SHEETS
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample"


def test_phases_themes_and_operators_become_ours():
    first = next(BENCHMARK.parse_file(SAMPLE / "benchmark.csv"))

    assert isinstance(first, ParsedProgramme)
    assert first.record.stages == ("EMERGENCE", "DESIGN")
    assert first.record.categories == ("voirie-et-reseaux", "qualite-de-l-air")
    assert [ref.slug for ref in first.record.operators] == ["cerema", "ign"]
    assert all(isinstance(ref, OperatorRef) for ref in first.record.operators)
    assert first.record.source_url == "https://exemple.fr/service"
    assert [change.value for change in first.changes] == ["Une thématique inconnue"]


def test_an_address_is_not_the_name_of_a_service():
    second = list(BENCHMARK.parse_file(SAMPLE / "benchmark.csv"))[1]

    assert isinstance(second, Refusal)
    assert second.value == "https://exemple.fr/"


def test_a_service_without_any_text_stays_a_draft():
    third = list(BENCHMARK.parse_file(SAMPLE / "benchmark.csv"))[2]

    assert isinstance(third, ParsedProgramme)
    assert third.record.status == "draft"
    assert [change.expected for change in third.changes] == ["described_sheet"]


def test_both_files_name_the_same_service_whatever_its_case():
    benchmark = next(BENCHMARK.parse_file(SAMPLE / "benchmark.csv"))
    sheet = next(SHEETS.parse_file(SAMPLE / "services.csv"))

    assert isinstance(benchmark, ParsedProgramme)
    assert isinstance(sheet, ParsedProgramme)
    assert sheet.record.origin_id == benchmark.record.origin_id == "service-d-exemple"
