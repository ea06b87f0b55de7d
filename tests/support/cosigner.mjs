// SPDX-License-Identifier: GPL-3.0-or-later
// The cosigner as its own process, and a server that lies to it: static files and answers the test chooses.
import { spawnSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { build } from './server.mjs';

const program = path.join(build, 'server/bidroomctl');

export class Cosigner {
  constructor(dir, { url, ca, logKey, heartbeat = 600 }) { Object.assign(this, { dir, url, ca, logKey, heartbeat }); }

  make(name) {
    const run = spawnSync(program, ['cosign', '--state', this.dir, '--new', name], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    this.key = run.stdout.trim();
    return this.key;
  }

  // One look; the process may not block the event loop, for the lying server runs in it.
  look() {
    const child = spawn(program, ['cosign', '--state', this.dir, '--url', this.url, '--ca', this.ca, '--log-key', this.logKey,
      '--heartbeat', String(this.heartbeat)]);
    const out = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => out.push(bytes));
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, out: Buffer.concat(out).toString() }));
    });
  }

  alarms() {
    const file = path.join(this.dir, 'alarms.jsonl');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
  }
}

// Shows a copy of the public ledger files, as it stood when it was taken; what is posted is handed to `answer`.
export class Liar {
  constructor({ cert, key }) {
    Object.assign(this, { files: new Map(), answer: () => [200, { tree_size: 1, new: true, events: [] }] });
    this.server = https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) }, (request, response) => {
      const name = request.url.replace(/^\/ledger\//, '');
      if (request.method === 'POST') {
        const body = [];
        request.on('data', (bytes) => body.push(bytes));
        request.on('end', () => {
          const [status, json] = this.answer(JSON.parse(Buffer.concat(body)));
          response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
        });
      } else if (this.files.has(name)) response.end(this.files.get(name));
      else response.writeHead(404).end();
    });
  }

  async start() {
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.url = `https://localhost:${this.server.address().port}`;
    return this;
  }

  // All files below a folder, by their names in it.
  show(dir) {
    this.files = new Map(fs.readdirSync(dir, { recursive: true }).map(String)
      .filter((name) => fs.statSync(path.join(dir, name)).isFile()).map((name) => [name, fs.readFileSync(path.join(dir, name))]));
  }

  stop() { this.server.closeAllConnections(); this.server.close(); }
}
