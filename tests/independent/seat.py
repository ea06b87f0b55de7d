#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A seat of a room, written from proto/README.md alone; it shares no code with the product.

It stands for everybody who may write another client: when it cannot join, send, check stamps or
come back, either the product or that page is wrong. Standard library and python3-cryptography.

Its first line on stdout is {"device_key"}. Then it obeys lines of JSON on stdin:

    {"do": "join", "url", "ca", "session", "seat", "epoch", "ticket", "expert_seed"}
    {"do": "say", "text"}    {"do": "drop"}: cut the line    {"do": "report"}    {"do": "leave"}

and tells what happens, one object a line: joined, event, ack, lost, error, report, bye.
"""
import base64
import hashlib
import json
import os
import random
import select
import socket
import ssl
import struct
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEADER = struct.Struct(">BBHIQIBBH")  # type flags track sequence capture session codec base-layer 0
STAMP = struct.Struct(">BBHIIIII32s64s")  # type algorithm track group first last session epoch …
OPUS = 1
KEYFRAME = 0x01
PACKET_US = 20000
PACKET = b"\xf8\xff\xfe"  # 20 ms of silence, mono
GROUP_US = 2000000


def b64(data):
    return base64.b64encode(data).decode()


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def now_us():
    return time.monotonic_ns() // 1000


def tell(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def digest_part(seq, flags, codec, capture_us, payload):
    """What one object adds to the digest of its group."""
    return struct.pack(">IBBQI", seq, flags, codec, capture_us, len(payload)) + payload


def stamp_text(session, seat, stamp):
    return f"bidroom.stamp.v1\n{session}\n{seat}\n".encode() + stamp[:16] + bytes(4) + stamp[20:56]


class Line:
    """The WebSocket (RFC 6455) over TLS, as much of it as a room needs."""

    def __init__(self, url, ca, session):
        address = urllib.parse.urlsplit(url)
        port = address.port or 443
        plain = socket.create_connection((address.hostname, port), 5)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context = ssl.create_default_context(cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.socket = context.wrap_socket(plain, server_hostname=address.hostname)
        self.socket.sendall(
            f"GET /room/{session} HTTP/1.1\r\nHost: {address.hostname}:{port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {b64(os.urandom(16))}\r\n"
            "Sec-WebSocket-Protocol: bidroom.v1\r\n\r\n".encode())
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            more = self.socket.recv(4096)
            if not more:
                raise ConnectionError("no answer to the upgrade")
            self.bytes += more
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        self.socket.setblocking(False)
        self.parts = b""

    def send(self, opcode, data):
        mask = os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
        left = head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(data))
        while left:
            try:
                left = left[self.socket.send(left):]
            except ssl.SSLWantWriteError:
                select.select([], [self.socket], [], 5)

    def text(self, **message):
        self.send(1, json.dumps(message, ensure_ascii=False).encode())

    def frame(self):
        """The next frame of what has come, (fin, opcode, data), or None."""
        if len(self.bytes) < 2:
            return None
        size, at = self.bytes[1] & 127, 2
        if size >= 126:
            at = 4 if size == 126 else 10
            if len(self.bytes) < at:
                return None
            size = int.from_bytes(self.bytes[2:at], "big")
        if len(self.bytes) < at + size:
            return None
        frame = self.bytes[0] & 0x80, self.bytes[0] & 15, self.bytes[at:at + size]
        self.bytes = self.bytes[at + size:]
        return frame

    def messages(self):
        """What has come: (1, text) and (2, bytes). ConnectionError when the line is over."""
        ended = False
        while not ended:
            try:
                more = self.socket.recv(65536)
            except ssl.SSLWantReadError:
                break
            ended = not more
            self.bytes += more
        while frame := self.frame():
            final, opcode, data = frame
            if opcode == 8:
                raise ConnectionError(f"close {int.from_bytes(data[:2], 'big')}")
            if opcode == 9:
                self.send(10, data)
            elif opcode < 3:
                self.kind = opcode or self.kind
                self.parts += data
                if final:
                    yield self.kind, self.parts
                    self.parts = b""
        if ended:
            raise ConnectionError("closed")


class Hearing:
    """One track of another seat: counts its objects and checks its stamps."""

    def __init__(self, form):
        self.form = form
        self.key = "device_key" in form and Ed25519PublicKey.from_public_bytes(
            base64.b64decode(form["device_key"]))
        self.objects = self.lost = self.good = self.partial = self.bad = 0
        self.next = None
        self.open = {}  # sequence -> part of the digest

    def take_object(self, data):
        _, flags, _, seq, capture_us, _, codec, _, _ = HEADER.unpack_from(data)
        payload = data[HEADER.size:]
        if self.next is not None:
            self.lost += seq - self.next
        self.next = seq + 1
        self.objects += 1
        self.open[seq] = digest_part(seq, flags, codec, capture_us, payload)

    def take_stamp(self, data, session):
        _, algorithm, _, _, first, last, _, epoch, digest, signature = STAMP.unpack(data)
        try:
            self.key.verify(signature, stamp_text(session, self.form["seat"], data))
            if algorithm != 1 or epoch != self.form["epoch"]:
                raise InvalidSignature
        except InvalidSignature:
            self.bad += 1
            return
        parts = [self.open.get(seq) for seq in range(first, last + 1)]
        self.open = {seq: part for seq, part in self.open.items() if seq > last}
        if None in parts:  # we came in the middle of it, or the line was too slow
            self.partial += 1
        elif hashlib.sha256(b"".join(parts)).digest() == digest:
            self.good += 1
        else:
            self.bad += 1

    def report(self):
        return {"seat": self.form["seat"], "kind": self.form["kind"], "objects": self.objects,
                "lost": self.lost, "good": self.good, "partial": self.partial, "bad": self.bad}


class Speaking:
    """The own microphone: objects, and a stamp behind each group."""

    def __init__(self, track, epoch, seat):
        self.track, self.epoch, self.seat = track, epoch, seat
        self.seq = self.group = self.first = 0
        self.due_us = now_us()
        self.group_us = None  # capture time of the group's first object
        self.hash = hashlib.sha256()

    def stamp(self):
        text = STAMP.pack(2, 1, self.track, self.group, self.first, self.seq - 1, 0, self.epoch,
                          self.hash.digest(), bytes(64))
        signature = self.seat.device.sign(stamp_text(self.seat.session, self.seat.name, text))
        self.group += 1
        self.first = self.seq
        self.group_us = None
        self.hash = hashlib.sha256()
        return text[:56] + signature

    def messages(self):
        """What is to be sent now."""
        while self.due_us <= now_us():
            capture_us = self.due_us
            self.due_us += PACKET_US
            if self.group_us is not None and capture_us - self.group_us >= GROUP_US:
                yield self.stamp()
            if self.group_us is None:
                self.group_us = capture_us
            self.hash.update(digest_part(self.seq, KEYFRAME, OPUS, capture_us, PACKET))
            yield HEADER.pack(1, KEYFRAME, self.track, self.seq, capture_us, 0, OPUS, 0, 0) + PACKET
            self.seq += 1


class Seat:
    def __init__(self):
        self.device = Ed25519PrivateKey.generate()
        self.line = self.speaking = self.token = self.again_at = None
        self.hearing = {}
        self.last_no = self.said = 0
        self.unanswered = {}  # acts by id, sent again after a loss
        self.wait_s = 0.5
        self.over = False
        self.orders = open(0, "rb", buffering=0)  # no line may hide from select in a buffer

    # Joining

    def join(self, order):
        self.url, self.ca, self.session = order["url"], order["ca"], order["session"]
        self.name, self.epoch = order["seat"], order["epoch"]
        self.expert = Ed25519PrivateKey.from_private_bytes(base64.b64decode(order["expert_seed"]))
        self.connect({"ticket": order["ticket"]})

    def certificate(self):
        at_us = time.time_ns() // 1000
        statement = {"device_key": b64(public(self.device)), "epoch": self.epoch,
                     "not_after_us": at_us + 3600 * 10**6, "not_before_us": at_us - 60 * 10**6,
                     "seat": self.name, "session": self.session}
        text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return {"statement": statement, "key": b64(public(self.expert)),
                "sig": b64(self.expert.sign(b"bidroom.seat_cert.v1\n" + text.encode()))}

    def connect(self, token):
        self.line = Line(self.url, self.ca, self.session)
        proof = f"bidroom.hello.v1\n{self.session}\n{next(iter(token.values()))}\n"
        self.line.text(
            type="hello", v=1, session=self.session, device_key=b64(public(self.device)),
            proof=b64(self.device.sign(proof.encode())), seat_cert=self.certificate(),
            resume_after=self.last_no, client={"name": "independent", "version": "1"}, **token)

    def lose(self, why):
        self.line.socket.close()
        self.line = self.speaking = None
        self.hearing = {}
        if not self.over:
            self.again_at = time.monotonic() + self.wait_s * random.uniform(0.5, 1)
            self.wait_s = min(8, 2 * self.wait_s)
            tell(type="lost", why=str(why))

    def resume(self):
        self.again_at = None
        try:
            self.connect({"resume_token": self.token})
        except OSError as error:
            self.again_at = time.monotonic() + self.wait_s * random.uniform(0.5, 1)
            self.wait_s = min(8, 2 * self.wait_s)
            tell(type="lost", why=str(error))

    # Messages of the server

    def on_welcome(self, m):
        resumed, self.token, self.wait_s = self.token is not None, m["resume_token"], 0.5
        self.hearing = {t["track"]: Hearing(t) for t in m["tracks"] if t["seat"] != self.name}
        tell(type="joined", resumed=resumed, seat=m["seat"], rights=m["rights"])
        self.line.text(type="publish", ref="voice", kind="mic", codec="opus")
        for act in self.unanswered.values():
            self.line.text(**act)

    def on_track(self, m):
        if m.get("ref") == "voice":
            self.speaking = Speaking(m["track"], m["epoch"], self)
        elif m["seat"] != self.name:
            self.hearing[m["track"]] = Hearing(m)

    def on_track_gone(self, m):
        self.hearing.pop(m["track"], None)

    def on_event(self, m):
        if m["no"] > self.last_no + 1:
            self.lose("a hole in the events")
        elif m["no"] == self.last_no + 1:
            self.last_no = m["no"]
            tell(**m)

    def on_ack(self, m):
        self.unanswered.pop(m["id"], None)
        tell(**m)

    def on_error(self, m):
        self.unanswered.pop(m.get("ref"), None)
        tell(**m)

    def on_bye(self, m):
        self.over = m["code"] == "left"
        tell(**m)

    def take(self, kind, data):
        if kind == 1:
            message = json.loads(data)
            handler = getattr(self, "on_" + message["type"], None)
            if handler:
                handler(message)
        else:
            track = self.hearing.get(struct.unpack_from(">H", data, 2)[0])
            if track and data[0] == 1:
                track.take_object(data)
            elif track and track.key:
                track.take_stamp(data, self.session)

    # Orders of the test

    def obey(self, order):
        if order["do"] == "join":
            self.join(order)
        elif order["do"] == "say":
            self.said += 1
            act = {"type": "chat", "id": f"say-{self.said}", "text": order["text"]}
            self.unanswered[act["id"]] = act
            if self.line:
                self.line.text(**act)
        elif order["do"] == "drop":
            self.line.socket.shutdown(socket.SHUT_RDWR)
        elif order["do"] == "report":
            tell(type="report", tracks=[t.report() for t in self.hearing.values()])
        elif order["do"] == "leave":
            self.leave()

    def leave(self):
        if self.speaking and self.speaking.group_us is not None:
            self.line.send(2, self.speaking.stamp())
        self.speaking = None
        self.line.text(type="leave")

    def turn(self):
        """One round of the loop: what came, then what is due."""
        waiting = [self.orders] + ([self.line.socket] if self.line else [])
        ready, _, _ = select.select(waiting, [], [], 0.01)
        try:
            if self.orders in ready:
                self.obey(json.loads(self.orders.readline()))
            for kind, data in self.line.messages() if self.line else ():
                self.take(kind, data)
                if not self.line:
                    break
            for message in self.speaking.messages() if self.speaking else ():
                self.line.send(2, message)
        except OSError as error:
            if not self.line:
                raise
            self.lose(error)
        if self.again_at and time.monotonic() >= self.again_at:
            self.resume()

    def run(self):
        tell(type="device", device_key=b64(public(self.device)))
        while not (self.over and not self.line):
            self.turn()


Seat().run()
