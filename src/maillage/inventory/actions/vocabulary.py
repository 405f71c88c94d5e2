"""The themes and categories, as rows."""

from __future__ import annotations

from django.db import transaction

from maillage.core import vocabulary
from maillage.inventory.models import Category, Theme


@transaction.atomic
def load_vocabulary() -> None:
    """Put the 9 themes and 87 categories in the database; running it again changes nothing."""
    Theme.objects.bulk_create(
        [Theme(label=label, position=place) for place, label in enumerate(vocabulary.themes())],
        update_conflicts=True,
        unique_fields=["label"],
        update_fields=["position"],
    )
    themes = {theme.label: theme for theme in Theme.objects.all()}
    Category.objects.bulk_create(
        [
            Category(code=item.code, label=item.label, theme=themes[item.theme], position=place)
            for place, item in enumerate(vocabulary.categories().values())
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["label", "theme", "position"],
    )
