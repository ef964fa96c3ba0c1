"""Addresses of the Django REST framework peer."""

from django.urls import path

from bench.peers import place
from bench.peers.drf.views import DeclarationView

urlpatterns = [path(place.ADDRESS[1:], DeclarationView.as_view())]
