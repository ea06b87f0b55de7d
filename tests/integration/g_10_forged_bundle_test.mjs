// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done to a bundle, by somebody with an editor and by somebody with every key of the server: each is found
// and named with its place.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { verifyBundle } from '../support/bundle.mjs';
import { build } from '../support/server.mjs';

const maker = path.join(build, 'tests/support/make_bundle');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-forged-'));
const key = path.join(work, 'good/key');
let n = 0;

test.before(() => execFileSync(maker, [path.join(work, 'good')]));
test.after(() => fs.rmSync(work, { recursive: true }));

const forge = (how) => () => {
  const dir = path.join(work, `${++n}`);
  execFileSync(maker, ['--forge', how, dir]);
  return dir;
};
const alter = (change) => () => {
  const dir = path.join(work, `${++n}`);
  fs.cpSync(path.join(work, 'good'), dir, { recursive: true });
  change(dir);
  return dir;
};
const rows = (change) => alter((dir) => {
  const file = path.join(dir, 'events.jsonl');
  fs.writeFileSync(file, `${change(fs.readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
});
const leafOf = (row) => JSON.parse(JSON.parse(row).leaf);
const nth = (list, kind, i) => list.map((row, at) => [row, at]).filter(([row]) => leafOf(row).kind === kind)[i][1];

// The clusters of a reel as its index has them: [offset, length].
function clusters(dir, track) {
  const idx = fs.readFileSync(path.join(dir, `reels/${track}.idx`));
  return Array.from({ length: idx.length / 64 }, (_, i) => [Number(idx.readBigUInt64BE(i * 64 + 8)), idx.readUInt32BE(i * 64 + 16)]);
}
const reel = (track, change) => alter((dir) => {
  const file = path.join(dir, `reels/${track}.webm`);
  fs.writeFileSync(file, change(fs.readFileSync(file), clusters(dir, track)));
});

// [what, how it is made, what is said]
const changes = [
  ['a flipped bit in a picture', reel(1, (b, c) => { b[c[7][0] + 300] ^= 1; return b; }),
    /FAULT \S*reels\/1\.webm byte \d+, time 2520 ms: hash/],
  ['a flipped bit in the cues', reel(1, (b) => { b[b.length - 3] ^= 1; return b; }),
    /FAULT \S*reels\/1\.webm: what follows the last cluster is not its table of cues/],
  ['a part cut out of a reel', reel(2, (b, c) => Buffer.concat([b.subarray(0, c[5][0]), b.subarray(c[6][0])])),
    /FAULT \S*reels\/2\.webm byte \d+, time \d+ ms: hash/],
  ['a part removed from the events', rows((r) => r.filter((_, i) => i !== nth(r, 'media.part', 4))),
    /FAULT \S+ line \d+ \(recording:\w+ no 6, media\.part\): number 6 of recording:\w+ comes after number 4/],
  ['two parts of a reel swapped', reel(2, (b, c) => {
    const [x, y] = [c[5], c[6]];
    return Buffer.concat([b.subarray(0, x[0]), b.subarray(y[0], y[0] + y[1]), b.subarray(x[0], x[0] + x[1]), b.subarray(y[0] + y[1])]);
  }), /FAULT \S*reels\/2\.webm byte \d+, time 2020 ms: hash/],
  ['two parts swapped in the events', rows((r) => {
    const [x, y] = [nth(r, 'media.part', 4), nth(r, 'media.part', 5)];
    [r[x], r[y]] = [r[y], r[x]];
    return r;
  }), /FAULT \S+ line \d+ \(recording:\w+ no 6, media\.part\): number 6 of recording:\w+ comes after number 4/],
  ['two reels swapped', alter((dir) => {
    const [a, b, c] = ['reels/1.webm', 'reels/3.webm', 'reels/x'].map((f) => path.join(dir, f));
    fs.renameSync(a, c); fs.renameSync(b, a); fs.renameSync(c, b);
  }), /FAULT \S*reels\/1\.webm byte 0, time 0 ms: hash/],
  ['the ledger put in another order, signed by the log', forge('order'),
    /FAULT \S+ line \d+ \(session:\w+ no 16, room\.chat\): the ledger was put in another order: it stands at leaf \d+, number 15 of session:\w+ at leaf \d+/],
  ['an edited row', rows((r) => r.map((row) => (leafOf(row).kind === 'room.chat' ? row.replace('继续', '停止') : row))),
    /FAULT \S+ line \d+ \(session:\w+ no 15, room\.chat\): the event is not in the signed ledger/],
  ['a row edited and the ledger signed anew, after an earlier head was cosigned', forge('rewritten'),
    /FAULT cosigned\.json head 1: the tree of size \d+ is no beginning of the tree of size \d+/],
  ['a forged checkpoint', forge('checkpoint'), /FAULT \S*checkpoint: ledger_bad_signature/],
  ['a second tree of the same size', forge('twin'),
    /FAULT cosigned\.json head 2: another tree of the same size \d+: the log signed two histories/],
  ['a clock set back', forge('clock'),
    /FAULT \S+ line \d+ \(recording:\w+ no 20, media\.part\): the real clock was set back: 3599 s before \S+ line \d+ \(recording:\w+ no 19/],
  ['a clock that only the cosigner can contradict', forge('cosigned-clock'),
    /FAULT \S+ line \d+ \(session:\w+ no 15, room\.chat\): the clock was set back: it claims a time before cosigned\.json head 1/],
  ['stamps by the wrong seat', forge('seat'),
    /FAULT \S*reels\/3\.webm byte \d+, time 1960 ms: signature: the stamp of group 0 was made by the device of seat expert_1/],
];

test('as it was made it is whole, and the cosigner is told', () => {
  const { code, out } = verifyBundle(path.join(work, 'good'));
  assert.equal(code, 0, out);
  assert.match(out, /8 reels, 6000 pictures and sounds, 6000 under a seat's stamp/);
  assert.match(out, /head 1: supervisor\.test\/cosigner signed it at 2026-03-02T01:00:10Z/);
});

for (const [what, make, said] of changes)
  test(what, () => {
    const { code, out } = verifyBundle(make(), '--key', key);
    assert.equal(code, 1, out);
    assert.match(out, said);
  });

test('a checkpoint that somebody kept shows a second tree of the same size', () => {
  const kept = path.join(work, 'good/checkpoint');
  assert.equal(verifyBundle(path.join(work, 'good'), '--seen', kept).code, 0);
  const { code, out } = verifyBundle(forge('rewritten')(), '--seen', kept);
  assert.equal(code, 1);
  assert.match(out, /FAULT \S*good\/checkpoint: another tree of the same size \d+: the log signed two histories/);
});

test('a cosigner who is asked for by key must have signed', () => {
  const { keys: [mine] } = JSON.parse(fs.readFileSync(path.join(work, 'good/cosigned.json')));
  assert.equal(verifyBundle(path.join(work, 'good'), '--cosigner', mine).code, 0);
  const none = alter((dir) => fs.rmSync(path.join(dir, 'cosigned.json')))();
  assert.match(verifyBundle(none, '--cosigner', mine).out, /FAULT cosigned\.json: supervisor\.test\/cosigner signed no head of it/);
});
