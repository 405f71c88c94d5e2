"""The real packs, read in place: how many sheets each gives, and what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import Parsed, ParsedGrant, ParsedOrganisation, ParsedProgramme, RawItem, Refusal
from maillage.connectors.persons import MASKED
from maillage.connectors.registry import REGISTRY, known_columns, recognise
from maillage.harvest.queries import Pack, packs

pytestmark = [pytest.mark.data, pytest.mark.slow]

EXPECTED = {
    "mte-schema-national": (190, 0),
    "mte": (260, 0),
    "detr": (1375, 8),
    "services-numeriques": (121, 4),
    "services-numeriques-fiches": (72, 1),
    "aides-territoires-2022-titres": (2637, 0),
    "aides-territoires-2022-textes": (470, 0),
    "ile-de-france": (100, 0),
}
"""Sheets and refusals of each file, counted by hand from the source's own quirks (README of each folder)."""
GRANTS = {"fonds-vert-projets": (10_782, 0), "dotations-projets": (51_091, 0)}
"""The same, for lists of funded projects."""
LOCAL = {
    "france-services": (2845, 0),
    "anct-programmes": (7362, 3913),
    "anct-programmes-intercommunalites": (1333, 0),
}
"""The same, for lists of what exists in a place. Refused: what another source tells (2 721 + 642 + 456 + 94)."""
FACTS = GRANTS | LOCAL
MADE_BY_CODE = {"porteurs (illisibles)", "porteurs (sans rôle)", "établissement", "groupement", "commune"}
"""Columns that only a damaged file has, or only some records."""
LEFT_OUT_OF_PACK = {"axe", "siren lu", "siret lu", "horaires"}
"""Columns of the published file that our pack does not have, or one record of two."""


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> dict[str, list[Parsed]]:
    return {pack.connector: list(REGISTRY[pack.connector].parse_file(pack.path)) for pack in packs(shared_data)}


def sheets(parsed: list[Parsed]) -> list[ParsedProgramme]:
    return [one for one in parsed if isinstance(one, ParsedProgramme)]


def test_every_pack_is_there(shared_data):
    assert [pack.path.name for pack in packs(shared_data) if not pack.path.is_file()] == []


def test_each_pack_gives_the_expected_sheets_and_refusals(parsed):
    refused = {slug: sum(isinstance(one, Refusal) for one in all_) for slug, all_ in parsed.items()}
    found = {slug: (len(all_) - refused[slug], refused[slug]) for slug, all_ in parsed.items()}

    assert found == EXPECTED | FACTS


def test_over_four_thousand_different_sheets_come_out(parsed):
    keys = {(one.record.origin, one.record.origin_id) for all_ in parsed.values() for one in sheets(all_)}

    assert len(keys) == 4986


def test_the_two_files_of_mte_speak_of_the_same_programmes(parsed):
    own = {one.record.origin_id for one in sheets(parsed["mte"])}
    published = {one.record.origin_id for one in sheets(parsed["mte-schema-national"])}

    assert published - own == {"cheque-vert-grand-est"}


def test_the_damaged_uuid_is_told_and_the_sheet_kept(parsed):
    """Row 138 of the file, counting its header: sheet 137."""
    changes = [
        (place, change) for place, one in enumerate(sheets(parsed["mte-schema-national"]), 1) for change in one.changes
    ]

    assert [(place, change.expected, change.value) for place, change in changes] == [
        (137, "uuid", "365da5e9-49ac-444c-a2[tél.]fc98")
    ]


def test_two_persons_are_masked_among_sixty_thousand_beneficiaries(parsed):
    masked = [
        one.record
        for slug in GRANTS
        for one in parsed[slug]
        if isinstance(one, ParsedGrant) and one.record.beneficiary == MASKED
    ]

    assert [(one.origin, one.siren) for one in masked] == [("fonds-vert-projets", "")] * 2


