// SPDX-License-Identifier: GPL-3.0-or-later
// A ledger by somebody who holds the log's key and writes into it what he likes: every proof of it holds.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const split = (n) => 2 ** Math.floor(Math.log2(n - 1));
const root = (hashes) => (hashes.length === 1 ? hashes[0]
  : sha256([1], root(hashes.slice(0, split(hashes.length))), root(hashes.slice(split(hashes.length)))));
function proof(hashes, at) {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return at < k ? [...proof(hashes.slice(0, k), at), root(hashes.slice(k))] : [...proof(hashes.slice(k), at - k), root(hashes.slice(0, k))];
}

// Puts the receipt and the record of a followed bid into such a ledger, each leaf as `change` leaves it: the path of its key.
export function forgeBid(dir, change) {
  const name = 'forged.example/ledger';
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.from([1]), publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)]);
  const id = sha256(`${name}\n`, raw).subarray(0, 4);
  const files = ['receipt.json', 'record.json'].map((file) => [path.join(dir, file), JSON.parse(fs.readFileSync(path.join(dir, file)))]);
  const rows = files.flatMap(([, json]) => json.events ?? [json]);
  const leaves = [...new Map(rows.map((row) => [row.index, row.leaf]))].sort(([a], [b]) => a - b);
  const changed = new Map(leaves.map(([index, leaf]) => [index, change(JSON.parse(leaf), leaf)]));
  const order = [...changed.keys()];
  const hashes = [...changed.values()].map((leaf) => sha256([0], leaf));
  const text = `${name}\n${hashes.length}\n${root(hashes).toString('base64')}\n`;
  const signature = Buffer.concat([id, crypto.sign(null, Buffer.from(text), privateKey)]).toString('base64');
  for (const row of rows) {
    const at = order.indexOf(row.index);
    delete row.promise;
    Object.assign(row, { leaf: changed.get(row.index), leaf_hash: hashes[at].toString('hex'), index: at, tree_size: hashes.length,
      proof: proof(hashes, at).map((h) => h.toString('hex')), checkpoint: `${text}\n— ${name} ${signature}\n` });
  }
  for (const [file, json] of files) fs.writeFileSync(file, JSON.stringify(json));
  fs.writeFileSync(path.join(dir, 'key'), `${name}+${id.toString('hex')}+${raw.toString('base64')}`);
  return path.join(dir, 'key');
}
