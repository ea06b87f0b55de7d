// SPDX-License-Identifier: GPL-3.0-or-later
// A seat of a room as a bare WebSocket: for tests that must be able to say what no client would.
import crypto from 'node:crypto';
import tls from 'node:tls';

const raw = (publicKey) => publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const sign = (key, ...parts) => crypto.sign(null, Buffer.concat(parts.map((p) => Buffer.from(p))), key)
  .toString('base64');

export class Key {
  constructor() {
    Object.assign(this, crypto.generateKeyPairSync('ed25519'));
    this.base64 = raw(this.publicKey).toString('base64');
  }

  sign(...parts) { return sign(this.privateKey, ...parts); }
}

// The expert's word that this device speaks for the seat.
export function seatCert(expertKey, { session, seat, epoch, deviceKey, now = Date.now() * 1000 }) {
  // Members in the order of canonical JSON.
  const statement = {
    device_key: deviceKey.base64, epoch, not_after_us: now + 3600e6, not_before_us: now - 60e6, seat, session,
  };
  return {
    statement, key: expertKey.base64, sig: expertKey.sign('bidroom.seat_cert.v1\n', JSON.stringify(statement)),
  };
}

export function mediaObject({ track, seq, codec = 1, flags = 1, payload = Buffer.alloc(80, seq), captureUs = seq * 20000 }) {
  const header = Buffer.alloc(24);
  header.writeUInt8(1, 0);
  header.writeUInt8(flags, 1);
  header.writeUInt16BE(track, 2);
  header.writeUInt32BE(seq, 4);
  header.writeBigUInt64BE(BigInt(captureUs), 8);
  header.writeUInt8(codec, 20);
  return Buffer.concat([header, payload]);
}

export class RoomSocket {
  static async connect(server, session, { protocol = 'bidroom.v1' } = {}) {
    const socket = new RoomSocket();
    await socket.open(server.port, `/room/${session}`, protocol);
    return socket;
  }

  constructor() {
    this.messages = []; // texts, parsed
    this.objects = []; // binary messages
    this.heard = []; // every byte of both
    this.waiters = [];
    this.closed = new Promise((resolve) => { this.tellClosed = resolve; });
  }

