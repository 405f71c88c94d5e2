"""The packs of labelled needs, read in place: what is ranked, the needs, and what was judged right.

Shapes: `../shared/data/benchmark_*/SOURCE.md`. A need that nobody judged is left out, a blank line is skipped; anything
else that has not the shape is refused with the file and the line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from maillage.core.errors import Invalid
from maillage.core.ranking import Document


@dataclass(frozen=True, slots=True)
class Task:
    """Documents, needs (key → text) and, for each need, the keys judged right."""

    documents: tuple[Document, ...]
    needs: Mapping[str, str]
    right: Mapping[str, frozenset[str]]


def mte(folder: Path) -> Task:
    """Needs of enterprises → programmes, linked by hand. A need is read whole: title, short, long, more."""
    documents = [
        Document(
            key=str(row["id"]),
            title=_said(row, "titre"),
            keywords=_said(row, "promesse"),
            body=_said(row, "description"),
        )
        for row in _lines(folder / "corpus_programmes.jsonl", keys=frozenset({"id", "titre", "description"}))
    ]
    parts = ("title", "shortDescription", "longDescription", "moreDescription")
    needs = {str(row["slug"]): _said(row, *parts) for row in _lines(folder / "needs.jsonl", keys=frozenset({"slug"}))}
    return _task(documents, needs, _links(folder / "qrels.tsv"))


def fonds_vert(folder: Path) -> Task:
    """Titles of funded projects → measure. The measures without a label of 2023 are not among the choices."""
    with _opened(folder / "corpus_mesures.json") as handle:
        measures = _read(handle.read())
    if not isinstance(measures, list) or not all(isinstance(row, dict) for row in measures):
        raise Invalid("pack_unreadable", file="corpus_mesures.json")
    labelled = [row for row in measures if row.get("libelle_2023") and row.get("id") and row.get("titre")]
    documents = [
        Document(key=str(row["id"]), title=_said(row, "titre", "libelle_2023"), body=_said(row, "description_2025"))
        for row in labelled
    ]
    keys = {str(row["libelle_2023"]): str(row["id"]) for row in labelled}
    needs = {
        row["numero_dossier_ds"]: row["nom_du_projet"]
        for row in rows(folder / "projects.csv", columns=frozenset({"numero_dossier_ds", "nom_du_projet"}))
    }
    labels = rows(folder / "labels.csv", columns=frozenset({"numero_dossier_ds", "nom_demarche_ds"}))
    links = [(row["numero_dossier_ds"], keys.get(row["nom_demarche_ds"], row["nom_demarche_ds"])) for row in labels]
    return _task(documents, needs, links)


def departments(folder: Path) -> dict[str, str]:
    """Project of the Fonds vert → the département where it was funded."""
    columns = frozenset({"numero_dossier_ds", "code_departement"})
    return {row["numero_dossier_ds"]: row["code_departement"] for row in rows(folder / "projects.csv", columns=columns)}


def ademe(folder: Path) -> Task:
    """Objects of grants → aid, matched by hand; equal objects are one need."""
    documents = [
        Document(key=str(row["id"]), title=_said(row, "name"), body=_said(row, "goal", "aidDetails"))
        for row in _lines(folder / "corpus_aides.jsonl", keys=frozenset({"id", "name"}))
    ]
    table = rows(folder / "needs_qrels.csv", columns=frozenset({"objet", "id_aide"}))
    links = [(row["objet"], row["id_aide"]) for row in table]
    return _task(documents, {need: need for need, _ in links}, links)


def cnil(folder: Path) -> Task:
    """Questions → the passage that answers."""
    lines = _lines(folder / "corpus_docs.jsonl", keys=frozenset({"id", "texte"}))
    documents = [Document(key=str(row["id"]), title="", body=_said(row, "texte")) for row in lines]
    table = rows(folder / "qrels.csv", columns=frozenset({"question", "doc_id"}))
    links = [(row["question"], row["doc_id"]) for row in table]
    return _task(documents, {need: need for need, _ in links}, links)


READERS: dict[str, Callable[[Path], Task]] = {
    "benchmark_mte": mte,
    "benchmark_fonds_vert": fonds_vert,
    "benchmark_ademe": ademe,
    "benchmark_cnil": cnil,
}


def _task(documents: Sequence[Document], needs: Mapping[str, str], links: Iterable[tuple[str, str]]) -> Task:
    """The task of the needs that were judged. Raises Invalid when there is no document or none of them was."""
    right: dict[str, set[str]] = {}
    for need, key in links:
        if need in needs:
            right.setdefault(need, set()).add(key)
    if not right or not documents:
        raise Invalid("pack_empty")
    judged = {need: text for need, text in needs.items() if need in right}
    return Task(tuple(documents), judged, {need: frozenset(keys) for need, keys in right.items()})


def _said(row: Mapping[str, Any], *parts: str) -> str:
    """The texts of a row under these names, those that are there."""
    return " ".join(str(row[part]) for part in parts if row.get(part))


def rows(path: Path, *, columns: frozenset[str]) -> Iterator[dict[str, str]]:
    """The rows of a table, an absent cell read as an empty one; blank lines are skipped.

    Raises Invalid when the file or one of these columns is not there, or when it is no text.
    """
    with _opened(path) as handle:
        table = csv.DictReader(handle, restval="")
        if missing := columns - set(table.fieldnames or ()):
            raise Invalid("file_lacks_columns", file=path.name, missing=sorted(missing))
        yield from table


def _links(path: Path) -> Iterator[tuple[str, str]]:
    """Need and document of each line of a table without a head, columns parted by tabulations."""
    with _opened(path) as handle:
        for number, line in enumerate(handle, start=1):
            need, *others = line.rstrip("\r\n").split("\t")
            if need and not others:
                raise Invalid("pack_line_unreadable", file=path.name, line=number)
            if need:
                yield need, others[0]


def _lines(path: Path, *, keys: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines. Raises Invalid at the first line that is not one or lacks a key."""
    with _opened(path) as handle:
        for number, line in enumerate(handle, start=1):
            if not line.strip():
                continue
            row = _read(line)
            if not isinstance(row, dict):
                raise Invalid("pack_line_unreadable", file=path.name, line=number)
            if missing := keys - row.keys():
                raise Invalid("file_lacks_columns", file=path.name, missing=sorted(missing))
            yield row


def _read(text: str) -> Any:
    """The value a JSON text holds, None when it holds none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if not path.is_file():
        raise Invalid("pack_incomplete", file=path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield handle
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("pack_unreadable", file=path.name) from error
