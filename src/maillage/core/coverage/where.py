"""The columns of the table: one per category, stage and nature, always in the order of the vocabularies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from maillage.core.vocabulary import Nature, Stage, categories

STAGES, NATURES = Stage.codes(), Nature.codes()


@lru_cache(maxsize=1)
def _numbers() -> dict[tuple[str, str, str], int]:
    return {key: number for number, key in enumerate(product(categories(), STAGES, NATURES))}


def column_count() -> int:
    """How many columns there are: 87 categories x 5 stages x 3 natures."""
    return len(_numbers())


def column(category: str, stage: str, nature: str) -> int:
    """The number of a column. Raises KeyError on a code that is not in the vocabularies."""
    return _numbers()[category, stage, nature]


def columns(of: Iterable[str], stages: Iterable[str], natures: Iterable[str]) -> npt.NDArray[np.int64]:
    """The numbers of all the columns where one of each meets."""
    numbers = _numbers()
    return np.array([numbers[key] for key in product(of, stages, natures)], dtype=np.int64)


def cell_of(number: int) -> tuple[str, str, str]:
    """The category, stage and nature of a column."""
    return _keys()[number]


@lru_cache(maxsize=1)
def _keys() -> list[tuple[str, str, str]]:
    return list(_numbers())
