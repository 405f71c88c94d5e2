"""Import a table: read it, compare it, propose. The same road for a page, a job and a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from maillage.accounts.models import User
from maillage.core.errors import MaillageError
from maillage.curation.actions.decisions import accept_all
from maillage.curation.actions.proposals import propose, propose_and_accept
from maillage.harvest import actions as harvest
from maillage.harvest.deposits import open_deposit
from maillage.harvest.models import Deposit, DepositState, HarvestRun
from maillage.harvest.queries import Connector, OpenedFile, connector_of
from maillage.harvest.receiving import mark_failed, mark_read
from maillage.storage.collector import rarely_collected

READING, COMPARING, WRITING = "reading", "comparing", "writing"
"""The parts of an import, as `progress` names them."""
Progress = Callable[[str, int, int], None]


@rarely_collected()
def import_file(
    *,
    connector: Connector,
    opened: OpenedFile,
    by: User | None,
    as_of: dt.date | None = None,
    accepts_all: bool = False,
    progress: Progress,
) -> HarvestRun:
    """Keep every record of the file, and propose what each would change.

    `accepts_all`: for a file someone trusts. `progress(part, done, total)`, `total` 0 while unknown. Killed, it goes on
    where it was when it is run again. Raises as `harvest.actions.run` does.
    """
    source = harvest.keep_source(connector)
    run = harvest.run(source=source, file=opened, by=by, as_of=as_of, progress=lambda n: progress(READING, n, 0))
    count = run.items.count()
    progress(READING, count, count)
    compare = propose_and_accept if accepts_all else propose
    compare(run, by=by, progress=lambda n: progress(COMPARING, n, count))
    progress(COMPARING, count, count)
    if accepts_all:
        accepted = accept_all(run=run, by=by, progress=lambda n: progress(WRITING, n, 0))
        progress(WRITING, accepted, accepted)
    return run


def import_deposit(*, deposit: Deposit, progress: Progress) -> Deposit:
    """Import a file brought by a page, once its mapping is confirmed. One that was read already is left as it is.

    A file that cannot be read is marked so, with why.
    """
    if deposit.state != DepositState.WAITING or deposit.source is None:
        return deposit
    try:
        run = import_file(
            connector=connector_of(deposit.source), opened=open_deposit(deposit), by=deposit.by, progress=progress
        )
    except MaillageError as error:
        if error.code == "import_running":
            raise
        return mark_failed(deposit=deposit, error=error)
    return mark_read(deposit=deposit, run=run)


def import_waiting(*, progress: Progress) -> int:
    """Import every deposit that waits, the oldest first; returns how many."""
    rows = list(Deposit.objects.filter(state=DepositState.WAITING).select_related("source", "by").order_by("id"))
    for row in rows:
        import_deposit(deposit=row, progress=progress)
    return len(rows)
