"""Assemble the national Table Schema from the list of fields in `../shared/vocab/schema_dispositif_aide.json`.

That file is a list of fields, not a Table Schema. What this script changes, and why, is in
`src/maillage/connectors/national_schema/README.md`. Usage: `python scripts/build_national_schema.py [--check]`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VOCABULARY = ROOT.parent / "shared/vocab/schema_dispositif_aide.json"
TARGET = ROOT / "src/maillage/connectors/national_schema/schema.json"
ONE_CODE = r"(PAYS|REG|DEP|EPCI|COM|COMD)-[0-9][0-9AB]+"
CODES = rf"^{ONE_CODE}(\|{ONE_CODE})*$"
"""As in the official geographic code: `DEP-2A` and `COM-2B033` too, which `[A-Z]+-\\d+` refuses."""


def table_schema() -> dict[str, Any]:
    """The 15 core fields as a Table Schema, then the 11 of the professional extension, all optional."""
    source = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    core = [_field(field) for field in source["core_fields"]]
    professional = [_optional(_field(field)) for field in source["extension_professionnels_fields"]]
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "name": "schema-dispositif-aide",
        "title": "Dispositifs d’aide",
        "version": source["version"],
        "homepage": f"https://github.com/{source['source_repo']}",
        "licence": source["licence"],
        "primaryKey": "id",
        "missingValues": [""],
        "fields": [*core, *professional],
    }


def _field(field: dict[str, Any]) -> dict[str, Any]:
    kept = {
        name: field[name] for name in ("name", "title", "description", "type", "format", "example") if name in field
    }
    constraints = dict(field.get("constraints", {}))
    if field["name"].startswith("eligibilite_geographique"):
        constraints["pattern"] = CODES
    if field["type"] == "datetime":
        kept["format"] = "any"
    return {**kept, "constraints": constraints} if constraints else kept


def _optional(field: dict[str, Any]) -> dict[str, Any]:
    constraints = {name: rule for name, rule in field.get("constraints", {}).items() if name != "required"}
    bare = {name: value for name, value in field.items() if name != "constraints"}
    return {**bare, "constraints": constraints} if constraints else bare


def main() -> int:
    """Write the file, or with `--check` say whether it is fresh."""
    text = json.dumps(table_schema(), ensure_ascii=False, indent=1) + "\n"
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
