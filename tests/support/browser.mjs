// SPDX-License-Identifier: GPL-3.0-or-later
// Chromium as a person in front of the console. playwright-core comes with the console's own modules.
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { freshCode } from './house.mjs';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../server/web');
const { chromium } = createRequire(path.join(web, 'package.json'))('playwright-core');

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
  // Pages that are not in front are not slowed down: several people share this one browser.
  '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'];

// A page of a test lives for seconds: to make its program fast costs more than it brings.
const SHORT_LIVED = '--js-flags=--no-maglev --no-opt --no-lazy-feedback-allocation';

// A page from disk whose pictures a test reads back; without it they are nobody's to read.
const READING = ['--allow-file-access-from-files'];
const DEVICES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

// The key of the house's own certificate, which no authority of the browser knows. Trusted where certificates are
// checked: to let the page go on after each error instead (ignoreHTTPSErrors) starts a request anew for every connection
// that meets the error, and with many at once it ends in ERR_TOO_MANY_RETRIES.
async function keyOf(url) {
  const { hostname, port } = new URL(url);
  const socket = tls.connect({ host: hostname, port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
  socket.destroy();
  return crypto.createHash('sha256').update(key).digest('base64');
}

export class Browser {
  // shots: a folder for pictures, or none; devices: with a camera, a microphone and a screen of tests, which nobody is asked about;
  // reading: pages from disk may read what they show; measured: programs become as fast as they would for people.
  static async launch(url, { shots, devices, reading, measured } = {}) {
    const it = new Browser();
    it.url = url;
    it.shots = shots;
    if (shots) fs.mkdirSync(shots, { recursive: true });
    it.browser = await chromium.launch({
      executablePath: process.env.BIDROOM_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [...FLAGS, ...(measured ? [] : [SHORT_LIVED]), ...(url ? [`--ignore-certificate-errors-spki-list=${await keyOf(url)}`] : []),
        ...(devices ? DEVICES : []), ...(reading ? READING : []), ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
    });
    return it;
  }

  // A window of its own: cookies are not shared. Errors of its pages are collected on it. Somebody who asked for less
  // motion: what fades in has to be drawn thirty times and waited for.
  async person({ width = 1280, height = 860 } = {}) {
    const context = await this.browser.newContext({ viewport: { width, height }, locale: 'zh-CN', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(60000);
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(String(error)));
    return page;
  }

  // Signs an account in at the console, with its code if it has an authenticator; in a demonstration that may wait.
  async signIn(account, size) {
    const page = await this.person(size);
    await page.goto(`${this.url}/console/sign-in`);
    await page.fill('#login', account.login);
    await page.fill('#password', account.password);
    await page.press('#password', 'Enter');
    if (account.totpSecret) {
      await page.locator('input[autocomplete="one-time-code"]').waitFor();
      await page.fill('input[autocomplete="one-time-code"]', await freshCode(account));
      await page.keyboard.press('Enter');
    }
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
    if (new URL(page.url()).pathname.endsWith('/totp')) {
      await page.locator('[data-test=totp-later]').click();
      await page.waitForURL((url) => !url.pathname.endsWith('/totp'));
    }
    return page;
  }

  async shot(page, name) {
    if (this.shots) await page.screenshot({ path: path.join(this.shots, `${name}.png`) });
  }

  // Every page that is open, as it was left: what somebody needs who looks for the cause of a failure.
  async shotAll(name) {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    for (const [i, page] of pages.entries()) await this.shot(page, `${name}-${i + 1}`);
  }

  close() { return this.browser.close(); }
}
