// SPDX-License-Identifier: GPL-3.0-or-later
// A bad line: a network namespace whose only link to the server can be slowed, made lossy or cut, and what rooms must
// do on it. Needs root, network namespaces, tc with htb, and nftables.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { allHear, assertOneTruth, clientRoom, quitAll, seatAll, talk } from './client.mjs';
import { makePlan, runLoad } from './load.mjs';
import { Server, until } from './server.mjs';

const sh = (...words) => execFileSync(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// One receiver's six senders as bidroom-load sends them, in kbit/s: bytes of media, and 6 % for what carries them.
const SENDERS = 6;
const NEEDED_KBIT = SENDERS * (25 * 2224 + 20000 / 2 + 50 * 104) * 8 * 1.06 / 1000;

export class Network {
  constructor(dir) {
    this.name = `bidroom${process.pid}`;
    this.outer = `br${process.pid}o`; // names of links are at most 15 letters
    this.inner = `br${process.pid}i`;
    const net = `10.199.${process.pid % 250}`;
    this.hosts = path.join(dir, 'hosts');
    sh('ip', 'netns', 'add', this.name);
    try {
      sh('ip', 'link', 'add', this.outer, 'type', 'veth', 'peer', 'name', this.inner, 'netns', this.name);
      sh('ip', 'addr', 'add', `${net}.1/24`, 'dev', this.outer);
      // What leaves must be as small as on a real line, or the queue counts in lumps.
      sh('ip', 'link', 'set', this.outer, 'up', 'gso_max_segs', '1');
      this.inside('ip', 'addr', 'add', `${net}.2/24`, 'dev', this.inner);
      this.inside('ip', 'link', 'set', this.inner, 'up');
      this.inside('ip', 'link', 'set', 'lo', 'up');
      fs.writeFileSync(this.hosts, `${net}.1 localhost\n`); // where the certificate's name leads in there
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  inside(...words) { return sh('ip', 'netns', 'exec', this.name, ...words); }

  // What a command is to be put behind to run in there.
  get wrap() {
    return ['ip', 'netns', 'exec', this.name, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', this.hosts];
  }

  // Lets so many kbit/s reach what runs in there.
  cap(kbit) {
    sh('tc', 'qdisc', 'add', 'dev', this.outer, 'root', 'handle', '1:', 'htb', 'default', '10');
    sh('tc', 'class', 'add', 'dev', this.outer, 'parent', '1:', 'classid', '1:10', 'htb', 'rate', `${Math.round(kbit)}kbit`,
      'burst', '3000', 'cburst', '3000');
    sh('tc', 'qdisc', 'add', 'dev', this.outer, 'parent', '1:10', 'pfifo', 'limit', '30');
  }

  // Drops so many of a hundred packets, in both directions; 100 is a black hole.
  lose(percent) {
    this.inside('nft', 'flush ruleset');
    if (!percent) return;
    const rule = percent >= 100 ? 'drop' : `numgen random mod 100 < ${percent} drop`;
    for (const hook of ['input', 'output'])
      this.inside('nft', `add table inet line; add chain inet line ${hook} { type filter hook ${hook} priority 0; }; add rule inet line ${hook} ${
        hook === 'input' ? 'iifname' : 'oifname'} "${this.inner}" ${rule}`);
  }

  remove() {
    try { sh('ip', 'netns', 'del', this.name); } catch { /* was not made */ }
    try { sh('ip', 'link', 'del', this.outer); } catch { /* went with it */ }
  }
}

// Why there can be no bad lines here; undefined when there can.
export function noNetwork(dir) {
  if (process.getuid() !== 0) return 'network namespaces need root';
  let network;
  try {
    network = new Network(dir);
    network.cap(1000);
    network.lose(5);
    return undefined;
  } catch (error) {
    return `no network namespace with htb and nftables: ${(error.stderr || error.message).trim().split('\n')[0]}`;
  } finally { network?.remove(); }
}

// A server that can be reached from a namespace.
export const openServer = () => new Server({ config: { server: { listen_address: '0.0.0.0' } } });

// Six seats speak, the seventh has 60 % of the line it needs.
export async function assertCappedReceiver(server, seconds) {
  const lines = fs.readFileSync(makePlan(server, { rooms: 1, speakers: SENDERS, watchers: 1 }), 'utf8').trim().split('\n');
  const plans = [lines.slice(0, SENDERS), lines.slice(SENDERS)].map((part, i) => {
    const file = path.join(server.dir, `plan-capped-${i}.jsonl`);
    fs.writeFileSync(file, `${part.join('\n')}\n`);
    return file;
  });
  const network = new Network(server.dir);
  try {
    network.cap(0.6 * NEEDED_KBIT);
    // The others are there before and after what is measured.
    const [others, capped] = await Promise.all([
      runLoad(server, plans[0], { args: ['--warm-up', '2', '--seconds', String(seconds + 10)] }),
      runLoad(server, plans[1], { wrap: network.wrap, args: ['--warm-up', '8', '--seconds', String(seconds)] }),
    ]);
    const { audio, video } = capped;
    const expected = SENDERS * 50 * capped.seconds;
    console.log(`capped: audio p95 ${audio.p95_ms} ms, ${(100 * audio.objects / expected).toFixed(1)} % delivered; video p95 ${
      video.p95_ms} ms, ${(video.objects / capped.seconds / SENDERS).toFixed(1)} pictures/s; by halves ${audio.p95_ms_of_halves} and ${
      video.p95_ms_of_halves} ms; others p95 ${
      others.p95_ms} ms, ${others.gaps} of ${others.objects} missed`);
    assert.ok(audio.p95_ms <= 700, `audio p95 ${audio.p95_ms} ms`);
    assert.ok(video.p95_ms <= 1000, `video p95 ${video.p95_ms} ms`);
    assert.ok(audio.objects >= 0.97 * expected, `${audio.objects} of ${expected} audio objects came`);
    for (const { p95_ms_of_halves: [first, second] } of [audio, video])
      assert.ok(second <= 1.5 * first + 100, `delays grow from ${first} to ${second} ms`);
    assert.ok(video.objects > 2 * SENDERS * capped.seconds, 'pictures come');
    assert.ok(capped.lags > 0, 'the receiver is told');
    // A machine that stands still for a moment makes the server shed for everybody; a slow neighbour must not.
    assert.ok(others.gaps <= 0.005 * others.objects, `the others miss ${others.gaps} of ${others.objects}`);
    assert.ok(others.p95_ms <= 150, `the others' p95 ${others.p95_ms} ms`);
    assert.equal(capped.damaged + capped.disorder + others.damaged + others.disorder, 0);
  } finally { network.remove(); }
}

const heardOf = async (c) => (await c.hears()).map((t) => t.objects);
const allGrew = (before, now) => now.length === before.length && now.every((n, i) => n > before[i]);

// Two seats on a line that loses 5 %, a third on a good one; `n` black holes of 5 s while all talk. One in twenty of
// the packets that begin a connection anew is lost, too, and costs a second or three: so half must be back in time, and
// each after such a loss.
export async function assertComesBack(server, n, mostMs = 3000, mostUnluckyMs = 8000) {
  const network = new Network(server.dir);
  const room = await clientRoom(server, { n: 3, host: false });
  const { clients } = room;
  const far = clients.slice(0, 2);
  for (const c of far) c.options.wrap = network.wrap;
  try {
    await seatAll(clients);
    network.lose(5);
    await allHear(clients);
    const talking = talk(clients, { timeoutMs: 60000 });
    const all = [];
    for (let hole = 1; hole <= n; hole += 1) {
      network.lose(100);
      await pause(5000);
      network.lose(5);
      const end = Date.now();
      // Tracks are numbered anew when a seat came back by another connection.
      const back = await Promise.all(far.map(async (c) => {
        let before = await heardOf(c);
        await until(`${c.options.label} to hear all again`, async () => {
          const now = await heardOf(c);
          const good = now.length === 4 && allGrew(before, now);
          before = now.length === before.length ? before : now;
          return good;
        }, 30000);
        return Date.now() - end;
      }));
      console.log(`black hole ${hole}: back after ${back.join(' and ')} ms`);
      all.push(...back);
      await pause(1000);
    }
    all.sort((a, b) => a - b);
    const half = all[Math.ceil(all.length / 2) - 1];
    assert.ok(half <= mostMs, `half were back after ${half} ms`);
    assert.ok(all.at(-1) <= mostUnluckyMs, `one was back after ${all.at(-1)} ms`);
    const said = talking.said.length;
    await until('all to talk again', () => talking.said.length > said + 6, 60000);
    await talking.stop();
    network.lose(0);
    await assertOneTruth(server, room.sessionId, clients);
  } finally {
    network.lose(0);
    await quitAll(clients).finally(() => network.remove());
  }
}
