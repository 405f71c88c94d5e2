from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "maillage.inventory"
    label = "inventory"
    verbose_name = "Inventaire"
