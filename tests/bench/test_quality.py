"""The figures of the ranking come from the results at hand, and the peers do what they publish."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench.quality import page, referents
from bench.quality.__main__ import RESULTS
from bench.quality.compared import compared
from bench.quality.methods import LABELS, OURS, REFERENTS, methods
from bench.quality.peers import bm25, communs, letters, postgres
from maillage.core.ranking import REMOVABLE, Document
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import run
from maillage.inventory.typical import typical_needs

BIKES = Document(key="velo", title="Pistes cyclables", body="Aider à créer une piste cyclable en ville.")
BOILERS = Document(key="bois", title="Chaufferie bois", body="Subvention des travaux de chaufferie.")
SCHOOLS = Document(key="ecole", title="Écoles", body="Rénover une école, une chaufferie, une cour.")
TASK = Task(
    documents=(BIKES, BOILERS, SCHOOLS),
    needs={"un": "une chaufferie au bois", "deux": "pistes cyclables", "trois": "gloubiboulga"},
    right={"un": frozenset({"bois"}), "deux": frozenset({"velo"}), "trois": frozenset({"ecole"})},
)


def results() -> dict:
    return json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["classement.md", "odd.md"])
def test_the_figures_of_the_method_pages_come_from_the_results(name):
    text = (page.PAGES / name).read_text(encoding="utf-8")

    assert page.text_of(text, page.tables(results())[name]) == text


def test_what_was_not_measured_is_said():
    told = page.tables({})

    assert told["classement.md"].count(page.NOT_YET) == len(page.PACKS)
    assert told["odd.md"] == page.NOT_YET


def test_every_method_was_measured_on_every_pack_with_its_interval():
    found = results()["packs"]

    assert set(found) == set(page.PACKS)
    for pack in found.values():
        expected = {OURS, REFERENTS, "BM25", "letters", "Communs", *(f"without {part}" for part in REMOVABLE)}
        assert expected <= set(pack["methods"]) <= set(LABELS)
        for method in pack["methods"].values():
            assert all(low <= value <= high for value, low, high in method["measures"].values())


@pytest.mark.parametrize("method", [bm25.rank, letters.rank], ids=["BM25", "letters"])
def test_a_plain_method_finds_what_shares_words_and_nothing_else(method):
    found = method(TASK).rankings

    assert found["un"][:2] == ["bois", "ecole"]
    assert found["deux"][0] == "velo"
    assert found["trois"] == []


def test_the_words_of_a_typical_need_rank_as_the_answer_does(monkeypatch):
    typical = next(need for need in typical_needs() if need.single)
    word = next(iter(referents.referent_of(typical.title).inherited.values()))
    documents = (Document(key="même", title=typical.title), Document(key="voisin", title=word))
    task = Task(documents=documents, needs={"un": typical.title}, right={"un": frozenset({"voisin"})})

    assert referents.share(task) == 1
    assert referents.share(replace(task, needs={"un": "gloubiboulga"})) == 0
    assert referents.rank(task).rankings["un"] == run(task).rankings["un"] == ["même", "voisin"]
    monkeypatch.setattr(referents, "referent_points", lambda inherited, held: 100.0 * len(held))
    assert referents.rank(task).rankings["un"] == ["voisin", "même"]


def test_plain_bm25_by_hand():
    index = bm25.Index({"a": ["x", "y"], "b": ["y", "y"]}, k1=1.2, b=0.75)

    # rarity of x: ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2; said once in a text of mean length: 2.2 / 2.2 = 1
    assert index.points(["x"]) == pytest.approx({"a": 0.693147}, rel=1e-5)
    assert index.best(["x"]) == ["a"]


@pytest.mark.data
def test_communs_needs_a_common_label_or_enough_words(shared_data):
    found = communs.rank(TASK, shared=shared_data.parent).rankings

    assert found["deux"][0] == "velo"
    assert found["trois"] == []


def test_postgresql_is_asked_only_where_there_is_one(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nowhere")
    assert not postgres.is_present()
    assert "PostgreSQL, every word" not in methods(tmp_path)

    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    assert "PostgreSQL, every word" in methods(tmp_path)


def test_a_gap_is_measured_on_the_same_needs(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = compared(TASK, ("accuracy@1", "mrr"), shared=tmp_path, progress=lambda _: None)

    ours, plain = found["methods"][OURS], found["methods"]["BM25"]
    assert ours["gap"] == [0, 0, 0]
    assert plain["silent"] == pytest.approx(1 / 3, abs=1e-3)
    assert plain["gap"][0] == pytest.approx(plain["measures"]["accuracy@1"][0] - ours["measures"]["accuracy@1"][0])
