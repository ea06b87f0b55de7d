// SPDX-License-Identifier: GPL-3.0-or-later
// bidroom-client with its window on a screen of its own, seen and used by AT-SPI as a screen reader would.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, readLines, top, until } from './server.mjs';

// What GTK, GLib and GStreamer say when something is wrong. Of GStreamer's log: errors, and the warnings that elements
// give to programs; its notes to itself (no exact filter taps, no answer while a pipeline starts) are none.
const COMPLAINT = /bidroom-client:\d+\):.*(WARNING|CRITICAL|ERROR) \*\*|^\d:\d\d:\d\d\.\d+ .* (ERROR .*|WARN .* (warning|error): )/;

// A button that a program presses is clicked when it has been shown as pressed for 250 ms, and until then takes no
// other press. A program that has much to draw is late with that.
const SHOWN_PRESSED_MS = 1000;

// A display of its own, with a window manager so that dialogs stand where they should.
export class Screen {
  static async start({ width = 1280, height = 800 } = {}) {
    const screen = new Screen();
    screen.server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const number = await new Promise((resolve, reject) => {
      readLines(screen.server.stdio[3], resolve);
      screen.server.on('exit', () => reject(new Error('Xvfb ended')));
    });
    screen.display = `:${number}`;
    screen.manager = spawn('openbox', ['--sm-disable'], { stdio: 'ignore', env: { ...process.env, DISPLAY: screen.display } });
    return screen;
  }

  // A picture of all that is on it.
  shoot(file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    execFileSync('import', ['-window', 'root', '-display', this.display, file]);
  }

  key(...args) { execFileSync('xdotool', args, { env: { ...process.env, DISPLAY: this.display } }); }

  stop() {
    this.manager?.kill();
    this.server.kill();
  }
}

export class WindowClient {
  // { screen, dir, roomUrl, apiUrl, ca, expertKey (file), camera, microphone, language, args, log }
  constructor(options) {
    this.options = options;
    this.dir = options.dir;
    this.errors = [];
    this.answers = [];
    this.pressed = new Map(); // what was pressed -> when
    fs.mkdirSync(this.dir, { recursive: true });
  }

  async start() {
    const o = this.options;
    const args = ['--state-dir', path.join(this.dir, 'state'), '--device-key', path.join(this.dir, 'device.pem'),
      '--camera', o.camera ?? 'test', '--microphone', o.microphone ?? 'test', '--language', o.language ?? 'zh_CN',
      '--loudspeaker', 'none', '--video', '320x180@15',
      ...(o.roomUrl ? ['--server', o.roomUrl, '--api', o.apiUrl, '--ca', o.ca] : []),
      ...(o.expertKey ? ['--expert-key', o.expertKey] : []), ...(o.args ?? [])];
    this.driver = spawn('dbus-run-session', ['--', '/usr/bin/python3', path.join(top, 'tests/support/window_driver.py'),
      path.join(build, 'room-client/bidroom-client'), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env, DISPLAY: o.screen.display, LC_ALL: 'C.UTF-8', GSK_RENDERER: 'cairo', GSETTINGS_BACKEND: 'memory',
        GDK_BACKEND: 'x11', GTK_A11Y: 'atspi', XDG_RUNTIME_DIR: this.dir, XDG_CONFIG_HOME: this.dir,
        GST_DEBUG: process.env.GST_DEBUG ?? '2', GST_DEBUG_NO_COLOR: '1', PYTHONUNBUFFERED: '1',
      },
    });
    readLines(this.driver.stderr, (line) => {
      this.errors.push(line);
      if (process.env.BIDROOM_TEST_LOG) process.stderr.write(`window: ${line}\n`);
    });
    // The registry of AT-SPI, started on demand, says on the same stream that it runs.
    readLines(this.driver.stdout, (line) => line.startsWith('{') && this.answers.shift()?.(JSON.parse(line)));
    this.exited = new Promise((resolve) => {
      this.driver.on('exit', (code, signal) => resolve(this.ended = { code, signal }));
    });
    await until('the window', () => {
      if (this.ended) throw new Error(`the window's program ended:\n${this.errors.join('\n')}`);
      return this.do('has', { role: 'frame' }).catch(() => false);
    }, 120000);
    return this;
  }

  // One command of window_driver.py.
  do(command, what = {}) {
    return new Promise((resolve, reject) => {
      this.answers.push(({ ok, value, error }) => (ok ? resolve(value) : reject(new Error(`${command} ${JSON.stringify(what)}: ${error}`))));
      this.driver.stdin.write(`${JSON.stringify({ do: command, ...what })}\n`);
    });
  }

  has(role, name, more) { return this.do('has', { role, name, ...more }); }

  // The widget must come; what is seen instead is told when it does not.
  async sees(role, name, more) {
    try {
      return await until(`${role} ${name}`, () => this.has(role, name, more), 60000);
    } catch (error) {
      throw new Error(`${error.message}; the window has:\n${(await this.do('tree')).join('\n')}\n${this.errors.join('\n')}`);
    }
  }

  async press(role, name, more) {
    await this.sees(role, name, more);
    const button = `${name} ${more?.within ?? ''}`;
    const since = Date.now() - (this.pressed.get(button) ?? 0);
    if (since < SHOWN_PRESSED_MS) await new Promise((resolve) => { setTimeout(resolve, SHOWN_PRESSED_MS - since); });
    await until(`${name} to take a press`, () => this.do('press', { role, name, ...more }));
    this.pressed.set(button, Date.now());
  }

  // With the Tab key, as who has no mouse gets there. The screen must be this window's alone.
  async reach(role, name, more) {
    await this.sees(role, name, more);
    for (let i = 0; i < 60; i += 1) {
      if (await this.do('reached', { role, name, ...more })) return;
      this.options.screen.key('key', 'Tab');
      // A second Tab before the first was taken would lead past it. At an only stop the focus stays.
      await until('the focus to move', () => this.do('moved'), 2000).catch(() => {});
    }
    throw new Error(`Tab does not lead to ${role} ${name}`);
  }

  async tick(role, name, more) {
    await this.reach(role, name, more);
    this.options.screen.key('key', 'space');
  }

  async fill(name, text) {
    await this.sees('text', name);
    await this.do('fill', { role: 'text', name, text });
  }

  complaints() { return this.errors.filter((line) => COMPLAINT.test(line)); }

  // Ends the program and its session.
  async stop() {
    if (!this.driver || this.ended) return this.ended;
    this.driver.stdin.end();
    return this.exited;
  }
}

// From the form to the device check with a ticket made for the window's own key. words: as the form calls things.
const CHINESE = { way: '席位凭证', ticket: '席位凭证内容或文件路径', session: '评标会编号', go: '继续' };
export async function joinByTicket(window, client, words = CHINESE) {
  await window.press('push button', words.way);
  await window.sees('text', words.ticket);
  const key = (await window.do('names', { role: 'label' })).find((n) => /^[A-Za-z0-9+/]{43}=$/.test(n));
  const ticket = await client.api.post(`/sessions/${client.session}/tickets`, { device_key: key });
  const file = path.join(window.dir, 'ticket.json');
  fs.writeFileSync(file, JSON.stringify(ticket));
  await window.fill(words.ticket, file);
  await window.fill(words.session, client.session);
  await window.press('push button', words.go);
}
