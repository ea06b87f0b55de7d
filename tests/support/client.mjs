// SPDX-License-Identifier: GPL-3.0-or-later
// Rooms full of real clients: bidroom-client without windows at the seats of a session, and what tests ask of them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { roomSession } from './room.mjs';
import { SeatProgram } from './seat_program.mjs';
import { build, top, until } from './server.mjs';

const TOOLS = { client: 'room-client/bidroom-client', verify: 'server/verify/bidroom-verify' };
const tool = (name) => path.join(build, TOOLS[name]);

// The sanitizers of a client under test; its libraries keep some things until the end.
// The suppressions need true stacks, see there.
process.env.ASAN_OPTIONS ??= 'fast_unwind_on_malloc=0:malloc_context_size=7';
process.env.LSAN_OPTIONS ??= `suppressions=${path.join(top, 'tests/support/client.supp')}`;

// A moving picture and ticks, encoded once and sent by all seats unchanged: next to no CPU.
export function testFilm(dir) {
  const file = path.join(dir, 'film.webm');
  if (!fs.existsSync(file))
    execFileSync('gst-launch-1.0', ['-q', 'webmmux', 'name=m', '!', 'filesink', `location=${file}`,
      'videotestsrc', 'pattern=ball', 'num-buffers=60', '!', 'video/x-raw,width=320,height=180,framerate=15/1', '!',
      'vp8enc', 'deadline=1', 'cpu-used=8', 'threads=1', 'target-bitrate=100000', 'keyframe-max-dist=15', '!', 'm.video_0',
      'audiotestsrc', 'wave=ticks', 'num-buffers=200', 'samplesperbuffer=960', '!', 'audio/x-raw,rate=48000,channels=1', '!',
      'opusenc', 'frame-size=20', 'bitrate=24000', '!', 'm.audio_0']);
  return file;
}

// One client at one seat. Tracks of others are counted and their stamps checked, not decoded.
export class RoomClient extends SeatProgram {
  constructor(server, seat, options) {
    super({ // ticket: what its request for a ticket says besides
      program: tool('client'), sessionId: seat.session, roomUrl: server.roomUrl, apiUrl: server.url,
      ca: path.join(server.dataDir, 'tls.crt'), ...options,
    });
    Object.assign(this, { server, session: seat.session, api: seat.api });
  }

  async ticket() {
    return this.api.post(`/sessions/${this.session}/tickets`, { device_key: this.deviceKey, ...this.options.ticket });
  }

  async enter() {
    const ticket = await this.ticket();
    this.seatId = ticket.seat_id;
    return this.join(ticket);
  }

  // The room events it was told, each once and in order.
  roomEvents() { return this.events.filter((m) => m.event === 'room_event'); }

