from django.apps import AppConfig


class ArticulationConfig(AppConfig):
    name = "maillage.articulation"
    label = "articulation"
    verbose_name = "Articulation"
