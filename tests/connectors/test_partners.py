"""The real payloads of six partners, each in its own shape, read in place and told by their keys."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import Parsed, ParsedProgramme
from maillage.connectors.registry import REGISTRY, known_columns, recognise

pytestmark = pytest.mark.data
FEEDS = {
    "departement_manche": ("departement-manche", 10),
    "departement_drome": ("departement-drome", 3),
    "ile_de_france": ("ile-de-france-guide", 3),
    "ademe_agir": ("ademe-agir", 5),
    "ministere_de_la_culture": ("ministere-culture", 3),
    "welcom_europe": ("welcomeurope", 2),
}
"""By key of the file of samples: the source, and how many records it gives; none is refused."""


@pytest.fixture(params=FEEDS)
def feed(request, shared_data: Path, tmp_path: Path) -> tuple[str, Path]:
    path = shared_data / "programmes_aides_territoires_2022" / "flux_partenaires_echantillons.json"
    answer = json.loads(path.read_text(encoding="utf-8"))[request.param]
    alone = tmp_path / f"{request.param}.json"
    alone.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return request.param, alone


def sheets(parsed: list[Parsed]) -> list[ParsedProgramme]:
    return [one for one in parsed if isinstance(one, ParsedProgramme)]


def test_each_real_answer_is_recognised_and_read_whole(feed):
    key, path = feed
    slug, count = FEEDS[key]
    connector = recognise(open_file(path, wanted=known_columns()).columns)

    read = list(connector.parse_file(path))

    assert (connector.slug, len(read), len(sheets(read))) == (slug, count, count)
    assert len({one.record.origin_id for one in sheets(read)}) == count
    assert all(one.record.zones and one.record.operators and one.record.source_name for one in sheets(read))


def test_what_is_left_out_of_the_real_answers_is_counted(feed):
    key, path = feed

    left = Counter(
        change.expected for one in sheets(list(REGISTRY[FEEDS[key][0]].parse_file(path))) for change in one.changes
    )

    assert left == LEFT_OUT[key]


def test_no_name_of_a_person_is_kept(feed):
    key, path = feed
    contacts = [row["contact"] for row in _rows(path) if isinstance(row.get("contact"), str)]

    kept = " ".join(str(one.record) for one in sheets(list(REGISTRY[FEEDS[key][0]].parse_file(path))))

    assert [contact for contact in contacts if contact in kept] == []


def _rows(path: Path) -> list[dict[str, object]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, list) else next(value for value in found.values() if isinstance(value, list))


NOTHING: dict[str, dict[str, int]] = {key: {} for key in FEEDS}
LEFT_OUT = NOTHING | {
    "departement_manche": {"described_sheet": 6, "day": 1},
    "ministere_de_la_culture": {"known_value": 1},
}
"""Values nobody mapped, texts too long for their field, sheets without text."""
