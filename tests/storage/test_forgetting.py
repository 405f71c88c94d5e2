"""Files that no row names any more go a month later, never sooner, and never those that a row names."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from maillage.config.jobs import JOBS
from maillage.harvest.actions import forget_files
from maillage.harvest.deposits import deposit_path
from maillage.harvest.models import Deposit, HarvestRun, Source
from maillage.inventory.actions import forget_documents
from maillage.inventory.models import NeedStudy, StudyDocument
from maillage.inventory.studies import document_path
from maillage.work.registry import InHand

pytestmark = pytest.mark.django_db
OLD, RECENT = 31, 29


@pytest.fixture(autouse=True)
def var(settings, tmp_path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def written(path: Path, *, days: int) -> Path:
    """A file written that many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"...")
    moment = (timezone.now() - dt.timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def left(var: Path) -> set[str]:
    return {path.name for path in var.rglob("*") if path.is_file()}


def test_deposits_and_answers_that_a_row_names_stay_for_ever(var):
    source = Source.objects.create(slug="essai", name="Essai", connector="table")
    told = {"source": source, "file_name": "f", "file_sha256": "0", "recipe": "r"}
    HarvestRun.objects.create(kept="essai/dite.json", **told)
    Deposit.objects.create(name="t.csv", sha256="gardee", size=3)
    kept = [var / "recoltes/essai/dite.json", var / "recoltes/essai/verrou", deposit_path("gardee")]
    gone = [var / "recoltes/essai/orpheline.json", var / "recoltes/parti/x.json", deposit_path("refusee")]
    gone += [var / "recoltes/essai/.ebauche-a/moitie", var / "depots/.b.part"]
    for path in (*kept, *gone):
        written(path, days=OLD)
    written(deposit_path("recente"), days=RECENT)
    outside = written(var / "ailleurs.txt", days=OLD)

    assert forget_files(now=timezone.now()) == len(gone)
    assert left(var) == {path.name for path in kept} | {"recente", outside.name}
    assert forget_files(now=timezone.now()) == 0


def test_the_file_of_a_study_stays_while_the_study_has_it(var):
    study = NeedStudy.objects.create(slug="e", title="E", publisher="P")
    row = StudyDocument.objects.create(study=study, name="e.pdf", sha256="ancienne", size=3)
    written(document_path("ancienne"), days=OLD)
    assert forget_documents(now=timezone.now()) == 0

    row.sha256 = "nouvelle"
    row.save()
    written(document_path("nouvelle"), days=OLD)

    assert forget_documents(now=timezone.now()) == 1
    assert left(var) == {"nouvelle.pdf"}


def test_a_link_is_taken_away_and_what_it_leads_to_is_not(var, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("ailleurs") / "precieux"
    written(elsewhere, days=OLD)
    (var / "depots").mkdir()
    (var / "depots/lien").symlink_to(elsewhere)
    moment = (timezone.now() - dt.timedelta(days=OLD)).timestamp()
    os.utime(var / "depots/lien", (moment, moment), follow_symlinks=False)

    assert forget_files(now=timezone.now()) == 1
    assert elsewhere.exists()


def test_a_job_of_each_night_does_it(var):
    written(deposit_path("refusee"), days=OLD)
    duty = next(duty for duty in JOBS if duty.name == "fichiers")

    told = duty.action(InHand(progress=lambda _done, _total: None))

    assert (told, duty.schedule.cron) == ({"fichiers effacés": 1, "essais": 0}, "50 3 * * *")