def test_what_is_left_out_of_the_lists_of_projects_is_counted(parsed):
    left = {
        slug: Counter(change.expected for one in parsed[slug] if isinstance(one, ParsedGrant) for change in one.changes)
        for slug in GRANTS
    }

    assert left == {"fonds-vert-projets": {"siren": 8, "no_person": 2}, "dotations-projets": {"siren": 18}}


def test_every_france_services_has_a_place_an_address_and_nearly_all_a_telephone(parsed):
    desks = [one for one in parsed["france-services"] if isinstance(one, ParsedOrganisation)]

    assert [change.expected for one in desks for change in one.changes] == []
    assert all(one.record.seat and one.record.address for one in desks)
    assert sum(not one.record.phone for one in desks) == 4
    assert len({one.record.slug for one in desks}) == 2845


def test_everything_of_2022_is_archived(parsed):
    for slug in ("aides-territoires-2022-titres", "aides-territoires-2022-textes"):
        assert {one.record.status for one in sheets(parsed[slug])} == {"archived"}


def test_corsica_and_overseas_keep_their_codes(parsed):
    zones = {zone for one in sheets(parsed["detr"]) for zone in one.record.zones}

    assert {"DEP-2A", "DEP-2B", "DEP-971", "COM-986", "COM-987"} <= zones
    assert len(zones) == 92


def test_few_words_are_left_without_a_code(parsed):
    left = Counter(change.expected for all_ in parsed.values() for one in sheets(all_) for change in one.changes)

    assert left["known_value"] == 0
    assert sum(left.values()) < 50


def test_most_categories_of_the_detr_have_a_theme(parsed):
    without = [one for one in sheets(parsed["detr"]) if not one.record.categories]

    assert len(without) < 40


@pytest.mark.parametrize("slug", [slug for slug in EXPECTED | FACTS if slug != "mte-schema-national"])
def test_a_pack_is_recognised_by_its_columns(shared_data, slug):
    pack = next(pack for pack in packs(shared_data) if pack.connector == slug)

    found = recognise(open_file(pack.path, wanted=known_columns()).columns)

    assert found is REGISTRY[slug]


def test_a_mapping_names_only_columns_its_source_sends(shared_data):
    """A column nobody sends is a typing mistake."""
    sent: dict[str, set[str]] = {}
    for pack in packs(shared_data):
        connector = REGISTRY[pack.connector]
        seen = sent.setdefault(connector.package, set())
        for row in rows_of(pack):
            seen |= set(connector.shape(row))
    asked = {
        connector.package: connector.mapping.columns for connector in REGISTRY.values() if connector.package in sent
    }

    missing = {
        name: {column for column in columns if column.split("/")[0] not in sent[name]}
        for name, columns in asked.items()
    }

    assert {
        name: left for name, columns in missing.items() if (left := columns - MADE_BY_CODE - LEFT_OUT_OF_PACK)
    } == {}


def rows_of(pack: Pack) -> list[dict[str, object]]:
    return [json.loads(item.raw) for item in open_file(pack.path).items() if isinstance(item, RawItem)]


def test_refusals_say_where_and_why(parsed):
    refused = [one for all_ in parsed.values() for one in all_ if isinstance(one, Refusal)]

    assert all(one.line and one.column and one.value and one.facts["reason"] for one in refused)


def test_three_real_records_of_the_aides_territoires_shape_are_read(shared_data):
    folder = shared_data / "programmes_aides_territoires_2022"
    real = json.loads((folder / "flux_partenaires_echantillons.json").read_text(encoding="utf-8"))
    records = real["departement_drome"]["results"]
    connector = REGISTRY["aides-territoires"]

    read = [next(connector.parse(json.dumps(record).encode())) for record in records]

    assert len(read) == 3
    assert all(isinstance(one, ParsedProgramme) and one.record.zones == ("DEP-26",) and not one.changes for one in read)
    assert connector.recognises(records[0])
