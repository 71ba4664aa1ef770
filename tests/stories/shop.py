"""A shop on an origin of its own, with a strict policy and rude styles: what the widget meets outside."""

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.servers import Ninelives

# What careless pages do to everything on them.
STYLES = """
html { font-size: 62.5%; font-family: serif }
* { box-sizing: content-box; letter-spacing: 2px; text-transform: uppercase !important }
div, p, button, textarea { color: fuchsia; background: yellow; margin: 9px; display: block; font: italic 30px serif }
body > * { transform: rotate(1deg); visibility: visible; opacity: 0.9 }
[hidden] { display: block }
@media (prefers-color-scheme: dark) { html { background: #111 } }
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'
SCRIPT = """
window.heard = []; window.keys = []; window.before = Object.keys(window);
window.Ninelives = window.Ninelives || function () { (Ninelives.q = Ninelives.q || []).push(arguments) };
for (const name of ["ready", "open", "close", "message", "unread"])
  Ninelives("on", name, (news) => heard.push([name, news ?? null]));
addEventListener("keydown", (event) => keys.push(event.key));
document.addEventListener("click", (event) => event.target.id === "help" && Ninelives("toggle"));
"""


@dataclass(frozen=True)
class Chat:
    """An account of web chat, as `ninelives channel add` prints it."""

    key: str
    secret: str
    script: str

    @classmethod
    def add(cls, running: Ninelives, name: str = "Shop", brand: str = "Zonnestroom", **told: str) -> Self:
        settings = [word for pair in told.items() for word in ("--set", "=".join(pair))]
        command = ["channel", "add", "webchat", "--name", name, "--brand", brand, *settings]
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "ninelives", *command],
            env={**environ, **running.environ},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        made = json.loads(ran.stdout)
        return cls(made["key"], made["secret"], f"{running.url}/widget.js")

    def sign(self, words: str) -> str:
        return hmac.new(self.secret.encode(), words.encode(), hashlib.sha256).hexdigest()

    def signed(self, customer: str, email: str = "", name: str = "") -> dict[str, str]:
        """What the shop's server puts into the tag for somebody who is signed in."""
        told = {"data-id": customer, "data-signature": self.sign(customer), "data-name": name}
        return told | ({"data-email": email, "data-email-signature": self.sign(email)} if email else {})


@dataclass
class Shop:
    chat: Chat
    _server: ThreadingHTTPServer = field(init=False, repr=False)

    def __enter__(self) -> Self:
        shop = self

        class Counter(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop._serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        # Another site than 127.0.0.1, so that whatever we keep there would be a third party's.
        return f"http://localhost:{self._server.server_port}"

    def page(self, who: dict[str, str] | None = None, *, language: str = "en", **more: str) -> str:
        """The address of a page with this in its tag."""
        return f"{self.origin}/?{urlencode({**(who or {}), 'lang': language, **more})}"

    def _serve(self, asked: BaseHTTPRequestHandler) -> None:
        told = urlsplit(asked.path)
        beside = {
            "/style.css": ("text/css", STYLES),
            "/script.js": ("text/javascript", SCRIPT),
            "/icon.svg": ("image/svg+xml", ICON),
        }
        kind, text = beside.get(told.path, ("text/html", self._page(dict(parse_qsl(told.query)))))
        asked.send_response(200)
        asked.send_header("Content-Type", f"{kind}; charset=utf-8")
        for name, value in self._policy().items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(text.encode())

    def _policy(self) -> dict[str, str]:
        ninelives = self.chat.script.removesuffix("/widget.js")
        rules = {
            "default-src": "'none'",
            "script-src": f"'self' {ninelives}",
            "style-src": "'self'",
            "connect-src": ninelives,
            "img-src": "'self'",
            "require-trusted-types-for": "'script'",
            "trusted-types": "'none'",
        }
        return {
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Referrer-Policy": "no-referrer",
        }

    def _page(self, told: dict[str, str]) -> str:
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in told.items() if name.startswith("data-"))
        key = escape(told.get("key", self.chat.key))
        tag = f'<script src="{self.chat.script}" data-key="{key}"{attributes} async></script>'
        return f"""<!doctype html><html lang="{escape(told.get("lang", "en"))}"><head><title>A shop</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg"><script src="/script.js"></script></head>
<body><main><h1>A shop</h1><a href="#terms">Terms</a> <button id="help">Help</button></main>
{tag * int(told.get("tags", "1"))}</body></html>"""
