"""A usual Django REST framework project: models, a serializer, an authentication, a view; under gunicorn."""
