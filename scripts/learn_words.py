"""Learn which words are said in the same company, from the public texts of the packs and our own sheets.

    python scripts/learn_words.py ../shared/data      → src/maillage/core/ranking/facts/learned_words.npz

Positive pointwise mutual information within 8 words, reduced to 120 numbers per stem (truncated SVD), kept as whole
numbers from -127 to 127. Only counts leave the texts: no sentence can be read back. No label of a benchmark is read.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import svds

from maillage.core.text import stems

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/maillage/core/ranking/facts/learned_words.npz"
SIZE, AROUND, SEEN, SMOOTHING = 120, 8, 4, 0.75
NEAR = 3
"""Words this close count double."""
SENTENCE = re.compile(r"(?<=[.!?\n])\s+")
LINES = ("programmes_aides_territoires_2022/aides_texte_integral.jsonl", "programmes_idf/iledefrance_aides.jsonl",
         "programmes_mte/programmes.jsonl", "programmes_dreal_na_2021/appels_a_projets.jsonl",
         "referentiel_territoires_en_transitions/actions.jsonl.gz")  # fmt: skip
TABLES = ("programmes_aides_territoires_2022/titres_url_2022.csv",
          "programmes_aides_territoires_2022/descriptions_annotees.csv",
          "programmes_detr_par_departement/categories_detr.csv", "services_ingenierie_numerique/services.csv",
          "services_ingenierie_numerique/benchmark_dinum.csv")  # fmt: skip
PROJECTS = (("besoins_detr_dsil/projets_dotations_2018_2019.csv.gz", ("categorie", "description")),
            ("besoins_fonds_vert/fonds_vert_2023_projets.csv.gz", ("nom_du_projet",)))  # fmt: skip


def texts(packs: Path) -> Iterator[str]:
    """Every sentence of the packs, then of our own sheets, in a fixed order."""
    for name, columns in PROJECTS:
        for row in csv.DictReader(_open(packs / name)):
            yield " . ".join(row.get(column) or "" for column in columns)
    for name in LINES:
        for line in _open(packs / name):
            yield from _sentences(json.loads(line))
    for name in TABLES:
        for row in csv.DictReader(_open(packs / name)):
            yield from _sentences(row)
    for path in sorted((ROOT / "src/maillage/inventory/content/programmes").glob("*.toml")):
        yield from _sentences(tomllib.loads(path.read_text(encoding="utf-8")))


def _open(path: Path) -> Any:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _sentences(inner)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield " . ".join(value)
    elif isinstance(value, list):
        for inner in value:
            yield from _sentences(inner)
    elif isinstance(value, str):
        yield from (part for part in SENTENCE.split(re.sub(r"<[^>]+>", " ", value)) if len(part) > 15)


def learn(said: list[tuple[str, ...]]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(stems, the most said first; whole numbers, a row per stem; how often each was seen)."""
    seen = Counter(stem for words in said for stem in words)
    kept = sorted((stem for stem, times in seen.items() if times >= SEEN and len(stem) > 1 and stem.isalpha()),
                  key=lambda stem: (-seen[stem], stem))  # fmt: skip
    shared = _company([np.array(row) for row in _numbered(said, kept)], len(kept))
    left, values, _ = svds(shared, k=SIZE, random_state=0)
    order = np.argsort(-values)
    vectors = left[:, order] * np.sqrt(values[order])
    largest = np.abs(vectors).max(axis=1)
    known = np.flatnonzero(largest > 1e-9)  # the others keep no company: they teach nothing
    kept = [kept[row] for row in known]
    whole = np.round(vectors[known] * (127 / largest[known, None])).astype(np.int8)
    return kept, whole, np.array([seen[stem] for stem in kept], dtype=np.int32)


def _numbered(said: list[tuple[str, ...]], kept: list[str]) -> Iterator[list[int]]:
    numbers = {stem: number for number, stem in enumerate(kept)}
    for words in said:
        yield [numbers[word] for word in words if word in numbers]


def _company(rows: list[np.ndarray], width: int) -> sparse.csr_matrix:
    """Positive pointwise mutual information of the words said around each other."""
    lefts, rights, weights = [], [], []
    for row in rows:
        for distance in range(1, min(AROUND, len(row) - 1) + 1):
            lefts.append(row[:-distance])
            rights.append(row[distance:])
            weights.append(np.full(len(row) - distance, 1.0 if distance <= NEAR else 0.5))
    left, right, value = (np.concatenate(parts) for parts in (lefts, rights, weights))
    pairs = (np.concatenate([left, right]), np.concatenate([right, left]))
    met = sparse.coo_matrix((np.concatenate([value, value]), pairs), shape=(width, width)).tocsr().tocoo()
    each = np.bincount(met.row, weights=met.data, minlength=width)
    chance = each**SMOOTHING / (each**SMOOTHING).sum()
    information = np.log(met.data / (each[met.row] * chance[met.col]))
    positive = information > 0
    return sparse.csr_matrix(
        (information[positive], (met.row[positive], met.col[positive])), shape=(width, width), dtype=np.float64
    )


def main() -> None:
    """Read, learn, write."""
    said = [stems(text) for text in texts(Path(sys.argv[1]))]
    kept, vectors, counts = learn(said)
    TARGET.parent.mkdir(exist_ok=True)
    listed = np.frombuffer("\n".join(kept).encode("utf-8"), dtype=np.uint8)
    np.savez_compressed(TARGET, stems=listed, vectors=vectors, counts=counts)
    print(f"{len(said)} texts, {sum(map(len, said))} words, {len(kept)} stems, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
