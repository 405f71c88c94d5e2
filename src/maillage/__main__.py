"""`python -m maillage` is the command `maillage`."""

from maillage.cli.main import app

app()
