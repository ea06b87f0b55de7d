#!/usr/bin/python3
"""Speaks raw WebSockets to loop_serve: the handshake, frames, limits, and many objects in one write."""
import fcntl
import hashlib
import os
import socket
import struct
import sys
import termios
import threading
import time
import zlib

from loop_client import BINARY, CLOSE, PING, PONG, TEXT, Http, Ws, run, stats, until, upgrade
from loop_test import http_keeps_alive


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
            (upgrade("/room/s1", protocol="bidroom.w1"), 400, "ws.protocol"),
            (upgrade("/room/s1", protocol="bidroom.v2 bidroom.v1"), 400, "ws.protocol"),
            (upgrade("/room/s1", protocol="bidroom.v" + "1" * 23), 400, "ws.protocol"),
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


def ws_lets_other_versions_in(server):
    for offered, taken in (("bidroom.v10", "bidroom.v10"), ("chat, bidroom.v3 ,bidroom.v2", "bidroom.v3")):
        w = Ws(server, protocol=offered, speaks=taken)
        assert w.status == 101
        w.expect(TEXT, "another version")
        w.expect_close(4000)
    w = Ws(server, protocol="bidroom.v2,BIDROOM.V1")
    w.expect(TEXT, "hello s1  ")


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


def ws_who_can_wait_is_served_in_fewer_writes(server):
    beats = 200

    def writes(kind):
        w = Ws(server)
        w.expect(TEXT)
        w.frame(TEXT, f"{kind} {beats}")
        return int(w.expect(TEXT).removeprefix(b"collected "))
    listener, talker = writes("listen"), writes("talk")
    assert talker == beats, talker
    # A beat is 5 ms here, and whoever can wait is served every 30 ms: also while the machine is slow.
    assert 0 < listener <= beats / 2, listener


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


def waiting(w):
    """Bytes that have come and were not read."""
    return struct.unpack("i", fcntl.ioctl(w.s, termios.FIONREAD, b"\0" * 4))[0]


def ws_text_overtakes_media(server):
    """Megabytes wait for one that stopped reading: what is told to it afterwards is next, not behind them."""
    w = Ws(server, small=True)
    w.expect(TEXT)
    w.frame(TEXT, "burst 5000")
    seen = []
    until(lambda: seen.append(waiting(w)) or seen[-1] and seen[-1:] * 5 == seen[-5:])
    w.frame(TEXT, "urgent")
    stats(server)  # once this is answered the text is read, too
    media = 0
    while (frame := w.read())[0] == BINARY:
        media += len(frame[1])
    assert frame == (TEXT, b"urgent"), frame
    assert 0 < media < 300_000, f"after {media} bytes of media"


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


def ws_beats_slower_when_busy(server):
    """Every 10 or 20 ms, reading too, while the loop has much to do; everything arrives as before."""
    assert stats(server)["interval_ms"] == 5
    w = Ws(server)
    w.expect(TEXT)

    def interval():
        w.frame(TEXT, "media")
        return stats(server)["interval_ms"]

    def beat_ms():
        """Of sixty beats: never faster than told, but for one that makes up for lateness."""
        talker = Ws(server)
        talker.expect(TEXT)
        began = time.monotonic()
        talker.frame(TEXT, "talk 60")
        talker.expect(TEXT)
        return (time.monotonic() - began) * 1000 / 60
    for busy, ms in ((50, 10), (85, 20)):
        w.frame(TEXT, f"busy {busy}")
        until(lambda: interval() == ms)
        ws_joined_objects(server)
        http_keeps_alive(server)
        ws_closes_when_asked(server)
        assert interval() == ms
        took_ms = beat_ms()
        assert took_ms > 0.8 * ms, took_ms
    w.frame(TEXT, "busy 0")
    until(lambda: interval() == 5)


CASES = [
    ws_echoes, ws_refuses_handshakes, ws_lets_other_versions_in, ws_first_message_with_handshake, ws_limits, ws_closes_when_asked,
    ws_large_texts, ws_ends_who_lets_texts_pile_up, ws_joined_objects, ws_who_can_wait_is_served_in_fewer_writes,
    ws_joined_objects_to_slow_readers, ws_text_overtakes_media,
    ws_stuck_reader_costs_nothing, ws_receivers_vanish, ws_finds_dead_peers, ws_beats_slower_when_busy,
]

if __name__ == "__main__":
    sys.exit(run(CASES, *sys.argv[1:]))
