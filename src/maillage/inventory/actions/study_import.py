"""Write the studies of a table, and the needs coded in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from maillage.accounts.models import User
from maillage.core.errors import Refused
from maillage.core.records import StudyRecord
from maillage.core.wording import error_sentence
from maillage.inventory.actions.coding import code_needs
from maillage.inventory.actions.studies import put_study
from maillage.inventory.models import NeedStudy
from maillage.inventory.studies import may_edit_study, study_record
from maillage.inventory.study_table import Fault, StudyLines, StudyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiesImported:
    """What an import did: studies and needs by what became of them, the studies touched, and every fault."""

    studies_created: int
    studies_found: int
    needs_created: int
    needs_same: int
    touched: tuple[NeedStudy, ...]
    faults: tuple[Fault, ...]


def import_studies(table: StudyTable, *, by: User) -> StudiesImported:
    """Keep these studies and their needs; importing the same table twice adds nothing.

    A study is found again by its title and publisher; what someone wrote in it since is left alone. A fault costs its
    line. Raises Refused("contributors_only").
    """
    if not by.is_contributor:
        raise Refused("contributors_only")
    faults = list(table.faults)
    touched: list[NeedStudy] = []
    created, found, needs, same = 0, 0, 0, 0
    for lines in table.studies:
        try:
            row, is_new = _study(lines, by=by)
        except Refused as refusal:
            faults.append(_fault(lines.line, "etude", lines.record.title, refusal))
            continue
        created, found = created + is_new, found + (not is_new)
        touched.append(row)
        outcomes = code_needs(study=row, lines=[need for _, need in lines.needs], by=by)
        for (line, need), outcome in zip(lines.needs, outcomes, strict=True):
            needs, same = needs + (outcome.state == "created"), same + (outcome.state == "same")
            if outcome.refusal:
                faults.append(_fault(line, "besoin", need.text, outcome.refusal))
    return StudiesImported(
        studies_created=created,
        studies_found=found,
        needs_created=needs,
        needs_same=same,
        touched=tuple(touched),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
    )


def _study(lines: StudyLines, *, by: User) -> tuple[NeedStudy, bool]:
    rows = NeedStudy.objects.filter(title=lines.record.title, publisher=lines.record.publisher).order_by("id")
    for row in rows:
        if may_edit_study(by, row):
            filled = _filled(row, lines)
            return (put_study(filled, by=by, study=row) if filled != study_record(row) else row), False
    return put_study(lines.record, by=by), True


def _filled(row: NeedStudy, lines: StudyLines) -> StudyRecord:
    """Our study, its empty fields filled by the table."""
    ours = study_record(row)
    names = ("published_on", "method", "sample_size", "territory", "url", "summary", "licence", "source_name")
    return replace(ours, **{name: getattr(lines.record, name) for name in names if not getattr(ours, name)})


def _fault(line: int, column: str, value: str, refusal: Refused) -> Fault:
    return Fault(
        line=line, column=column, value=value[:200], expected="rule", facts={"reason": error_sentence(refusal)}
    )
