"""Serving: one port for pages and API, and the worker of jobs beside it."""

import os
import socket
import sys

import click

from vungxanh.cli.installation import prepare_database
from vungxanh.cli.supervisor import Supervisor

PAGES = [
    *("granian", "--interface", "asgi", "--no-ws", "--workers-kill-timeout", "10"),
    # Whoever is killed is missed by nobody while another process serves.
    *("--respawn-failed-workers", "--respawn-interval", "0.5"),
    # Connections of each process: the streams of pages are bounded far below, so that they never take all.
    *("--backpressure", "1024"),
]
MOST_WORKERS = 2
"""Unless told otherwise: more wait for each other in the database."""
APPLICATIONS = {"pages": "vungxanh.config.asgi:application", "intake": "vungxanh.config.asgi:intake"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="PORT, mặc định 8000.")
@click.option("--role", type=click.Choice(["all", "pages", "intake", "jobs"]), default="all", show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Số tiến trình, mặc định 2 từ hai lõi.")
def serve(host: str, port: int, role: str, workers: int | None) -> None:
    """Serve pages and API on one port, and run the jobs; or one of these: the API alone is `intake`."""
    if role != "jobs":
        refuse_taken_port(host, port)
    prepare_database()
    serving = {name: pages(host, port, application, workers) for name, application in APPLICATIONS.items()}
    commands = serving | {"jobs": jobs()}
    names = ("pages", "jobs") if role == "all" else (role,)
    if role != "jobs":
        click.echo(f"Vùng Xanh: {'https' if '--ssl-keyfile' in commands['pages'] else 'http'}://{host}:{port}")
    Supervisor({name: commands[name] for name in names}).run()


def refuse_taken_port(host: str, port: int) -> None:
    """Said at once, rather than by a server that is started again and again."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        click.echo(f"Không mở được {host}:{port} ({error.strerror}). Chọn cổng khác bằng PORT hoặc --port.", err=True)
        sys.exit(1)


def pages(host: str, port: int, application: str = APPLICATIONS["pages"], workers: int | None = None) -> list[str]:
    certificate, key = os.environ.get("TLS_CERT_FILE"), os.environ.get("TLS_KEY_FILE")
    tls = ["--ssl-certificate", certificate, "--ssl-keyfile", key] if certificate and key else []
    return [
        sys.executable,
        "-m",
        *PAGES,
        "--workers",
        str(workers or min(MOST_WORKERS, os.cpu_count() or 1)),
        "--log-level",
        "warning",
        "--host",
        host,
        "--port",
        str(port),
        *tls,
        application,
    ]


def jobs() -> list[str]:
    return [sys.executable, "-m", "vungxanh.cli.worker"]
