"""Short cells come back from line to line: what they gave is kept, and each line still reads as if it were alone."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.connectors.connector import Connector
from maillage.connectors.mapping import read_mapping
from maillage.connectors.parsed import Parsed, ParsedProgramme, Refusal
from maillage.connectors.reading import SHORT, Told, read_row
from maillage.connectors.registry import REGISTRY
from maillage.connectors.table.connector import CONNECTOR as TABLE

CONNECTORS = [*REGISTRY.values(), TABLE]
TOLD = Told(origin="essai", source_name="Essai")
MAPPING = """colonne;valeur;champ;devient;separateur;intitule;mode;note
titre;;title;;;;;
où;;zones;;;;;
fin;;closes_on;;;;;
genre;prêt;aid_types;loan;|;;;
genre;~étude;stages;DESIGN;;;;
porteur/nom;;operator;;;;;
secours;;operator;;;;si vide;
"""
SAID = st.sampled_from(
    ["", "prêt", "Subvention", "62", "COM-62041", "Nulle part", "2026-13-45", "2026-12-31", "oui", "x" * 70]
)
CELLS = SAID | st.integers(0, 3) | st.lists(SAID, max_size=3) | st.just([{"nom": "Région", "siren": "1"}])


def parsed(connector: Connector, raw: bytes, line: int) -> list[Parsed]:
    return list(connector.parse(raw, line=line))


def test_another_process_is_sent_every_source_without_what_was_remembered():
    """What is remembered is named by objects of this process: there, the same names would be others'."""
    raw = json.dumps({"id": "1", "titre": "Aide", "types_aides": "prêt"}).encode()
    for connector in CONNECTORS:
        parsed(connector, raw, 1)

        sent = pickle.loads(pickle.dumps(connector))

        assert not sent.mapping.remembered
        assert (sent.recipe, parsed(sent, raw, 1)) == (connector.recipe, parsed(connector, raw, 1))


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda one: one.slug)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_line_gives_the_same_after_others_as_alone(connector, data):
    columns = st.sampled_from(sorted(connector.mapping.columns))
    rows = data.draw(st.lists(st.dictionaries(columns, CELLS, max_size=8), min_size=2, max_size=4))
    raws = [json.dumps(row).encode() for row in rows]
    alone = []
    for line, raw in enumerate(raws, start=1):
        connector.mapping.remembered.clear()
        alone.append(parsed(connector, raw, line))
    connector.mapping.remembered.clear()

    assert [parsed(connector, raw, line) for line, raw in enumerate(raws, start=1)] == alone


def test_a_wrong_cell_that_comes_back_is_told_at_each_line():
    mapping = read_mapping(MAPPING, name="essai.csv")
    row = {"titre": "Une offre", "fin": "un jour"}

    found = [read_row(row, mapping=mapping, told=TOLD, line=line) for line in (4, 9)]

    assert all(isinstance(one, ParsedProgramme) for one in found)
    assert [[change.line for change in one.changes if change.column == "fin"] for one in found] == [[4], [9]]


def test_a_place_nobody_knows_refuses_each_record_that_names_it():
    mapping = read_mapping(MAPPING, name="essai.csv")
    row = {"titre": "Une offre", "où": "???"}

    found = [read_row(row, mapping=mapping, told=TOLD, line=line) for line in (4, 9)]

    assert [(type(one), one.line, one.column) for one in found] == [(Refusal, 4, "où"), (Refusal, 9, "où")]


def test_a_cell_inside_objects_is_read_and_kept_by_what_it_says():
    mapping = read_mapping(MAPPING, name="essai.csv")

    def operators(name: str) -> list[str]:
        one = read_row({"titre": "Une offre", "porteur": {"nom": name}}, mapping=mapping, told=TOLD, line=1)
        assert isinstance(one, ParsedProgramme)
        return [ref.name for ref in one.record.operators]

    assert [operators(name) for name in ("Région", "Pays", "Région")] == [["Région"], ["Pays"], ["Région"]]


def test_what_is_read_only_where_nothing_was_found_still_looks_at_the_record():
    mapping = read_mapping(MAPPING, name="essai.csv")
    rows = [
        {"titre": "Une offre", "secours": "Pays"},
        {"titre": "Une offre", "porteur/nom": "Région", "secours": "Pays"},
    ]

    found = [read_row(row, mapping=mapping, told=TOLD, line=1) for row in rows]

    assert [[ref.name for ref in one.record.operators] for one in found] == [["Pays"], ["Région"]]


def test_long_cells_are_not_kept():
    mapping = read_mapping(MAPPING, name="essai.csv")
    for size in (SHORT, SHORT + 1):
        read_row({"titre": "Une offre", "genre": "x" * size}, mapping=mapping, told=TOLD, line=1)

    assert {len(cell) for _, cell in mapping.remembered if cell} == {SHORT}
