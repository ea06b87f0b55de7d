"""What the tests of the loop share: the server to try, raw connections to it, and the run of cases.

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
import tempfile
import time

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
    def __init__(self, server, small=False, path="/room/s1", extra="", protocol="bidroom.v1", speaks="bidroom.v1"):
        self.s = server.connect(small)
        self.buf = b""
        self.send(upgrade(path, protocol, extra=extra))
        self.status, self.headers = self.head()
        if self.status == 101:
            assert self.headers["sec-websocket-protocol"] == speaks
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


def run(all_cases, program, *wanted):
    server = Server(program)
    left_open = Ws(server)
    failed = 0
    cases = [c for c in all_cases if not wanted or c.__name__ in wanted]
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
