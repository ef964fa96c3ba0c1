"""The product as an application of the phone: its manifest, and the worker with what it holds."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client

from vungxanh.common import offline

ICON_SIZES = {"dist/icon-192.png": 192, "dist/icon-512.png": 512, "dist/icon-maskable-512.png": 512}


def test_manifest_names_icons_that_are_there(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    content = response.json()
    assert (content["name"], content["display"], content["scope"]) == ("Vùng Xanh", "standalone", "/")
    for icon in content["icons"]:
        name = icon["src"].removeprefix(settings.STATIC_URL)
        head = (settings.STATICFILES_DIRS[0] / name).read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(head[16:20]) == ICON_SIZES[name]


def held(client: Client) -> dict[str, object]:
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]
    found = re.match(r"self\.HELD = (\{.*?\});\n", response.content.decode())
    assert found
    content: dict[str, object] = json.loads(found[1])
    return content


def test_worker_holds_files_and_pages_that_are_there(client: Client, db: None) -> None:
    content = held(client)
    files, shells = content["files"], content["shells"]
    assert isinstance(files, list)
    assert isinstance(shells, dict)
    assert any(name.endswith(".css") for name in files)
    for name in files:
        assert (settings.STATICFILES_DIRS[0] / name.removeprefix(settings.STATIC_URL)).exists()
    assert shells["/khai-bao/"] == "/khai-bao/ngoai-tuyen/"
    for page in shells.values():
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("path", ["/khai-bao/ngoai-tuyen/", "/cong/ngoai-tuyen/"])
def test_page_that_is_held_bears_nothing_of_a_moment_or_a_person(client: Client, db: None, path: str) -> None:
    one, other = (client.get(path).content for _ in range(2))
    assert one == other
    assert b"data-now" not in one
    assert b"csrfmiddlewaretoken" not in one


def test_another_page_to_hold_is_another_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(client)["version"]
    monkeypatch.setitem(offline._shells, "/thu/", "admission:declare_offline")
    assert held(client)["version"] != before
