"""Learn which English words speak for which goal, from labelled sentences and the official targets.

    python scripts/learn_goals.py ../shared/data      → src/maillage/core/facts/english_goals.csv

One ridge regression per goal on tf-idf rows of unit length. Only words and weights leave the texts. The sentences of
the benchmark itself are never read. Sources and licences: `core/facts/SOURCES.md`.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from maillage.core.goals import GOALS, english_words

TARGET = Path(__file__).resolve().parents[1] / "src/maillage/core/facts/english_goals.csv"
RIDGE, SEEN, LEAST = 4.0, 3, 0.03
"""Strength of the ridge; texts a word must be in; weights below are left out."""


def labelled(packs: Path) -> dict[str, set[int]]:
    """Every text with its goals."""
    folder, found = packs / "benchmark_odd", {}
    with (folder / "train_en_2567_sentences.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["SDG"].isdigit():
                found.setdefault(row["Text"], set()).add(int(row["SDG"]))
    with gzip.open(folder / "train_en_unep_objectives.csv.gz", "rt", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["Text"], set()).update(map(int, re.findall(r"\d+", row["labels"])))
    official = json.loads((packs / "odd_officiel/un_sdg_kos_fr_en.json").read_text(encoding="utf-8"))
    for code, labels in official.items():
        goal = re.match(r"\d+", code)
        if goal and int(goal[0]) in GOALS:
            text = " ".join(labels.get("prefLabel_en", []) + labels.get("altLabel_en", []))
            found.setdefault(text, set()).add(int(goal[0]))
    return found


def main() -> None:
    """Read, learn, write."""
    known = labelled(Path(sys.argv[1]))
    said = [Counter(english_words(text)) for text in known]
    holding = Counter(word for words in said for word in words)
    words = sorted(word for word, texts in holding.items() if texts >= SEEN)
    rarity = np.array([np.log(1 + len(said) / (holding[word] + 0.5)) for word in words])
    rows = np.array([[1 + np.log(text[word]) if word in text else 0.0 for word in words] for text in said]) * rarity
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    goals = np.array([[float(goal in theirs) for goal in GOALS] for theirs in known.values()])
    weights = rows.T @ np.linalg.solve(rows @ rows.T + RIDGE * np.eye(len(rows)), goals)
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["word", "rarity", "goals"])
        for word, rare, row in zip(words, rarity, weights, strict=True):
            kept = [f"{goal}:{value:.2f}" for goal, value in zip(GOALS, row, strict=True) if abs(value) >= LEAST]
            writer.writerow([word, f"{rare:.2f}", " ".join(kept)])
    print(f"{len(known)} texts, {len(words)} words, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
