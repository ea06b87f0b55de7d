// SPDX-License-Identifier: GPL-3.0-or-later
// How late what a seat captures is presented at another, over the real server, by content: the source test:clap writes
// the moment of capture into its pictures and beeps on the second (DESIGN.md §11). Prints each figure beside its
// floor; fails on wrong results, and on a figure beyond twice its floor, since the machine may be busy.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { clientRoom } from '../support/client.mjs';
import { build, Server, until } from '../support/server.mjs';

const SECONDS = Number(process.env.BIDROOM_BENCH_SECONDS ?? 30);
const SLACK = 2;
const server = new Server();
const ms = (us) => (us / 1000).toFixed(1);

try {
  await server.start();
  await server.openHouse();
  const room = await clientRoom(server, { n: 2, camera: 'test:clap', microphone: 'test:clap' });
  const [sender, viewer] = room.clients;
  sender.options.more = ['--video', '640x360@25', '--video-bitrate', '500000', '--audio-bitrate', '32000'];
  await sender.start();
  await sender.enter();
  await until('the tracks', async () => Object.values((await sender.state()).own).filter((t) => t.track).length === 2);

  const key = path.join(room.dir, 'viewer.pem');
  viewer.options.camera = viewer.options.microphone = 'none';
  await viewer.start(); // makes the device key, and shows it
  const ticket = await viewer.ticket();
  await viewer.quit();
  fs.renameSync(path.join(viewer.dir, 'device.pem'), key);
  const ticketFile = path.join(room.dir, 'ticket.json');
  fs.writeFileSync(ticketFile, JSON.stringify(ticket));
  const { stdout } = await promisify(execFile)(path.join(build, 'tests/bench/glass'), [String(SECONDS), '640x360', sender.seatId,
    '--headless', '--server', server.roomUrl, '--api', server.url, '--session', room.sessionId, '--ca', path.join(server.dataDir, 'tls.crt'),
    '--device-key', key, '--state-dir', path.join(room.dir, 'viewer'), '--control', path.join(room.dir, 'viewer.sock'),
    '--ticket-file', ticketFile], { maxBuffer: 1 << 26 });
  const seen = JSON.parse(stdout);
  const cam = seen.stats.tracks.find((t) => t.kind === 'cam');
  const sent = (await sender.stats()).own;
  await sender.quit();

  assert.ok(seen.beeps >= SECONDS - 3, `${seen.beeps} beeps in ${SECONDS} s`);
  assert.ok(seen.pictures >= SECONDS * 25 * 0.8, `${seen.pictures} pictures in ${SECONDS} s`);
  assert.equal(seen.unread, 0, 'every picture says when it was captured');
  assert.equal(cam.gaps + cam.forged, 0);
  const rows = [
    ['capture to decoded, 360p VP8, p95', cam.transit_us + cam.decoded_p95_us, 20000],
    ['glass to glass with 60 ms playout, p95', seen.picture_p95_us, 250000],
    ['A/V skew by content, worst of all beeps', Math.abs(seen.skew_worst_us), 40000],
  ];
  console.log(`pictures ${ms(seen.picture_p50_us)} / ${ms(seen.picture_p95_us)} ms after capture (p50 / p95), sound ${ms(seen.beep_p50_us)} / ${ms(seen.beep_p95_us)} ms; `
    + `apart ${ms(seen.skew_p50_us)} ms; capture to decoded ${ms(cam.transit_us + cam.decoded_p50_us)} ms p50; playout delay ${ms(cam.delay_us)} ms; `
    + `${seen.pictures} pictures, ${seen.beeps} beeps, ${Math.round((sent.cam.bytes * 8) / sent.cam.objects * 25 / 1000)} kbit/s`);
  for (const [what, us, floor] of rows) console.log(`${what}: ${ms(us)} ms (floor ${ms(floor)} ms)${us > floor ? ' MISSED' : ''}`);
  for (const [what, us, floor] of rows) assert.ok(us <= SLACK * floor, `${what}: ${ms(us)} ms`);
} finally {
  await server.remove();
}
