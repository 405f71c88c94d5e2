"""The addresses of the pages, in French, without trailing slash."""

from __future__ import annotations

from django.urls import path, re_path

from maillage.web.pages import animation, answer, contribute, house, lists, machines, mine, places, sheets, territory

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
    path("manques", contribute.signal_gap, name="signal-gap"),
    path("manques/merci", contribute.thanks, name="thanks"),
    path("avis", contribute.opinion, name="opinion"),
    path("corrections/nouvelle", contribute.correction, name="correction"),
    path("corrections/merci", contribute.correction_thanks, name="correction-thanks"),
    path("mon-espace", mine.space, name="space"),
    path("mon-espace/contribuer", mine.contributor, name="become-contributor"),
    path("mon-espace/mes-donnees.json", mine.export, name="my-data"),
    path("mon-espace/supprimer", mine.erase, name="erase"),
    path("mon-espace/offres/nouvelle", mine.new_offer, name="new-offer"),
    path("mon-espace/offres/<slug:slug>", mine.edit_offer, name="edit-offer"),
    path("animation", animation.dashboard, name="animation"),
    path("animation/fiches/<slug:slug>", animation.sheet, name="review-sheet"),
    path("animation/fiches/<slug:slug>/decision", animation.decide_sheet, name="decide-sheet"),
    path("animation/besoins/<uuid:uid>", animation.decide_need, name="decide-need"),
    path("animation/corrections/<int:pk>", animation.decide_on_correction, name="decide-correction"),
    path("animation/propositions/<int:pk>", animation.decide_proposal, name="decide-proposal"),
    path("liens/ecarter", animation.refuse_suggestion, name="refuse-suggestion"),
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
