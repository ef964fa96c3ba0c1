"""The command line: `vungxanh <command>`; each command says what it does with `--help`.

Exit status: 0 done; 1 refused or invalid input, with what was wrong and what was kept; 2 wrong usage.
"""

import importlib
import os
import sys

import click
import django
from django.core import checks
from django.core.exceptions import PermissionDenied

from vungxanh.config.checks import TAG

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vungxanh.config.settings")
COMMANDS = {
    "init": "vungxanh.cli.installation:init",
    "serve": "vungxanh.cli.serving:serve",
    "doctor": "vungxanh.cli.doctor:doctor",
    "demo": "vungxanh.cli.demo.command:demo",
    "simulate": "vungxanh.cli.simulate.command:simulate",
    "import-people": "vungxanh.cli.imports:import_people",
    "import-absences": "vungxanh.cli.imports:import_absences",
    "import-front-line": "vungxanh.cli.imports:import_front_line",
    "import-production": "vungxanh.cli.imports:import_production",
    "import-production-targets": "vungxanh.cli.imports:import_production_targets",
    "import-areas": "vungxanh.cli.imports:import_areas",
    "import-area-levels": "vungxanh.cli.imports:import_area_levels",
    "load-rules": "vungxanh.cli.imports:load_rules",
    "load-campaign": "vungxanh.cli.imports:load_campaign",
    "check-scores": "vungxanh.cli.scores:check_scores",
    "close-day": "vungxanh.cli.days:close_day",
    "backup": "vungxanh.cli.backups:backup",
    "restore": "vungxanh.cli.backups:restore",
    "test": "vungxanh.cli.testing:test",
    "check": "vungxanh.cli.development:check",
    "bench": "vungxanh.cli.bench:bench",
    "fmt": "vungxanh.cli.development:fmt",
    "messages": "vungxanh.cli.messages:messages",
    "diagrams": "vungxanh.cli.development:diagrams",
}


class Commands(click.Group):
    """Loads the file of a command only when it is called for, after Django is set up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """What an operation refuses is said in its own words."""
        try:
            return super().invoke(ctx)
        except PermissionDenied as error:
            raise click.ClickException(f"{error} Không có gì thay đổi.") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="vungxanh")
def commands() -> None:
    """Vùng Xanh: phong trào thi đua và an toàn dịch bệnh của một cơ quan nhà nước."""


def refuse_wrong_settings() -> None:
    """No command runs on a setting that cannot be used."""
    errors = [message for message in checks.run_checks(tags=[TAG]) if message.is_serious()]
    for error in errors:
        click.echo(f"{error.id} {error.msg}", err=True)
    if errors:
        sys.exit(1)


def main() -> None:
    django.setup()
    refuse_wrong_settings()
    commands(prog_name="vungxanh", args=sys.argv[1:])
