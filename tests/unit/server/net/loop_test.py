#!/usr/bin/python3
"""Speaks raw bytes to loop_serve: HTTP, its limits, files, and WebSockets.

Each case opens its own connections, so that one that goes wrong does not hide the next.
"""
import base64
import hashlib
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
import zlib

LONG = 20  # seconds to wait for anything; far more than needed
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Server:
    def __init__(self, program):
        self.dir = tempfile.TemporaryDirectory()
        site = pathlib.Path(self.dir.name) / "site"
        site.mkdir()
        self.big = os.urandom(3_000_000)
        (site / "big.bin").write_bytes(self.big)
        (site / "index.html").write_text("front")
        self.growing = site / "growing.webm"
        self.growing.write_bytes(b"0123456789")
        self.process = subprocess.Popen([program, self.dir.name], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.tls = ssl.create_default_context(cafile=self.dir.name + "/cert.pem")
        self.tls.set_alpn_protocols(["h2", "http/1.1"])

    def connect(self, small=False):
        raw = socket.socket()
        if small:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(LONG)
        raw.connect(("127.0.0.1", self.port))
        return self.tls.wrap_socket(raw, server_hostname="localhost")

    def stop(self):
        self.process.stdin.close()
        try:
            code = self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "killed"
        self.dir.cleanup()
        return code


class Http:
    """One connection; get() reads exactly one response."""

    def __init__(self, server):
        self.s = server.connect()
        self.buf = b""

    def send(self, data):
        self.s.sendall(data if isinstance(data, bytes) else data.encode())

    def more(self):
        data = self.s.recv(65536)
        self.buf += data
        return data

    def head(self):
        while b"\r\n\r\n" not in self.buf:
            if not self.more():
                raise EOFError(f"closed after {self.buf!r}")
        head, self.buf = self.buf.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), headers

    def body(self, n):
        # Adding to bytes copies them all: a large answer took longer than the server lets a connection idle.
        body = bytearray(self.buf)
        while len(body) < n:
            data = self.s.recv(65536)
            if not data:
                raise EOFError(f"closed after {len(body)} of {n} bytes")
            body += data
        self.buf = bytes(body[n:])
        return bytes(body[:n])

    def response(self, head_only=False):
        status, headers = self.head()
        n = 0 if head_only or status in (204, 304) else int(headers["content-length"])
        return status, headers, self.body(n)

    def get(self, path, headers="", method="GET"):
        self.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
        return self.response(method == "HEAD")

    def post(self, path, body=b"", method="POST"):
        self.send(f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n")
        self.send(body)
        return self.response()

    def closed(self):
        """True when the server ends the connection without another byte."""
        try:
            return not self.buf and self.s.recv(1) == b""
        except (ConnectionResetError, ssl.SSLError):
            return True

    def problem(self):
        status, headers, body = self.response()
        assert headers["content-type"] == "application/problem+json", headers
        problem = json.loads(body)
        assert problem["status"] == status
        return status, problem["code"]


class Ws(Http):
    def __init__(self, server, small=False, path="/room/s1", extra=""):
        self.s = server.connect(small)
        self.buf = b""
        self.send(upgrade(path, extra=extra))
        self.status, self.headers = self.head()
        if self.status == 101:
            assert self.headers["sec-websocket-protocol"] == "bidroom.v1"
            key = hashlib.sha1(KEY + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
            assert self.headers["sec-websocket-accept"] == base64.b64encode(key).decode()

    def frame(self, opcode, payload, fin=True, mask=True):
        payload = payload if isinstance(payload, bytes) else payload.encode()
        n = len(payload)
        head = bytes([opcode | (0x80 if fin else 0)])
        bit = 0x80 if mask else 0
        head += (bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n)
                 if n < 65536 else bytes([bit | 127]) + struct.pack(">Q", n))
        if mask:
            key = b"\x11\x22\x33\x44"
            pad = (key * (n // 4 + 1))[:n]
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(n, "big")
            head += key
        self.send(head + payload)

    def read(self):
        b0, b1 = self.body(2)
        assert b0 & 0x80 and not b0 & 0x70 and not b1 & 0x80, (b0, b1)
        n = b1 & 0x7F
        if n == 126:
            n, = struct.unpack(">H", self.body(2))
        elif n == 127:
            n, = struct.unpack(">Q", self.body(8))
        return b0 & 15, self.body(n)

    def expect(self, opcode, payload=None):
        """The next frame of this kind; pings of the server on the way are answered."""
        while True:
            got, data = self.read()
            if got == PING and opcode != PING:
                self.frame(PONG, data)
                continue
            assert got == opcode, (got, data[:80])
            if payload is not None:
                payload = payload if isinstance(payload, bytes) else payload.encode()
                assert data == payload, data[:80]
            return data

    def expect_close(self, code):
        data = self.expect(CLOSE)
        assert struct.unpack(">H", data[:2])[0] == code, data
        assert self.closed()


KEY = base64.b64encode(b"0123456789abcdef")


def upgrade(path, protocol="bidroom.v1", version="13", key=KEY.decode(), extra=""):
    return (f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: {version}\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {protocol}\r\n{extra}\r\n")


def stats(server):
    return json.loads(Http(server).get("/api/stats")[2])


def until(what):
    end = time.monotonic() + LONG
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


# HTTP

def http_answers(server):
    h = Http(server)
    assert h.s.version() == "TLSv1.3" and h.s.selected_alpn_protocol() == "http/1.1"
    status, headers, body = h.get("/api/echo/a%20b?q=%E8%AF%84")
    assert status == 200 and headers["content-type"] == "application/json"
    assert json.loads(body)["id"] == "a b" and json.loads(body)["q"] == "评"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def http_keeps_alive(server):
    h = Http(server)
    for i in range(100):
        assert json.loads(h.get(f"/api/echo/{i}")[2])["id"] == str(i)
    h.send("GET /api/echo/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert h.response()[1]["connection"] == "close" and h.closed()
    h = Http(server)
    h.send("GET /api/echo/x HTTP/1.0\r\n\r\n")
    assert h.response()[0] == 200 and h.closed()


def http_head_method(server):
    h = Http(server)
    status, headers, _ = h.get("/api/echo/1", method="HEAD")
    assert status == 200 and int(headers["content-length"]) > 10
    status, headers, _ = h.get("/big.bin", method="HEAD")
    assert status == 200 and int(headers["content-length"]) == len(server.big)
    assert h.get("/big.bin", "Range: bytes=0-9\r\n", method="HEAD")[0] == 200
    assert h.get("/nowhere", method="HEAD")[0] == 404
    assert h.get("/api/echo/2")[0] == 200


def http_pipelined(server):
    h = Http(server)
    h.send("".join(f"GET /api/echo/{i} HTTP/1.1\r\nHost: h\r\n\r\n" for i in range(50)))
    for i in range(50):
        assert json.loads(h.response()[2])["id"] == str(i)


def http_body(server):
    body = os.urandom(4 << 20)
    h = Http(server)
    for part in (b"", b"x", body, b"y" * 70000):
        answer = json.loads(h.post("/api/echo", part)[2])
        assert answer["body_sha256"] == hashlib.sha256(part).hexdigest()
    h.send("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert h.head()[0] == 100
    h.send("12345")
    assert json.loads(h.response()[2])["body_len"] == 5
    # head, body and the next request in one piece, and byte by byte
    whole = (b"PUT /api/echo/7 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
             b"GET /api/echo/8 HTTP/1.1\r\nHost: h\r\n\r\n")
    h.send(whole)
    assert json.loads(h.response()[2])["body_len"] == 3
    assert json.loads(h.response()[2])["id"] == "8"
    for i in range(len(whole)):
        h.send(whole[i:i + 1])
    assert json.loads(h.response()[2])["body_len"] == 3
    assert json.loads(h.response()[2])["id"] == "8"


def http_large_answer(server):
    h = Http(server)
    assert h.get("/api/large")[2] == b"x" * 5_000_000
    assert h.get("/api/echo/1")[0] == 200


def http_not_modified(server):
    h = Http(server)
    assert h.get("/api/echo/1", "If-None-Match: \"a\", W/\"echo\"\r\n")[0] == 304
    assert h.get("/api/echo/1", "If-None-Match: \"other\"\r\n")[0] == 200
    etag = h.get("/index.html")[1]["etag"]
    assert h.get("/index.html", f"If-None-Match: {etag}\r\n")[0] == 304


# What is refused, each with its documented answer

def refuses_malformed(server):
    for text, status, code in (
            ("GET /\r\n\r\n", 400, "http.malformed"),
            ("\x16\x03\x01 garbage\n", 400, "http.malformed"),
            ("GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "http.malformed"),
            ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400, "http.malformed"),
            ("GET / HTTP/1.1\r\n\r\n", 400, "http.malformed"),
            ("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
             400, "http.malformed"),
            ("POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
             411, "http.body_length_required"),
            ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "http.method_unknown"),
            ("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501, "http.method_unknown"),
            ("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505, "http.version"),
            (f"GET /{'a' * 2000} HTTP/1.1\r\nHost: h\r\n\r\n", 414, "http.uri_too_long"),
            (f"GET / HTTP/1.1\r\nHost: h\r\nX: {'a' * 20000}\r\n\r\n", 431, "http.header_too_large"),
            ("GET / HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n" * 100 + "\r\n", 431, "http.header_too_large")):
        h = Http(server)
        h.send(text)
        assert h.problem() == (status, code), text
        assert h.closed(), text


def refuses_unrouted(server):
    h = Http(server)
    h.send("GET /api/none HTTP/1.1\r\nHost: h\r\n\r\n")
    assert h.problem() == (404, "http.not_found")
    status, headers, _ = h.get("/api/echo/1", method="DELETE")
    assert status == 405 and headers["allow"] == "GET, HEAD, PUT"
    h.send("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
    assert h.problem() == (404, "http.not_found")
    assert h.closed()


def refuses_large_body(server):
    for n in (1001, 10_000_000_000):
        h = Http(server)
        h.send(f"PUT /api/echo/1 HTTP/1.1\r\nHost: h\r\nContent-Length: {n}\r\n\r\n")
        h.send(b"x" * 1001)
        assert h.problem() == (413, "http.body_too_large")
        assert h.closed()
    h = Http(server)
    h.send("GET /api/echo/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")
    assert h.problem() == (413, "http.body_too_large")


def refuses_much_body_memory(server):
    """Bodies of all connections together: 8 MiB here."""
    half = [Http(server) for _ in range(3)]
    refused = []
    for h in half:
        h.send(f"POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: {4 << 20}\r\n\r\n")
        try:
            h.send(b"x" * ((4 << 20) - 1))
        except OSError:
            pass
    for h in half:
        status, _, body = h.response()
        refused.append((status, json.loads(body)["code"]))
    assert (503, "http.overloaded") in refused, refused
    assert Http(server).post("/api/echo", b"x" * (4 << 20))[0] == 200


def refuses_slow(server):
    silent, slow, dripping, half = (Http(server) for _ in range(4))
    slow.send("GET / HT")
    half.send("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
    try:
        for c in b"GET / HTTP/1.1\r\nX: " + b"a" * 1000:
            dripping.send(bytes([c]))
            time.sleep(0.05)
            dripping.s.settimeout(0.001)
            try:
                if dripping.more():
                    break
            except (TimeoutError, ssl.SSLWantReadError):
                pass
    finally:
        dripping.s.settimeout(LONG)
    for h in (slow, half, dripping):
        assert h.problem() == (408, "http.timeout")
        assert h.closed()
    assert silent.closed()
    idle = Http(server)
    assert idle.get("/api/echo/1")[0] == 200
    assert idle.closed()


def refuses_plain_http(server):
    s = socket.create_connection(("127.0.0.1", server.port), LONG)
    s.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    try:
        while s.recv(1000):
            pass
    except ConnectionResetError:
        pass


def refuses_old_tls(server):
    warnings.simplefilter("ignore", DeprecationWarning)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    try:
        old.wrap_socket(socket.create_connection(("127.0.0.1", server.port), LONG))
    except (ssl.SSLError, ConnectionResetError):
        return
    raise AssertionError("TLS 1.1 was accepted")


def limits_connections_of_an_address(server):
    open_ones = []
    try:
        for _ in range(60):
            open_ones.append(Http(server))
            open_ones[-1].get("/api/echo/1")
        raise AssertionError("60 connections of one address were accepted")
    except (OSError, EOFError):
        assert len(open_ones) >= 35, len(open_ones)
    for h in open_ones:
        h.s.close()

    def works():
        try:
            return Http(server).get("/api/echo/1")[0] == 200
        except (OSError, EOFError):
            return False
    until(works)


def idles_while_waiting(server):
    """A peer that sends ahead, half-closes or leaves costs nothing while its request waits."""
    Http(server).post("/api/close")
    waiting = [Http(server) for _ in range(4)]
    wait = b"GET /api/wait HTTP/1.1\r\nHost: h\r\n\r\n"
    waiting[0].send(wait)
    waiting[1].send(wait + b"GET /api/echo/next HTTP/1.1\r\nHost: h\r\n\r\n")
    waiting[2].send(b"POST /api/wait HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nxy")
    waiting[3].send(wait)
    waiting[3].s.close()
    before = stats(server)["cpu_us"]
    time.sleep(0.5)
    spent = stats(server)["cpu_us"] - before
    assert spent < 250_000, f"{spent} us of CPU in half a second of waiting"
    Http(server).post("/api/release")
    assert waiting[0].response()[2] == b"waited"
    assert waiting[1].response()[2] == b"waited"
    assert json.loads(waiting[1].response()[2])["id"] == "next"
    assert waiting[2].response()[2] == b"waited"


def ends_who_sends_too_far_ahead(server):
    Http(server).post("/api/close")
    h = Http(server)
    h.send(b"GET /api/wait HTTP/1.1\r\nHost: h\r\n\r\n")
    try:
        for _ in range(100):
            h.send(b"GET /api/echo/1 HTTP/1.1\r\nHost: h\r\n\r\n" * 100)
        assert h.closed()
    except OSError:
        pass
    Http(server).post("/api/release")


# Files

def file_whole_and_ranges(server):
    h, big = Http(server), server.big
    status, headers, body = h.get("/big.bin")
    assert status == 200 and body == big and headers["accept-ranges"] == "bytes"
    for spec, first, last in (("0-0", 0, 0), ("1000-99999", 1000, 99999), ("2999999-", 2999999, 2999999),
                              ("-5", 2999995, 2999999), ("2000000-9000000", 2000000, 2999999),
                              ("-9000000", 0, 2999999), ("0-", 0, 2999999)):
        status, headers, body = h.get("/big.bin", f"Range: bytes={spec}\r\n")
        assert status == 206 and body == big[first:last + 1], spec
        assert headers["content-range"] == f"bytes {first}-{last}/3000000"
    status, headers, body = h.get("/big.bin", "Range: bytes=3000000-\r\n")
    assert status == 416 and headers["content-range"] == "bytes */3000000" and body == b""
    etag = h.get("/big.bin", method="HEAD")[1]["etag"]
    assert h.get("/big.bin", f"Range: bytes=0-9\r\nIf-Range: {etag}\r\n")[0] == 206
    assert h.get("/big.bin", "Range: bytes=0-9\r\nIf-Range: \"old\"\r\n")[2] == big
    assert h.get("/big.bin", "Range: bytes=0-9,20-29\r\n")[2] == big
    status, headers, _ = h.get("/big.bin", "Range: bytes=0-9\r\n", method="HEAD")
    assert status == 200 and headers["content-length"] == "3000000", "a range is for GET alone"
    assert h.get("/big.bin", f"Range: bytes=0-9\r\nIf-Match: \"x\", {etag}\r\n")[0] == 206
    assert h.get("/big.bin", "If-Match: *\r\n", method="HEAD")[0] == 200
    assert h.get("/big.bin", "Range: bytes=0-9\r\nIf-Match: \"old\"\r\n")[0] == 412
    assert h.get("/big.bin", f"Range: bytes=0-9\r\nIf-None-Match: {etag}\r\n")[0] == 304


def file_that_grows(server):
    h = Http(server)
    assert h.get("/growing.webm", "Range: bytes=4-\r\n")[2] == b"456789"
    assert h.get("/growing.webm", "Range: bytes=10-\r\n")[0] == 416
    with server.growing.open("ab") as f:
        f.write(b"abc")
    status, headers, body = h.get("/growing.webm", "Range: bytes=10-\r\n")
    assert (status, body) == (206, b"abc") and headers["content-type"] == "video/webm"


def file_to_a_slow_reader(server):
    s = server.connect(small=True)
    h = Http.__new__(Http)
    h.s, h.buf = s, b""
    h.send("GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\nGET /api/echo/after HTTP/1.1\r\nHost: h\r\n\r\n")
    before = stats(server)["cpu_us"]
    time.sleep(0.3)
    assert stats(server)["cpu_us"] - before < 200_000
    assert h.response()[2] == server.big
    assert json.loads(h.response()[2])["id"] == "after"


def file_reader_leaves(server):
    for n in (0, 1, 100_000):
        h = Http(server)
        h.send("GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n")
        if n:
            h.s.recv(n)
        h.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        h.s.close()
    assert Http(server).get("/api/echo/1")[0] == 200


# Bodies that are made while they are sent

MADE = bytes(i % 251 for i in range(3_000_000))


def sources_are_freed(server):
    end = time.monotonic() + 10
    while stats(server)["sources"]:
        assert time.monotonic() < end
        time.sleep(0.01)


def source_whole_and_ranges(server):
    h = Http(server)
    for _ in range(2):
        status, headers, body = h.get("/api/made")
        assert status == 200 and body == MADE and headers["accept-ranges"] == "bytes"
    for spec, first, last in (("0-0", 0, 0), ("699999-700000", 699999, 700000), ("-5", 2999995, 2999999)):
        status, headers, body = h.get("/api/made", f"Range: bytes={spec}\r\n")
        assert status == 206 and body == MADE[first:last + 1], spec
        assert headers["content-range"] == f"bytes {first}-{last}/3000000"
    assert h.get("/api/made", "Range: bytes=3000000-\r\n")[0] == 416
    assert h.get("/api/made", method="HEAD")[1]["content-length"] == "3000000"
    sources_are_freed(server)


def source_to_a_slow_reader(server):
    h = Http.__new__(Http)
    h.s, h.buf = server.connect(small=True), b""
    h.send("GET /api/made HTTP/1.1\r\nHost: h\r\n\r\nGET /api/echo/after HTTP/1.1\r\nHost: h\r\n\r\n")
    time.sleep(0.3)
    assert h.response()[2] == MADE
    assert json.loads(h.response()[2])["id"] == "after"
    sources_are_freed(server)


def source_that_fails_ends_early(server):
    h = Http(server)
    h.send("GET /api/broken HTTP/1.1\r\nHost: h\r\n\r\n")
    got = b""
    while piece := h.s.recv(65536):
        got += piece
    assert b"content-length: 3000000" in got and 1_000_000 < len(got) < 2_500_000
    sources_are_freed(server)


def source_reader_leaves(server):
    for n in (0, 1, 1_000_000):
        h = Http(server)
        h.send("GET /api/made HTTP/1.1\r\nHost: h\r\n\r\n")
        if n:
            h.s.recv(n)
        h.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        h.s.close()
    assert Http(server).get("/api/echo/1")[0] == 200
    sources_are_freed(server)


# WebSockets

def ws_echoes(server):
    w = Ws(server, extra="Origin: https://o\r\nCookie: a=b\r\n")
    assert w.status == 101
    w.expect(TEXT, "hello s1 https://o a=b")
    for text in ("评标", "", "x" * 125, "y" * 126, "z" * 65535, "w" * 65536):
        w.frame(TEXT, text)
        w.expect(TEXT, text)
    for n in (0, 1, 65536, 262144 + 24):
        data = os.urandom(n)
        w.frame(BINARY, data)
        w.expect(TEXT, hashlib.sha256(data).hexdigest())
    w.frame(TEXT, "ab", fin=False)
    w.frame(PING, "between")
    w.frame(0, "cd")
    w.expect(PONG, "between")
    w.expect(TEXT, "abcd")
    w.frame(CLOSE, struct.pack(">H", 1000))
    w.expect_close(1000)


def ws_refuses_handshakes(server):
    for request, status, code in (
            (upgrade("/room/s1", protocol="chat"), 400, "ws.protocol"),
            (upgrade("/room/s1", protocol="bidroom.v10"), 400, "ws.protocol"),
            (upgrade("/room/s1", version="8"), 426, "ws.upgrade_required"),
            (upgrade("/room/s1", key="short"), 400, "http.malformed"),
            (upgrade("/room/a/b"), 404, "http.not_found"),
            (upgrade("/room/UPPER"), 404, "http.not_found"),
            (upgrade("/room/" + "a" * 65), 404, "http.not_found"),
            (upgrade("/elsewhere"), 404, "http.not_found"),
            (upgrade("/room/closed-room"), 403, "ws.denied"),
            ("GET /room/s1 HTTP/1.1\r\nHost: h\r\n\r\n", 426, "ws.upgrade_required"),
            ("POST /room/s1 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 426, "ws.upgrade_required")):
        h = Http(server)
        h.send(request)
        assert h.problem() == (status, code), request
    both = Ws(server, path="/room/s1")
    assert both.status == 101


def ws_first_message_with_handshake(server):
    w = Ws.__new__(Ws)
    w.s, w.buf = server.connect(), b""
    collected = []
    w.send = lambda data: collected.append(data if isinstance(data, bytes) else data.encode())
    w.frame(TEXT, "early")
    w.s.sendall(upgrade("/room/s1").encode() + b"".join(collected))
    assert w.head()[0] == 101
    w.expect(TEXT)
    w.expect(TEXT, "early")


def ws_limits(server):
    for send, code in (
            (lambda w: w.frame(TEXT, "x" * 65537), 1009),
            (lambda w: w.send(struct.pack(">BBQ", 0x82, 0xFF, 262144 + 25) + b"\0\0\0\0"), 1009),
            (lambda w: (w.frame(TEXT, "x" * 60000, fin=False), w.frame(0, "x" * 6000)), 1009),
            (lambda w: w.frame(TEXT, b"a\xff"), 1007),
            (lambda w: w.frame(TEXT, "unmasked", mask=False), 1002),
            (lambda w: w.frame(3, "reserved"), 1002),
            (lambda w: w.frame(CLOSE, struct.pack(">H", 1005)), 1002)):
        w = Ws(server)
        w.expect(TEXT)
        send(w)
        w.expect_close(code)


def ws_closes_when_asked(server):
    w = Ws(server)
    w.expect(TEXT)
    w.frame(TEXT, "close 4001")
    w.expect(TEXT, "last")
    assert w.expect(CLOSE) == struct.pack(">H", 4001) + b"as asked"
    assert w.closed()


def ws_large_texts(server):
    w = Ws(server, small=True)
    w.expect(TEXT)
    for n in (61000, 61440, 61441, 100_000, 1_000_000):
        w.frame(TEXT, f"big {n}")
        w.frame(TEXT, "after")
        assert w.expect(TEXT) == b"b" * n
        w.expect(TEXT, "after")


def ws_ends_who_lets_texts_pile_up(server):
    w = Ws(server, small=True)
    w.expect(TEXT)
    w.frame(TEXT, "flood")  # 200 texts of 64 KB, of which 4 MB may wait
    n, alphabet = 0, b"abcdefghijklmnopqrstuvwxyz"
    while (frame := w.read())[0] == TEXT:
        assert frame[1] == (alphabet * 3000)[n % 26:][:65536], n
        n += 1
    assert frame[0] == CLOSE and struct.unpack(">H", frame[1][:2])[0] == 1008, frame
    assert 60 <= n < 200, n
    assert w.closed()


def check_objects(w, n, texts=None, slowly=False):
    """Reads n checksummed objects in order; other frames are counted."""
    others = []
    for seq in range(n):
        while True:
            opcode, data = w.read()
            if opcode == BINARY:
                break
            others.append((opcode, data))
            if opcode == PING:
                w.frame(PONG, data)
        adler, got = struct.unpack("<II", data[:8])
        assert got == seq, (got, seq)
        assert zlib.adler32(data[4:]) == adler, seq
        if slowly and seq % 20 == 0:
            time.sleep(0.01)
        if texts and seq % 100 == 50:
            w.frame(PING, f"ping {seq}")
            w.frame(TEXT, f"text {seq}")
    return others


def ws_joined_objects(server):
    """1000 checksummed objects in joined writes, with pings and texts in between."""
    w = Ws(server)
    w.expect(TEXT)
    w.frame(TEXT, "burst 1000")
    others = check_objects(w, 1000, texts=True)
    w.frame(TEXT, "end")
    while others[-1:] != [(TEXT, b"end")]:
        others.append(w.read())
    assert [d for o, d in others if o == TEXT][:-1] == [b"text %d" % i for i in range(50, 1000, 100)]
    assert (PONG, b"ping 950") in others


def ws_joined_objects_to_slow_readers(server):
    readers = [Ws(server, small=True) for _ in range(4)]
    errors = []

    def read(w):
        try:
            w.expect(TEXT)
            w.frame(TEXT, "burst 1000")
            check_objects(w, 1000, texts=True, slowly=True)
        except Exception as e:
            errors.append(repr(e))
    threads = [threading.Thread(target=read, args=(w,)) for w in readers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors


def ws_stuck_reader_costs_nothing(server):
    """It sends but does not read: the loop neither spins nor stops taking its messages."""
    w = Ws(server, small=True)
    w.expect(TEXT)
    w.frame(TEXT, "burst 100000")
    time.sleep(0.3)
    before = stats(server)["cpu_us"]
    for _ in range(20):
        w.frame(BINARY, b"media" * 100)
        time.sleep(0.025)
    spent = stats(server)["cpu_us"] - before
    assert spent < 400_000, f"{spent} us of CPU in half a second"


def ws_receivers_vanish(server):
    before = stats(server)
    for n in range(10):
        w = Ws(server)
        w.expect(TEXT)
        w.frame(TEXT, "burst 1000")
        for _ in range(n):
            w.read()
        w.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        w.s.close()
    until(lambda: stats(server)["closed"] >= before["closed"] + 10)


def ws_finds_dead_peers(server):
    w = Ws(server)
    w.expect(TEXT)
    alive = Ws(server)
    alive.expect(TEXT)
    began = time.monotonic()
    for _ in range(3):
        alive.expect(PING)
        alive.frame(PONG, b"")
    assert w.expect(PING) == b""
    assert w.closed()
    assert time.monotonic() - began > 1.5
    alive.frame(TEXT, "still here")
    alive.expect(TEXT, "still here")


def timers_run(server):
    until(lambda: stats(server)["timer"] == 3)
    w = Ws(server)
    first = stats(server)["ticks"]
    until(lambda: stats(server)["ticks"] > first + 10)
    assert w.status == 101


def ws_beats_slower_when_busy(server):
    """Every 10 ms, reading too, while the loop has much to do; everything arrives as before."""
    assert stats(server)["interval_ms"] == 5
    w = Ws(server)
    w.expect(TEXT)
    w.frame(TEXT, "busy 50")

    def interval():
        w.frame(TEXT, "media")
        return stats(server)["interval_ms"]
    until(lambda: interval() == 10)
    ws_joined_objects(server)
    http_keeps_alive(server)
    ws_closes_when_asked(server)
    w.frame(TEXT, "busy 0")
    until(lambda: interval() == 5)


CASES = [
    http_answers, http_keeps_alive, http_head_method, http_pipelined, http_body, http_large_answer,
    http_not_modified, refuses_malformed, refuses_unrouted, refuses_large_body,
    refuses_much_body_memory, refuses_slow, refuses_plain_http, refuses_old_tls,
    idles_while_waiting, ends_who_sends_too_far_ahead, file_whole_and_ranges, file_that_grows,
    file_to_a_slow_reader, file_reader_leaves, source_whole_and_ranges, source_to_a_slow_reader,
    source_that_fails_ends_early, source_reader_leaves, ws_echoes, ws_refuses_handshakes,
    ws_first_message_with_handshake, ws_limits, ws_closes_when_asked, ws_large_texts,
    ws_ends_who_lets_texts_pile_up, ws_joined_objects, ws_joined_objects_to_slow_readers,
    ws_stuck_reader_costs_nothing, ws_receivers_vanish, ws_finds_dead_peers, timers_run,
    ws_beats_slower_when_busy, limits_connections_of_an_address,
]


def main(program, *wanted):
    server = Server(program)
    left_open = Ws(server)
    failed = 0
    cases = [c for c in CASES if not wanted or c.__name__ in wanted]
    for case in cases:
        began = time.monotonic()
        try:
            case(server)
            word = "ok"
        except Exception as e:
            failed += 1
            word = f"FAILED: {e!r}"
        print(f"{case.__name__}: {word} ({time.monotonic() - began:.2f} s)", flush=True)
    last = Ws(server)
    last.expect(TEXT)
    code = server.stop()
    try:
        last.expect_close(1001)
        print("stops with a goodbye: ok")
    except Exception as e:
        failed += 1
        print(f"stops with a goodbye: FAILED: {e!r}")
    left_open.s.close()
    if code != 0:
        failed += 1
        print(f"the server ended with {code}")
    print(f"{len(cases) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
