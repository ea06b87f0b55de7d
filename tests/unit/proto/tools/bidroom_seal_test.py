#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bidroom-seal as a bidder, three holders and a draw's party use it: files in, JSON out."""
import hashlib
import json
import os
import pathlib
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

SEAL, MAKE_RECEIPT, OTHER = sys.argv[1:4]
CHUNK = 4 << 20


def run(program, *args, preexec_fn=None):
    done = subprocess.run([program, *map(str, args)], capture_output=True, text=True, check=False,
                          preexec_fn=preexec_fn)
    return done.returncode, done.stdout, done.stderr


class Seal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.temp.name)
        cls.ok("keygen", "--out", cls.at("bidder.pem"))
        holders = [dict(cls.ok("keygen", "--out", cls.at(f"h{no}.pem")), no=no, name=f"保管人{no}")
                   for no in (1, 2, 3)]
        cls.write("tender.json", {"project_id": "P1", "code": "370402-1", "threshold": 2,
                                  "holders": holders,
                                  "lots": [{"lot_id": "L1", "code": "A"},
                                           {"lot_id": "L2", "code": "B"}]})
        cls.write("draw.json", {"draw_id": "D1", "threshold": 2, "holders": holders})
        cls.write("offer.json", {"bidder": {"name": "示例建设有限公司",
                                            "credit_code": "91370000MA3C000001"},
                                 "offer": {"price_form": "amount", "price": "1267500.00",
                                           "currency": "CNY", "period_days": 90}})
        cls.documents = {"报价.txt": "1267500.00\n".encode(), "空.bin": b"",
                         "技术标.bin": bytes(range(256)) * 40000}
        for name, content in cls.documents.items():
            cls.at(name).write_bytes(content)
        cls.summary = cls.ok("seal", "--key", cls.at("bidder.pem"), "--tender",
                             cls.at("tender.json"), "--offer", cls.at("offer.json"), "--lot", "B",
                             "--out", cls.at("bid"), *map(cls.at, cls.documents))
        cls.bid = cls.at("bid").read_bytes()
        cls.header_len = 12 + int.from_bytes(cls.bid[8:12], "big")
        cls.at("header").write_bytes(cls.bid[:cls.header_len])

    @classmethod
    def tearDownClass(cls):
        cls.temp.cleanup()

    @classmethod
    def at(cls, name):
        return cls.dir / name

    @classmethod
    def write(cls, name, value):
        cls.at(name).write_text(json.dumps(value, ensure_ascii=False))

    @classmethod
    def ok(cls, *args):
        code, out, err = run(SEAL, *args)
        assert code == 0, (args, code, err)
        assert out.endswith("\n") and out.count("\n") == 1, out
        return json.loads(out)

    def refused(self, code_name, *args, exit_code=1):
        code, out, err = run(SEAL, *args)
        self.assertEqual((code, out), (exit_code, ""), err)
        self.assertTrue(err.startswith(f"bidroom-seal: {code_name}: "), err)
        self.assertEqual(err.count("\n"), 1, err)

    def changed(self, name, change):
        """The bid with one change, as a file."""
        content = bytearray(self.bid)
        change(content)
        self.at(name).write_bytes(content)
        return self.at(name)

    def key_file(self, name, key):
        self.write(name, key)
        return self.at(name)

    def test_keys(self):
        key = self.at("new.pem")
        public = self.ok("keygen", "--out", key)
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        self.assertEqual(self.ok("pubkey", "--key", key), public)
        self.assertEqual(public["alg"], "p256")
        self.refused("file", "keygen", "--out", key)
        expert = self.ok("keygen", "--type", "ed25519", "--out", self.at("expert.pem"))
        self.assertEqual(expert["alg"], "ed25519")
        self.assertEqual(self.ok("pubkey", "--key", self.at("expert.pem")), expert)
        self.refused("key", "release", "--key", self.at("expert.pem"), self.at("bid"))
        self.refused("key", "pubkey", "--key", self.at("offer.json"))

    def test_digest(self):
        self.assertEqual(self.ok("digest", self.at("bid")), self.summary)
        self.assertEqual(self.summary["lot"], "L2")
        self.assertEqual(self.summary["project"], "P1")
        self.assertEqual(self.summary["size"], len(self.bid))
        # the definition, in four lines
        header = json.loads(self.bid[12:self.header_len])
        lens = [header["manifest_size"]] + [
            min(CHUNK, header["data_size"] - at) for at in range(0, header["data_size"], CHUNK)]
        at, digests = self.header_len, [hashlib.sha256(self.bid[:self.header_len]).digest()]
        for length in lens:
            digests.append(hashlib.sha256(self.bid[at:at + length + 16]).digest())
            at += length + 16
        self.assertEqual(at, len(self.bid))
        self.assertEqual(self.summary["chunks"], len(lens))
        self.assertEqual(self.summary["receipt_digest"],
                         hashlib.sha256(b"".join(digests)).hexdigest())

    def test_nothing_shows_outside(self):
        for secret in ("示例建设", "91370000MA3C000001", "1267500", "报价", "技术标"):
            self.assertNotIn(secret.encode(), self.bid)
        kid = self.ok("pubkey", "--key", self.at("bidder.pem"))["kid"]
        self.assertNotIn(kid.encode(), self.bid)

    def test_bidder_opens(self):
        answer = self.ok("open", "--key", self.at("bidder.pem"), "--out", self.at("o1"),
                         self.at("bid"))
        self.assertEqual(answer["receipt_digest"], self.summary["receipt_digest"])
        self.assertEqual(answer["manifest"]["offer"]["price"], "1267500.00")
        self.assertEqual([f["name"] for f in answer["manifest"]["files"]], list(self.documents))
        self.assert_opened("o1")
        released = self.ok("release", "--key", self.at("bidder.pem"), self.at("header"))
        self.assertEqual(list(released), ["content_key"])
        self.ok("open", "--content-key", self.key_file("ck", released), "--out", self.at("o2"),
                self.at("bid"))
        self.assert_opened("o2")

    def test_evidence(self):
        """What sealing again takes: the plain bytes of chunk 0, as the container says."""
        self.ok("open", "--key", self.at("bidder.pem"), "--evidence", "--out", self.at("ev"),
                self.at("bid"))
        self.assert_opened("ev/files")
        self.assertEqual(self.at("ev/header").read_bytes(), self.bid[:self.header_len])
        manifest = self.at("ev/manifest").read_bytes()
        self.assertEqual(len(manifest), json.loads(self.bid[12:self.header_len])["manifest_size"])
        text = manifest[4:4 + int.from_bytes(manifest[:4], "big")]
        self.assertEqual(json.loads(text)["offer"]["price"], "1267500.00")
        secret = bytes.fromhex(self.at("ev/key").read_text())
        header = json.loads(self.bid[12:self.header_len])
        self.assertEqual(hashlib.sha256(secret).hexdigest(), header["holders"]["secret_sha256"])

    def test_evidence_that_finds_no_room(self):
        """Nothing stays behind, neither documents nor the content key."""
        self.ok("seal", "--key", self.at("bidder.pem"), "--tender", self.at("tender.json"),
                "--offer", self.at("offer.json"), "--lot", "B", "--out", self.at("small.bid"),
                self.at("报价.txt"))

        def no_file_above(size):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            return limit
        for size in (5, 100, 4000):  # the document, the header, the manifest
            code, out, err = run(SEAL, "open", "--key", self.at("bidder.pem"), "--evidence",
                                 "--out", self.at("ev2"), self.at("small.bid"),
                                 preexec_fn=no_file_above(size))
            self.assertEqual((code, out), (1, ""), err)
            self.assertTrue(err.startswith("bidroom-seal: file: "), err)
            self.assertFalse(self.at("ev2").exists(), size)

    def assert_opened(self, folder):
        found = {p.name: p.read_bytes() for p in self.at(folder).iterdir()}
        self.assertEqual(found, self.documents)

    def share(self, no, of="header"):
        lot = json.loads(self.bid[12:self.header_len])["lot"]
        answer = self.ok("share", "--key", self.at(f"h{no}.pem"), "--lot", lot, self.at(of))
        self.assertEqual(answer["holder_no"], no)
        return self.key_file(f"share{no}", answer)

    def test_holders_rescue(self):
        one, two, three = (self.share(no) for no in (1, 2, 3))
        want = self.ok("release", "--key", self.at("bidder.pem"), self.at("bid"))
        for pair in ((one, two), (one, three), (three, two)):
            options = [o for path in pair for o in ("--share", path)]
            self.assertEqual(self.ok("combine", *options, self.at("header")), want)
        self.refused("sealed_few_shares", "combine", "--share", one, "--share", one,
                     self.at("bid"))
        bad = json.loads(two.read_text())
        bad["share"] = json.loads(one.read_text())["share"]
        code, out, err = run(SEAL, "combine", "--share", self.key_file("bad", bad), "--share", one,
                             "--share", three, self.at("bid"))
        self.assertEqual((code, json.loads(out)), (0, want))
        self.assertIn("holder 2", err)

    def test_other_implementation(self):
        """What was written from the container's description alone makes and opens the same bids."""
        def other(*args):
            return run(sys.executable, OTHER, *args)
        opened = other("open", self.at("bidder.pem"), self.at("bid"), self.at("p1"))
        self.assertEqual(opened[0], 0, opened)
        self.assertEqual(json.loads(opened[1])["receipt_digest"], self.summary["receipt_digest"])
        self.assert_opened("p1")
        for pair in ((1, 2), (3, 1)):
            code, _, err = other("rescue", self.at("bid"), self.at(f"p{pair}"),
                                 *(self.at(f"h{no}.pem") for no in pair))
            self.assertEqual(code, 0, err)
            self.assert_opened(f"p{pair}")
        self.assertEqual(other("rescue", self.at("bid"), self.at("p9"), self.at("h2.pem"))[2],
                         "sealed_few_shares\n")

        code, out, err = other("make", self.at("tender.json"), self.at("offer.json"), "L2",
                               self.at("bidder.pem"), self.at("theirs"),
                               *map(self.at, self.documents))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.ok("digest", self.at("theirs"))["receipt_digest"],
                         json.loads(out)["receipt_digest"])
        self.ok("open", "--key", self.at("bidder.pem"), "--out", self.at("p3"), self.at("theirs"))
        self.assert_opened("p3")
        shares = [o for no in (2, 3)
                  for o in ("--share", self.share(no, "theirs"))]
        self.assertEqual(self.ok("combine", *shares, self.at("theirs")),
                         self.ok("release", "--key", self.at("bidder.pem"), self.at("theirs")))
        for name, change in self.damages().items():
            code, _, err = other("open", self.at("bidder.pem"), self.changed("d", change),
                                 self.at("p4"))
            self.assertEqual((code, err), (1, name + "\n"))

    def test_wrong_keys(self):
        for name in ("release", "open"):
            out = ["--out", self.at("o3")] if name == "open" else []
            self.refused("sealed_slot", name, "--key", self.at("h1.pem"), *out, self.at("bid"))
        self.refused("sealed_not_holder", "share", "--key", self.at("bidder.pem"), self.at("bid"))
        self.refused("sealed_lot", "share", "--key", self.at("h1.pem"), "--lot", "another",
                     self.at("bid"))
        other = {"content_key": "A" * 43 + "="}
        self.refused("sealed_key", "open", "--content-key", self.key_file("ck2", other), "--out",
                     self.at("o3"), self.at("bid"))
        self.assertFalse(self.at("o3").exists())

    def damages(self):
        def flip(at):
            def change(content):
                content[at] ^= 1
            return change

        def swap(content):
            one = self.header_len + json.loads(self.bid[12:self.header_len])["manifest_size"] + 16
            two, three = one + CHUNK + 16, one + 2 * (CHUNK + 16)
            content[one:two], content[two:three] = content[two:three], content[one:two]
        return {
            "sealed_magic": flip(0),
            "sealed_header": flip(12),
            "sealed_manifest": flip(self.header_len + 100),
            "sealed_chunk": swap,
            "sealed_truncated": lambda c: c.pop(),
            "sealed_trailing": lambda c: c.append(0),
        }

    def test_damage(self):
        for code, change in self.damages().items():
            path = self.changed("damaged", change)
            self.refused(code, "open", "--key", self.at("bidder.pem"), "--out", self.at("o4"), path)
            self.assertFalse(self.at("o4").exists(), code)
        self.refused("sealed_truncated", "digest", self.at("header"))

    def test_refused_to_seal(self):
        def seal(tender="tender.json", offer="offer.json", lot="A", documents=()):
            return ("seal", "--key", self.at("bidder.pem"), "--tender", self.at(tender), "--offer",
                    self.at(offer), "--lot", lot, "--out", self.at("no"), *documents)
        tender = json.loads(self.at("tender.json").read_text())
        offer = json.loads(self.at("offer.json").read_text())
        self.refused("tender", *seal(lot="C"))
        self.write("t1.json", dict(tender, threshold=4))
        self.refused("holders", *seal("t1.json"))
        self.write("t2.json", dict(tender, holders=[dict(h, kid="0" * 32)
                                                    for h in tender["holders"]]))
        self.refused("holders", *seal("t2.json"))
        twice = [dict(tender["holders"][0], no=no) for no in (1, 2)]
        self.write("t3.json", dict(tender, holders=twice))
        self.refused("sealed_slots", *seal("t3.json"))
        self.write("o1.json", dict(offer, offer=dict(offer["offer"], price="1,267,500")))
        self.refused("sealed_offer", *seal(offer="o1.json"))
        self.write("o2.json", dict(offer, bidder=dict(offer["bidder"], credit_code="1")))
        self.refused("sealed_offer", *seal(offer="o2.json"))
        self.refused("sealed_offer", *seal(documents=[self.at("报价.txt"), self.at("报价.txt")]))
        self.refused("file", *seal(documents=[self.at("missing")]))
        self.at("dup.json").write_text('{"a":1,"a":2}')
        self.refused("canon_duplicate", *seal(offer="dup.json"))
        self.assertFalse(self.at("no").exists() or self.at("no.part").exists())

    def test_draw_nonce(self):
        answer = self.ok("nonce", "--draw", self.at("draw.json"), "--party", "host", "--out",
                         self.at("nonce.json"))
        kept = json.loads(self.at("nonce.json").read_text())
        nonce = bytes.fromhex(kept["nonce"])
        self.assertEqual(stat.S_IMODE(os.stat(self.at("nonce.json")).st_mode), 0o600)
        self.assertEqual(answer["commitment"],
                         hashlib.sha256(b"bidroom.draw.nonce.v1\n" + nonce).hexdigest())
        self.write("task.json", {"kind": "draw", "draw_id": "D1", "party": "host",
                                 "slots": answer["slots"]})
        shares = [self.ok("share", "--key", self.at(f"h{no}.pem"), "--draw", self.at("task.json"))
                  for no in (1, 3)]
        self.assertEqual([(s["holder_no"], s["party"]) for s in shares],
                         [(1, "host"), (3, "host")])
        # the slots of one party do not serve as another's
        self.write("task2.json", {"draw_id": "D1", "party": "staff", "slots": answer["slots"]})
        self.refused("sealed_slot", "share", "--key", self.at("h1.pem"), "--draw",
                     self.at("task2.json"))

    def test_receipt(self):
        code, out, _ = run(MAKE_RECEIPT, self.summary["receipt_digest"])
        self.assertEqual(code, 0)
        key, receipt = out.splitlines()
        self.at("receipt").write_text(receipt)
        self.at("log.key").write_text(key + "\n")
        verify = ("receipt", "--verify", self.at("receipt"), "--log-key")
        answer = self.ok(*verify, key, "--bid", self.at("bid"))
        self.assertEqual((answer["in_tree"], answer["index"], answer["bid"]), (True, 1, "matches"))
        self.assertEqual(self.ok(*verify, self.at("log.key"))["promised_until_us"], 61000)
        damaged = self.changed("damaged", lambda c: c.__setitem__(-1, c[-1] ^ 1))
        self.refused("receipt_other_bid", *verify, key, "--bid", damaged)
        self.refused("log_key", *verify, key[:-1])
        for name, value in (("index", 0), ("leaf_hash", "0" * 64), ("promise", "{}")):
            self.write("receipt2", dict(json.loads(receipt), **{name: value}))
            code, out, err = run(SEAL, "receipt", "--verify", self.at("receipt2"), "--log-key",
                                 key)
            self.assertEqual((code, out), (1, ""), name)
            self.assertIn("bidroom-seal: ledger_", err)

    def test_usage(self):
        for args in ((), ("bogus",), ("seal",), ("keygen",), ("digest",), ("open", "--bogus"),
                     ("release", self.at("bid")), ("receipt",), ("share",), ("combine",),
                     ("nonce",), ("pubkey",)):
            self.refused("usage", *args, exit_code=2)
        self.assertEqual(run(SEAL, "--help")[0], 0)
        self.assertEqual(run(SEAL, "seal", "--help")[0], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
