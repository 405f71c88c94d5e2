"""Studies of needs from a file or an address: a table of ours, or a feed of publications."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.accounts.models import User
from maillage.core.errors import UnreadableFile
from maillage.core.records import StudyRecord
from maillage.harvest.entries import FEED, feed_entries
from maillage.harvest.queries import OpenedFile, open_usual_file
from maillage.inventory.actions import StudiesImported, import_studies
from maillage.inventory.study_table import MOST_BYTES, StudyLines, StudyTable, read_table

if TYPE_CHECKING:
    from maillage.harvest.outside import Client


def import_study_file(path: Path, *, by: User) -> StudiesImported:
    """Keep the studies of a CSV table or of an RSS or Atom feed, as drafts of this person; twice adds nothing.

    Raises UnreadableFile, Invalid as `read_table` does, Refused("contributors_only").
    """
    opened = open_usual_file(path)
    return import_studies(_of_feed(opened) if opened.kind == FEED else _of_table(opened), by=by)


def import_study_address(address: str, *, client: Client, by: User) -> StudiesImported:
    """The same from a public address, asked politely. Raises also what `Client.get` raises."""
    with tempfile.TemporaryDirectory(prefix="maillage-etudes-") as folder:
        path = Path(folder) / "etudes"
        client.get(address, path)
        return import_study_file(path, by=by)


def _of_table(opened: OpenedFile) -> StudyTable:
    if opened.kind != "csv":
        raise UnreadableFile("studies_not_in_a_table", name=opened.path.name)
    with opened.path.open("rb") as file:
        return read_table(file.read(MOST_BYTES + 1), name=opened.path.name)


def _of_feed(opened: OpenedFile) -> StudyTable:
    """A study per entry, published by who keeps the feed; its needs are to be coded."""
    studies = [
        StudyLines(
            line=entry.rank,
            record=StudyRecord(
                title=entry.title,
                publisher=entry.feed or opened.path.name,
                published_on=entry.published_on,
                url=entry.link,
                summary=entry.summary,
                source_name=entry.feed,
            ),
            needs=(),
        )
        for entry in feed_entries(opened)
    ]
    return StudyTable(studies=tuple(studies), faults=())
