"""The played people's browsers and devices: cookies, forms with their hidden fields, device tokens with proofs."""

import base64
import hashlib
import html
import http.client
import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from python_calamine import CalamineWorkbook

HIDDEN = re.compile(r"<input[^>]*>")
FORM, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True)
class File:
    """What is chosen in a field of a form."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return html.unescape(self.content.decode())

    @property
    def page(self) -> str:
        """As it came, for whoever reads its forms."""
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    def sheet(self, index: int = 0) -> list[list[Any]]:
        """Of a spreadsheet, by its place: the values of every row."""
        return CalamineWorkbook.from_filelike(io.BytesIO(self.content)).get_sheet_by_index(index).to_python()


@dataclass
class Browser:
    """Of one person, kept all day. `address`: the network address from which it asks."""

    port: int
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120, source_address=(self.address, 0))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Accept-Language"] = "vi"
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
            for line in response.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        finally:
            connection.close()
        return answer

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, object]) -> Answer:
        given = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}
        return self.ask("POST", path, urlencode(given, doseq=True).encode(), Content_Type=FORM)

    def fill(self, path: str, fields: Mapping[str, object], *, to: str = "") -> Answer:
        """Opens the page, fills its form and sends it, hidden fields and all."""
        page = self.get(path)
        return self.post(to or path, {**hidden_fields(page.text), **fields}) if page.status == 200 else page

    def post_files(self, path: str, fields: Mapping[str, object], files: Iterable[File]) -> Answer:
        """As a form with files is sent."""
        given = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}
        parts = [(f'name="{name}"', str(value).encode()) for name, value in given.items()]
        parts += [(f'name="{one.field}"; filename="{one.name}"', one.content) for one in files]
        mark = f"----{uuid.uuid4().hex}"
        body = b"".join(
            f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
            for head, content in parts
        )
        return self.ask("POST", path, body + f"--{mark}--\r\n".encode(), Content_Type=f"{WITH_FILES}; boundary={mark}")

    def post_json(self, path: str, body: object) -> Answer:
        """As a script of our page sends it."""
        token = self.cookies.get("csrftoken", "")
        content = json.dumps(body).encode()
        return self.ask("POST", path, content, Content_Type="application/json", X_CSRFToken=token)


def hidden_fields(page: str) -> dict[str, str]:
    """Of the last form of the page; the token of the site stands in each."""
    form = page.rsplit("<form", 1)[-1]
    found = {}
    for tag in HIDDEN.findall(form):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") == "hidden" and named.get("name") and "value" in named:
            found[named["name"]] = named["value"]
    return found


class Device:
    """A phone that its owner has made their own: a token that only its key can use (RFC 9449)."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.public = {name: value for name, value in _public(self.key).items() if name in ("kty", "crv", "x", "y")}
        answer = browser.post_json("/api/v1/devices", {"key": self.public})
        if answer.status != 201:
            raise ConnectionError(f"no device: {answer.status} {answer.text[:200]}")
        self.token: str = answer.json["token"]
        self.nonce = ""

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, body: object) -> Answer:
        return self.ask("POST", path, json.dumps(body).encode())

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Once more with the nonce of the answer, where that was missing or old."""
        answer = self._ask(method, path, body)
        if answer.status == 401 and "use_dpop_nonce" in answer.headers.get("WWW-Authenticate", ""):
            answer = self._ask(method, path, body)
        return answer

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        proof = self.proof(method, f"http://127.0.0.1:{self.browser.port}{urlsplit(path).path}")
        apart = Browser(self.browser.port, self.browser.address)
        kind = {"Content_Type": "application/json"} if body is not None else {}
        answer = apart.ask(method, path, body, Authorization=f"DPoP {self.token}", DPoP=proof, **kind)
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer

    def proof(self, method: str, address: str) -> str:
        claims = {
            "jti": str(uuid.uuid4()),
            "htm": method,
            "htu": address,
            "iat": 0,
            "ath": base64.urlsafe_b64encode(hashlib.sha256(self.token.encode()).digest()).rstrip(b"=").decode(),
            "nonce": self.nonce,
        }
        return jwt.encode(claims, self.key, "ES256", headers={"typ": "dpop+jwt", "jwk": self.public})


def _public(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    found = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return dict(found)
