"""Pages without words of the domain: the gallery of components, the rules in force, the glossary."""

from django.urls import URLPattern

app_name = "common"
urlpatterns: list[URLPattern] = []
