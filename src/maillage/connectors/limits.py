"""How much a file may weigh before it is refused: bounds that keep memory and time bounded too."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds, in bytes for files and in characters inside them.

    `unpacked_bytes`: all a workbook may weigh once unzipped; `shared_bytes`: its table of strings, held in memory.
    `lines_per_record`: a CSV record that spans more lines has a quote that nobody closed.
    `bad_lines_in_a_row`: after so many unreadable lines without a good one, the file is not what it says.
    """

    file_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    shared_bytes: int = 100 * MEGABYTE
    cell_characters: int = 100_000
    record_characters: int = MEGABYTE
    lines_per_record: int = 2_000
    bad_lines_in_a_row: int = 1_000
    columns: int = 1_000
    depth: int = 40


USUAL = Limits()
LARGE = Limits(file_bytes=20_000 * MEGABYTE, unpacked_bytes=4_000 * MEGABYTE, shared_bytes=400 * MEGABYTE)
"""For the person who says that the file is large on purpose."""
