"""Writers of needs studies: the sheet, its file, its state."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.records import StudyRecord, as_plain
from maillage.core.vocabulary import Status
from maillage.inventory.actions.columns import slug_for
from maillage.inventory.models import Need, NeedStudy, StudyDocument
from maillage.inventory.models.studies import PAGE_END, DocumentState
from maillage.inventory.reading_pdf import PdfText, read_pdf
from maillage.inventory.studies import STUDY, check_may_edit, document_path, study_record
from maillage.storage.uploads import keep_under_digest
from maillage.territories.queries import resolve

LENGTHS = {
    "title": 300,
    "publisher": 300,
    "method": 5000,
    "summary": 5000,
    "url": 500,
    "source_name": 300,
    "licence": 80,
}
MOST_BYTES = 30 * 1024 * 1024
"""A study heavier than this is mostly pictures."""
SOON_S = 3
"""Seconds of processor a document may take while someone waits: some two hundred pages of text."""
MOVES = {
    (Status.DRAFT, Status.REVIEW): Verb.SUBMITTED,
    (Status.DRAFT, Status.PUBLISHED): Verb.PUBLISHED,
    (Status.REVIEW, Status.PUBLISHED): Verb.PUBLISHED,
    (Status.REVIEW, Status.DRAFT): Verb.CHANGED,
    (Status.REVIEW, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.DRAFT, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.PUBLISHED, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.ARCHIVED, Status.PUBLISHED): Verb.PUBLISHED,
}


@transaction.atomic
def put_study(record: StudyRecord, *, by: User, study: NeedStudy | None = None) -> NeedStudy:
    """Keep a study as this record says, `study` being the one it changes; its state stays as it is.

    Raises Invalid naming the field, Refused("contributors_only" or "study_not_yours").
    """
    check_may_edit(by, study)
    _check(record)
    row = study or NeedStudy(slug=_free_slug(record.title), status=Status.DRAFT.value)
    for name in (*LENGTHS, "published_on", "sample_size"):
        setattr(row, name, getattr(record, name))
    row.territory = resolve(record.territory) if record.territory else None
    row.save()
    _log(row, Verb.CHANGED if study else Verb.CREATED, by=by)
    return row


def _check(record: StudyRecord) -> None:
    for name in ("title", "publisher"):
        if not getattr(record, name).strip():
            raise Invalid("field_required", field=name, value="")
    for name, limit in LENGTHS.items():
        if len(getattr(record, name)) > limit:
            raise Invalid("field_too_long", field=name, length=len(getattr(record, name)), limit=limit)
    if record.url and not record.url.startswith(("http://", "https://")):
        raise Invalid("not_a_web_address", field="url", value=record.url)


def _free_slug(title: str) -> str:
    slug = slug_for(title)
    return f"{slug[:180]}-{uuid.uuid4().hex[:8]}" if NeedStudy.objects.filter(slug=slug).exists() else slug


@transaction.atomic
def move_study(*, study: NeedStudy, to: Status, by: User) -> NeedStudy:
    """Submit, publish, give back or archive a study; the needs coded from it follow.

    Its author submits; the rest is for animateurs. Raises Refused.
    """
    move = (Status(study.status), to)
    if move not in MOVES:
        raise Refused("move_not_allowed", current=study.status, wanted=to.value)
    check_may_edit(by, study)
    if to != Status.REVIEW and not by.is_animator:
        raise Refused("animators_only")
    if to == Status.PUBLISHED and not (study.url or study.source_name or StudyDocument.objects.filter(study=study)):
        raise Refused("missing_source", study=study.slug)
    study.status = to.value
    study.save(update_fields=["status"])
    _log(study, MOVES[move], by=by)
    if to in (Status.PUBLISHED, Status.ARCHIVED):
        _needs_follow(study, to, by=by)
    return study


def _needs_follow(study: NeedStudy, to: Status, *, by: User) -> None:
    before = Status.REVIEW if to == Status.PUBLISHED else Status.PUBLISHED
    rows = Need.objects.filter(study=study, status=before.value)
    keys = [str(uid) for uid in rows.values_list("uid", flat=True)]
    rows.update(status=to.value)
    verb = Verb.PUBLISHED if to == Status.PUBLISHED else Verb.ARCHIVED
    record_events(by=by, happened=[Happened(verb=verb, target_type="need", target_key=key) for key in keys])


def attach_document(*, study: NeedStudy, name: str, chunks: Iterable[bytes], by: User) -> StudyDocument:
    """Keep the PDF of a study; its text is read later, by `read_document`. The one it had is replaced.

    A PDF is told by its first bytes, never by its name. Raises Invalid("file_is_not_pdf", "file_too_heavy" or
    "file_empty"), Refused("contributors_only" or "study_not_yours").
    """
    check_may_edit(by, study)
    sha256, size = keep_under_digest(
        chunks, document_path, name=name, most_bytes=MOST_BYTES, check_start=partial(_is_pdf, name=name)
    )
    with transaction.atomic():
        values = {
            "name": safe_name(name),
            "sha256": sha256,
            "size": size,
            "state": DocumentState.WAITING,
            "error": "",
            "page_count": 0,
            "text": "",
            "is_cut": False,
        }
        row, _ = StudyDocument.objects.update_or_create(study=study, defaults=values)
        _log(study, Verb.CHANGED, by=by, document=sha256)
    return row


def _is_pdf(start: bytes, *, name: str) -> None:
    if start.lstrip()[:5] != b"%PDF-":
        raise Invalid("file_is_not_pdf", name=name[:100])


def safe_name(name: str) -> str:
    """A file name that says the same and cannot lead anywhere."""
    stem = re.sub(r"[^\w .()’'-]", "-", Path(name.replace("\\", "/")).name, flags=re.UNICODE)
    return (stem.removesuffix(".pdf")[:180].strip(" .-") or "etude") + ".pdf"


def read_documents(*, at_most: int = 20) -> int:
    """Read the documents that wait, the oldest first; returns how many were read or found unreadable."""
    rows = list(StudyDocument.objects.filter(state=DocumentState.WAITING).order_by("id")[:at_most])
    for row in rows:
        read_document(row)
    return len(rows)


def read_document_soon(row: StudyDocument) -> StudyDocument:
    """Read it while its owner waits, a few seconds at most; a longer one is left for `read_documents`."""
    found = read_pdf(document_path(row.sha256), seconds=SOON_S)
    return row if found.error == "pdf_too_heavy" else _keep_text(row, found)


def read_document(row: StudyDocument) -> StudyDocument:
    """Read the text of a document, for the search and for those who code it. Doing it twice changes nothing."""
    return _keep_text(row, read_pdf(document_path(row.sha256)))


def _keep_text(row: StudyDocument, found: PdfText) -> StudyDocument:
    row.text = PAGE_END.join(found.pages)
    row.page_count, row.is_cut, row.error = found.page_count, found.is_cut, found.error
    row.state = DocumentState.FAILED if found.error else DocumentState.READ
    with transaction.atomic():
        row.save(update_fields=["text", "page_count", "is_cut", "error", "state"])
        _log(row.study, Verb.CHANGED, by=None, document=row.sha256)
    return row


def _log(row: NeedStudy, verb: Verb, *, by: User | None, **facts: str) -> None:
    happened = Happened(
        verb=verb, target_type=STUDY, target_key=str(row.uid), snapshot=as_plain(study_record(row)), facts=facts
    )
    record_events(by=by, happened=[happened])
