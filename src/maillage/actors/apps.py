from django.apps import AppConfig


class ActorsConfig(AppConfig):
    name = "maillage.actors"
    label = "actors"
    verbose_name = "Acteurs"
