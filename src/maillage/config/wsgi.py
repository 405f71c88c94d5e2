"""What the server runs. Each worker warms itself beside its first requests."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
application = get_wsgi_application()

AFTER_S = 1.0
"""Seconds left to the first answers: warming would otherwise slow the very start it is meant to help."""


def _warm() -> None:
    from maillage.answer.warming import warm

    warm()


warming = threading.Timer(AFTER_S, _warm)
warming.daemon = True
warming.start()
