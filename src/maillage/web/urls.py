"""The addresses of the pages, in French, without trailing slash."""

from __future__ import annotations

from django.urls import path, re_path

from maillage.web.pages import answer, house, lists, machines, places, sheets, territory

urlpatterns = [
    path("", house.home, name="home"),
    path("repondre", answer.answer, name="answer"),
    path("repondre.json", answer.answer_json, name="answer-json"),
    path("repondre.csv", answer.answer_csv, name="answer-csv"),
    path("programmes", lists.programmes, name="programmes"),
    path("acteurs", lists.organisations, name="organisations"),
    path("besoins", lists.needs, name="needs"),
    path("etudes", lists.studies, name="studies"),
    path("programmes/<slug:slug>", sheets.programme, name="programme"),
    path("acteurs/<slug:slug>", sheets.organisation, name="organisation"),
    path("besoins/<uuid:uid>", sheets.need, name="need"),
    path("etudes/<slug:slug>", sheets.study, name="study"),
    path("territoires/<str:code>", territory.territory, name="territory"),
    path("a-verifier", territory.to_check, name="to-check"),
    path("lieux", places.places, name="places"),
    path("a-propos", house.about, name="about"),
    path("methode", house.method, name="method"),
    path("mentions-legales", house.legal, name="legal"),
    path("confidentialite", house.privacy, name="privacy"),
    path("accessibilite", house.accessibility, name="accessibility"),
    path("plan-du-site", house.site_map, name="site-map"),
    re_path("^langue/(?P<code>fr|en)$", house.language, name="language"),
    path("sante", machines.health, name="health"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
]
