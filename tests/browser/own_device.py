"""What tests of an own device ask of it: its network, its worker, and how much it keeps."""

from collections.abc import Callable

from playwright.sync_api import Page


def await_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def go_offline(page: Page) -> None:
    page.context.set_offline(True)


def go_online(page: Page) -> None:
    page.context.set_offline(False)


def kept(page: Page, name: str) -> int:
    """How many rows the device holds of `queue`, `device`, `sent`."""
    return int(
        page.evaluate(
            """name => new Promise((done, fail) => {
                 const open = indexedDB.open("vungxanh");
                 open.onerror = () => fail(open.error);
                 open.onsuccess = () => {
                   const asked = open.result.transaction(name).objectStore(name).count();
                   asked.onsuccess = () => { open.result.close(); done(asked.result); };
                 };
               })""",
            name,
        )
    )


def eventually(page: Page, is_so: Callable[[], bool]) -> bool:
    """Within five seconds; for what no element of the page shows."""
    for _ in range(50):
        if is_so():
            return True
        page.wait_for_timeout(100)
    return is_so()
