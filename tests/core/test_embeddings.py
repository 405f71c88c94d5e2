"""An optional language model of this machine adds a signal; without it nothing is missing."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from maillage.core.errors import Invalid
from maillage.core.ranking import PARTS, Collection, Document, embeddings, rank, scores
from maillage.core.wording import error_sentence

HOOT = Document(key="hibou", title="Hululement")
BARK = Document(key="chien", title="Glapissement")
VECTORS = "4 3\nhululement 1 0 0\nglapissement 0 1 0\nrapace 0.9 0.1 0\nmaison 0 0 1\n"


@pytest.fixture(autouse=True)
def _unplugged():
    yield
    embeddings.plug("")


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "mots.vec"
    path.write_text(VECTORS, encoding="utf-8")
    return path


def test_without_a_model_the_parts_are_the_usual_ones():
    assert embeddings.plugged() is None
    assert tuple(scores("rapace", Collection([HOOT, BARK]))) == PARTS


def test_a_model_brings_near_what_no_word_or_letter_does(words):
    collection = Collection([BARK, HOOT])
    assert rank("le rapace", collection)[0].total == pytest.approx(rank("le rapace", collection)[1].total)

    embeddings.plug(words)

    first = rank("le rapace", collection)[0]
    assert first.document is HOOT
    assert first.points["model"] > 0
    assert "model" not in scores("le rapace", collection, without=["model"])


def test_a_folder_that_holds_vectors_and_accents_or_capitals_are_read(words):
    embeddings.plug(words.parent)
    encode = embeddings.plugged().encode

    assert np.allclose(encode("RAPACE"), encode("rapacé"))
    assert np.linalg.norm(encode("rapace")) == pytest.approx(1)
    assert not encode("inconnu").any()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "absent", "est absent"),
        (lambda folder: folder, "ni vecteurs de mots"),
        (lambda folder: _written(folder / "notes.txt", "bonjour\nune phrase\n"), "un mot puis ses nombres"),
        (lambda folder: _written(folder / "vide.vec", ""), "un mot puis ses nombres"),
        (lambda folder: _written(folder / "boite.vec", "a 1 2\nb 1\n"), "un mot puis ses nombres"),
    ],
    ids=["absent", "empty folder", "another file", "empty file", "uneven rows"],
)
def test_a_wrong_path_says_what_is_wrong_in_french(make, sentence, tmp_path):
    with pytest.raises(Invalid) as raised:
        embeddings.plug(make(tmp_path))

    assert sentence in error_sentence(raised.value)
    assert embeddings.plugged() is None


def test_a_sentence_model_says_which_library_it_needs(tmp_path, monkeypatch):
    _written(tmp_path / "modules.json", "[]")
    monkeypatch.setattr(embeddings, "LIBRARY", "a_library_nobody_has")

    with pytest.raises(Invalid) as raised:
        embeddings.plug(tmp_path)

    assert "pip install maillage[embeddings]" in error_sentence(raised.value)


def test_a_sentence_model_is_read_from_this_machine_only(tmp_path, monkeypatch):
    _written(tmp_path / "modules.json", "[]")
    asked = {}

    class Model:
        def __init__(self, path, **options):
            asked.update(options, path=path)

        def encode(self, text):
            return np.array([3.0, 4.0]) if "Hulul" in text or "rapace" in text else np.array([4.0, -3.0])

    library = SimpleNamespace(SentenceTransformer=Model, __spec__=SimpleNamespace(name="a_library"))
    monkeypatch.setitem(sys.modules, "a_library", library)
    monkeypatch.setattr(embeddings, "LIBRARY", "a_library")

    embeddings.plug(tmp_path)

    assert rank("rapace", Collection([BARK, HOOT]))[0].document is HOOT
    assert asked == {"path": str(tmp_path), "device": "cpu", "local_files_only": True, "backend": "torch"}


def _written(path, text):
    path.write_text(text, encoding="utf-8")
    return path
