"""Django as a WSGI application: the pages and the plain API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vungxanh.config.settings")

application = get_wsgi_application()
