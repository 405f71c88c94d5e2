"""Codes of statutory competences named by names, and the groupings that hold them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from maillage.actors import statutory
from maillage.core.vocabulary import competences
from scripts.build_facts.statutory import ALONE, CODES_HEADER, GROUPINGS_HEADER, SHARE, matters
from scripts.build_facts.statutory import statutory as written

FACTS = Path(statutory.__file__).parent / "facts"
WATER = {"code": "1", "words": r"\beaux?\b|potable", "label": "Eau", "competence": "eau-assainissement"}


def grouping(name, codes="1"):
    return {"nom": name, "competences_banatic": codes}


def test_a_code_is_named_by_those_that_hold_only_it():
    rows = [grouping(f"Syndicat des eaux n° {rank}") for rank in range(ALONE)]
    rows += [grouping("Communauté de communes", "1|2"), grouping("Syndicat de voirie", "2")]

    [found], notes = matters(rows, [WATER])

    assert (found.code, found.holders, found.alone, found.named) == ("1", ALONE + 1, ALONE, ALONE)
    assert not notes


@pytest.mark.parametrize(
    "names",
    [
        ["Syndicat des eaux"] * (ALONE - 1),
        ["Syndicat des eaux"] * ALONE + ["Syndicat du château"] * ALONE,
    ],
    ids=["too few", "too few say it"],
)
def test_a_code_that_names_do_not_tell_is_left_out_and_noted(names):
    kept, notes = matters([grouping(name) for name in names], [WATER])

    assert kept == []
    assert "code 1 not named" in notes[0]


def test_the_tables_are_those_of_the_pack(shared_data):
    found, groupings, _ = written(shared_data)

    assert _rows("statutory") == [CODES_HEADER, *(one.as_row() for one in found)]
    assert _rows("groupings") == [GROUPINGS_HEADER, *groupings]
    assert len(groupings) == 10_137


def test_every_name_has_its_evidence_and_its_competence_exists():
    for matter in statutory.matters().values():
        assert matter.alone >= ALONE
        assert matter.named >= SHARE * matter.alone
        assert matter.competence in {"", *competences()}


def test_the_groupings_of_a_department_come_the_largest_first():
    found = statutory.groupings_at({"62"}, "eau-assainissement")

    assert {one.department for one in found} == {"62"}
    assert [one.population for one in found] == sorted((one.population or 0 for one in found), reverse=True)
    assert len(found) == statutory.counted_at({"62"})["eau-assainissement"]
    assert len(statutory.groupings_at(None, "eau-assainissement")) > len(found) > 0
    assert statutory.groupings_at({"62"}, "europe") == []


def _rows(name):
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(map(tuple, csv.reader(stream)))
