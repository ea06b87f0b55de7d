#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/draw-vector.json from the text in server/eval/draw.h, not from its code.

Run by hand after a change of the text: draw_vector.py > tests/data/draw-vector.json
"""
import hashlib
import hmac
import json


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


key = b"the key of this draw, 32 bytes.\0"
AVOID, SPECIALITY = 1, 2
pool = []
for i in range(50):
    flags = (AVOID if i % 7 == 0 else 0) | (0 if i % 3 == 0 else SPECIALITY)
    pool.append((hmac.digest(key, b"expert-%d" % i, "sha256"), flags))
pool.sort()
text = "".join(f"{p.hex()} {flags}\n" for p, flags in pool).encode()

parties = ["staff", "supervisor", "host"]
nonces = [bytes([n]) * 32 for n in (1, 2, 3)]
seed = sha256(b"bidroom.draw.seed.v1\n", sha256(text), *nonces)
eligible = [p for p, flags in pool if flags == SPECIALITY]
order = sorted(eligible, key=lambda p: sha256(seed, p))
places = [{"place": i + 1, "entry": p.hex()} for i, p in enumerate(order)]

print(json.dumps({
    "format": "bidroom.draw.v1",
    "key_commitment": sha256(b"bidroom.draw.key.v1\n", key).hex(),
    "rule": {"experts": 5, "standbys": 2},
    "snapshot": {"n": len(pool), "n_eligible": len(eligible), "sha256": sha256(text).hex()},
    "parties": [{"party": party, "commitment": sha256(b"bidroom.draw.nonce.v1\n", n).hex(),
                 "nonce": n.hex()} for party, n in zip(parties, nonces)],
    "seed": seed.hex(),
    "selected": places[:5],
    "standbys": places[5:7],
}, indent=1))
