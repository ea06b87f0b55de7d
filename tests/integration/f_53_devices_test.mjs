// SPDX-License-Identifier: GPL-3.0-or-later
// Devices that come and go while a client sits in a room: a camera (another program's pictures in shared memory, which
// that program's end pulls out) and a shared screen (an X server of our own).
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { clientRoom } from '../support/client.mjs';
import { isObject, pictures, trackOf } from '../support/decoded.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let room, sender, watcher, deaf, camera, microphone, socket, x;

// The camera: as long as it runs, it is plugged in.
function plug() {
  fs.rmSync(socket, { force: true });
  camera = spawn('gst-launch-1.0', ['-q', 'videotestsrc', 'is-live=true', 'pattern=ball', '!',
    'video/x-raw,format=I420,width=320,height=180,framerate=15/1', '!',
    'shmsink', `socket-path=${socket}`, 'wait-for-connection=false', 'sync=false', 'shm-size=4000000'], { stdio: 'ignore' });
  camera.gone = new Promise((resolve) => { camera.on('exit', resolve); });
}
async function pull() {
  camera.kill('SIGKILL');
  await camera.gone;
}

// The microphone: a device like any other, whose sound is processed.
function listen(at) {
  microphone = spawn('gst-launch-1.0', ['-q', 'audiotestsrc', 'is-live=true', 'wave=ticks', 'tick-interval=200000000', 'sine-periods-per-tick=40',
    'samplesperbuffer=480', '!', 'audio/x-raw,format=S16LE,rate=48000,channels=1', '!',
    'shmsink', `socket-path=${at}`, 'wait-for-connection=false', 'sync=false', 'shm-size=1000000'], { stdio: 'ignore' });
  return `shm:${at}`;
}

async function xvfb() {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const display = await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => resolve(`:${String(d).trim()}`));
    child.on('error', reject);
    child.on('exit', () => reject(new Error('Xvfb ended')));
  });
  return { child, display };
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 3 });
  [sender] = room.clients;
  socket = path.join(room.dir, 'camera.sock');
  x = await xvfb();
  sender.options.camera = `shm:${socket}`;
  sender.options.microphone = listen(path.join(room.dir, 'microphone.sock'));
  sender.options.more = ['--screen', `device:${x.display}`];
  deaf = room.clients[2];
  Object.assign(deaf.options, { camera: 'none', microphone: 'test:silence' });
  watcher = room.seats[1];
  await watcher.join();
});
test.after(async () => {
  camera?.kill('SIGKILL');
  microphone?.kill('SIGKILL');
  x?.child.kill();
  for (const c of [sender, deaf])
    if (c?.child) await c.kill();
  await server.remove();
});

const numberOf = async (name) => (await sender.state()).own[name].track;
const objectsOf = (track) => watcher.socket.objects.filter((o) => isObject(o) && trackOf(o) === track);
const trackNow = (kind) => watcher.socket.next('track', (m) => m.kind === kind && m.seat === sender.seatId);
let since;

test('a client without its camera takes its seat, says what is missing, and sends what it has', async () => {
  await sender.start();
  await sender.enter();
  await sender.heard('source_failed', (m) => m.kind === 'cam');
  const mic = await trackNow('mic');
  await watcher.socket.when('the voice', () => objectsOf(mic.track).length > 20);
});

test('plugged in, it is there by itself', async () => {
  since = sender.events.length;
  plug();
  await sender.heard('source_recovered', (m) => m.kind === 'cam');
  await until('a track', () => numberOf('cam'));
  const track = await numberOf('cam');
  await watcher.socket.when('pictures', () => objectsOf(track).length > 30, 60000);
  assert.ok((await pictures(objectsOf(track), 320, 180)).length > 25);
});

test('a picture that nobody looks at goes on whole: what is recorded is evidence', async () => {
  const cam = async () => (await sender.stats()).own.cam;
  const full = await cam();
  watcher.socket.send({ type: 'subscribe', track: await numberOf('cam'), on: false });
  await until('four seconds of pictures', async () => (await cam()).objects > full.objects + 60, 60000);
  assert.equal((await cam()).bitrate, full.bitrate);
  watcher.socket.send({ type: 'subscribe', track: await numberOf('cam'), on: true });
});

test('pulled out, its track ends and everybody knows; plugged in again it comes back', async () => {
  for (let round = 0; round < 2; round += 1) {
    const before = await numberOf('cam');
    since = sender.events.length;
    await pull();
    await sender.heard('source_failed', (m) => m.kind === 'cam', { since });
    await watcher.socket.next('track_gone', (m) => m.track === before);
    assert.equal(await numberOf('cam'), 0);
    plug();
    await sender.heard('source_recovered', (m) => m.kind === 'cam', { since });
    await until('a new track', async () => ![0, before].includes(await numberOf('cam')));
    const after = await numberOf('cam');
    await watcher.socket.when('pictures again', () => objectsOf(after).length > 10, 60000);
  }
  // The voice went on all the while, under one number.
  const stats = (await sender.stats()).own.mic;
  assert.equal(stats.held_back, 0);
});

test('what is muted is not waited for, and comes back when it is opened', async () => {
  await sender.act('mute', { kind: 'cam' });
  await pull();
  plug();
  await sender.act('unmute', { kind: 'cam' });
  const objects = watcher.socket.objects.length;
  await until('pictures', async () => objectsOf(await numberOf('cam')).length > 0 && watcher.socket.objects.length > objects);
});

test('a screen is shared when asked, in one size, and no longer than asked', async () => {
  await sender.ask('share_screen');
  const screen = await trackNow('screen');
  assert.deepEqual([screen.codec, screen.width, screen.height, screen.fps], ['vp8', 1280, 720, 10]);
  await watcher.socket.when('the screen', () => objectsOf(screen.track).length > 10, 60000);
  assert.ok((await pictures(objectsOf(screen.track), 1280, 720)).length > 5);
  await sender.ask('share_screen', { on: false });
  await watcher.socket.next('track_gone', (m) => m.track === screen.track);
  assert.equal(await numberOf('screen'), 0);
  assert.equal((await sender.quit()).code, 0);
});

test('a microphone muted in hardware is shown as such to everybody, one that is muted here is not', async () => {
  const shown = (roster) => roster.seats.find((s) => s.seat === deaf.seatId);
  await deaf.start();
  await deaf.enter();
  await deaf.heard('mic_dead', (m) => m.on, { timeoutMs: 30000 });
  assert.equal((await deaf.state()).own.mic.dead, true);
  const dead = shown(await watcher.socket.next('roster', (m) => shown(m)?.mic_dead));
  assert.deepEqual([dead.presence, dead.mic_muted], ['present', false]);
  await watcher.socket.event('room.mic_dead', (m) => m.body.seat === deaf.seatId);
  await deaf.act('mute', { kind: 'mic' });
  const muted = shown(await watcher.socket.next('roster', (m) => shown(m)?.mic_muted && !shown(m).mic_dead));
  assert.equal(muted.presence, 'present');
  await watcher.socket.event('room.mic_live', (m) => m.body.seat === deaf.seatId);
  assert.equal((await deaf.quit()).code, 0);
});