  open(port, path, protocol) {
    return new Promise((resolve, reject) => {
      const key = crypto.randomBytes(16).toString('base64');
      this.tls = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, () => {
        this.tls.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
          + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`);
      });
      this.tls.on('error', reject);
      this.tls.on('close', () => { this.gone = true; this.tellClosed({ code: this.closeCode ?? 1006 }); });
      let rest = Buffer.alloc(0);
      let upgraded = false;
      this.tls.on('data', (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        if (!upgraded) {
          const end = rest.indexOf('\r\n\r\n');
          if (end < 0) return;
          const head = rest.subarray(0, end).toString('latin1');
          if (!head.startsWith('HTTP/1.1 101')) {
            reject(new Error(head.split('\r\n')[0]));
            this.tls.destroy();
            return;
          }
          upgraded = true;
          rest = rest.subarray(end + 4);
          resolve();
        }
        rest = this.takeFrames(rest);
      });
    });
  }

  takeFrames(bytes) {
    for (;;) {
      if (bytes.length < 2) return bytes;
      const short = bytes[1] & 127;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < at) return bytes;
      const len = at === 2 ? short : at === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < at + len) return bytes;
      this.takeFrame(bytes[0] & 15, Buffer.from(bytes.subarray(at, at + len)));
      bytes = bytes.subarray(at + len);
    }
  }

  takeFrame(opcode, data) {
    if (opcode === 1 || opcode === 2) this.heard.push(data);
    if (opcode === 1) this.messages.push(JSON.parse(data.toString('utf8')));
    else if (opcode === 2) this.objects.push(data);
    else if (opcode === 9) this.frame(10, data);
    else if (opcode === 8) { this.closeCode = data.length >= 2 ? data.readUInt16BE(0) : 1005; this.tls.end(); }
    this.waiters = this.waiters.filter((w) => !w());
  }

  frame(opcode, data) {
    const mask = crypto.randomBytes(4);
    const n = data.length;
    const head = n < 126 ? Buffer.from([0x80 | opcode, 0x80 | n])
      : n < 65536 ? Buffer.from([0x80 | opcode, 0x80 | 126, n >> 8, n & 255])
        : Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | 127]), (() => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; })()]);
    const masked = Buffer.from(data);
    for (let i = 0; i < n; i += 1) masked[i] ^= mask[i & 3];
    this.tls.write(Buffer.concat([head, mask, masked]));
  }

  text(text) { this.frame(1, Buffer.from(text)); }
  send(message) { this.text(JSON.stringify(message)); }
  binary(data) { this.frame(2, data); }
  // The line drops without a word.
  drop() { this.tls.destroy(); }

  // Waits until probe() gives something true; it is asked again after each message.
  when(what, probe, timeoutMs = 60000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`timed out waiting for ${what}${this.gone ? ' on a line that is closed' : ''}; got ${
        JSON.stringify(this.messages.slice(-5))}`)), timeoutMs);
      const look = () => {
        const value = probe();
        if (value) { clearTimeout(timer); resolve(value); }
        return Boolean(value);
      };
      if (!look()) this.waiters.push(look);
    });
  }

  // The next message of this type that fits and was not taken before.
  async next(type, fits = () => true) {
    const message = await this.when(type, () => this.messages.find((m) => m.type === type && fits(m)));
    this.messages.splice(this.messages.indexOf(message), 1);
    return message;
  }

  event(kind, fits = () => true) { return this.next('event', (m) => m.kind === kind && fits(m)); }
}

// A person at a seat: knows the way from ticket to welcome, and back after a loss.
export class Seat {
  constructor(server, session, api, expertKey) {
    Object.assign(this, { server, session, api, expertKey, deviceKey: new Key(), lastNo: 0 });
  }

  async ticket() {
    this.ticketInfo = await this.api.post(`/sessions/${this.session}/tickets`, { device_key: this.deviceKey.base64 });
    return this.ticketInfo;
  }

  hello(extra = {}) {
    const token = extra.ticket ?? extra.resume_token;
    const { seat_id: seat, epoch } = this.ticketInfo;
    return {
      type: 'hello', v: 1, session: this.session, device_key: this.deviceKey.base64,
      proof: this.deviceKey.sign(`bidroom.hello.v1\n${this.session}\n${token}\n`),
      ...(this.expertKey ? { seat_cert: seatCert(this.expertKey, { session: this.session, seat, epoch, deviceKey: this.deviceKey }) } : {}),
      client: { name: 'test', version: '1' }, resume_after: this.lastNo, ...extra,
    };
  }

  async enter(extra) {
    this.socket = await RoomSocket.connect(this.server, this.session);
    this.socket.send(this.hello(extra));
    this.welcome = await this.socket.next('welcome');
    this.resumeToken = this.welcome.resume_token;
    return this.welcome;
  }

  async join() {
    const { ticket } = await this.ticket();
    return this.enter({ ticket });
  }

  resume(after = this.lastNo) { return this.enter({ resume_token: this.resumeToken, resume_after: after }); }

  async publish(kind, more = {}) {
    const form = kind === 'mic' ? { codec: 'opus' } : { codec: 'vp8', width: 320, height: 180, fps: 15 };
    this.socket.send({ type: 'publish', ref: `r-${kind}`, kind, ...form, ...more });
    return (await this.socket.next('track', (m) => m.ref === `r-${kind}`)).track;
  }

  // Says something that becomes an act; its ack, or the error it was refused with.
  async act(type, fields = {}) {
    this.nActs = (this.nActs ?? 0) + 1;
    const id = `${type}-${this.nActs}-${this.socket.tls.localPort}`;
    this.socket.send({ type, id, ...fields });
    const answer = await this.socket.when(`the answer to ${type}`, () => this.socket.messages.find(
      (m) => (m.type === 'ack' && m.id === id) || (m.type === 'error' && m.ref === id)));
    this.socket.messages.splice(this.socket.messages.indexOf(answer), 1);
    return answer;
  }
}

// A session with `n` experts at their seats and a host, as the pages of earlier steps would leave it.
export async function roomSession(server, { n = 3, step = 'scoring' } = {}) {
  const sessionId = newId();
  const now = "UTC_TIMESTAMP(6)";
  const host = await server.account(`host${sessionId.slice(-6)}`, ['host'], { name: '主持人' });
  const seats = [];
  server.sql(`INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, host, created_at)
    VALUES ('${sessionId}', '${newId()}', '评标会', '${step}', ${n}, ${now}, '${host.accountId}', ${now})`);
  for (let i = 1; i <= n; i += 1) {
    const expert = await server.account(`expert${i}${sessionId.slice(-6)}`, ['expert'], { name: `专家${i}` });
    const key = new Key();
    await expert.post('/me/keys', { purpose: 'expert', alg: 'ed25519', public_key: key.base64 });
    server.sql(`INSERT INTO seat (session_id, seat_id, label, account_id, role)
      VALUES ('${sessionId}', 'seat_${i}', '${i}号席', '${expert.accountId}', 'expert');
      UPDATE sign_in SET session_id = '${sessionId}', seat_id = 'seat_${i}' WHERE account_id = '${expert.accountId}'`);
    seats.push(new Seat(server, sessionId, expert, key));
  }
  return { sessionId, seats, host: new Seat(server, sessionId, host) };
}

// A room session stands for itself; what also names its project (the wall, the patrol log) needs one.
export function announceProject(server, sessionId, { code = 'P1', name = '云平台运维服务' } = {}) {
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact,
    rulebook_version, holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, '${code}', 'gp', 'services', '${name}', '370402', 'open', '采购人', '电话', 'v1', 2, 60, 'announced', COALESCE(host, '${'0'.repeat(26)}'), created_at
    FROM eval_session WHERE session_id = '${sessionId}'`);
}

export function newId() {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return `01${[...crypto.randomBytes(24)].map((b) => alphabet[b & 31]).join('')}`;
}
