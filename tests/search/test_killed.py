"""The postman killed in the middle of his round, for real: another process, SIGKILL, a real mail server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.factories.post_office import open_post_office, text_of

ROOT = Path(__file__).resolve().parents[2]
READERS = 12

SEED = f"""
import django; django.setup()
from dataclasses import replace
from django.utils import timezone
from maillage.inventory.actions import put_programmes
from maillage.search import actions
from maillage.search.models import OutgoingMail, SavedSearch
from maillage.search.wanted import Wanted
from tests.factories.records import a_programme
from tests.factories.rows import make_world
make_world()
sheets = [a_programme(f"Offre {{rank}}", slug=f"offre-{{rank}}") for rank in range(5)]
put_programmes(sheets, by=None)
actions.watch()
actions.rebuild()
for rank in range({READERS}):
    mail = actions.subscribe(
        wanted=Wanted(shelf="programme"), email=f"p{{rank}}@exemple.test", frequency="daily", sender=str(rank)
    )
    actions.confirm(mail.search.uid)
OutgoingMail.objects.all().delete()
SavedSearch.objects.update(next_on=timezone.localdate())
put_programmes([replace(sheet, price="FREE") for sheet in sheets], by=None)
actions.watch()
actions.rebuild()
"""
AGAIN = """
import django; django.setup()
from maillage.search.models import OutgoingMail
from django.utils import timezone
import datetime as dt
OutgoingMail.objects.filter(state="sending").update(claimed_at=timezone.now() - dt.timedelta(minutes=16))
"""


def run(environment: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], env=environment, cwd=ROOT, check=True, capture_output=True)


@pytest.mark.slow
def test_a_postman_killed_at_any_moment_loses_no_line_and_repeats_none_in_another_letter(tmp_path, empty_base):
    with open_post_office() as (office, port):
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "MAILLAGE_VAR": str(tmp_path),
            "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'maillage.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
        }
        shutil.copy(empty_base, tmp_path / "maillage.sqlite3")
        run(environment, "-c", SEED)
        for kill_after in (1, 4, 9):
            postman = subprocess.Popen(
                [sys.executable, "-m", "maillage", "envoyer"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
            )

            def kill(_message, *, limit=kill_after, process=postman):
                if len(office.messages) == limit:
                    os.kill(process.pid, signal.SIGKILL)

            office.on_message = kill
            assert postman.wait(timeout=60) == -signal.SIGKILL
            run(environment, "-c", AGAIN)
        office.on_message = None
        run(environment, "-m", "maillage", "envoyer")
        run(environment, "-m", "maillage", "envoyer")

    received = defaultdict(list)
    for message, raw in zip(office.messages, office.raw, strict=True):
        words = re.sub(rb"={5,}[0-9]+==", b"", raw)
        received[message["To"]].append((message["Message-ID"], words, text_of(message)))
    assert sorted(received) == sorted(f"p{rank}@exemple.test" for rank in range(READERS))
    for letters in received.values():
        assert len({(number, words) for number, words, _ in letters}) == 1, "the same letter, to the byte"
        assert len(re.findall(r"prix : prix à vérifier → gratuit", letters[0][2])) == 5
    assert sum(len(letters) - 1 for letters in received.values()) <= 3, "at most the letter in hand at each death"
    with sqlite3.connect(tmp_path / "maillage.sqlite3") as base:
        states = base.execute("SELECT state, COUNT(*) FROM search_outgoingmail GROUP BY state").fetchall()
    assert states == [("sent", READERS)]


TOGETHER = """
import django; django.setup()
from maillage.search.actions import sending
sending.MANY, sending.CLAIMED = 2, 3
from django.utils import timezone
from maillage.search.actions import compose
assert compose(today=timezone.localdate()) == 12
told = sending.send_all()
assert (told.sent, told.later, told.refused, told.is_down) == (12, 0, 0, False), told
"""


def test_several_hands_send_each_letter_once(tmp_path, empty_base):
    with open_post_office() as (office, port):
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "MAILLAGE_VAR": str(tmp_path),
            "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'maillage.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
        }
        shutil.copy(empty_base, tmp_path / "maillage.sqlite3")
        run(environment, "-c", SEED)

        run(environment, "-c", TOGETHER)

    assert sorted(message["To"] for message in office.messages) == sorted(
        f"p{rank}@exemple.test" for rank in range(READERS)
    )
