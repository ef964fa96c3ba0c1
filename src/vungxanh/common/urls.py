"""Pages without words of the domain: the gallery of components, the rules in force, the glossary."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from vungxanh.common.views import application, gallery, glossary, rules, search

app_name = "common"
urlpatterns = [
    path("manifest.webmanifest", application.manifest, name="manifest"),
    path("sw.js", application.worker, name="worker"),
    path("quy-tac/", rules.rules, name="rules"),
    path("tu-ngu/", glossary.glossary, name="glossary"),
    path("tim/", search.search_page, name="search"),
    path("ui/", gallery.gallery, name="gallery"),
    path("ngon-ngu/", login_not_required(set_language), name="language_set"),
]
