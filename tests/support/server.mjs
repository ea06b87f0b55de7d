// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the real bidroomd with a private mariadbd in a temporary directory, and stops it.
import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { House } from './house.mjs';

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = path.resolve(process.env.BIDROOM_BUILD ?? path.join(top, 'build'));

// Whether what is tested was built with sanitizers, which make it slower by far.
export const sanitized = JSON.parse(fs.readFileSync(path.join(build, 'meson-info/intro-buildoptions.json'), 'utf8'))
  .some((option) => option.name === 'b_sanitize' && option.value !== 'none');

// As root, server and database run under this account, as they do in production.
const USER = 'nobody';

// Sanitizers must end the process loudly; mariadbd is not ours and is started without them.
const sanitizers = (suppressions) => ({
  ASAN_OPTIONS: 'abort_on_error=0:detect_leaks=1:exitcode=99',
  LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0`,
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:exitcode=99',
  G_SLICE: 'always-malloc',
});

export class Server extends House {
  // options: { config: {section: {key: value}}, demo: true, dir: existing directory to use again,
  //            env: more of the environment, disk: true for syncs that are written down and can be slowed,
  //            small: { dir: below the data, size: '3m' }, a directory that has room for no more,
  //            name: of the configuration file, roomUrl: of the process with the rooms, if it is not this one }
  constructor(options = {}) {
    super(undefined);
    this.options = options;
    this.dir = options.dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-'));
    this.logs = [];
    this.waiters = [];
    this.port = options.port ?? 0;
  }

  get dataDir() { return path.join(this.dir, 'data'); }
  get dbDir() { return path.join(this.dir, 'db'); }
  get configPath() { return path.join(this.dir, `${this.options.name ?? 'bidroom'}.conf`); }

  // What that account reads or runs is put beside the data: a clone in root's home is closed to it.
  settle() {
    fs.mkdirSync(this.dbDir, { recursive: true });
    this.program = path.join(this.dir, 'bidroomctl');
    this.console = path.join(this.dir, 'console');
    this.suppressions = path.join(this.dir, 'report.supp');
    fs.copyFileSync(path.join(build, 'server/bidroomctl'), this.program);
    fs.copyFileSync(path.join(top, 'tests/support/report.supp'), this.suppressions);
    if (this.options.disk) fs.copyFileSync(path.join(build, 'tests/support/libsync_shim.so'), this.shim);
    const dist = path.join(top, 'server/web/dist');
    if (fs.existsSync(dist)) fs.cpSync(dist, this.console, { recursive: true });
    if (process.getuid() !== 0) return;
    const { uid, gid } = ids(USER);
    for (const dir of [this.dir, this.dbDir]) fs.chownSync(dir, uid, gid);
  }

  writeConfig() {
    const base = {
      server: {
        listen_address: '127.0.0.1', https_port: String(this.port), data_dir: this.dataDir,
        public_url: `https://localhost:${this.port}`,
        room_url: this.roomUrl,
        console_dir: this.console,
        ...(process.getuid() === 0 ? { user: USER } : {}),
      },
      database: { embedded_dir: this.dbDir },
      ledger: { origin: 'test.bidroom.example/ledger' },
      clock: { max_error_ms: '0' }, // whether the machine's clock is kept by NTP is not for a test to ask
      accounts: { password_mib: '19' }, // a house is full of accounts before the test begins
      // Tests of what comes after a project begin with one (b_05_draft_test), and close a lot once they have looked at
      // it (c_10_bids_killed_test).
      trade: { project_approval: 'false', close_at_deadline: 'false' },
      // However little room there is where tests run; what the recorder does with little is asked by h_00_archive_test.
      record: { low_mib: '0', stop_mib: '0' },
      demo: { allowed: String(this.options.demo !== false) },
    };
    for (const [section, keys] of Object.entries(this.options.config ?? {}))
      base[section] = { ...base[section], ...keys };
    const text = Object.entries(base).map(([section, keys]) => `[${section}]\n`
      + Object.entries(keys).map(([key, value]) => `${key}=${value}\n`).join('')).join('\n');
    fs.writeFileSync(this.configPath, text);
  }

  get roomUrl() { return this.options.roomUrl ?? `wss://localhost:${this.port}`; }

  // With `disk`: what was synced, and how much longer a sync takes (sync_shim.c).
  get shim() { return path.join(this.dir, 'sync_shim.so'); }
  get syncLog() { return path.join(this.dir, 'synced'); }
  get syncDelay() { return path.join(this.dir, 'sync_delay_ms'); }

  diskEnv() {
    if (!this.options.disk) return {};
    return {
      LD_PRELOAD: this.shim, BIDROOM_SYNC_LOG: this.syncLog, BIDROOM_SYNC_DELAY: this.syncDelay,
      BIDROOM_SYNC_DIR: path.join(this.dataDir, 'reels'),
      // The sanitizer wants to be first, which matters to it only where it replaces what the library does.
      ASAN_OPTIONS: `${sanitizers(this.suppressions).ASAN_OPTIONS}:verify_asan_link_order=0`,
    };
  }

  // Starts and waits until the port is open. A second start of the same Server keeps data and port.
  async start() {
    // The server tells its address to others (tickets, the holder of a room), so it must know it beforehand.
    this.port ||= await freePort();
    this.settle();
    this.writeConfig();
    this.child = spawn(...this.command(), {
      stdio: ['ignore', 'inherit', 'pipe'], env: { ...process.env, ...sanitizers(this.suppressions), ...this.diskEnv(), ...this.options.env },
    });
    this.exited = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        this.child = null;
        resolve({ code, signal });
      });
    });
    readLines(this.child.stderr, (line) => this.takeLog(line));
    const ready = await Promise.race([this.log('server.ready'), this.exited]);
    if (!ready.port) throw new Error(`bidroomd did not start:\n${this.logs.join('\n')}`);
    this.port = ready.port;
    this.url = `https://localhost:${this.port}`;
    return this;
  }

  // A small directory is a file system of its own, which this process alone sees.
  command() {
    const program = path.join(build, 'server/bidroomd'), { small } = this.options;
    if (!small) return [program, ['--config', this.configPath]];
    const dir = path.join(this.dataDir, small.dir);
    fs.mkdirSync(dir, { recursive: true });
    return ['unshare', [process.getuid() === 0 ? '-m' : '-rm', 'sh', '-c', 'mount -t tmpfs -o mode=1777,size="$0" none "$1" && exec "$2" --config "$3"',
      small.size, dir, program, this.configPath]];
  }

  takeLog(line) {
    this.logs.push(line);
    if (process.env.BIDROOM_TEST_LOG) process.stderr.write(`${line}\n`);
    let entry;
    try { entry = JSON.parse(line.replace(/^<\d>/, '')); } catch { return; }
    this.waiters = this.waiters.filter((w) => !(w.event === entry.event && (w.resolve(entry), true)));
  }

  // The next log line of this event.
  log(event) {
    return new Promise((resolve) => this.waiters.push({ event, resolve }));
  }

  // SIGTERM and a clean end; a sanitizer's finding is an error.
  async stop() {
    if (!this.child) return;
    this.child.kill('SIGTERM');
    const { code, signal } = await this.exited;
    if (code !== 0) throw new Error(`bidroomd ended with ${code ?? signal}:\n${this.logs.slice(-60).join('\n')}`);
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  // Stops and deletes everything.
  async remove() {
    try {
      await this.stop();
    } finally {
      fs.rmSync(this.dir, { recursive: true, force: true });
    }
  }

  ctl(...args) {
    const run = spawnSync(this.program, ['--config', this.configPath, ...args],
      { encoding: 'utf8', env: { ...process.env, ...sanitizers(this.suppressions) }, ...asUser() });
    return { code: run.status, out: run.stdout, err: run.stderr };
  }

  // The same, while what this process serves goes on answering.
  ctlAside(...args) {
    return new Promise((resolve) => {
      execFile(this.program, ['--config', this.configPath, ...args], { encoding: 'utf8', env: { ...process.env, ...sanitizers(this.suppressions) }, ...asUser() },
        (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
    });
  }

  // One SQL text as the database's root, for what no act would do. Returns rows of columns.
  sql(text) {
    const run = spawnSync('mariadb', ['--no-defaults', '-S', path.join(this.dbDir, 'db.sock'),
      '-N', '-B', '--raw', 'bidroom'], { input: text, encoding: 'utf8', maxBuffer: 1 << 28, ...asUser() });
    if (run.status !== 0) throw new Error(run.stderr.slice(-500));
    return run.stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
  }

  // The statements of a file, for more than a command line takes.
  sqlFile(file) {
    const run = spawnSync('mariadb', ['--no-defaults', '-S', path.join(this.dbDir, 'db.sock'), '--max-allowed-packet=64M', 'bidroom'],
      { encoding: 'utf8', input: fs.readFileSync(file), ...asUser() });
    if (run.status !== 0) throw new Error(run.stderr);
  }

  // Opens the house; returns { sysadmin, secadmin, auditor } as signed-in Api objects.
  async openHouse() {
    const { code, out, err } = this.ctl('init', ...(this.options.demo === false ? [] : ['--demo']));
    if (code !== 0) throw new Error(`bidroomctl init: ${err}`);
    return this.takeAdmins(JSON.parse(out).accounts);
  }
}

function ids(user) {
  const line = fs.readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith(`${user}:`));
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function asUser() {
  return process.getuid() === 0 ? ids(USER) : {};
}

// Portal and rooms as two processes over one data directory; the portal's mariadbd serves both. The portal is to be
// started first.
export async function twoProcesses() {
  const roomPort = await freePort();
  const portal = new Server({ name: 'portal', roomUrl: `wss://localhost:${roomPort}`, config: { server: { role: 'portal' } } });
  return { portal, rooms: roomProcess(portal, { name: 'rooms', dir: portal.dir, port: roomPort }) };
}

function roomProcess(portal, options) {
  const account = (name) => path.join(portal.dbDir, 'accounts', name);
  return new Server({
    ...options, config: {
      server: { role: 'room' },
      database: {
        embedded_dir: '', socket: path.join(portal.dbDir, 'db.sock'),
        password_file: account('service'), schema_password_file: account('schema'),
      },
    },
  });
}

// One more process for rooms, as on a machine of its own: its disk is not the others', the house's keys are. For a house
// that is open.
export function otherRooms(portal) {
  const dir = path.join(portal.dir, 'other');
  for (const name of ['keys', 'tls.crt', 'tls.key'])
    fs.cpSync(path.join(portal.dataDir, name), path.join(dir, 'data', name), { recursive: true });
  if (process.getuid() === 0) spawnSync('chown', ['-R', USER, dir]);
  return roomProcess(portal, { name: 'other', dir });
}

// The private mariadbd of a database directory; undefined when there is none.
export function databasePid(dbDir) {
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let args;
    try { args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'); } catch { continue; }
    if (args[1] === `--defaults-file=${dbDir}/my.cnf`) return Number(pid);
  }
  return undefined;
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function readLines(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    lines.forEach(take);
  });
}

// Waits until probe() gives something true; errors of probe count as not yet. What takes long to look at is
// looked at less often: it takes as long from those it waits for.
export async function until(what, probe, timeoutMs = 60000) {
  const end = Date.now() + timeoutMs;
  let last;
  for (;;) {
    const begun = Date.now();
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) { last = error; }
    const now = Date.now();
    if (now > end) throw new Error(`timed out waiting for ${what}${last ? `: ${last.message}` : ''}`);
    await new Promise((resolve) => { setTimeout(resolve, Math.max(50, now - begun)); });
  }
}
