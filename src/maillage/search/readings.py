"""What ranking reads of every programme, in files beside each generation of the index, read in place.

Rows are only added: a document names its row, a replaced one leaves its row behind until the next rebuild. The files
are written before the documents that name them, so a reader never misses one.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maillage.core.ranking import Document
from maillage.core.ranking.embeddings import Model, plugged
from maillage.core.ranking.glued import unglued
from maillage.core.ranking.readings import HEAD, LETTER, WORD, Asked, Table, read_all
from maillage.core.ranking.selection import letters_lengths
from maillage.core.ranking.statistics import Statistics, nothing
from maillage.core.records import ProgrammeRecord
from maillage.core.tagging import themes_said
from maillage.core.text import stems, stems_of
from maillage.core.vocabulary import categories
from maillage.storage.beside import Beside

HEADS, WORDS, LETTERS, STATISTICS = "heads.bin", "words.bin", "letters.bin", "statistics.npz"
FILES: tuple[tuple[str, np.dtype[Any]], ...] = ((HEADS, HEAD), (WORDS, WORD), (LETTERS, LETTER))
VECTORS, MARK = "vectors.bin", "vectors.json"
"""What a language model reads of each programme, when one is in use; and which one, on how many numbers."""
PORTION = 500
"""Programmes read at once: the first portion here, the next ones in a process beside (`rest` ends it)."""
NUMBER, NUMBER_READ = re.compile("[0-9°º]"), 16
"""What a number, its unit included, holds at the end of a line."""
NO_ROW = -1
"""The row of a document that is not ranked."""


def document_of(record: ProgrammeRecord) -> Document:
    """What a programme says, in the three fields that are ranked."""
    return Document(
        key=record.slug, title=record.title, keywords=_keywords(record), body="\n".join(filter(None, _body(record)))
    )


def _keywords(record: ProgrammeRecord) -> str:
    return ". ".join(filter(None, (record.promise, *record.keywords)))


def _body(record: ProgrammeRecord) -> tuple[str, ...]:
    labels = " ".join(categories()[code].label for code in record.categories)
    return (record.description, record.eligibility, *record.conditions, labels)


def _cut(document: Document, parts: Sequence[str]) -> Sequence[str]:
    """The parts of a document where nothing written goes on from one to the next, as a number may across lines."""
    goes_on = any(NUMBER.search(part[-NUMBER_READ:]) for part in parts[2:-1])
    return (document.title, document.keywords, document.body) if goes_on else parts


_beside: Beside[Sequence[Asked], Table] | None = None


def rest() -> None:
    """Let the process beside go: there is nothing more to read for now."""
    global _beside
    if _beside:
        _beside.end()
    _beside = None


class Readings:
    """Writes the readings of new documents at the end of the files of a generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Asked] = []
        self._are_given = False
        self.statistics = _kept_statistics(folder) if (folder / STATISTICS).exists() else nothing()
        self.rows, self._words, self._letters = (_whole(folder / name, kind) for name, kind in FILES)
        self._first = self.rows
        self._model = _model_of(folder, rows=self.rows)
        self._vectors: list[npt.NDArray[np.float16]] = []

    def add(self, record: ProgrammeRecord) -> int:
        """Read a programme; returns its row."""
        # Part by part: the sheet beside the index has just read the same parts, which `core.text` remembers.
        document = document_of(record)
        parts = (document.title, document.keywords, *filter(None, _body(record)))
        title, keywords, *body = [unglued(part) for part in parts]
        said = (stems(title), stems(keywords), stems_of(body))
        whole = replace(document, title=title, keywords=keywords, body="\n".join(body)).text()
        stated = dict.fromkeys(record.categories, 1.0)
        themes = stated or themes_said(document.text(), _cut(document, parts))
        self._waiting.append((document, said, whole, themes, bool(stated)))
        if self._model:
            self._vectors.append(self._model.encode(document.text()).astype(np.float16))
        self.rows += 1
        if len(self._waiting) >= PORTION:
            self._give()
        return self.rows - 1

    def finish(self) -> None:
        """Write what is left, then what is true of all."""
        last = read_all(self._waiting)
        self._take()
        self._write(last)
        self._write_lengths()
        draft = self._folder / "statistics.new.npz"
        names = ("words", "holding", "lengths", "letters", "sense", "title_sense")
        np.savez(draft, count=self.statistics.count, **{name: getattr(self.statistics, name) for name in names})
        os.replace(draft, self._folder / STATISTICS)

    def _write_lengths(self) -> None:
        """The lengths of the new readings, now that all that makes a group of letters rare is known."""
        path = self._folder / HEADS
        if self.rows == self._first:
            return
        heads, words, letters = (_mapped(self._folder / name, kind) for name, kind in FILES)
        table = Table(heads, words, letters)
        kept = np.memmap(path, dtype=HEAD, mode="r+", shape=(self.rows,))
        for first in range(self._first, self.rows, PORTION):
            some = table.heads[first : first + PORTION]
            start, after = int(some["letters_at"][0]), int(some["letters_at"][-1] + some["letters"][-1])
            portion = Table(some, table.words[:0], table.letters[start:after])
            kept["letters_length"][first : first + PORTION] = letters_lengths(portion, self.statistics.letters_rarity)
        kept.flush()

    def _give(self) -> None:
        """Have what waits read: here for a first portion, beside once there are more."""
        global _beside
        waiting, self._waiting = self._waiting, []
        if _beside is None and self.rows - self._first <= PORTION:
            self._write(read_all(waiting))
            return
        _beside = _beside or Beside(read_all)
        self._take()
        _beside.give(waiting)
        self._are_given = True

    def _take(self) -> None:
        if _beside and self._are_given:
            self._write(_beside.take())
        self._are_given = False

    def _write(self, table: Table) -> None:
        table.heads["words_at"] += self._words
        table.heads["letters_at"] += self._letters
        if self._vectors:
            with (self._folder / VECTORS).open("ab") as handle:
                handle.write(b"".join(vector.tobytes() for vector in self._vectors))
        for name, array in ((WORDS, table.words), (LETTERS, table.letters), (HEADS, table.heads)):
            with (self._folder / name).open("ab") as handle:
                handle.write(array.tobytes())
        self.statistics = self.statistics.plus(table)
        self._words += len(table.words)
        self._letters += len(table.letters)
        self._vectors = []


