"""One POST goes where it is told to go, under the name of its address, and within its time."""

import socket
import threading

from tests.factories.receivers import receiver, status
from vungxanh.common.posting import Answer, Outcome, Reply, UnreachableError, exchanged

SECONDS = 0.5


def test_the_connection_goes_where_reach_says_under_the_name_of_the_address() -> None:
    asked = []

    def reach(host: str, port: int) -> str:
        asked.append((host, port))
        return "127.0.0.1"

    with receiver(status(204)) as there:
        port = int(there.url.split(":")[2].split("/")[0])
        found = exchanged(f"http://khong-co.example:{port}/x", b"{}", {}, seconds=SECONDS, reach=reach)
        assert isinstance(found, Reply)
        assert (found.status, asked) == (204, [("khong-co.example", port)])
        assert there.requests[0].headers["Host"] == f"khong-co.example:{port}"


def test_what_reach_refuses_is_said_and_nothing_is_connected() -> None:
    def refuse(_host: str, _port: int) -> str:
        raise UnreachableError("bên trong")

    with receiver() as there:
        found = exchanged(there.url, b"{}", {}, seconds=SECONDS, reach=refuse)
        assert (found, there.requests) == (Answer(Outcome.SILENT, "Không có trả lời: bên trong."), [])


def test_a_server_that_never_ends_its_handshake_is_cut_off() -> None:
    """Each byte of it would start the time of a socket anew."""
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            there, _address = server.accept()
            with there:
                # The head of a record that announces more than ever comes.
                there.sendall(b"\x16\x03\x03\x40\x00")
                while not is_over.wait(0.1):
                    try:
                        there.sendall(b"\x00")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        found = exchanged(f"https://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, seconds=SECONDS)
        is_over.set()
        thread.join()
    assert found == Answer(Outcome.SILENT, "Không có trả lời: quá thời gian chờ.")
