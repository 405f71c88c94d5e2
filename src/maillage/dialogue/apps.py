from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "maillage.dialogue"
    label = "dialogue"
    verbose_name = "Dialogue"
