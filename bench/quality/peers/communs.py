"""Communs de la transition écologique des collectivités: labels on three axes, and BM25, as their code publishes it.

Their labels come from a paid language model, which no machine here has. In its place a label of theirs is given when
its words are said: sure (1) when all are, likely (0.9) when one of its alternatives is. The rest is their formula
(`vocab/communs.json` names the files): an axis is the mean, over the labels of the need, of
(confidence - 0.7) × (theirs - 0.7), here from 0 to 1; axes weigh 0.45, 0.35, 0.20; 0.85 of that and 0.15 of BM25
(k1 1.5, b 0.75, words of three letters or more, x / (x + 6)); an aid without a common label needs 0.35 of BM25.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.quality.peers import asked
from bench.quality.peers.bm25 import Index
from maillage.core.text import fold, is_stopword, stems
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

VOCABULARY = Path("vocab/communs.json")
AXES = ("thematiques", "sites", "interventions")
SURE, LIKELY = 1.0, 0.9
_ALTERNATIVES = re.compile(r"[,/()]| ou ")
_WORD = re.compile(r"[^\W\d_]{3,}")
Labels = Mapping[str, tuple[frozenset[str], tuple[frozenset[str], ...]]]
"""Label → its words, and those of each of its alternatives."""


def is_present(shared: Path) -> bool:
    """Whether their vocabulary is at hand."""
    return (shared / VOCABULARY).is_file()


def rank(task: Task, *, shared: Path) -> Ran:
    """Documents that share a label with the need, or enough words, best first."""
    told: dict[str, Any] = json.loads((shared / VOCABULARY).read_text(encoding="utf-8"))["vocabularies"]
    settings = told["aides_matching_parameters"]["values"]
    axes = {axis: _labels(told[axis]["values"]) for axis in AXES}
    theirs = {document.key: _given(document.text(), axes) for document in task.documents}
    bm25 = settings["bm25"]
    words = Index({document.key: _words(document.text()) for document in task.documents}, k1=bm25["k1"], b=bm25["b"])

    def answer(need: str) -> list[str]:
        ours = _given(need, axes)
        text = {key: value / (value + bm25["saturation"]) for key, value in words.points(_distinct(need)).items()}
        shares = {key: _shared(ours, labels, settings) for key, labels in theirs.items()}
        kept = [key for key in theirs if shares[key] > 0 or text.get(key, 0.0) >= settings["textual_rescue_threshold"]]
        mixed = settings["combined"]
        return sorted(
            kept, key=lambda key: -(mixed["classification"] * shares[key] + mixed["textual"] * text.get(key, 0.0))
        )

    return asked(task, answer)


def _labels(names: list[str]) -> Labels:
    found = {}
    for name in names:
        others = tuple(frozenset(stems(part)) for part in _ALTERNATIVES.split(name) if stems(part))
        found[name] = (frozenset(stems(name)), others)
    return found


def _given(text: str, axes: Mapping[str, Labels]) -> dict[str, dict[str, float]]:
    """By axis: the labels whose words the text says, and how sure each is."""
    said = frozenset(stems(text))
    return {
        axis: {
            name: SURE if whole <= said else LIKELY
            for name, (whole, others) in labels.items()
            if whole <= said or any(other <= said for other in others)
        }
        for axis, labels in axes.items()
    }


def _shared(ours: Mapping[str, Mapping[str, float]], theirs: Any, settings: Mapping[str, Any]) -> float:
    """The common labels of the three axes, from 0 to 1."""
    least = settings["label_confidence_floor"]
    total = 0.0
    for axis, labels in ours.items():
        terms = [(sure - least) * (theirs[axis][name] - least) for name, sure in labels.items() if name in theirs[axis]]
        total += settings["axis_weights"][axis] * sum(terms) / (len(labels) or 1) / (1 - least) ** 2
    return total


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if not is_stopword(word)]


def _distinct(text: str) -> list[str]:
    return list(dict.fromkeys(_words(text)))
