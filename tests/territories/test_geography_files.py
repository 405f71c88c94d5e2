"""The committed geography is the official one, and its script makes it again byte for byte."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from maillage.core.errors import UnreadableFile, UnreadableRecord
from maillage.territories.files import FACTS, read_former_codes, read_places, read_zones
from scripts.build_geography import main, read_csv, write

PLACES = {line.code: line for line in read_places(FACTS)}


def test_the_whole_official_geography_of_2026_is_there():
    assert Counter(line.kind for line in PLACES.values()) == {
        "COM": 34969,
        "COMD": 2576,
        "EPCI": 1255,
        "DEP": 101,
        "ARM": 45,
        "REG": 18,
        "EPT": 11,
        "COMO": 8,
        "PAYS": 1,
    }


def test_98_communes_have_no_epci_among_them_four_islands_and_all_of_overseas():
    alone = [line for line in PLACES.values() if line.kind == "COM" and not line.epci]

    assert len(alone) == 98
    assert {line.code for line in alone if len(line.region) == 2} == {
        "COM-22016",
        "COM-29083",
        "COM-29155",
        "COM-85113",
    }


def test_every_commune_lies_in_places_that_exist():
    named = {container for line in PLACES.values() if line.kind == "COM" for container in line.containers}

    assert named <= PLACES.keys()
    assert {line.parent for line in PLACES.values() if line.parent} <= PLACES.keys()


def test_populations_post_codes_and_siren_are_there():
    communes = [line for line in PLACES.values() if line.kind == "COM"]

    assert sum(line.population or 0 for line in communes) == 68_952_941
    assert sum(not line.postcodes for line in communes) == 5
    assert sum(not line.siren for line in communes) == 94
    assert PLACES["COM-75056"].postcodes[:2] == ("75001", "75002")
    assert PLACES["ARM-75116"].postcodes == ("75016", "75116")


def test_every_former_code_leads_to_a_commune_of_today_and_none_is_still_in_use():
    former = list(read_former_codes(FACTS))

    assert len(former) == len({old for old, _, _ in former}) == 4257
    assert {commune for _, _, commune in former} <= PLACES.keys()
    assert not {f"COM-{old}" for old, _, _ in former} & PLACES.keys()
    assert ("91182", "Courcouronnes", "COM-91228") in former


@pytest.mark.data
def test_the_pack_gives_the_committed_file_byte_for_byte(shared_data, tmp_path):
    main(["--pack", str(shared_data / "geo_cog2026"), "--out", str(tmp_path)])

    assert (tmp_path / "geography.csv.gz").read_bytes() == (FACTS / "geography.csv.gz").read_bytes()


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "column", "typing_mistakes"),
    [
        ("besoins_detr_dsil/projets_dotations_2018_2019.csv.gz", "code_geo", {"97363"}),
        ("acteurs_administrations_2019/administrations.csv.gz", "code_insee", set()),
        ("besoins_fonds_vert/fonds_vert_2023_projets.csv.gz", "code_commune", set()),
    ],
)
def test_the_commune_codes_of_the_other_packs_all_lead_somewhere(shared_data, path, column, typing_mistakes):
    known = {code.partition("-")[2] for code in PLACES} | {old for old, _, _ in read_former_codes(FACTS)}
    used = {row[column] for row in read_csv(shared_data / path)}

    lost = {code for code in used if len(code) == 5 and code[2:].isdigit() and code not in known}

    assert lost == typing_mistakes


def test_the_file_written_depends_on_the_rows_alone(tmp_path):
    rows = [{"code": "COM-1", "name": "b"}, {"code": "COM-0", "name": "a"}]

    write(tmp_path / "one.csv.gz", rows)
    write(tmp_path / "two.csv.gz", reversed(rows))

    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()
    assert [row["code"] for row in read_csv(tmp_path / "one.csv.gz")] == ["COM-0", "COM-1"]


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(UnreadableFile) as missing:
        list(read_places(tmp_path))
    (tmp_path / "geography.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(UnreadableFile) as broken:
        list(read_places(tmp_path))

    assert missing.value.facts["file"] == broken.value.facts["file"] == "geography.csv.gz"


def test_a_malformed_line_is_named_with_its_number(tmp_path):
    with (tmp_path / "zones.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "kind", "name", "members", "source", "licence", "as_of"])
        writer.writerow(["ZONE-a", "PROGRAMME", "A", "COM-62041", "x", "y", "2026-01-01"])
        writer.writerow(["ZONE-b", "PROGRAMME", "B", "COM-62041", "x", "y", "hier"])

    with pytest.raises(UnreadableRecord) as refusal:
        list(read_zones(tmp_path))

    assert (refusal.value.facts["file"], refusal.value.facts["line"]) == ("zones.csv", 3)
