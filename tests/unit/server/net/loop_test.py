#!/usr/bin/python3
"""Speaks raw HTTP to loop_serve: answers, limits, files, and bodies made while they are sent."""
import hashlib
import json
import os
import socket
import ssl
import struct
import sys
import time
import warnings

from loop_client import LONG, Http, Ws, run, stats, until


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


# The loop itself

def timers_run(server):
    until(lambda: stats(server)["timer"] == 3)
    w = Ws(server)
    first = stats(server)["ticks"]
    until(lambda: stats(server)["ticks"] > first + 10)
    assert w.status == 101


CASES = [
    http_answers, http_keeps_alive, http_head_method, http_pipelined, http_body, http_large_answer,
    http_not_modified, refuses_malformed, refuses_unrouted, refuses_large_body,
    refuses_much_body_memory, refuses_slow, refuses_plain_http, refuses_old_tls,
    idles_while_waiting, ends_who_sends_too_far_ahead, file_whole_and_ranges, file_that_grows,
    file_to_a_slow_reader, file_reader_leaves, source_whole_and_ranges, source_to_a_slow_reader,
    source_that_fails_ends_early, source_reader_leaves, timers_run, limits_connections_of_an_address,
]

if __name__ == "__main__":
    sys.exit(run(CASES, *sys.argv[1:]))
