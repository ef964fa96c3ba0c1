"""The worker of jobs, as a program of its own."""

import multiprocessing
import os
import sys

import django
from django.utils.module_loading import import_string


def main() -> None:
    multiprocessing.set_start_method("fork")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vungxanh.config.settings")
    django.setup()
    sys.exit(import_string("vungxanh.cli.cluster.run")())


if __name__ == "__main__":
    main()
