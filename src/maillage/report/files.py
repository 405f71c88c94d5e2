"""The data of a report as files: JSON, and a zip of CSV. The same report is the same bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maillage.core.spreadsheet import neutral
from maillage.core.wording import Reason
from maillage.report.queries import Report

BORN = (1980, 1, 1, 0, 0, 0)
"""The date of every file of the zip: its first possible one, so that the bytes do not depend on when it is made."""
TABLES = ("themes", "trame", "territoires", "manques", "recouvrements", "liens_manquants", "competences", "sources")


def as_json(report: Report) -> bytes:
    """The whole report, keys sorted, with its fingerprint."""
    whole = {**report.told, "empreinte": report.digest}
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def as_zip(report: Report) -> bytes:
    """One CSV per table, one of the figures, and the JSON."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        figures = {**report.told["rapport"], **report.told["chiffres"], **_scalars(report.told["reseau"])}
        figures |= {**report.told["fraicheur"], "empreinte": report.digest}
        _add(bundle, "chiffres.csv", _table(["chiffre", "valeur"], figures.items()))
        for name in TABLES:
            rows: Sequence[Mapping[str, Any]] = report.told[name]
            columns = list(rows[0]) if rows else ["vide"]
            _add(bundle, f"{name}.csv", _table(columns, (row.values() for row in rows)))
        _add(bundle, "rapport.json", as_json(report))
    return held.getvalue()


def _scalars(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if not isinstance(value, list)}


def _add(bundle: zipfile.ZipFile, name: str, body: bytes) -> None:
    bundle.writestr(zipfile.ZipInfo(name, date_time=BORN), body, compress_type=zipfile.ZIP_DEFLATED)


def _table(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(_cell(value)) for value in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".replace(".", ",")
    if isinstance(value, list):
        return " | ".join(_cell(each) for each in value)
    if isinstance(value, dict):
        if "faits" in value:
            return Reason(value["code"], tuple(value["faits"].items())).sentence()
        return " ".join(str(each) for each in value.values())
    return "" if value is None else str(value)
