from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "maillage.coverage"
    label = "coverage"
    verbose_name = "Couverture"
