"""Calling strangers: never a place inside, never for longer or for more than was agreed."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ninelives.foundation.outgoing import Allowed, Answer, BadAddress, ForbiddenPlace, NotCalled, Patience, check, post
from ninelives.foundation.outgoing.places import place_of

HERE = Allowed.of(["127.0.0.1/32"])
QUICK = Patience(connect=2, read=2, total=2, body=0.3)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behave: Behaviour) -> Iterator[str]:
    """Its address; it takes one caller after the other."""
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(door, behave), daemon=True).start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}/hook?a=b"
    door.shutdown(socket.SHUT_RDWR)  # `close` alone does not wake who waits in `accept`.
    door.close()


def _serve(door: socket.socket, behave: Behaviour) -> None:
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        with line, suppress(OSError):
            behave(line)


def heard(line: socket.socket) -> bytes:
    """The whole request of these tests, whose bodies are short."""
    told = b""
    while not told.endswith(b"{}"):
        told += line.recv(65_536)
    return told


def saying(answer: bytes, asked: list[bytes] | None = None) -> Behaviour:
    def behave(line: socket.socket) -> None:
        told = heard(line)
        if asked is not None:
            asked.append(told)
        line.sendall(answer)

    return behave


def call(url: str, **more: object) -> Answer:
    return post(url, b"{}", {"Content-Type": "application/json"}, **{"allowed": HERE, "patience": QUICK, **more})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:5efe:7f00:1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_no_place_inside_is_called(address: str) -> None:
    with pytest.raises(ForbiddenPlace):
        check("https://hooks.example.org/", Allowed(), lambda host, port: ["93.184.215.14", address])


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_the_open_internet_may_be_called(address: str) -> None:
    check("https://hooks.example.org/", Allowed(), lambda host, port: [address])


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "127.0.0.1."]
)
def test_no_spelling_leads_inside(host: str) -> None:
    with pytest.raises(ForbiddenPlace):
        check(f"http://{host}:8000/", Allowed())


def test_a_setting_opens_a_network_or_a_name() -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.7"]

    check("http://hooks.lan/", Allowed.of(["10.0.0.0/24"]), resolve)
    check("http://HOOKS.lan./", Allowed.of(["Hooks.LAN"]), resolve)
    with pytest.raises(ForbiddenPlace):
        check("http://hooks.lan/", Allowed.of(["10.0.1.0/24", "other.lan"]), resolve)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/", "not_http"),
        ("file:///etc/passwd", "not_http"),
        ("example.org/hook", "not_http"),
        ("", "not_http"),
        ("http://", "no_host"),
        ("http:///hook", "no_host"),
        (f"http://{'a' * 64}.example.org/", "no_host"),
        ("http://a:b@example.org/", "has_credentials"),
        ("http://example.org/#a", "has_fragment"),
        ("http://example.org:99999/", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("http://example.org/a b", "unreadable"),
        ("http://example.org/a\r\nHost: b", "unreadable"),
        ("http://example.org/" + "a" * 2000, "unreadable"),
    ],
)
def test_what_is_no_address(url: str, code: str) -> None:
    with pytest.raises(BadAddress) as told:
        check(url, HERE)
    assert told.value.code == code


def test_an_address_goes_over_the_line_as_http_wants_it() -> None:
    place = place_of("https://Bücher.example/één/%20?q=ü&r=1")
    assert (place.host, place.authority) == ("xn--bcher-kva.example", "xn--bcher-kva.example")
    assert place.target == "/%C3%A9%C3%A9n/%20?q=%C3%BC&r=1"
    assert place_of("http://[2606:2800::1]:81").authority == "[2606:2800::1]:81"


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(NotCalled) as told:
        check("http://nowhere.invalid/", HERE)
    assert told.value.code == "unknown_host"


def test_what_is_said_and_heard() -> None:
    asked: list[bytes] = []
    with server(saying(b"HTTP/1.1 201 Created\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nfine", asked)) as url:
        answer = call(url)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (201, "7", b"fine")
    request, _, body = asked[0].partition(b"\r\n\r\n")
    assert request.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/json" in request
    assert b"\r\nHost: 127.0.0.1:" in request
    assert body == b"{}"


def test_the_address_that_was_judged_is_the_one_that_is_called() -> None:
    """A name server that answers the second question with a place inside is not asked one."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[bytes] = []
    with server(saying(OK, asked)) as url:
        there = url.replace("127.0.0.1", "rebinding.example")
        assert call(there, resolve=lambda host, port: next(answers)).status == 200
    assert b"Host: rebinding.example:" in asked[0]
    assert next(answers) == ["10.0.0.1"]


