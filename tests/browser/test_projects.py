"""Titles of real projects, in places that trip systems up: the answer opens and fills its fifteen cells."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.data]

PLACES = {
    "COM-85113": "L’Île-d’Yeu",
    "01039": "commune déléguée",
    "2A272": "Sartène",
    "75101": "Paris 1er Arrondissement",
    "COM-97411": "Saint-Denis",
    "COM-975": "Saint-Pierre-et-Miquelon",
    "EPCI-200033579": "Arras",
    "COM-29083": "Île-de-Sein",
}


def titles(shared_data: Path, how_many: int) -> list[str]:
    """Titles drawn with a fixed seed."""
    with (shared_data / "benchmark_fonds_vert/projects.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row["nom_du_projet"] for row in csv.DictReader(handle) if row["nom_du_projet"].strip()]
    return random.Random(20261121).sample(rows, how_many)


def test_twenty_real_projects_are_answered_in_hard_places(page, shared_data):
    codes = list(PLACES)
    for number, title in enumerate(titles(shared_data, 20)):
        query = urlencode({"besoin": title, "territoire": codes[number % len(codes)]})
        response = page.goto(f"/repondre?{query}")

        assert response.status == 200, title
        assert page.locator("table.trame td.cell").count() == 15, title
        told = page.locator(".cell .offer, .cell .gap, .cell .cell__quiet").count()
        assert told >= 15, title
