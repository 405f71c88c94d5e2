"""Whatever arrives, memory stays bounded: measured in a process of its own, as the system counts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRAME = """
import json, resource, sys, tempfile
from pathlib import Path
folder = Path(tempfile.mkdtemp(dir=sys.argv[1]))
{prepare}
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
said = work()
print(json.dumps([said, peak() - before, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())]))
"""
HTTP = """
from maillage.connectors.polite.rhythm import Manners
from maillage.core.errors import MaillageError
from tests.factories.sources import open_site
sent = [0]
def endless(handler):
    handler.send_response(200)
    handler.send_header({header})
    handler.end_headers()
    for _ in range(1024):
        piece = {piece}
        sent[0] += len(piece)
        handler.wfile.write({framed})
    handler.close_connection = True
def work():
    with open_site() as site:
        site.pages["/x"] = endless
        with site.client(Manners(size_limit=50 * 2**20, pause_s=0, total_s=120, read_s=30)) as client:
            try:
                client.get(site.url + "/x", folder / "x")
            except MaillageError as error:
                return [error.code, sent[0] / 2**20]
"""


def measured(tmp_path: Path, prepare: str) -> tuple[object, float, int]:
    """What the work says, the megabytes it added to the peak of its process, the bytes it left on the disk."""
    done = subprocess.run(
        [sys.executable, "-c", FRAME.format(prepare=prepare), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said, added, left = json.loads(done.stdout)
    return said, added, left


def test_an_answer_of_one_gibibyte_is_left_at_the_limit_in_little_memory(tmp_path):
    prepare = HTTP.format(
        header='"Transfer-Encoding", "chunked"',
        piece='b"a" * 2**20',
        framed='b"%x\\r\\n%b\\r\\n" % (len(piece), piece)',
    )

    (code, sent), added, left = measured(tmp_path, prepare)

    assert code == "answer_too_large"
    assert sent < 100, f"{sent} MiB were taken of the 1 024"
    assert added < 30, f"{added} MiB"
    assert left == 0


def test_a_packed_bomb_is_left_in_little_memory(tmp_path):
    prepare = "import gzip, io\nbomb = gzip.compress(bytes(400 * 2**20), 9)\n" + HTTP.format(
        header='"Content-Encoding", "gzip"',
        piece="bomb[sent[0]:sent[0] + 65536]",
        framed="piece",
    )

    (code, _sent), added, left = measured(tmp_path, prepare)

    assert code == "answer_is_a_bomb"
    assert added < 30, f"{added} MiB"
    assert left == 0


@pytest.mark.parametrize(
    "body",
    [
        "b'<item><title>' + b'&' * 4_900_000",
        "b'<item><description>' + b'&lt;a ' * 800_000 + b'</description></item></channel></rss>'",
        "b'<a>' * 1_600_000",
        "b'<item><title>a</title></item>' * 160_000",
    ],
    ids=["ampersands", "escaped tags", "open tags", "entries"],
)
def test_a_hostile_feed_costs_little(tmp_path, body):
    prepare = f"""
from maillage.connectors.files.opened import open_file
from maillage.core.errors import MaillageError
(folder / "flux.xml").write_bytes(b'<rss version="2.0"><channel>' + {body})
def work():
    try:
        return len(list(open_file(folder / "flux.xml").items()))
    except MaillageError as error:
        return error.code
"""

    said, added, _left = measured(tmp_path, prepare)

    assert said in ("feed_unreadable", "file_without_columns", 1, 2001)
    assert added < 250, f"{added} MiB"


def test_a_thousand_pages_of_a_list_are_gathered_in_little_memory(tmp_path):
    prepare = """
import json
from maillage.connectors.fetch import paged_list
from maillage.connectors.polite.fetched import NO_VALIDATORS
from maillage.connectors.polite.rhythm import Manners
from tests.factories.sources import open_site, page, reply
def answer(number):
    def one(handler):
        following = f"/{number + 1}" if number < 400 else None
        rows = [{"id": number * 50 + rank, "texte": "mot " * 1000} for rank in range(50)]
        reply(handler, json.dumps({"next": following, "results": rows}).encode())
    return one
def work():
    with open_site() as site:
        site.pages.update({f"/{number}": answer(number) for number in range(401)})
        with site.client(Manners(pause_s=0)) as client:
            fetched = paged_list(client, site.url + "/0", folder, records="results", following="next")
    return [fetched.pages, sum(1 for _ in fetched.path.open())]
"""

    (pages, rows), added, left = measured(tmp_path, prepare)

    assert (pages, rows) == (401, 20_050)
    assert left > 80_000_000
    assert added < 40, f"{added} MiB"
