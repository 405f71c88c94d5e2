"""The watch at size: its page, and the digests of so many subscribers, over a real mail server in another process.

`python -m bench.digests 50000 --var FOLDER --out FILE`. Subscribers share 2 000 distinct searches (place, theme, words,
stage); 300 sheets change between two digests. Everything is counted: matching, writing, sending, marking.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.dataset import ORIGIN, SEED, recombined
from bench.harvesting import real_records
from bench.timing import machine, reference_ms, time_calls, time_work

GOAL_S = 30
PAGE_GOAL_MS = 150
SUBSCRIBERS = 10_000
SEARCHES = 2_000
CHANGED = 300
PAGE_CALLS = 30


def main() -> None:
    """Measure one size and write its results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programmes", type=int)
    parser.add_argument("--subscribers", type=int, default=SUBSCRIBERS)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    port = _free_port()
    os.environ |= {
        "MAILLAGE_VAR": str(chosen.var),
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
        "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "MAILLAGE_HOSTS": "testserver,127.0.0.1",
        "MAILLAGE_LOG": "ERROR",
    }
    subprocess.run([sys.executable, "-m", "maillage", "preparer"], check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = {"programmes": chosen.programmes, "subscribers": chosen.subscribers, "seed": SEED}
    found["machine"] = machine()
    found |= _load(chosen.programmes)
    found["pages"] = _pages()
    found["digests"] = _digests(chosen.subscribers, port)
    found["machine"] |= dict(zip(("reference_ms", "busy_ms"), reference_ms(), strict=True))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"pages": found["pages"], "digests": found["digests"]}, ensure_ascii=False))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _load(count: int) -> dict[str, Any]:
    """The inventory, its news and its index."""
    import django

    django.setup()
    from maillage.inventory.actions import put_programmes
    from maillage.search.actions import rebuild, watch
    from maillage.search.models import WatchItem

    made = list(recombined(real_records(), count))
    load, _ = time_work(lambda: put_programmes(made, by=None))
    read, _ = time_work(watch)
    index, _ = time_work(rebuild)
    return {"load": asdict(load), "watch": asdict(read), "index": asdict(index), "news": WatchItem.objects.count()}


def _pages() -> dict[str, Any]:
    """The page of the watch, by filters, in this process: template and queries, no network."""
    from django.test import Client

    from maillage.core.vocabulary import themes
    from maillage.territories.queries import geography

    client = Client()
    communes = [code for code in geography().rows if code.startswith("COM-")]
    drawn = random.Random(SEED).sample(sorted(communes), PAGE_CALLS)
    theme = next(iter(themes()))

    def ask(query: dict[str, str]) -> None:
        assert client.get("/veille", query).status_code == 200

    ask({})
    return {
        "all": asdict(time_calls(ask, [{}] * PAGE_CALLS)),
        "theme": asdict(time_calls(ask, [{"theme": theme}] * PAGE_CALLS)),
        "place": asdict(time_calls(ask, [{"territoire": code} for code in drawn])),
        "place_theme": asdict(time_calls(ask, [{"territoire": code, "theme": theme} for code in drawn])),
        "home": asdict(time_calls(lambda _: client.get("/"), [{}] * PAGE_CALLS)),
    }


def _digests(subscribers: int, port: int) -> dict[str, Any]:
    from django.utils import timezone

    from maillage.search.actions import compose, send_all

    _subscribe(subscribers)
    _change()
    sink = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    )
    try:
        _wait(port)
        written, count = time_work(lambda: compose(today=timezone.localdate()))
        posted, told = time_work(send_all)
    finally:
        sink.terminate()
        sink.wait(timeout=10)
    if told.sent != count:
        raise SystemExit(f"{count} digests written, {told.sent} sent")
    return {
        "searches": SEARCHES,
        "changed": CHANGED,
        "digests": count,
        "compose": asdict(written),
        "send": asdict(posted),
        "total_s": round(written.wall_s + posted.wall_s, 1),
    }


def _subscribe(count: int) -> None:
    """Confirmed searches whose day has come, as the pages would have written them."""
    from django.utils import timezone

    from maillage.search.models import SavedSearch, WatchItem

    queries = _queries()
    draw = random.Random(SEED)
    last = WatchItem.objects.order_by("-id").values_list("id", flat=True).first() or 0
    now = timezone.now()
    SavedSearch.objects.bulk_create(
        [
            SavedSearch(
                email=f"lectrice-{number}@exemple.test",
                shelf="programme",
                query=draw.choice(queries),
                frequency="daily",
                confirmed_at=now,
                next_on=timezone.localdate(now),
                cursor=last,
            )
            for number in range(count)
        ],
        batch_size=500,
    )


def _queries() -> Sequence[str]:
    from maillage.core.vocabulary import Stage, categories, themes
    from maillage.search.wanted import read_wanted
    from maillage.territories.queries import geography

    draw = random.Random(SEED)
    communes = sorted(code for code in geography().rows if code.startswith("COM-"))
    words = ("école", "friche", "mobilité", "eau", "commerce", "logement", "énergie", "santé", "culture", "numérique")
    found: set[str] = set()
    while len(found) < SEARCHES:
        pairs = [("territoire", draw.choice(communes))]
        pairs += [("theme", draw.choice(list(themes())))] if draw.random() < 0.5 else []
        pairs += [("categorie", draw.choice(list(categories())))] if draw.random() < 0.2 else []
        pairs += [("etape", draw.choice(Stage.codes()))] if draw.random() < 0.3 else []
        pairs += [("q", draw.choice(words))] if draw.random() < 0.3 else []
        found.add(read_wanted("programme", pairs).query)
    return sorted(found)


def _change() -> None:
    """Three hundred sheets change, and the news are read."""
    from maillage.inventory.actions import put_programmes
    from maillage.inventory.models import Programme
    from maillage.inventory.queries import programme_record, whole_programmes
    from maillage.search.actions import watch

    rows = whole_programmes(Programme.objects.filter(origin=ORIGIN)).order_by("pk")[:CHANGED]
    other = {"FREE": "PAID"}
    put_programmes(
        [replace(record, price=other.get(record.price, "FREE")) for record in map(programme_record, rows)], by=None
    )
    watch()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the mail server did not open")


if __name__ == "__main__":
    main()
