// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the bundle of a session and verifies it; what can be done to a bundle besides what can be done to its record.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from './server.mjs';

const verifier = path.join(build, 'server/verify/bidroom-verify');

export function makeBundle(server, sessionId, name = 'bundle') {
  const dir = path.join(server.dir, 'data', `${name}-${sessionId}`);
  fs.rmSync(dir, { recursive: true, force: true });
  const { code, out, err } = server.ctl('bundle', sessionId, dir);
  assert.equal(code, 0, err);
  assert.ok(!fs.existsSync(`${dir}.part`));
  return { dir, told: JSON.parse(out), err };
}

// Makes one on a file system of this size, in a mount namespace of its own; left: what lies there afterwards.
export function fullDisk(server, sessionId, size) {
  const disk = fs.mkdtempSync(path.join(server.dir, 'disk-'));
  const script = `mount -t tmpfs -o mode=1777,size=${size} none "${disk}" && "${server.program}" --config "${server.configPath}" bundle ${sessionId} "${disk}/bundle"; code=$?; ls -A "${disk}"; exit $code`;
  const run = spawnSync('unshare', [process.getuid() === 0 ? '-m' : '-rm', 'sh', '-c', script], { encoding: 'utf8' });
  return { code: run.status, err: run.stderr, left: run.stdout.trim() };
}

export function verifyBundle(dir, ...options) {
  const key = options.includes('--key') ? [] : ['--key', path.join(dir, 'key')];
  const run = spawnSync(verifier, [...key, ...options, 'bundle', dir], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout + run.stderr };
}

const at = (file) => (dir) => (file instanceof RegExp
  ? path.join(dir, fs.readdirSync(dir, { recursive: true }).filter((f) => file.test(f) && fs.statSync(path.join(dir, f)).isFile()).sort()[0])
  : path.join(dir, file));

const flipByte = (file, where = 0.5) => (dir) => {
  const bytes = fs.readFileSync(at(file)(dir));
  bytes[Math.floor(bytes.length * where)] ^= 1;
  fs.writeFileSync(at(file)(dir), bytes);
};
const remove = (file) => (dir) => fs.rmSync(at(file)(dir));
const add = (file, text = 'x') => (dir) => fs.writeFileSync(path.join(dir, file), text);
const manifest = (change) => (dir) => {
  const file = path.join(dir, 'bundle.json');
  const value = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(value);
  fs.writeFileSync(file, JSON.stringify(value));
};

// [what, change, what is said]
export const ofFolder = [
  ['a text beside the record', flipByte('README.en.txt'), /FAULT README\.en\.txt: is not the file that bundle\.json lists/],
  ['the page', flipByte('player/player.js'), /FAULT player\/player\.js: is not the file/],
  ["the page's data", flipByte('player/data.js'), /FAULT player\/data\.js: does not show what events, sheets and bundle\.json say/],
  ['a file left out', remove('FORMATS.md'), /FAULT FORMATS\.md: is missing, but bundle\.json lists it/],
  ['a file too many', add('note.txt'), /FAULT note\.txt: is no part of the bundle/],
  ['the list', manifest((m) => { m.made_us += 1; }), /FAULT player\/data\.js: does not show/],
  ['the list in another spelling', (dir) => fs.appendFileSync(path.join(dir, 'bundle.json'), '\n'), /FAULT bundle\.json: is not in canonical form/],
  ['the list left out', remove('bundle.json'), /FAULT bundle\.json: is missing/],
  ['the list of another session', manifest((m) => { m.session_id = m.session_id.replace(/.$/, (c) => (c === '0' ? '1' : '0')); }), /FAULT bundle\.json: is of another session/],
];

export const ofDocuments = [
  ['a document', flipByte(/^documents\/\w+\/files\//), /FAULT documents\/\w+\/files\/.*: is not the document that its bidder signed/],
  ['a document left out', remove(/^documents\/\w+\/files\//), /FAULT documents\/\w+\/files\/.*: the document is missing/],
  ['the header of a bid', flipByte(/^documents\/\w+\/header$/, 0.9), /FAULT documents\/\w+\/(header|manifest|key): is/],
  ['the manifest of a bid', flipByte(/^documents\/\w+\/manifest$/, 0.01), /FAULT documents\/\w+\/manifest: is not whole, or not signed by its bidder/],
  ['the key of a bid', flipByte(/^documents\/\w+\/key$/), /FAULT documents\/\w+\/key: is not the key that the header names/],
  ['the name of a bidder', manifest((m) => { m.documents[0].bidder += '二'; }), /FAULT bundle\.json: the bidder of \w+ is not the one who signed/],
];

export const ofCopies = (track) => [
  ['the seek table of a reel', flipByte(`reels/${track}.webm`, 0), /reels\/\d+\.webm byte 0, time 0 ms: hash/],
  ['the cues of a reel', flipByte(`reels/${track}.webm`, 0.99999), /reels\/\d+\.webm: what follows the last cluster is not its table of cues/],
  ['a reel that the list calls missing', manifest((m) => { m.reels.find((r) => r.track === Number(track)).state = 'missing'; }), /reels\/\d+\.webm: the reel is missing, and was when/],
  ['a reel that the list calls withheld', manifest((m) => { m.reels.find((r) => r.track === Number(track)).state = 'withheld'; }), /reels\/\d+\.webm: was left out, but it is not the original of a masked track, nor said to one seat alone/],
];

// A reel that was sealed and is opened in the bundle.
const keyOf = (track, change) => (dir) => {
  const file = path.join(dir, `reels/${track}.key`);
  const value = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(value);
  fs.writeFileSync(file, JSON.stringify(value));
};
export const ofOpened = (track) => [
  ['a sound of an opened reel', flipByte(`reels/${track}.webm`), /reels\/\d+\.webm byte \d+, time \d+ ms: hash/],
  ['the head of an opened reel', flipByte(`reels/${track}.webm`, 0), /reels\/\d+\.webm byte 0, time 0 ms: hash/],
  ['the key of an opened reel', keyOf(track, (k) => { k.key = k.key.replace(/^./, (c) => (c === '0' ? '1' : '0')); }), /reels\/\d+\.webm byte \d+, time \d+ ms: hash/],
  ['the sealed head of an opened reel', keyOf(track, (k) => { k.head = `A${k.head.slice(1)}`; }), /reels\/\d+\.key: is no key of a sealed reel/],
  ['the key taken away', remove(`reels/${track}.key`), /reels\/\d+\.webm byte 0, time 0 ms: hash/],
];

export async function assertBundleTells(t, good, changes) {
  const verdict = verifyBundle(good);
  assert.equal(verdict.code, 0, verdict.out);
  for (const [what, change, said] of changes) {
    await t.test(what, () => {
      const dir = `${good}-altered`;
      fs.rmSync(dir, { recursive: true, force: true });
      fs.cpSync(good, dir, { recursive: true });
      change(dir);
      const { code, out } = verifyBundle(dir);
      assert.equal(code, 1, out);
      assert.match(out, said);
    });
  }
  return verdict.out;
}
