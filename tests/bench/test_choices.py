"""What the bench measures when it is asked for less."""

from __future__ import annotations

import sys

import pytest

from bench import __main__ as bench
from bench import report


@pytest.fixture
def measured(monkeypatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(bench, "_in_throwaway", lambda module, size, out: found.append(f"{module} {size} {out.name}"))
    monkeypatch.setattr(bench, "_measure_digests", lambda size: found.append(f"digests {size}"))
    monkeypatch.setattr(report, "write", lambda _results: None)
    return found


def test_without_any_size_the_harvest_alone_is_measured(measured, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bench", "--sizes", "--no-clone"])

    assert bench.main() == 0
    assert measured == [f"bench.harvesting {bench.HARVESTED} harvest.json"]


def test_with_sizes_each_is_measured_and_the_digests_at_the_largest(measured, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bench", "--sizes", "10", "30", "--no-clone", "--no-harvest"])

    bench.main()

    assert measured == ["bench.size 10 10.json", "bench.size 30 30.json", "digests 30"]
