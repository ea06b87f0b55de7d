// SPDX-License-Identifier: GPL-3.0-or-later
// The seat of tests/independent/seat.py, which shares no code with the product.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { readLines, top } from './server.mjs';

export class OtherSeat {
  // seat: as of roomSession(); its expert's key signs for this program's own device.
  constructor(server, seat) {
    Object.assign(this, { server, seat, told: [], waiters: [], errors: [] });
  }

  async start() {
    this.child = spawn('/usr/bin/python3', [path.join(top, 'tests/independent/seat.py')]);
    readLines(this.child.stdout, (line) => {
      this.told.push(JSON.parse(line));
      this.waiters = this.waiters.filter((w) => !w());
    });
    readLines(this.child.stderr, (line) => this.errors.push(line));
    this.exited = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      });
    });
    this.deviceKey = (await this.hears('device')).device_key;
    return this;
  }

  order(what, fields = {}) { this.child.stdin.write(`${JSON.stringify({ do: what, ...fields })}\n`); }

  // Waits for what it tells of this type, from `since` on.
  hears(type, fits = () => true, { since = 0, timeoutMs = 60000 } = {}) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`timed out waiting for ${type} of the other client; last: ${
        JSON.stringify(this.told.slice(-3))} ${this.errors.join('\n')}`)), timeoutMs);
      const look = () => {
        const found = this.told.slice(since).find((m) => m.type === type && fits(m));
        if (found) { clearTimeout(timer); resolve(found); }
        return Boolean(found);
      };
      if (!look()) this.waiters.push(look);
    });
  }

  async join() {
    const { session, api, expertKey } = this.seat;
    const ticket = await api.post(`/sessions/${session}/tickets`, { device_key: this.deviceKey });
    this.order('join', {
      url: ticket.url, ca: path.join(this.server.dataDir, 'tls.crt'), session, seat: ticket.seat_id,
      epoch: ticket.epoch, ticket: ticket.ticket,
      expert_seed: expertKey.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64'),
    });
    return this.hears('joined');
  }

  async report() {
    const since = this.told.length;
    this.order('report');
    return (await this.hears('report', undefined, { since })).tracks;
  }

  events() { return this.told.filter((m) => m.type === 'event'); }

  async leave() {
    this.order('leave');
    return this.exited;
  }

  kill() {
    if (this.child && !this.ended) this.child.kill('SIGKILL');
    return this.exited;
  }
}
