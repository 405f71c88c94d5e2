from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "maillage.harvest"
    label = "harvest"
    verbose_name = "Récolte"
