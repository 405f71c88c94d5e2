"""Whatever arrives, memory stays bounded: measured in a process of its own, as the system counts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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
