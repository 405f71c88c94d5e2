"""The packs of labelled needs, read in place: what is ranked, the needs, and what was judged right.

Shapes: `../shared/data/benchmark_*/SOURCE.md`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
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
        Document(key=row["id"], title=row["titre"], keywords=row.get("promesse") or "", body=row["description"])
        for row in _lines(folder / "corpus_programmes.jsonl")
    ]
    parts = ("title", "shortDescription", "longDescription", "moreDescription")
    needs = {
        row["slug"]: " ".join(filter(None, (row.get(part) for part in parts))) for row in _lines(folder / "needs.jsonl")
    }
    links = (line.split("\t") for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines())
    return Task(tuple(documents), needs, _judged((row[0], row[1]) for row in links if row[0] in needs))


def fonds_vert(folder: Path) -> Task:
    """Titles of funded projects → measure. The measures without a label of 2023 are not among the choices."""
    measures = json.loads((folder / "corpus_mesures.json").read_text(encoding="utf-8"))
    labelled = [row for row in measures if row.get("libelle_2023")]
    documents = [
        Document(key=row["id"], title=f"{row['titre']} {row['libelle_2023']}", body=row.get("description_2025") or "")
        for row in labelled
    ]
    keys = {row["libelle_2023"]: row["id"] for row in labelled}
    needs = {
        row["numero_dossier_ds"]: row["nom_du_projet"]
        for row in rows(folder / "projects.csv", columns=frozenset({"numero_dossier_ds", "nom_du_projet"}))
    }
    labels = ((row["numero_dossier_ds"], row["nom_demarche_ds"]) for row in rows(folder / "labels.csv"))
    return Task(tuple(documents), needs, _judged((need, keys.get(label, label)) for need, label in labels))


def departments(folder: Path) -> dict[str, str]:
    """Project of the Fonds vert → the département where it was funded."""
    columns = frozenset({"numero_dossier_ds", "code_departement"})
    return {row["numero_dossier_ds"]: row["code_departement"] for row in rows(folder / "projects.csv", columns=columns)}


def ademe(folder: Path) -> Task:
    """Objects of grants → aid, matched by hand; equal objects are one need."""
    documents = [
        Document(key=str(row["id"]), title=row["name"], body=" ".join(filter(None, (row["goal"], row["aidDetails"]))))
        for row in _lines(folder / "corpus_aides.jsonl")
    ]
    links = [(row["objet"], row["id_aide"]) for row in rows(folder / "needs_qrels.csv")]
    return Task(tuple(documents), {need: need for need, _ in links}, _judged(links))


def cnil(folder: Path) -> Task:
    """Questions → the passage that answers."""
    documents = [Document(key=row["id"], title="", body=row["texte"]) for row in _lines(folder / "corpus_docs.jsonl")]
    links = [(row["question"], row["doc_id"]) for row in rows(folder / "qrels.csv")]
    return Task(tuple(documents), {need: need for need, _ in links}, _judged(links))


READERS: dict[str, Callable[[Path], Task]] = {
    "benchmark_mte": mte,
    "benchmark_fonds_vert": fonds_vert,
    "benchmark_ademe": ademe,
    "benchmark_cnil": cnil,
}


def _judged(links: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for need, key in links:
        found.setdefault(need, set()).add(key)
    return {need: frozenset(keys) for need, keys in found.items()}


def rows(path: Path, *, columns: frozenset[str] = frozenset()) -> Iterator[dict[str, str]]:
    """The rows of a table. Raises Invalid when the file or one of these columns is not there."""
    with _opened(path) as handle:
        table = csv.DictReader(handle)
        if missing := columns - set(table.fieldnames or ()):
            raise Invalid("file_lacks_columns", file=path.name, missing=sorted(missing))
        yield from table


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path) as handle:
        for line in handle:
            yield json.loads(line)


def _opened(path: Path) -> TextIO:
    if not path.is_file():
        raise Invalid("pack_incomplete", file=path.name)
    return path.open(encoding="utf-8-sig", newline="")
