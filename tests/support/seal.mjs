// SPDX-License-Identifier: GPL-3.0-or-later
// bidroom-seal as people run it: secrets stay in files of a folder of their own.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export class ToolRefusal extends Error {
  constructor(command, code, stderr) {
    super(`bidroom-seal ${command} ended with ${code}: ${stderr.trim()}`);
    this.exitCode = code;
    this.code = /^bidroom-seal[^:]*: (\w+):/m.exec(stderr)?.[1];
  }
}

export class Seal {
  // program: the tool; dir: where its files go
  constructor(program, dir) {
    this.program = program;
    this.dir = dir;
    fs.mkdirSync(dir, { recursive: true });
  }

  path(name) { return path.join(this.dir, name); }

  write(name, value) {
    fs.writeFileSync(this.path(name), typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
    return this.path(name);
  }

  // The line of JSON a sub-command prints.
  run(command, ...args) {
    return new Promise((resolve, reject) => {
      execFile(this.program, [command, ...args], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
        if (error) reject(new ToolRefusal(command, error.code, stderr));
        else resolve(JSON.parse(stdout));
      });
    });
  }

  // { alg, kid, public_key }; the private key is in the file.
  keygen(name, type = 'p256') { return this.run('keygen', '--type', type, '--out', this.path(name)); }

  // The offer of one bidder for one lot: { file, receipt_digest, size, … }.
  async seal({ name, key, tender, lot, bidder, offer, documents }) {
    const file = this.path(`${name}.bid`);
    const summary = await this.run('seal', '--key', key, '--lot', lot,
      '--tender', this.write(`${name}.tender.json`, tender),
      '--offer', this.write(`${name}.offer.json`, { bidder, offer }),
      '--out', file, ...documents);
    return { file, ...summary };
  }

  release(key, bid) { return this.run('release', '--key', key, bid); }
  share(key, bid) { return this.run('share', '--key', key, bid); }
  drawShare(key, task) { return this.run('share', '--key', key, '--draw', task); }

  verifyReceipt({ receipt, logKey, bid }) {
    return this.run('receipt', '--verify', receipt, '--log-key', logKey, ...(bid ? ['--bid', bid] : []));
  }

  // { party, commitment, slots }; the nonce is in the file `name`.
  nonce(name, draw, party) {
    return this.run('nonce', '--draw', this.write(`${name}.draw.json`, draw), '--party', party, '--out', this.path(name));
  }

  readNonce(name) { return JSON.parse(fs.readFileSync(this.path(name), 'utf8')); }
}

// What a program prints on standard output; it must end with 0.
export const capture = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
