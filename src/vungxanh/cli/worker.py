"""The worker of jobs: its children are spawned, never forked, because rules run on threads that a fork would lose."""

import multiprocessing
import os

import django
from django.core.management import call_command


def main() -> None:
    multiprocessing.set_start_method("spawn")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vungxanh.config.settings")
    django.setup()
    call_command("qcluster")


if __name__ == "__main__":
    main()
