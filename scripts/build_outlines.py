"""Write the outlines of régions, départements and EPCI: python -m scripts.build_outlines --shared ../shared.

Each outline becomes the `d` of an SVG path on a plane where a unit is a hundredth of a degree of latitude: enough for a
page, one tenth of the size of the source. Overseas départements stand beside the mainland, as the source moves them;
intercommunalités are where they are.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

TARGET = Path("src/maillage/territories/facts/outlines.csv.gz")
COLUMNS = ("code", "left", "top", "right", "bottom", "path")
MIDDLE = 46.5
"""Latitude where the plane has no stretch, on the mainland."""
Point = tuple[int, int]


def main() -> None:
    """Read the packs, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    folder = parser.parse_args().shared / "data" / "geo_contours"
    rows = [
        *outlines(folder / "drom-rapproches-reg.geojson", kind="REG", name="insee_reg"),
        *outlines(folder / "drom-rapproches-dep.geojson", kind="DEP", name="insee_dep"),
        *outlines(folder / "epci-1000m-2026.geojson", kind="EPCI", name="code", scale=300),
    ]
    write(TARGET, sorted(rows))


def outlines(path: Path, *, kind: str, name: str, scale: int = 100) -> Iterator[tuple[str, ...]]:
    """The rows of one file; features that share a code are drawn together."""
    rings: dict[str, list[list[Point]]] = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        code = f"{kind}-{feature['properties'][name]}"
        rings.setdefault(code, []).extend(projected(feature["geometry"], scale=scale))
    for code, drawn in rings.items():
        kept = [ring for ring in drawn if len(ring) > 2]
        points = [point for ring in kept for point in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        yield (code, *map(str, (min(xs), min(ys), max(xs), max(ys))), "".join(map(path_of, kept)))


def projected(geometry: dict[str, object], *, scale: int) -> Iterator[list[Point]]:
    """The rings of a geometry on the plane, repeated points left out."""
    held = geometry["coordinates"]
    polygons = held if geometry["type"] == "MultiPolygon" else [held]
    for polygon in polygons:  # type: ignore[attr-defined]  # coordinates, as GeoJSON nests them
        for ring in polygon:
            middle = MIDDLE if abs(ring[0][1]) > 35 else ring[0][1]
            stretch = math.cos(math.radians(round(middle)))
            points = [(round(lon * stretch * scale), round(-lat * scale)) for lon, lat, *_ in ring]
            yield [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]


def path_of(ring: list[Point]) -> str:
    """`M12 34l1 2-3 4z`: the first point, then steps."""
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(ring)][: len(ring) - 2]
    text = f"M{ring[0][0]} {ring[0][1]}l"
    return text + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-") + "z"


def write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """The table, the same bytes each time."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


if __name__ == "__main__":
    main()
