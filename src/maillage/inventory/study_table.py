"""Studies and the needs coded from them, as a table someone fills in a spreadsheet: one line per need.

An empty `etude` means « the same study as the line above ». Every fault is told with its line, its column and what is
expected; it costs its line, never the others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from maillage.core.errors import Invalid, MaillageError
from maillage.core.records import StudyRecord
from maillage.core.text import fold
from maillage.core.vocabulary import Audience, Nature, Stage, categories
from maillage.core.wording import error_sentence
from maillage.inventory.studies import NeedLine, place_named

STUDY_COLUMNS = ("etude", "editeur", "date", "methode", "echantillon", "territoire", "adresse", "resume", "licence")
NEED_COLUMNS = ("besoin", "lieu", "etape", "nature", "public", "themes")
COLUMNS = (*STUDY_COLUMNS, *NEED_COLUMNS)
EXAMPLE = (
    "Enquête sur les besoins d’ingénierie",
    "Observatoire d’exemple",
    "2026-03-15",
    "questionnaire en ligne",
    "120",
    "",
    "https://exemple.fr/etude",
    "",
    "",
    "Un appui pour monter les dossiers de financement",
    "",
    "FUNDING",
    "",
    "commune",
    "",
)
MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
DAYS = ((re.compile(r"(\d{4})-(\d{2})-(\d{2})"), (1, 2, 3)), (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 2, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One wrong cell. `expected` and `facts`: a code of core.wording.EXPECTED and its facts."""

    line: int
    column: str
    value: str
    expected: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLines:
    """One study of the table and its needs, each with its line."""

    line: int
    record: StudyRecord
    needs: tuple[tuple[int, NeedLine], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTable:
    """What a table holds: its studies, and what is wrong in it."""

    studies: tuple[StudyLines, ...]
    faults: tuple[Fault, ...]


class _Wrong(Exception):
    def __init__(self, column: str, value: str, expected: str, **facts: str) -> None:
        super().__init__(expected)
        self.column, self.value, self.expected, self.facts = column, value[:200], expected, facts


def template() -> str:
    """The table to fill: its header, and one line as an example."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([COLUMNS, EXAMPLE])
    return "\ufeff" + out.getvalue()


def read_table(data: bytes, *, name: str) -> StudyTable:
    """The studies a CSV holds. `;`, `,` and tabs separate; UTF-8, else Windows-1252.

    Raises Invalid("file_too_heavy", "file_empty", "table_without_columns").
    """
    if len(data) > MOST_BYTES:
        raise Invalid("file_too_heavy", name=name[:100], limit=MOST_BYTES // 1024**2)
    if not data.strip():
        raise Invalid("file_empty", name=name[:100])
    found: dict[str, StudyLines] = {}
    faults: list[Fault] = []
    current = ""
    for line, row in _rows(_text(data), name=name):
        try:
            title = row["etude"] or current
            if title not in found:
                found[title] = StudyLines(line=line, record=_study(row), needs=())
            current = title
            if row["besoin"]:
                before = found[title]
                need = _need(row, before.record)
                found[title] = StudyLines(line=before.line, record=before.record, needs=(*before.needs, (line, need)))
        except _Wrong as wrong:
            faults.append(
                Fault(line=line, column=wrong.column, value=wrong.value, expected=wrong.expected, facts=wrong.facts)
            )
    return StudyTable(studies=tuple(found.values()), faults=tuple(faults))


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\0", "")


def _rows(text: str, *, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=header.count))
    try:
        names = [_column(cell) for cell in next(reader, [])]
        if "etude" not in names:
            raise Invalid("table_without_columns", name=name[:100], known=COLUMNS)
        for count, cells in enumerate(reader):
            if count >= MOST_LINES:
                raise Invalid("table_too_long", limit=MOST_LINES)
            row = dict(zip(names, (" ".join(cell.split()) for cell in cells), strict=False))
            if any(row.values()):
                yield reader.line_num, {column: row.get(column, "") for column in COLUMNS}
    except csv.Error as error:
        raise Invalid("table_without_columns", name=name[:100], known=COLUMNS) from error


def _column(cell: str) -> str:
    return fold(cell.strip("\ufeff ")).strip()


def _study(row: Mapping[str, str]) -> StudyRecord:
    if not row["etude"]:
        raise _Wrong("etude", "", "title")
    if not row["editeur"]:
        raise _Wrong("editeur", "", "organisation_name")
    if row["adresse"] and not row["adresse"].startswith(("http://", "https://")):
        raise _Wrong("adresse", row["adresse"], "address")
    sample = row["echantillon"].replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if sample and not (sample.isascii() and sample.isdigit() and len(sample) < 10):
        raise _Wrong("echantillon", row["echantillon"], "whole_number")
    return StudyRecord(
        title=row["etude"],
        publisher=row["editeur"],
        published_on=_day(row["date"]),
        method=row["methode"],
        sample_size=int(sample) if sample else None,
        territory=_place(row, "territoire"),
        url=row["adresse"],
        summary=row["resume"],
        source_name=row["editeur"],
        licence=row["licence"],
    )


def _need(row: Mapping[str, str], study: StudyRecord) -> NeedLine:
    code = _place(row, "lieu") or study.territory
    return NeedLine(
        text=row["besoin"],
        place=place_named(code),
        stage=_one(row, "etape", Stage.choices()),
        nature=_one(row, "nature", Nature.choices()),
        audience=_one(row, "public", Audience.choices()),
        categories=tuple(
            _known("themes", word, ((code, one.label) for code, one in categories().items()))
            for word in row["themes"].split("|")
            if word.strip()
        ),
    )


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    for form, order in DAYS:
        if match := form.fullmatch(text):
            year, month, day = (int(match[place]) for place in order)
            try:
                return dt.date(year, month, day)
            except ValueError:
                break
    raise _Wrong("date", text, "day")


def _place(row: Mapping[str, str], column: str) -> str:
    try:
        place = place_named(row[column])
    except MaillageError as error:
        raise _Wrong(column, row[column], "rule", reason=error_sentence(error)) from error
    return place.code if place else ""


def _one(row: Mapping[str, str], column: str, choices: Iterable[tuple[str, str]]) -> str:
    return _known(column, row[column], choices) if row[column] else ""


def _known(column: str, word: str, choices: Iterable[tuple[str, str]]) -> str:
    pairs = list(choices)
    by_word = {fold(label): code for code, label in pairs} | {fold(code): code for code, _ in pairs}
    if (code := by_word.get(fold(word).strip())) is None:
        raise _Wrong(column, word, "known_value", known=", ".join(label for _, label in pairs[:20]))
    return code
