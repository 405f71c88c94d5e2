"""An optional language model reaches what the site ranks: the index keeps what it reads, and says whose it is."""

from __future__ import annotations

import pytest

from maillage.core.ranking import embeddings
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from maillage.search import engine
from maillage.search.actions import catch_up, rebuild
from maillage.search.queries import candidate
from maillage.search.ranking import standings
from tests.factories.records import a_programme

HOOT, BARK = "Hululement", "Glapissement"
NEED = "le rapace"


@pytest.fixture(autouse=True)
def _unplugged():
    yield
    embeddings.plug("")


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "mots.vec"
    path.write_text("4 3\nhululement 1 0 0\nglapissement 0 1 0\nrapace 0.9 0.1 0\nmaison 0 0 1\n", encoding="utf-8")
    return path


@pytest.fixture
def two(world):
    put_programmes([a_programme(HOOT, slug="hibou"), a_programme(BARK, slug="chien")], by=None)
    return world


def standing(slug):
    """Where this programme stands for the need, beside the other one."""
    slugs = ("hibou", "chien")
    rows = [candidate(str(Programme.objects.get(slug=each).uid)).row for each in slugs]
    return standings(NEED, rows)[slugs.index(slug)]


def test_a_model_moves_what_the_site_ranks(two, words):
    rebuild()
    assert "model" not in standing("hibou").points

    embeddings.plug(words)
    rebuild()

    assert standing("hibou").points["model"] > 0 > standing("chien").points["model"]
    assert sum(standing("hibou").points.values()) > sum(standing("chien").points.values())


def test_the_vectors_of_the_index_are_those_of_the_texts(two, words):
    embeddings.plug(words)
    rebuild()
    held = engine.reader()
    row = candidate(str(Programme.objects.get(slug="hibou").uid)).row

    found = held.table.vectors[row] @ embeddings.plugged().encode(HOOT)

    assert found == pytest.approx(1.0, abs=0.35)  # the sheet says more than its title
    assert held.table.mark == embeddings.plugged().mark


def test_a_model_named_after_the_index_asks_for_a_new_one_and_is_left_out_meanwhile(two, words):
    rebuild()
    embeddings.plug(words)
    engine.forget_reader()

    assert "model" not in standing("hibou").points
    assert engine.repair_asked()


def test_another_model_is_never_mixed_with_the_vectors_kept(two, words, tmp_path):
    embeddings.plug(words)
    rebuild()
    other = tmp_path / "autres.vec"
    other.write_text("4 2\nrapace 1 0\nglapissement 0.9 0.1\nhululement 0 1\nmaison 0 1\n", encoding="utf-8")
    embeddings.plug(other)

    assert "model" not in standing("hibou").points

    rebuild()
    assert standing("chien").points["model"] > standing("hibou").points["model"]


def test_a_sheet_changed_since_is_read_by_the_model_too(two, words):
    embeddings.plug(words)
    rebuild()
    put_programmes([a_programme(BARK + " de rapace", slug="chien")], by=None)
    catch_up()

    assert standing("chien").points["model"] != pytest.approx(0)
    assert len(engine.reader().table.vectors) == len(engine.reader().table.heads)


def test_a_writer_killed_between_two_files_leaves_a_whole_index(two, words):
    embeddings.plug(words)
    rebuild()
    with (engine.reader().folder / "vectors.bin").open("ab") as handle:
        handle.write(b"cut")
    put_programmes([a_programme("Maison", slug="maison")], by=None)
    catch_up()

    table = engine.reader().table
    assert len(table.vectors) == len(table.heads)
    assert standing("hibou").points["model"] > 0
