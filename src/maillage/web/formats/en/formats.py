"""English days in the day-month-year order, as the rest of the site says them."""

from __future__ import annotations

DATE_FORMAT = "j F Y"
