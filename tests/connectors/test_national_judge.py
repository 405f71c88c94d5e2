"""frictionless, the outside judge of the national schema, agrees with us."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Detector, Resource, Schema

from maillage.connectors.national_schema.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src/maillage/connectors/national_schema"
SAMPLE = FOLDER / "sample/national.csv"


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema.from_descriptor(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))


def wrong_rows(path: Path, schema: Schema) -> set[tuple[int, str | None]]:
    """(sheet, field) of every error; frictionless counts the header as row 1."""
    resource = Resource(path=path.name, basepath=str(path.parent), schema=schema, detector=Detector(schema_sync=True))
    found = resource.validate().flatten(["rowNumber", "fieldName", "type"])
    return {(row - 1, field) for row, field, kind in found if kind != "primary-key"}


def told_rows(path: Path) -> dict[int, list[str]]:
    """What we say of each row, by rank."""
    told = {}
    for place, parsed in enumerate(CONNECTOR.parse_file(path), start=1):
        if isinstance(parsed, Refusal):
            told[place] = [parsed.column]
        elif parsed.changes:
            told[place] = [change.column for change in parsed.changes]
    return told


def test_the_schema_is_a_valid_table_schema_of_26_fields(schema):
    assert Schema.validate_descriptor(schema.to_descriptor()).valid
    assert len(schema.fields) == 26
    assert [field.name for field in schema.fields if field.required][:3] == ["id", "titre", "description"]


def test_the_schema_is_fresh(shared_data):
    script = ROOT / "scripts/build_national_schema.py"

    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0


def test_on_the_real_file_both_find_one_bad_identifier_in_its_row_138(schema, shared_data):
    path = shared_data / "programmes_mte/schema_national.csv"

    assert wrong_rows(path, schema) == {(137, "id")}
    assert told_rows(path) == {137: ["id"]}


def test_on_the_sample_both_find_the_same_rows(schema):
    judged = {row for row, _ in wrong_rows(SAMPLE, schema)}

    assert judged == set(told_rows(SAMPLE)) == {3, 4}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("titre", ""),
        ("cibles", "entreprises"),
        ("eligibilite_geographique", "62"),
        ("date_cloture", "bientôt"),
        ("id", "pas-un-uuid"),
    ],
)
def test_a_value_the_judge_refuses_is_never_taken_silently(tmp_path, schema, column, value):
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:2]
    rows[1][column] = value
    path = tmp_path / "national.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    assert (2, column) in wrong_rows(path, schema)
    assert 2 in told_rows(path) or column == "eligibilite_geographique"


def test_corsica_and_the_whole_country_are_accepted_by_both(tmp_path, schema):
    text = SAMPLE.read_text(encoding="utf-8").replace(
        "DEP-2A|REG-93|COM-987", "DEP-2B|COM-2A004|PAYS-99100|EPCI-200033579"
    )
    path = tmp_path / "national.csv"
    path.write_text(text, encoding="utf-8")

    first = next(CONNECTOR.parse_file(path))

    assert isinstance(first, ParsedProgramme)
    assert first.record.zones == ("DEP-2B", "COM-2A004", "PAYS-99100", "EPCI-200033579")
    assert 1 not in {row for row, _ in wrong_rows(path, schema)}
