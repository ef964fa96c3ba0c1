"""Settings of the tests: the product's, with a home of their own and quick password hashing."""

import atexit
import os
import shutil
import tempfile

HOME_OF_TESTS = tempfile.mkdtemp(prefix="vungxanh-tests-")
atexit.register(shutil.rmtree, HOME_OF_TESTS, ignore_errors=True)
os.environ["VUNGXANH_HOME"] = HOME_OF_TESTS

from vungxanh.config.settings import *  # noqa: E402, F403
from vungxanh.config.settings import DATABASES, INSTALLED_APPS, environment  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.flush"]

SECRET_KEY = "secret-of-the-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if os.environ.get("TEST_DATABASE_URL"):
    DATABASES["default"] = environment.database(os.environ["TEST_DATABASE_URL"])
    DATABASES["default"]["OPTIONS"] = {}
else:
    # A file, not shared memory: tests with threads or a server need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": f"{HOME_OF_TESTS}/test.sqlite3"}
