"""Words learned from public texts: which words are said in the same company, « lampadaire » near « luminaire ».

The table is made by `scripts/learn_words.py` (sources and licences: `facts/SOURCES.md`) and holds, for each stem, 120
whole numbers from -127 to 127 and how often it was seen. Nothing is read before the first question.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

USUAL = 1e-3
"""Share of all words from which a word weighs half as much in the sense of a text (Arora et al., 2017)."""


@dataclass(frozen=True, slots=True)
class LearnedWords:
    """`vectors`: one unit row per stem of `numbers`; `weights`: how much each says, from 0 to 1, the rarer the more."""

    numbers: Mapping[str, int]
    vectors: Floats
    weights: Floats

    def __contains__(self, stem: str) -> bool:
        return stem in self.numbers

    def sense(self, stems: Iterable[str]) -> Floats:
        """The sense of a text: the weighted sum of its known words, of length 1, or 0 when none is known."""
        return self.sense_of(Counter(stems))

    def sense_of(self, counts: Mapping[str, int]) -> Floats:
        """The same, of how often a text says each stem."""
        numbers = self.numbers
        known = [stem for stem in counts if stem in numbers]
        if not known:
            return np.zeros(self.vectors.shape[1], dtype=np.float32)
        rows = np.array([numbers[stem] for stem in known])
        times = 1 + np.log(np.array([counts[stem] for stem in known], dtype=np.float32))
        return unit((self.weights[rows] * times) @ self.vectors[rows])


def unit(vector: Floats) -> Floats:
    """The vector, of length 1; itself when it has no length."""
    length = math.sqrt(vector.dot(vector))
    return vector / length if length else vector


@lru_cache(maxsize=1)
def learned_words() -> LearnedWords:
    """The table, read once per process (about 30 ms and 5 MB)."""
    held = files(__package__).joinpath("facts/learned_words.npz").read_bytes()
    with np.load(io.BytesIO(held), allow_pickle=False) as table:
        stems = table["stems"].tobytes().decode("utf-8").split("\n")
        vectors = table["vectors"].astype(np.float32)
        counts = table["counts"].astype(np.float64)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    share = counts / counts.sum()
    weights = (USUAL / (USUAL + share)).astype(np.float32)
    return LearnedWords({stem: number for number, stem in enumerate(stems)}, vectors, weights)
