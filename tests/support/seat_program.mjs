// SPDX-License-Identifier: GPL-3.0-or-later
// bidroom-client without a window, driven over its control socket as a person would by hand.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { readLines, until } from './server.mjs';

export class SeatProgram {
  // { program, dir, sessionId, roomUrl, apiUrl, ca (file), expertKey (file), camera, microphone, decode, label, more (arguments), wrap (a command to run it under) }
  constructor(options) {
    this.options = options;
    this.dir = options.dir;
    this.events = []; // what it said unasked, in order
    this.errors = [];
    this.waiters = [];
    this.replies = new Map();
    this.lastTag = 0;
    fs.mkdirSync(this.dir, { recursive: true });
  }

  get socketPath() { return path.join(this.dir, 'control'); }

  async start() {
    const o = this.options;
    const args = ['--headless', '--log', '--server', o.roomUrl, '--api', o.apiUrl, '--session', o.sessionId,
      '--ca', o.ca, '--device-key', path.join(this.dir, 'device.pem'), '--control', this.socketPath,
      '--state-dir', path.join(this.dir, 'state'), '--camera', o.camera ?? 'test', '--microphone', o.microphone ?? 'test',
      '--decode', o.decode ?? 'count', ...(o.label ? ['--label', o.label] : []),
      ...(o.expertKey ? ['--expert-key', o.expertKey] : []), ...(o.more ?? [])];
    const command = [...(o.wrap ?? []), o.program, ...args];
    this.child = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8', G_SLICE: 'always-malloc' },
    });
    readLines(this.child.stderr, (line) => this.errors.push(line));
    this.exited = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      });
    });
    await until('the control socket', () => this.ended || fs.existsSync(this.socketPath));
    if (this.ended) throw new Error(`bidroom-client ended: ${this.errors.join('\n')}`);
    await this.connect();
    this.deviceKey = (await this.ask('state')).state.device_key;
    return this;
  }

  async connect() {
    this.socket = await until('a connection to the control socket', () => new Promise((resolve, reject) => {
      const socket = net.connect(this.socketPath, () => resolve(socket));
      socket.on('error', reject);
    }));
    this.socket.on('error', () => {});
    readLines(this.socket, (line) => this.take(JSON.parse(line)));
  }

  take(message) {
    if (message.reply) {
      this.replies.get(message.tag)?.(message);
      this.replies.delete(message.tag);
      return;
    }
    this.events.push(message);
    this.waiters = this.waiters.filter((w) => !w(message));
  }

  // The answer of a command, which may be a refusal.
  say(cmd, fields = {}) {
    this.lastTag += 1;
    const tag = `t${this.lastTag}`;
    return new Promise((resolve) => {
      this.replies.set(tag, resolve);
      this.socket.write(`${JSON.stringify({ cmd, tag, ...fields })}\n`);
    });
  }

  // The answer of a command that must succeed.
  async ask(cmd, fields) {
    const reply = await this.say(cmd, fields);
    if (!reply.ok) throw new Error(`bidroom-client ${cmd}: ${reply.error}`);
    return reply;
  }

  // Waits for a message of this name that fits, among those of the past too when `since` is an index.
  heard(name, fits = () => true, { since = 0, timeoutMs = 60000 } = {}) {
    const right = (m) => m.event === name && fits(m);
    const past = this.events.slice(since).find(right);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.options.label ?? this.dir}: timed out waiting for ${name}; last: ${
        JSON.stringify(this.events.slice(-3))} ${this.errors.slice(-3).join(' ')}`)), timeoutMs);
      this.waiters.push((m) => {
        if (!right(m)) return false;
        clearTimeout(timer);
        resolve(m);
        return true;
      });
    });
  }

  // With a ticket as the API gave it.
  async join(ticket) {
    const since = this.events.length;
    await this.ask('join', { ticket: ticket.ticket, seat_id: ticket.seat_id, epoch: ticket.epoch, url: ticket.url });
    return this.heard('joined', undefined, { since });
  }

  // An act of the room, until it is acknowledged: { id, event_no }.
  async act(cmd, fields, options) {
    const since = this.events.length;
    const { id } = await this.ask(cmd, fields);
    return this.heard('acked', (m) => m.id === id, { since, ...options });
  }

  async stats() { return (await this.ask('stats')).stats; }
  async state() { return (await this.ask('state')).state; }
  async acked() { return (await this.ask('acked')).acked; }

  async quit() {
    if (this.ended) return this.ended;
    await this.say('quit');
    const end = await this.exited;
    this.socket.destroy();
    return end;
  }

  kill(signal = 'SIGKILL') {
    if (!this.ended) this.child.kill(signal);
    return this.exited;
  }
}
