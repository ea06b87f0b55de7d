// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs a client to show nine others in 640x360 at 25 pictures a second, from the real server, each picture
// scaled to its tile before it becomes a texture (DESIGN.md §11: at most 0.75 core). Measured twice: received, decoded
// and scaled without a window, and with a window of nine pictures under Xvfb. Fails on wrong results, and beyond twice
// the floor, since the machine may be busy.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { clientRoom } from '../support/client.mjs';
import { build, Server, until } from '../support/server.mjs';

const N = 9, FPS = 25, TILE = '312x176';
const SECONDS = Number(process.env.BIDROOM_BENCH_SECONDS ?? 15);
const FLOOR = 0.75, SLACK = 2;
const server = new Server();

// Half a megabit of pictures that move everywhere, and a voice; sent unchanged by every seat.
function film(file) {
  execFileSync('gst-launch-1.0', ['-q', 'webmmux', 'name=m', '!', 'filesink', `location=${file}`,
    'videotestsrc', 'pattern=zone-plate', 'kx2=20', 'ky2=20', 'kt=3', `num-buffers=${4 * FPS}`, '!', `video/x-raw,format=I420,width=640,height=360,framerate=${FPS}/1`, '!',
    'vp8enc', 'deadline=1', 'cpu-used=8', 'threads=1', 'end-usage=cbr', 'target-bitrate=500000', 'keyframe-max-dist=48', '!', 'm.video_0',
    'audiotestsrc', 'wave=ticks', 'num-buffers=200', 'samplesperbuffer=960', '!', 'audio/x-raw,rate=48000,channels=1', '!',
    'opusenc', 'frame-size=20', 'bitrate=24000', '!', 'm.audio_0']);
  return `file:${file}`;
}

async function xvfb() {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const display = await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => resolve(`:${String(d).trim()}`));
    child.on('error', reject);
    child.on('exit', () => reject(new Error('Xvfb ended')));
  });
  return { child, display };
}

async function look(room, viewer, env) {
  const ticket = await viewer.ticket();
  const ticketFile = path.join(room.dir, 'ticket.json');
  fs.writeFileSync(ticketFile, JSON.stringify(ticket));
  const seats = room.clients.slice(0, N).map((c) => c.seatId);
  const { stdout } = await promisify(execFile)(path.join(build, 'tests/bench/glass'), [String(SECONDS), TILE, seats.join(','),
    '--headless', '--server', server.roomUrl, '--api', server.url, '--session', room.sessionId, '--ca', path.join(server.dataDir, 'tls.crt'),
    '--device-key', path.join(viewer.dir, 'device.pem'), '--state-dir', path.join(room.dir, 'viewer'), '--control', path.join(room.dir, 'viewer.sock'),
    '--ticket-file', ticketFile], { maxBuffer: 1 << 26, env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

let x;
try {
  await server.start();
  await server.openHouse();
  const room = await clientRoom(server, { n: N + 1 });
  const source = film(path.join(room.dir, 'zone.webm'));
  const senders = room.clients.slice(0, N), viewer = room.clients[N];
  for (const c of senders) {
    c.options.camera = c.options.microphone = source;
    c.options.decode = 'none';
    c.options.more = ['--video', `640x360@${FPS}`];
    await c.start();
    await c.enter();
  }
  viewer.options.camera = viewer.options.microphone = 'none';
  for (const c of senders)
    await until('the tracks', async () => Object.values((await c.state()).own).filter((t) => t.track).length === 2);

  await viewer.start(); // makes the device key, and shows it
  await viewer.quit();
  const plain = await look(room, viewer, { DISPLAY: '' });
  x = await xvfb();
  const shown = await look(room, viewer, { DISPLAY: x.display, GSK_RENDERER: 'cairo', GDK_BACKEND: 'x11' });
  for (const c of senders) await c.quit();

  const bits = shown.stats.tracks.filter((t) => t.kind === 'cam').reduce((sum, t) => sum + t.bytes * 8, 0) / N;
  for (const [what, r] of [['decoded, scaled, mixed', plain], [shown.shown ? 'the same in a window (cairo)' : 'again, for there is no GTK', shown]]) {
    console.log(`${N} tiles of 640x360@${FPS} at ${TILE}, ${what}: ${r.cores.toFixed(2)} core (floor ${FLOOR})${r.cores > FLOOR ? ' MISSED' : ''}, `
      + `${(r.pictures_per_s / N).toFixed(1)} pictures/s each`);
    assert.equal(r.stats.tracks.reduce((sum, t) => sum + t.forged, 0), 0);
    assert.ok(r.cores <= SLACK * FLOOR);
  }
  console.log(`each ${Math.round(bits / 1000)} kbit in all while it was looked at`);
  assert.ok(plain.pictures_per_s >= N * FPS * 0.8, `${plain.pictures_per_s} pictures a second`);
} finally {
  x?.child.kill();
  await server.remove();
}
