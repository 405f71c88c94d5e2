"""PostgreSQL's French full text, on a real PostgreSQL: what most catalogues of aids use, as its manual tells.

Title A, keywords B, body D; `plainto_tsquery` asks every word (the default of the peers), or any of them; `ts_rank`
orders. `DATABASE_URL` names the server (`scripts/with_postgres.sh` starts one); without it the method is absent.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from bench.quality.peers import asked
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

EVERY = "plainto_tsquery('french', %s::text)"
ANY = "replace(plainto_tsquery('french', %s::text)::text, '&', '|')::tsquery"
FIELDS = (("title", "A"), ("keywords", "B"), ("body", "D"))


def is_present() -> bool:
    """Whether a PostgreSQL may be asked here."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def rank_by(question: str) -> Callable[[Task], Ran]:
    """The method that asks with EVERY or ANY."""

    def rank(task: Task) -> Ran:
        import psycopg

        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("CREATE TEMPORARY TABLE document (key text, said tsvector) ON COMMIT PRESERVE ROWS")
            vector = " || ".join(f"setweight(to_tsvector('french', %s::text), '{letter}')" for _, letter in FIELDS)
            for one in task.documents:
                values = (one.key, *(getattr(one, name) for name, _ in FIELDS))
                connection.execute(f"INSERT INTO document VALUES (%s, {vector})", values)
            connection.execute("CREATE INDEX ON document USING gin (said)")
            connection.execute("ANALYZE document")
            asking = f"""SELECT key FROM document, (SELECT {question} AS asked) AS question WHERE said @@ asked
                         ORDER BY ts_rank(said, asked) DESC, key"""
            return asked(task, lambda need: [row[0] for row in connection.execute(asking, (need,))])

    return rank
