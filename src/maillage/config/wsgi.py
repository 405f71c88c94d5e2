"""What the server runs. Each worker warms itself beside its first requests."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    from maillage.answer.warming import warm

    warm()


threading.Thread(target=_warm, name="warming", daemon=True).start()
