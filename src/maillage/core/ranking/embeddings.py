"""An optional language model kept on this machine, named by `MAILLAGE_EMBEDDINGS`: one more signal, never required.

A file of word vectors (text, as word2vec and fastText write them: `word 0.1 -0.2 …` per line) needs nothing more. A
sentence-transformers folder (PyTorch, or ONNX) needs that library: `pip install maillage[embeddings]`. Nothing is ever
downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maillage.core.errors import Invalid
from maillage.core.ranking.learned import USUAL, unit
from maillage.core.text import fold, tokens

Floats = npt.NDArray[np.float32]
Encode = Callable[[str], Floats]
"""From a text, a vector of length 1, or of zeros when nothing of it is known."""
ENDINGS = (".vec", ".txt")
LIBRARY = "sentence_transformers"
MOST_WORDS = 300_000
"""Words read of a file, which lists the usual ones first: beyond, they are rare and weigh gigabytes."""
REMEMBERED = 5_000
"""Texts whose vector is kept: a few documents without an index are asked again at each need."""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model in use. `mark`: tells it from another, so that vectors kept on disk are never mixed."""

    encode: Encode
    mark: str


_plugged: list[Model] = []


def plug(path: str | Path) -> None:
    """Use the model of this file or folder from now on; "" uses none. Raises Invalid when it cannot be read."""
    _plugged.clear()
    if str(path):
        encode = lru_cache(maxsize=REMEMBERED)(_model(Path(path)))
        _plugged.append(Model(encode, _mark(Path(path))))


def plugged() -> Model | None:
    """The model in use, or None."""
    return _plugged[0] if _plugged else None


def _mark(path: Path) -> str:
    """The names, sizes and dates of the files of a model."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    told = [f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _model(path: Path) -> Encode:
    """The encoder of a file of word vectors, of a folder that holds one, or of a sentence-transformers folder."""
    if not path.exists():
        raise Invalid("model_absent", path=path)
    if path.is_file():
        return _of_words(path)
    if (path / "modules.json").is_file():
        return _of_sentences(path)
    found = sorted(file for file in path.iterdir() if file.suffix in ENDINGS)
    if not found:
        raise Invalid("model_without_words", path=path)
    return _of_words(found[0])


def _of_words(path: Path) -> Encode:
    """The mean of the vectors of the words of a text, the usual ones less, less what all words have in common.

    A file does not say how usual a word is, only the order: Zipf's law gives the share of each.
    """
    words, vectors = _read(path)
    numbers = {word: number for number, word in reversed(list(enumerate(words)))}
    share = 1 / (np.arange(1, len(words) + 1) * np.log(1.78 * len(words) + 1))
    weights = USUAL / (USUAL + share)
    vectors -= (weights[:, None] * vectors).sum(axis=0) / weights.sum()

    def encode(text: str) -> Floats:
        said = [numbers[fold(token.surface)] for token in tokens(text) if fold(token.surface) in numbers]
        if not said:
            return np.zeros(vectors.shape[1], dtype=np.float32)
        return unit((weights[said] @ vectors[said]).astype(np.float32))

    return encode


def _read(path: Path) -> tuple[list[str], Floats]:
    """The words, without accents or capitals, and their vectors. Raises Invalid for another shape of file."""
    words: list[str] = []
    rows: list[Floats] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for word, row in _lines(lines):
                words.append(fold(word))
                rows.append(row)
                if len(words) >= MOST_WORDS:
                    break
        vectors = np.array(rows, dtype=np.float32)
    except (ValueError, OSError) as error:
        raise Invalid("model_unreadable", path=path) from error
    if vectors.ndim != 2 or vectors.shape[1] < 2:
        raise Invalid("model_unreadable", path=path)
    return words, vectors


def _lines(lines: Iterator[str]) -> Iterator[tuple[str, Floats]]:
    """Each word and its numbers; the first line may only say how many there are."""
    for place, line in enumerate(lines):
        word, _, numbers = line.rstrip().partition(" ")
        if place or " " in numbers.strip():
            yield word, np.array(numbers.split(), dtype=np.float32)


def _of_sentences(path: Path) -> Encode:
    """The encoder of a sentence-transformers folder, on this machine and its processor only."""
    if importlib.util.find_spec(LIBRARY) is None:
        raise Invalid("model_needs_library", path=path)
    library: Any = importlib.import_module(LIBRARY)
    backend = "onnx" if any(path.rglob("*.onnx")) else "torch"
    model = library.SentenceTransformer(str(path), device="cpu", local_files_only=True, backend=backend)

    def encode(text: str) -> Floats:
        return unit(np.asarray(model.encode(text), dtype=np.float32))

    return encode
