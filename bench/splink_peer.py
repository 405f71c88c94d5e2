"""Splink on the same pairs: Fellegi-Sunter by expectation-maximisation, without any label.

Optional: `pip install splink` (extra `bench`). Each list is a table and every pair of the two lists is scored (of a
block, where rows have one), so that Splink loses nothing to blocking. It is told that each row of the shorter list
has a double, which is generous. The labelled pairs are then read in its answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

Fields = Mapping[str, str]
SEED = 1
SETTINGS = ("letters", "letters and words")
"""Letters alone with Splink's own thresholds, or more levels and the number of words titles share; none suits all."""
TRAINING = ("opening", "ending")
"""Columns that training blocks on: the first letters of a title, and the last ones."""


def is_installed() -> bool:
    """Whether the peer may be measured here."""
    return find_spec("splink") is not None


def scores(
    left: Mapping[str, Fields], right: Mapping[str, Fields], *, columns: Sequence[str], setting: str, block: str = ""
) -> dict[frozenset[str], float]:
    """The probability Splink gives to each pair it answers.

    `columns`: what is compared, the title first. `setting`: one of `SETTINGS`, how.
    `block`: a column both rows must share, "" for none.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI()
    tables = [
        _register(api, name, rows, [*columns, *([block] if block else [])])
        for name, rows in (("left_list", left), ("right_list", right))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[one for name in columns for one in _comparisons(name, setting)],
        blocking_rules_to_generate_predictions=[f"l.{block} = r.{block}" if block else "1=1"],
        probability_two_random_records_match=min(len(left), len(right)) / (len(left) * len(right)),
    )
    linker = Linker(tables, settings, log_level="ERROR")
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for column in TRAINING:
        with suppress(ValueError):  # too few pairs to learn from in that block: Splink keeps what it has learned
            training.estimate_parameters_using_expectation_maximisation(block_on(column))
    answer = linker.inference.predict()
    wanted = f"select unique_id_l, unique_id_r, match_probability from {answer.physical_name}"
    return {frozenset((one, two)): float(chance) for one, two, chance in api._con.execute(wanted).fetchall()}


def _comparisons(column: str, setting: str) -> list[Any]:
    from splink import comparison_library as compare

    if column == "phone":
        return [compare.LevenshteinAtThresholds(column, [1])]
    if column == "year":
        return [compare.ExactMatch(column)]
    is_title = column in ("title", "name")
    if setting == "letters":
        return [compare.JaccardAtThresholds(column) if is_title else compare.JaroWinklerAtThresholds(column)]
    letters = compare.JaroWinklerAtThresholds(column, [0.95, 0.88, 0.8, 0.7])
    return [letters, compare.ArrayIntersectAtSizes(f"{column}_words", [6, 4, 3, 2, 1])] if is_title else [letters]


def _register(api: Any, name: str, rows: Mapping[str, Fields], columns: Sequence[str]) -> Any:
    """The rows as a table of plain lower-case text, null where nothing is said, with the columns training blocks on."""
    held = ["unique_id", *columns, *TRAINING]
    api._con.execute(f"create table {name}_text ({', '.join(f'{column} varchar' for column in held)})")
    filled = [(key, *_plain(row, columns)) for key, row in rows.items()]
    api._con.executemany(f"insert into {name}_text values ({', '.join('?' * len(held))})", filled)
    words = ", ".join(f"string_split({column}, ' ') as {column}_words" for column in columns)
    api._con.execute(f"create table {name} as select *, {words} from {name}_text")
    return api.register(name)


def _plain(row: Fields, columns: Sequence[str]) -> list[str | None]:
    told = [
        re.sub(r"\D" if column == "phone" else r"\W+", "" if column == "phone" else " ", row.get(column, "").lower())
        for column in columns
    ]
    title = told[0].strip()
    return [value.strip() or None for value in (*told, title[:5], title[-5:])]
