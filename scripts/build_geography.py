"""Turn the official geography into the two compact files that `maillage charger-geographie` loads.

Source of truth: the npm package `@etalab/decoupage-administratif` (`npm pack`, then unpack).
The shared pack holds the same geography flattened to CSV; it lacks the post codes and populations of the 45
municipal arrondissements, and the codes that disappeared without leaving a délégué commune: with `--pack`, the former
are kept from the file already there and the latter file is left alone. Both ways give the same bytes.

    python scripts/build_geography.py --package package --earlier package-0.7.0 --earlier package-2.3.1
    python scripts/build_geography.py --pack ../shared/data/geo_cog2026
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FACTS = Path(__file__).resolve().parents[1] / "src/maillage/territories/facts"
PLACES = "geography.csv.gz"
FORMER = "former_codes.csv.gz"
COLUMNS = ("code", "name", "population", "siren", "postcodes", "parent", "department", "region", "epci", "ept")
KINDS = {"commune-deleguee": "COMD", "commune-associee": "COMD", "arrondissement-municipal": "ARM"}

Row = dict[str, str]


def row(code: str, name: str, **values: object) -> Row:
    """One line of the file, every column present, in text."""
    line = dict.fromkeys(COLUMNS, "") | {"code": code, "name": name.replace("'", "’")}
    return line | {column: "" if value is None else str(value) for column, value in values.items()}


def rows_of_package(package: Path) -> Iterator[Row]:
    """Every place of the unpacked npm package."""
    data = package / "data"
    epci, ept = load(data / "epci.json"), load(data / "ept.json")
    epci_of = {member["code"]: group["code"] for group in epci for member in group["membres"]}
    ept_of = {member["code"]: group["code"] for group in ept for member in group["membres"]}
    yield from upper_rows(load(data / "regions.json"), load(data / "departements.json"))
    for prefix, groups in (("EPCI", epci), ("EPT", ept)):
        for group in groups:
            code = str(group["code"])
            yield row(f"{prefix}-{code}", group["nom"], population=group["populationMunicipale"], siren=code)
    for place in load(data / "communes.json"):
        if place["type"] == "commune-actuelle":
            code = place["code"]
            yield commune_row(place, epci=epci_of.get(code, ""), ept=ept_of.get(code, ""))
        else:
            yield part_row(place)


def commune_row(place: dict[str, Any], *, epci: str, ept: str) -> Row:
    """A commune of today."""
    return row(
        f"COM-{place['code']}",
        place["nom"],
        population=place.get("population"),
        siren=place.get("siren"),
        postcodes="|".join(place.get("codesPostaux", ())),
        department=place["departement"],
        region=place["region"],
        epci=epci,
        ept=ept,
    )


def part_row(place: dict[str, Any]) -> Row:
    """A commune déléguée or associée, or a municipal arrondissement, under its commune."""
    return row(
        f"{KINDS[place['type']]}-{place['code']}",
        place["nom"],
        population=place.get("population"),
        postcodes="|".join(place.get("codesPostaux", ())),
        parent=f"COM-{place.get('chefLieu') or place['commune']}",
    )


def upper_rows(regions: Iterable[dict[str, Any]], departments: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """The country, the régions, the départements, and each collectivité d’outre-mer once."""
    yield row("PAYS-99100", "France")
    for region in regions:
        prefix = "COM" if region["zone"] == "com" else "REG"
        yield row(f"{prefix}-{region['code']}", region["nom"])
    for department in departments:
        if department["zone"] != "com":
            yield row(f"DEP-{department['code']}", department["nom"], region=department["region"])


def rows_of_pack(pack: Path, districts: dict[str, Row]) -> Iterator[Row]:
    """Every place of the flattened pack; `districts` brings the columns it lacks for the arrondissements."""
    yield from upper_rows(read_csv(pack / "regions.csv"), read_csv(pack / "departements.csv"))
    for group in read_csv(pack / "epci.csv"):
        prefix = "EPT" if group["type"] == "EPT" else "EPCI"
        population, code = group["population_municipale"], group["siren"]
        yield row(f"{prefix}-{code}", group["nom"], population=population, siren=code)
    for place in read_csv(pack / "communes.csv"):
        names = ("population", "siren", "departement", "region")
        known = {name: place[name] for name in names} | {"code": place["code"], "nom": place["nom"]}
        postcodes = [code for code in place["codes_postaux"].split("|") if code]
        yield commune_row(known | {"codesPostaux": postcodes}, epci=place["epci"], ept=place["ept"])
    for place in read_csv(pack / "communes_anciennes.csv"):
        part = part_row(
            {"type": place["type"], "code": place["code"], "nom": place["nom"], "commune": place["commune_actuelle"]}
        )
        yield districts.get(part["code"], part)


def former_codes(package: Path, earlier: Iterable[Path]) -> list[Row]:
    """Codes of communes that are no longer communes: `old_code`, the name it had, the commune of today.

    The package gives the codes; earlier vintages of it give most names (`historique-communes.json`) and the codes
    that later ones dropped (Mayotte before 2011).
    """
    today = load(package / "data/communes.json")
    current = {place["code"] for place in today if place["type"] == "commune-actuelle"}
    commune_of, name_of = {}, {}
    for vintage in earlier:
        name_of |= old_names(vintage)
        places = load(vintage / "data/communes.json")
        commune_of |= {old: place["code"] for place in places for old in place.get("anciensCodes", ())}
    commune_of |= {old: place["code"] for place in today for old in place.get("anciensCodes", ())}
    for place in today:
        if place["code"] not in current and place["type"] in {"commune-deleguee", "commune-associee"}:
            commune_of[place["code"]], name_of[place["code"]] = place["chefLieu"], place["nom"]
    return [
        {"old_code": old, "name": name_of.get(old, "").replace("'", "’"), "commune": f"COM-{commune}"}
        for old, commune in sorted(commune_of.items())
        if old not in current and commune in current
    ]


def old_names(vintage: Path) -> dict[str, str]:
    """The last name of each code since 1943, when this vintage tells it."""
    path = vintage / "data/historique-communes.json"
    records = load(path) if path.exists() else []
    records.sort(key=lambda record: (record.get("dateFin") or "9999", record.get("dateDebut") or ""))
    return {record["code"]: record["nom"] for record in records}


def load(path: Path) -> Any:
    """The JSON of a file."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[Row]:
    """The lines of a CSV, plain or gzipped."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a gzipped CSV whose bytes depend on the rows alone (no date, no file name inside)."""
    lines = sorted(rows, key=lambda line: next(iter(line.values())))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0))
    print(f"{path.name}: {len(lines)} rows, {path.stat().st_size} bytes")


def known_districts(path: Path) -> dict[str, Row]:
    """The arrondissements of the file already there."""
    return {line["code"]: line for line in read_csv(path) if line["code"].startswith("ARM-")}


def main(arguments: list[str] | None = None) -> None:
    """Build the files asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--package", type=Path, help="unpacked npm package of the wanted vintage")
    source.add_argument("--pack", type=Path, help="the same geography flattened to CSV")
    parser.add_argument("--earlier", type=Path, action="append", default=[], help="unpacked earlier vintage")
    parser.add_argument("--out", type=Path, default=FACTS)
    asked = parser.parse_args(arguments)
    if asked.pack:
        write(asked.out / PLACES, rows_of_pack(asked.pack, known_districts(FACTS / PLACES)))
        return
    write(asked.out / PLACES, rows_of_package(asked.package))
    write(asked.out / FORMER, former_codes(asked.package, asked.earlier))


if __name__ == "__main__":
    main()