  // What it wrote down as acknowledged, read from its disk as after its death.
  acknowledged() {
    return fs.readFileSync(path.join(this.dir, 'state/acknowledged.jsonl'), 'utf8').split('\n').filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  // Others' tracks with what came of them: [{ seat, kind, track, objects, gaps, lost, verified, … }].
  async hears() { return (await this.stats()).tracks; }
}

// A session with `n` experts' clients and the host's, none of them started yet.
// options: { n, camera, microphone, host: false to leave the host out }
export async function clientRoom(server, { n = 3, camera, microphone } = {}) {
  const { sessionId, seats, host } = await roomSession(server, { n });
  const dir = path.join(server.dir, 'clients', sessionId);
  fs.mkdirSync(dir, { recursive: true });
  const film = `file:${testFilm(dir)}`;
  const clients = seats.map((seat, i) => {
    const expertKey = path.join(dir, `expert${i + 1}.pem`);
    fs.writeFileSync(expertKey, seat.expertKey.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return new RoomClient(server, seat, {
      dir: path.join(dir, `seat${i + 1}`), label: `seat_${i + 1}`, expertKey, camera: camera ?? film, microphone: microphone ?? film,
    });
  });
  const hostClient = new RoomClient(server, host, {
    dir: path.join(dir, 'host'), label: 'host', camera: 'none', microphone: 'none',
  });
  return { sessionId, seats, clients, host: hostClient, all: [...clients, hostClient], dir };
}

// Starts them and lets them take their seats.
export async function seatAll(clients) {
  await Promise.all(clients.map((c) => c.start()));
  for (const c of clients) await c.enter();
}

export async function quitAll(clients) {
  const ends = await Promise.all(clients.map((c) => c.child && c.quit()));
  for (const [i, end] of ends.entries())
    if (end && end.code !== 0) throw new Error(`client ${i} ended with ${end.code ?? end.signal}:\n${clients[i].errors.slice(-40).join('\n')}`);
}

// Waits until each hears and sees all others: two tracks of each, going on.
export async function allHear(clients, { tracks = 2 * (clients.length - 1), objects = 15 } = {}) {
  for (const c of clients)
    await until(`${c.options.label} to receive ${tracks} tracks`, async () => {
      const heard = await c.hears();
      return heard.length === tracks && heard.every((t) => t.objects >= objects);
    });
}

// Up to when each track had passed the room: session ms by track number, as the seats received it, and what may have
// passed as well while they were asked. What a slow sender had not sent yet is not the recording's to lose, so its loss
// is held against this.
export async function passedMs(clients) {
  const askedMs = Date.now();
  const newest = new Map();
  for (const heard of await Promise.all(clients.map((c) => c.hears())))
    for (const { track, session_ms: ms } of heard)
      newest.set(track, Math.max(newest.get(track) ?? 0, ms));
  for (const [track, ms] of newest) newest.set(track, ms + Date.now() - askedMs);
  return newest;
}

// Waits until all were told the events up to the newest any of them knows, that of an acknowledged act included.
// Returns what each was told.
export async function sameEvents(clients) {
  const told = (c) => c.roomEvents().at(-1)?.no ?? 0;
  const acked = (c) => Math.max(0, ...c.acknowledged().map((a) => a.event_no));
  await until('all to know the same events', () => {
    const newest = Math.max(...clients.map(told), ...clients.map(acked));
    return clients.every((c) => told(c) === newest);
  });
  return clients.map((c) => c.roomEvents());
}

// What every seat is told of an event: whose device it is stands in the seat certificate, for those who may know.
export const toldBody = ({ body: { seat_cert: _, ...body } }) => body;

// The session's events as the database has them.
export const databaseEvents = (server, sessionId, type = 'session') => server.sql(
  `SELECT subject_no, kind, event_id, body FROM event WHERE subject = '${type}:${sessionId}' ORDER BY subject_no`)
  .map(([no, kind, event_id, body]) => ({ no: Number(no), kind, event_id, body: JSON.parse(body) }));

// Exports the session and lets an outsider's program judge it: { code, out, dir }.
export function exportSession(server, sessionId, name = 'export') {
  const dir = path.join(server.dir, 'data', `${name}-${sessionId}`);
  fs.rmSync(dir, { recursive: true, force: true });
  const { code, err } = server.ctl('export-session', sessionId, dir);
  if (code !== 0) throw new Error(`export-session: ${err}`);
  return dir;
}

export function verifySession(dir) {
  const run = spawnSync(tool('verify'), ['--key', path.join(dir, 'key'), 'session', dir], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout + run.stderr };
}

// Lets clients talk without a pause, each act after the last was acknowledged, whatever happens to the server.
// stop() ends it and returns once every act is acknowledged; said: { seat, text, id, event_no } of each.
let talks = 0;
export function talk(clients, { pauseMs = 30, timeoutMs = 60000 } = {}) {
  const said = [];
  const round = talks += 1; // no text is said in two of them
  let going = true;
  const loops = clients.map(async (c) => {
    for (let k = 1; going; k += 1) {
      const text = `${c.seatId} 第${round}轮第${k}句`;
      const acked = await c.act('chat', { text }, { timeoutMs });
      said.push({ seat: c.seatId, text, id: acked.id, event_no: acked.event_no });
      await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
    }
  });
  const over = Promise.all(loops);
  over.catch(() => {}); // it is told by stop(), unless something else failed before
  return {
    said,
    async stop() {
      going = false;
      await over;
      return said;
    },
  };
}

// What must hold after any accident: every act on a client's own list of acknowledged acts is in the database under
// the number it was told, once; all clients were told the same, without a hole; nobody was told of an event that is
// not there any more.
export async function assertOneTruth(server, sessionId, clients) {
  const lists = await sameEvents(clients);
  const truth = databaseEvents(server, sessionId);
  assert.deepEqual(truth.map((e) => e.no), truth.map((_, i) => i + 1), 'the session counts without a hole');
  for (const [i, list] of lists.entries()) {
    const name = clients[i].options.label;
    assert.deepEqual(list.map((e) => e.no), list.map((_, k) => list[0].no + k), `${name} was told each event once, in order`);
    for (const e of list)
      assert.deepEqual([e.kind, toldBody(e)], [truth[e.no - 1].kind, toldBody(truth[e.no - 1])], `${name}: event ${e.no}`);
    assert.equal(clients[i].events.find((m) => m.event === 'events_rewound'), undefined, name);
    for (const act of clients[i].acknowledged()) {
      const event = truth[act.event_no - 1];
      assert.ok(event, `${name}: acknowledged act ${act.id} is event ${act.event_no}`);
      if (act.kind === 'chat') assert.equal(event.kind, 'room.chat');
    }
  }
  const texts = truth.filter((e) => e.kind === 'room.chat').map((e) => e.body.text);
  assert.equal(new Set(texts).size, texts.length, 'nothing was said twice');
  return truth;
}

// Session time at a moment of this machine's clock.
export function sessionMs(server, sessionId, wallMs) {
  const [[opened]] = server.sql(`SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', opened_at) / 1000) FROM room_lease WHERE session_id = '${sessionId}'`);
  return wallMs - Number(opened);
}