def test_each_call_is_judged_anew() -> None:
    """Good when it was looked at first, inside when it is called."""
    with server(saying(OK)) as url:
        there = url.replace("127.0.0.1", "rebinding.example")
        check(there, Allowed(), lambda host, port: ["93.184.215.14"])
        with pytest.raises(ForbiddenPlace):
            call(there, allowed=Allowed(), resolve=lambda host, port: ["127.0.0.1"])


def test_no_redirect_is_followed() -> None:
    asked: list[bytes] = []
    with server(saying(OK, asked)) as inside:
        moved = f"HTTP/1.1 301 Moved\r\nLocation: {inside}\r\nContent-Length: 0\r\n\r\n".encode()
        with server(saying(moved)) as url:
            assert call(url).status == 301
    assert asked == []


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with server(saying(OK)) as url:
        assert call(url).status == 200


def test_of_a_long_answer_only_the_beginning_is_heard() -> None:
    sent = [0]

    def behave(line: socket.socket) -> None:
        heard(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
        for _ in range(1000):
            sent[0] += line.send(b"x" * 10_000)

    with server(behave) as url:
        answer = call(url, most=1000)
    assert (answer.status, answer.body) == (200, b"x" * 1000)
    assert sent[0] < 10_000_000


def test_who_drips_its_headers_is_hung_up_on() -> None:
    def behave(line: socket.socket) -> None:
        heard(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while line.send(b"x"):
            time.sleep(0.05)

    with server(behave) as url, pytest.raises(NotCalled) as told:
        call(url, patience=Patience(connect=1, read=1, total=0.5))
    assert told.value.code == "time_out"


def test_who_drips_its_body_has_answered() -> None:
    def behave(line: socket.socket) -> None:
        heard(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        while line.send(b"x"):
            time.sleep(0.05)

    with server(behave) as url:
        answer = call(url)
    assert answer.status == 200
    assert 1 <= len(answer.body) < 500


def test_who_never_answers_is_not_waited_for() -> None:
    hung_up = threading.Event()

    def behave(line: socket.socket) -> None:
        heard(line)
        hung_up.wait(20)

    with server(behave) as url, pytest.raises(NotCalled) as told:
        call(url, patience=Patience(connect=1, read=0.2, total=5))
    hung_up.set()
    assert told.value.code == "time_out"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200", b"\x00\x01\x02\x03\r\n\r\n", b"HTTP/9 ok\r\n\r\n", b"HTTP/1.1 200 OK\r\nX" * 9999]
)
def test_what_is_no_answer(answer: bytes) -> None:
    with server(saying(answer)) as url, pytest.raises(NotCalled) as told:
        call(url)
    assert told.value.code == "broken"


def test_who_hangs_up_in_the_middle_of_its_body_has_answered() -> None:
    with server(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) as url:
        assert call(url) == Answer(200, {"content-length": "100"}, b"half")


def test_a_reset_is_told() -> None:
    def behave(line: socket.socket) -> None:
        heard(line)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with server(behave) as url, pytest.raises(NotCalled) as told:
        call(url)
    assert told.value.code == "broken"


def test_nobody_there_is_told() -> None:
    with socket.socket() as held:  # The port is taken, so that nobody else opens it meanwhile, and nobody listens.
        held.bind(("127.0.0.1", 0))
        with pytest.raises(NotCalled) as told:
            call(f"http://127.0.0.1:{held.getsockname()[1]}/")
    assert told.value.code == "no_connection"


def certificate(folder: object, name: str) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept, private = folder / "certificate.pem", folder / "key.pem"  # type: ignore[operator]
    kept.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(kept), str(private)


def test_tls_is_spoken_with_the_name_and_only_with_whom_one_trusts(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, private = certificate(tmp_path, "hooks.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept, private)

    def behave(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as secured:
            saying(OK)(secured)

    def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=kept)

    with server(behave) as url:
        port = place_of(url).port
        with pytest.raises(NotCalled) as told:
            call(f"https://hooks.example:{port}/", resolve=here)
        assert told.value.code == "not_trusted"
        monkeypatch.setattr("ninelives.foundation.outgoing.calling.trust", trusting)
        assert call(f"https://hooks.example:{port}/", resolve=here).status == 200
        with pytest.raises(NotCalled) as told:
            call(f"https://other.example:{port}/", resolve=here)
        assert told.value.code == "not_trusted"
