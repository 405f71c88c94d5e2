"""French numbers: narrow non-breaking spaces between thousands."""

from __future__ import annotations

THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
DATE_FORMAT = "j F Y"
