#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed bids made and opened by other hands: written from proto/README.md, "Sealed bids", alone.

    sealed.py make TENDER OFFER LOT KEY OUT DOCUMENT…  seals; prints the receipt digest
    sealed.py cheat NO,NO… TENDER …                    the same; shares of these holders fit no other
    sealed.py open KEY BID DIR                         as its bidder
    sealed.py rescue BID DIR KEY KEY…                  as its holders

KEY is a private key in PEM; TENDER is GET /projects/{id}/tender, OFFER {"bidder", "offer"}.
Prints one line of JSON; ends with 1 and the code of the refusal on standard error.
"""
import base64
import functools
import hashlib
import itertools
import json
import os
import pathlib
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC, CHUNK, PAGE, TAG = b"SEALBID1", 4 << 20, 4096, 16
SUITE = "P256-HKDF-SHA256-A256GCM"
POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Refused(Exception):
    pass


def refuse_unless(good, code):
    if not good:
        raise Refused(code)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(value):
    """RFC 8785 for what occurs here: texts, whole numbers, objects, lists."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def load_key(path):
    return serialization.load_pem_private_key(pathlib.Path(path).read_bytes(), None)


def kid_of(public):
    return sha256(public.public_bytes(*SPKI))[:16].hex()


# GF(2^8) modulo x^8 + x^4 + x^3 + x + 1

def times(a, b):
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a):
    return next(b for b in range(1, 256) if times(a, b) == 1)


def split(secret, k, n):
    rows = [[byte, *os.urandom(k - 1)] for byte in secret]

    def value(row, x):
        return functools.reduce(lambda acc, c: times(acc, x) ^ c, reversed(row))
    return {no: bytes(value(row, no) for row in rows) for no in range(1, n + 1)}


def combine(shares):
    """The value at 0 of the polynomial through these points."""
    out = bytes(32)
    for x, y in shares.items():
        weight = functools.reduce(
            times, (times(other, inverse(other ^ x)) for other in shares if other != x), 1)
        out = bytes(o ^ times(weight, byte) for o, byte in zip(out, y))
    return out


# Key slots

def slot_cipher(private, public, epk, context, no, kid):
    okm = HKDF(hashes.SHA256(), 44, salt=epk,
               info=f"bidroom.slot.v1\n{context}\n{no}\n{kid}".encode()).derive(
                   private.exchange(ec.ECDH(), public))
    return AESGCM(okm[:32]), okm[32:]


def wrap(secret, public, context, no):
    fresh = ec.generate_private_key(ec.SECP256R1())
    epk = fresh.public_key().public_bytes(*POINT)
    cipher, nonce = slot_cipher(fresh, public, epk, context, no, kid_of(public))
    return {"ct": b64(cipher.encrypt(nonce, secret, None)), "epk": b64(epk)}


def unwrap(slot, private, context, no):
    epk = base64.b64decode(slot["epk"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), epk)
    cipher, nonce = slot_cipher(private, public, epk, context, no, kid_of(private.public_key()))
    try:
        return cipher.decrypt(nonce, base64.b64decode(slot["ct"]), None)
    except InvalidTag:
        raise Refused("sealed_slot") from None


def context_of(header):
    return f"bid/{header['project']}/{header['lot']}/{header['prefix']}"


# The container

