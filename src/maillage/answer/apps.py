from django.apps import AppConfig


class AnswerConfig(AppConfig):
    name = "maillage.answer"
    label = "answer"
    verbose_name = "Réponse"
