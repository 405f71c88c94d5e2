"""Sheets that were merged into another: which one is awake in their place."""

from __future__ import annotations

from maillage.inventory.models import Programme


def awake_programmes() -> dict[int, int]:
    """For each sleeping programme, the one its address leads to, through as many merges as there were."""
    into = dict(Programme.objects.exclude(merged_into=None).values_list("pk", "merged_into_id"))
    return {key: _end(key, into) for key in into}


def _end(key: int, into: dict[int, int]) -> int:
    while key in into:
        key = into[key]
    return key
