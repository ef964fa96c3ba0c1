"""The processes of the worker of jobs, which live and die together.

One that is killed while it waits for work takes the lock of its queue along: another in its place would wait for ever,
and nobody would notice. So the death of one ends them all, and the supervisor starts them anew.

They are forks, which share what is loaded, of a process that has run no rule, whose threads a fork would lose, and that
holds no connection: two that speak over the same one get each other's answers.
"""

import os
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from django.db import connections
from django_q import cluster

SECONDS = 0.5


class Sentinel(cluster.Sentinel):  # type: ignore[misc]
    def spawn_process(self, target: Callable[..., None], *args: object) -> BaseProcess:
        """The library closes connections, which then wait open in the pool."""
        for one in connections.all(initialized_only=True):
            one.close()
            if hasattr(one, "close_pool"):
                one.close_pool()
        process: BaseProcess = super().spawn_process(target, *args)
        return process

    def reincarnate(self, process: BaseProcess) -> None:
        """One that took too long, or has worked enough, gets a successor; after any other death all end."""
        if not process.exitcode:
            super().reincarnate(process)
            return
        cluster.logger.critical("%s ended with %s; the worker starts anew", process.name, process.exitcode)
        for one in (*self.pool, self.monitor, self.pusher):
            one.kill()
        os._exit(1)


def run() -> int:
    """Until a signal asks to stop (0), or the processes died (1); what they leave behind is for the supervisor."""
    cluster.Sentinel = Sentinel
    started = cluster.Cluster()
    started.start()
    while started.sentinel.is_alive():
        time.sleep(SECONDS)
    return int(bool(started.sentinel.exitcode))