def nonce_of(header, i, last):
    return bytes.fromhex(header["prefix"]) + i.to_bytes(4, "big") + bytes([last])


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def signature_of(key, message):
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def make(tender, offer, lot, key, documents, unfit=()):
    contents = [(os.path.basename(path), pathlib.Path(path).read_bytes()) for path in documents]
    public = key.public_key()
    text = canonical({
        "bidder": {**offer["bidder"], "public_key": b64(public.public_bytes(*SPKI))},
        "files": [{"name": name, "sha256": sha256(data).hex(), "size": len(data)}
                  for name, data in contents],
        "offer": offer["offer"], "v": 1})
    data = b"".join(data for _, data in contents)
    secret = os.urandom(32)
    header = {"chunk_size": CHUNK, "data_size": len(data), "lot": lot,
              "manifest_size": -(-(4 + len(text) + 64) // PAGE) * PAGE,
              "prefix": os.urandom(7).hex(), "project": tender["project_id"], "suite": SUITE}
    context = context_of(header)
    holders = [serialization.load_der_public_key(base64.b64decode(h["public_key"]))
               for h in tender["holders"]]
    shares = split(secret, tender["threshold"], len(holders))
    shares.update((no, os.urandom(32)) for no in unfit)
    header["bidder"] = wrap(secret, public, context, 0)
    header["holders"] = {
        "k": tender["threshold"], "secret_sha256": sha256(secret).hex(),
        "slots": [{"kid": kid_of(holder), "no": no, "sha256": sha256(shares[no]).hex(),
                   **wrap(shares[no], holder, context, no)}
                  for no, holder in enumerate(holders, 1)]}
    body = canonical(header)
    head = MAGIC + len(body).to_bytes(4, "big") + body
    signature = signature_of(key, b"bidroom.bid.v1\n" + sha256(head) + text)
    first = (len(text).to_bytes(4, "big") + text + signature).ljust(header["manifest_size"], b"\0")
    plain = [first, *pieces(data, CHUNK)]
    sealed = [AESGCM(secret).encrypt(nonce_of(header, i, i == len(plain) - 1), chunk, sha256(head))
              for i, chunk in enumerate(plain)]
    return [head, *sealed]


def receipt_digest(parts):
    return sha256(*(sha256(part) for part in parts)).hex()


def parse(bid):
    """Header and parts (the header's bytes and each chunk's)."""
    refuse_unless(bid[:8] == MAGIC, "sealed_magic")
    end = 12 + int.from_bytes(bid[8:12], "big")
    try:
        header = json.loads(bid[12:end])
        refuse_unless(canonical(header) == bid[12:end] and header["suite"] == SUITE,
                      "sealed_header")
        n, rest = divmod(header["data_size"], header["chunk_size"])
        lengths = [header["manifest_size"]] + n * [header["chunk_size"]] + [rest] * bool(rest)
    except (ValueError, KeyError, TypeError):
        raise Refused("sealed_header") from None
    ends = list(itertools.accumulate((length + TAG for length in lengths), initial=end))
    refuse_unless(len(bid) >= ends[-1], "sealed_truncated")
    refuse_unless(len(bid) == ends[-1], "sealed_trailing")
    return header, [bid[:end], *map(bid.__getitem__, map(slice, ends, ends[1:]))]


def open_bid(header, parts, secret):
    """The manifest and the documents' contents."""
    refuse_unless(sha256(secret).hex() == header["holders"]["secret_sha256"], "sealed_key")
    plain = []
    for i, chunk in enumerate(parts[1:]):
        try:
            nonce = nonce_of(header, i, i == len(parts) - 2)
            plain.append(AESGCM(secret).decrypt(nonce, chunk, sha256(parts[0])))
        except InvalidTag:
            raise Refused("sealed_chunk" if i else "sealed_manifest") from None
    end = 4 + int.from_bytes(plain[0][:4], "big")
    text, signature, padding = plain[0][4:end], plain[0][end:end + 64], plain[0][end + 64:]
    refuse_unless(not any(padding), "sealed_manifest")
    manifest = json.loads(text)
    public = serialization.load_der_public_key(base64.b64decode(manifest["bidder"]["public_key"]))
    der = utils.encode_dss_signature(*(int.from_bytes(half, "big")
                                       for half in (signature[:32], signature[32:])))
    try:
        public.verify(der, b"bidroom.bid.v1\n" + sha256(parts[0]) + text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("sealed_signature") from None
    data, at, documents = b"".join(plain[1:]), 0, {}
    for file in manifest["files"]:
        documents[file["name"]] = data[at:at + file["size"]]
        at += file["size"]
        refuse_unless(sha256(documents[file["name"]]).hex() == file["sha256"], "sealed_file")
    return manifest, documents


def rescue(header, keys):
    """The content key from the shares of these holders."""
    shares = {}
    for key in keys:
        kid = kid_of(key.public_key())
        slot = next((s for s in header["holders"]["slots"] if s["kid"] == kid), None)
        refuse_unless(slot, "sealed_not_holder")
        share = unwrap(slot, key, context_of(header), slot["no"])
        refuse_unless(sha256(share).hex() == slot["sha256"], "sealed_bad_share")
        shares[slot["no"]] = share
    refuse_unless(len(shares) >= header["holders"]["k"], "sealed_few_shares")
    secret = combine(dict(itertools.islice(shares.items(), header["holders"]["k"])))
    refuse_unless(sha256(secret).hex() == header["holders"]["secret_sha256"], "sealed_shares")
    return secret


def write_out(directory, header, parts, secret):
    manifest, documents = open_bid(header, parts, secret)
    os.mkdir(directory)
    for name, content in documents.items():
        pathlib.Path(directory, name).write_bytes(content)
    return {"content_key": b64(secret), "manifest": manifest,
            "receipt_digest": receipt_digest(parts)}


def main(command, *args):
    unfit = ()
    if command == "cheat":
        command, unfit, args = "make", [int(no) for no in args[0].split(",")], args[1:]
    if command == "make":
        tender, offer = (json.loads(pathlib.Path(path).read_text()) for path in args[:2])
        parts = make(tender, offer, args[2], load_key(args[3]), args[5:], unfit)
        pathlib.Path(args[4]).write_bytes(b"".join(parts))
        return {"receipt_digest": receipt_digest(parts)}
    if command == "open":
        header, parts = parse(pathlib.Path(args[1]).read_bytes())
        secret = unwrap(header["bidder"], load_key(args[0]), context_of(header), 0)
        return write_out(args[2], header, parts, secret)
    if command == "rescue":
        header, parts = parse(pathlib.Path(args[0]).read_bytes())
        return write_out(args[1], header, parts, rescue(header, map(load_key, args[2:])))
    raise SystemExit(__doc__)


if __name__ == "__main__":
    try:
        print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))
    except Refused as refusal:
        raise SystemExit(str(refusal)) from None
