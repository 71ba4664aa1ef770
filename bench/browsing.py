"""Pages as a browser asks for them: a lasting connection, a session by really signing in, no script."""

import http.client
import re
from typing import Self
from urllib.parse import urlencode

from bench.product import EMAIL, PASSWORD

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "nl,en;q=0.5",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


class Visitor:
    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def signed_in(self, email: str = EMAIL, password: str = PASSWORD) -> Self:
        token = _TOKEN.search(self.get("/accounts/login/"))
        assert token, "no form on the sign-in page"
        form = {"csrfmiddlewaretoken": token[1].decode(), "login": email, "password": password}
        status, _ = self.ask("POST", "/accounts/login/", urlencode(form))
        assert status == 302, f"signing in answers {status}"
        return self

    def get(self, path: str) -> bytes:
        status, body = self.ask("GET", path)
        assert status == 200, f"{path} answers {status}"
        return body

    def ask(self, method: str, path: str, form: str = "") -> tuple[int, bytes]:
        headers = {**HEADERS, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        self._line.request(method, path, form or None, headers)
        response = self._line.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.read()
