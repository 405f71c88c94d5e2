from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "maillage.work"
    label = "work"
    verbose_name = "Travaux"
