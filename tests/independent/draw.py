#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws again from a published record, written from the text in server/eval/draw.h alone.

    draw.py FILE          a file {"record": …, "snapshot": "…"} as the server publishes it
    draw.py --of PROGRAM  what that program prints, one such file a line

Says what differs, and ends with 1 if something does.
"""
import hashlib
import json
import subprocess
import sys


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def draw(record, snapshot):
    """The record as it must be, from the snapshot, the nonces and the rule alone."""
    lines = snapshot.splitlines(keepends=True)
    if any(a >= b for a, b in zip(lines, lines[1:])):
        raise SystemExit("the snapshot does not rise")
    pool = [(bytes.fromhex(line[:64]), int(line[65])) for line in lines]
    digest = sha256(snapshot.encode())
    nonces = {p["party"]: bytes.fromhex(p["nonce"]) for p in record["parties"]}
    parties = ["staff", "supervisor", "host"]
    seed = sha256(b"bidroom.draw.seed.v1\n", digest, *(nonces[p] for p in parties))
    eligible = [pseudonym for pseudonym, flags in pool if flags == 2]
    order = sorted(eligible, key=lambda p: sha256(seed, p))
    places = [{"place": i + 1, "entry": p.hex()} for i, p in enumerate(order)]
    experts, standbys = record["rule"]["experts"], record["rule"]["standbys"]
    return {
        "format": "bidroom.draw.v1",
        "key_commitment": record["key_commitment"],
        "rule": {"experts": experts, "standbys": standbys},
        "snapshot": {"n": len(pool), "n_eligible": len(eligible), "sha256": digest.hex()},
        "parties": [{"party": p, "nonce": nonces[p].hex(),
                     "commitment": sha256(b"bidroom.draw.nonce.v1\n", nonces[p]).hex()}
                    for p in parties],
        "seed": seed.hex(),
        "selected": places[:experts],
        "standbys": places[experts:experts + standbys],
    }


def differences(published):
    record = published["record"]
    again = draw(record, published["snapshot"])
    return [name for name in sorted(set(record) | set(again)) if record.get(name) != again.get(name)]


def main(args):
    if args[0] == "--of":
        texts = subprocess.run(args[1:], check=True, stdout=subprocess.PIPE).stdout.splitlines()
    else:
        texts = [open(args[0], "rb").read()]
    wrong = 0
    for text in texts:
        published = json.loads(text)
        found = differences(published)
        wrong += bool(found)
        print(f"{published['record']['snapshot']['n']} entries:",
              "differs in " + ", ".join(found) if found else "the same draw")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