def opened(folder: Path) -> tuple[Table, Statistics]:
    """The readings of a generation, read in place, and its statistics. Raises OSError or ValueError."""
    statistics = _kept_statistics(folder)
    heads, words, letters = (_mapped(folder / name, kind) for name, kind in FILES)
    return Table(heads, words, letters, *_vectors_of(folder, rows=len(heads))), statistics


def has_its_model(table: Table) -> bool:
    """Whether the index was made with the language model in use; True when none is."""
    model = plugged()
    return model is None or table.mark == model.mark


def _model_of(folder: Path, *, rows: int) -> Model | None:
    """The language model to read new programmes with: the one in use, if it read those that are there already."""
    model = plugged()
    if model and not rows:
        kept = {"mark": model.mark, "numbers": len(model.encode("maillage"))}
        (folder / MARK).write_text(json.dumps(kept), encoding="utf-8")
        (folder / VECTORS).write_bytes(b"")
    vectors, mark = _vectors_of(folder, rows=rows)
    if vectors is not None:
        os.truncate(folder / VECTORS, vectors.nbytes)
    return model if model and mark == model.mark else None


def _vectors_of(folder: Path, *, rows: int) -> tuple[npt.NDArray[np.float16] | None, str]:
    """The vectors of so many readings and the mark of their model; none where the index was made without, or lacks
    some."""
    if not (folder / MARK).exists():
        return None, ""
    kept = json.loads((folder / MARK).read_text(encoding="utf-8"))
    numbers = int(kept["numbers"])
    if not rows:
        return np.zeros((0, numbers), dtype=np.float16), str(kept["mark"])
    flat = _mapped(folder / VECTORS, np.dtype("<f2"))
    if len(flat) < rows * numbers:
        return None, ""
    return flat[: rows * numbers].reshape(rows, numbers), str(kept["mark"])


def _kept_statistics(folder: Path) -> Statistics:
    try:
        with np.load(folder / STATISTICS, allow_pickle=False) as kept:
            values = {name: kept[name] for name in kept.files}
        return Statistics(**values | {"count": int(values["count"])})
    except (zipfile.BadZipFile, KeyError, TypeError) as error:
        raise ValueError(STATISTICS) from error


def _mapped(path: Path, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    """A file as an array, without reading it; a part of a row at the end, left by a killed writer, is not seen."""
    count = path.stat().st_size // kind.itemsize
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=(count,))) if count else np.zeros(0, dtype=kind)


def _whole(path: Path, kind: np.dtype[Any]) -> int:
    """How many rows a file holds, the part of one that a killed writer left being cut off."""
    if not path.exists():
        path.touch()
    count = path.stat().st_size // kind.itemsize
    os.truncate(path, count * kind.itemsize)
    return count
