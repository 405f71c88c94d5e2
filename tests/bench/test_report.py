"""`docs/mesures.md` is written from the results at hand, and says what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import report
from bench.targets import Target, targets
from bench.timing import percentile
from bench.weight import loaded_by

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"


def test_the_page_of_measures_comes_from_the_results():
    assert report.PAGE.read_text(encoding="utf-8") == report.text_of(RESULTS)


def test_every_target_is_measured_by_the_committed_results():
    found = report.read(RESULTS)
    missing = set(report.APART) - found.keys()
    expected = [target for target in targets() if target.path.partition(".")[0] not in missing]

    assert [target.path for target in expected if target.measured(found) is None] == []


@pytest.mark.parametrize(
    ("value", "met"), [(5.9, True), (6.0, True), (6.1, False), (None, False)], ids=["below", "at", "above", "missing"]
)
def test_a_target_is_met_at_most_at_its_limit(value, met):
    target = Target(name="p95", path="search.p95_ms", at_most=6.0, unit="ms", source="test")

    assert target.is_met({"search": {"p95_ms": value}} if value is not None else {}) is met


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100)], ids=["median", "p95", "largest"])
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile(list(range(1, 101)), share) == expected


def test_what_a_page_loads_is_found_and_links_to_follow_are_not():
    html = """<link rel="stylesheet" href="/a.css"><link rel="canonical" href="https://ailleurs.fr/">
    <script src="https://tiers.fr/t.js"></script><img src="data:image/png;base64,AA"><img src="/b.png">
    <a href="https://ailleurs.fr/">lien</a>"""

    assert loaded_by(html) == ["/a.css", "https://tiers.fr/t.js", "/b.png"]
