from django.apps import AppConfig


class CurationConfig(AppConfig):
    name = "maillage.curation"
    label = "curation"
    verbose_name = "Relecture"
