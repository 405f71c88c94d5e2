"""`python -m bench.duplicates`: quality and speed of the duplicate engine, written in docs/method/doublons.md.

Real pairs of grants (with our weights, cross-validated by block, resampled by block), real programmes whose
identifier is hidden, classic sets beside Splink, 50 000 realistic sheets.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench import splink_peer
from bench.blocks import Grants, cross_validated, resampled
from bench.classics import SETS, classic, judged
from bench.duplicates_page import write
from bench.process import memory_peak_mb
from bench.timing import machine, reference_ms, time_work
from bench.twins import catalogue, real_programmes
from maillage.core.dedup import Sheet, pairs
from maillage.core.dedup.quality import Quality, Truth, quality
from maillage.core.dedup.sheets import programme_sheet

RESULTS = Path(__file__).parent / "results" / "duplicates.json"
SHEETS = 50_000
Sides = tuple[Mapping[str, Mapping[str, str]], Mapping[str, Mapping[str, str]]]
COLUMNS = {
    "textual_abt-buy": ("name", "description"),
    "structured_dblp-acm": ("title", "authors", "year"),
    "structured_fodors-zagats": ("name", "addr", "city", "phone"),
}
"""What Splink compares in each set: the same fields as we do."""


def main() -> None:
    """Measure what is asked, keep the results, write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), nargs="*", default=[*PARTS], help="parts to measure again")
    parser.add_argument("--report", action="store_true", help="write the page from the results at hand")
    chosen = parser.parse_args()
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for part in () if chosen.report else chosen.only:
        found |= PARTS[part]()
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write(found)


def _grants() -> dict[str, Any]:
    grants = Grants.read()
    found: dict[str, Any] = {
        "ours": _figures(grants.quality()),
        "contested": _figures(grants.quality(contested_only=True)),
        "resampled": resampled(grants),
        "cross_validated": cross_validated(grants),
    }
    if splink_peer.is_installed():
        found["splink"] = _splink_grants(grants)
    return {"grants": found}


def _classics() -> dict[str, Any]:
    return {"classics": {name.removesuffix(".jsonl.gz"): _classic(name) for name in SETS}}


def _figures(given: Quality) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(given).items()}


def _speed() -> dict[str, Any]:
    told = machine()
    made = catalogue(SHEETS)
    work, found = time_work(lambda: pairs(made.sheets))
    truth: dict[frozenset[str], bool] = dict.fromkeys(made.twins, True)
    for pair in found:
        truth.setdefault(pair.keys, False)
    told |= dict(zip(("reference_ms", "busy_ms"), reference_ms(), strict=True))
    speed = asdict(work) | {"sheets": SHEETS, "pairs": len(found), "peak_mb": memory_peak_mb()}
    return {"speed": speed | {"quality": _figures(quality(found, truth))}, "machine": told}


def _programmes() -> dict[str, Any]:
    """Real programmes that two packs give under one identifier, the identifier and the page hidden."""
    rows = list(real_programmes())
    sheets = [
        replace(programme_sheet(record, key=f"{slug} {number}"), source=slug, identifiers=(), address="")
        for number, (slug, record) in enumerate(rows)
    ]
    named: dict[tuple[str, str], list[Sheet]] = {}
    for (_, record), sheet in zip(rows, sheets, strict=True):
        named.setdefault((record.origin, record.origin_id), []).append(sheet)
    one = [both for both in named.values() if len(both) == 2 and both[0].source != both[1].source]
    truth: Truth = {frozenset((left.key, right.key)): True for left, right in one}
    found = pairs(sheets)
    lists = {frozenset((left.source, right.source)) for left, right in one}
    source = {sheet.key: sheet.source for sheet in sheets}
    beside = [
        pair for pair in found if pair.keys not in truth and frozenset(map(source.__getitem__, pair.keys)) in lists
    ]
    known = quality(found, truth)
    figures = {"recall": round(known.recall, 4), "recall_auto": round(known.recall_auto, 4)}
    return {"programmes": figures | {"sheets": len(sheets), "pairs": len(truth), "others": len(beside)}}


def _classic(file: str) -> dict[str, Any]:
    given = classic(file)
    work, found = time_work(lambda: judged(given, SETS[file]))
    ours = {pair.keys: pair.points for pair in found}
    result: dict[str, Any] = {
        "pairs": len(given.truth),
        "matches": sum(given.truth.values()),
        "ours": _figures(quality(found, given.truth)) | asdict(work) | {"best_f1": _best_f1(ours, given.truth)},
    }
    if splink_peer.is_installed():
        result["splink"] = _best_peer((given.left, given.right), given.truth, columns=COLUMNS[given.name])
    return result


def _splink_grants(grants: Grants) -> dict[str, Any]:
    rows = {
        row["id"]: {**row, "title": row["description"], "block": f"{row['annee']} {row['code_geo']}"}
        for row in grants.rows
    }
    sides = [{key: row for key, row in rows.items() if row["dotation"] == fund} for fund in ("DETR", "DSIL")]
    return _best_peer((sides[0], sides[1]), grants.truth, columns=("title", "categorie"), block="block")


def _best_peer(sides: Sides, truth: Truth, *, columns: Sequence[str], block: str = "") -> dict[str, Any]:
    """Splink with the setting that suits this set best at even odds: more than a user would know."""
    found = []
    for setting in splink_peer.SETTINGS:
        ask = partial(splink_peer.scores, *sides, columns=columns, setting=setting, block=block)
        work, answer = time_work(ask)
        found.append({"setting": setting} | _peer(answer, truth) | asdict(work))
    return max(found, key=lambda figures: figures["f1"])


def _peer(scores: Mapping[frozenset[str], float], truth: Truth) -> dict[str, float]:
    return {
        "f1": _f1((keys for keys in truth if scores.get(keys, 0.0) >= 0.5), truth),
        "best_f1": _best_f1(scores, truth),
    }


def _best_f1(scores: Mapping[frozenset[str], float], truth: Truth) -> float:
    """F1 at the threshold that suits these very pairs best: what no one knows beforehand."""
    thresholds = sorted({scores[keys] for keys in truth if keys in scores})
    ladder = thresholds[:: max(1, len(thresholds) // 400)]
    return max((_f1((keys for keys in truth if scores.get(keys, -1e9) >= step), truth) for step in ladder), default=0.0)


def _f1(called_one: Iterable[frozenset[str]], truth: Truth) -> float:
    called = list(called_one)
    right = sum(truth[keys] for keys in called)
    return round(2 * right / (len(called) + sum(truth.values())), 4)


PARTS = {"speed": _speed, "grants": _grants, "programmes": _programmes, "classics": _classics}
"""What can be measured alone; speed comes first, so that its memory is its own."""


if __name__ == "__main__":
    main()
