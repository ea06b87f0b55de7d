// SPDX-License-Identifier: GPL-3.0-or-later
// Starts holder_program.mjs for an account of the house, under an operating system's account of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLines } from './server.mjs';

const PROGRAM = path.join(path.dirname(fileURLToPath(import.meta.url)), 'holder_program.mjs');

export class HolderProcess {
  // uid: its account, or none for our own; dir: its home, which nobody else may enter.
  constructor({ uid, dir, seal, caFile }) {
    Object.assign(this, { uid, dir, seal, caFile, lines: [], waiters: [] });
  }

  // What the account needs lies in its home: it may be unable to see the tree we run from.
  settle() {
    fs.mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const at = (name) => path.join(this.dir, name);
    fs.copyFileSync(PROGRAM, at('holder.mjs'));
    fs.copyFileSync(this.seal, at('bidroom-seal'));
    fs.copyFileSync(this.caFile, at('ca.crt'));
    if (this.uid === undefined) return;
    for (const name of ['.', 'holder.mjs', 'bidroom-seal', 'ca.crt']) fs.chownSync(at(name), this.uid, this.uid);
  }

  async start(url, account) {
    this.settle();
    const prefix = this.uid === undefined ? [] : ['setpriv', `--reuid=${this.uid}`, `--regid=${this.uid}`, '--clear-groups'];
    const [command, ...args] = [...prefix, process.execPath, 'holder.mjs'];
    this.child = spawn(command, args, {
      cwd: this.dir, stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', NODE_EXTRA_CA_CERTS: path.join(this.dir, 'ca.crt') },
    });
    this.exited = new Promise((resolve) => { this.child.on('exit', resolve); });
    this.errors = [];
    readLines(this.child.stderr, (line) => this.errors.push(line));
    readLines(this.child.stdout, (line) => this.take(JSON.parse(line)));
    this.child.stdin.write(`${JSON.stringify({ url, login: account.login, password: account.password, seal: path.join(this.dir, 'bidroom-seal'), dir: this.dir })}\n`);
    return this.said((line) => line.ready);
  }

  take(line) {
    this.lines.push(line);
    this.waiters = this.waiters.filter((w) => !w(line));
  }

  // The line that fits, said or still to come.
  said(fits) {
    const past = this.lines.find(fits);
    if (past) return Promise.resolve(past);
    return Promise.race([
      new Promise((resolve) => { this.waiters.push((line) => fits(line) && (resolve(line), true)); }),
      this.exited.then(() => { throw new Error(`the holder's process ended: ${this.errors.join('\n')}`); }),
    ]);
  }

  async stop() {
    this.child?.stdin.end();
    return this.exited;
  }
}
