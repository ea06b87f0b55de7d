// SPDX-License-Identifier: GPL-3.0-or-later
// A person before the console whose page is looked at closely: what goes wrong in it, and what people with a
// screen reader or a keyboard would miss.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { totp } from './api.mjs';
import { top } from './server.mjs';

const axe = fs.readFileSync(createRequire(path.join(top, 'server/web/package.json')).resolve('axe-core/axe.min.js'), 'utf8');

// Once in a hundred times, under load, Chromium leaves a picture behind when it hands the stream of a camera to a worker: a
// page that does nothing but that shows it. A page without a camera of its own has to close all that it decodes.
const LEFT_PICTURE = /^A VideoFrame was garbage collected/;

// How often a key repeats before somebody looks where it led.
const HELD = 8;

// In the page: whether this element, or one in it, has the focus. If not, Tab leads no further than to it.
function stopHere(element) {
  const there = () => element === document.activeElement || element.contains(document.activeElement);
  window.removeEventListener('keydown', window.stopTab, true);
  if (there()) return true;
  window.stopTab = (event) => {
    if (event.key !== 'Tab' || !there()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', window.stopTab, true);
  return false;
}

// A new window of the browser (support/browser.mjs); locale: zh or en.
export async function personAt(browser, locale = 'zh') {
  const page = await browser.person({ width: 1366, height: 768 });
  await page.addInitScript((l) => localStorage.setItem('bidroom.locale', l), locale);
  return new Person(page, `${browser.url}/console`);
}

// What a page asked for and has not got yet. Playwright's own "networkidle" waits half a second each time.
class Line {
  constructor(page) {
    Object.assign(this, { page, begun: 0, open: new Set(), wake: () => {} });
    const end = (request) => { this.open.delete(request); this.wake(); };
    page.on('request', (request) => {
      // A new document takes nothing over from the one before it.
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.open.clear();
      this.begun += 1;
      this.open.add(request);
    });
    page.on('requestfinished', end);
    page.on('requestfailed', end);
  }

  async quiet() {
    const give = Date.now() + 60000;
    for (let begun = -1; this.open.size || begun !== this.begun;) {
      if (Date.now() > give || this.page.isClosed()) assert.fail(`still on its way: ${[...this.open].map((r) => r.url())}`);
      begun = this.begun;
      if (this.open.size) await this.event();
      // What came is worked off first; a page that goes to another one meanwhile is asked there.
      else await this.page.evaluate(() => new Promise((done) => { requestIdleCallback(() => setTimeout(done, 30), { timeout: 1000 }); })).catch(() => { begun = -1; });
    }
  }

  event() {
    return new Promise((done) => {
      const timer = setTimeout(done, 1000);
      this.wake = () => { clearTimeout(timer); done(); };
    });
  }
}

export class Person {
  constructor(page, base) {
    Object.assign(this, { page, base, complaints: [], line: new Line(page) });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal is an answer the page shows, not a fault of the page.
      if (message.type() === 'error' && !/^Failed to load resource: the server responded with a status of 4/.test(message.text()))
        this.complaints.push(`${message.text()} (${message.location().url})`);
    });
  }

  // Goes to a page of the console and waits until it has loaded what it shows.
  async go(place) {
    await this.page.goto(this.base + place);
    await this.settled();
  }

  // Nothing is on its way, the page has no work left and asked for nothing more after what came, and says itself that it
  // is ready.
  async settled() {
    await this.page.waitForLoadState('load');
    await this.line.quiet();
    await this.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  }

  async signIn({ login, password, totpSecret }) {
    const { page } = this;
    await this.go('/sign-in');
    await page.fill('#login', login);
    await page.fill('#password', password);
    await page.click('button[type=submit]');
    if (totpSecret) {
      await page.fill('#totp', totp(totpSecret, Date.now()));
      await page.click('button[type=submit]');
    }
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
    if (page.url().includes('/console/totp')) await this.later();
    await this.settled();
  }

  // Sits down with the pass of the gate, by the keyboard.
  async sitDown(pass) {
    const { page } = this;
    await this.go('/seat');
    await this.type(page.locator('#pass'), pass);
    await this.press(page.getByRole('button', { name: '入席' }));
    await page.waitForURL(/\/sessions\/\w+\/seat$/);
    await this.settled();
  }

  // Goes from control to control by the keyboard alone until this one has the focus. The key is held down: the page
  // is asked now and then, and takes no more of it once the focus is where it should be.
  async tabTo(locator) {
    const { page } = this;
    await locator.waitFor().catch(async (error) => {
      error.message += `\nthe page says: ${await page.locator('main').innerText().catch(() => '')}`;
      throw error;
    });
    // A control that is not to be reached yet (disabled while something loads) may become so.
    const give = Date.now() + 10000;
    for (let pressed = 0; pressed < 200 || Date.now() < give; pressed += HELD) {
      if (await locator.evaluate(stopHere)) return;
      await Promise.all(Array.from({ length: HELD }, () => page.keyboard.down('Tab')));
      await page.keyboard.up('Tab');
    }
    assert.fail(`the keyboard does not reach ${locator}`);
  }

  // Goes there and presses it.
  async press(locator, key = 'Enter') {
    await this.tabTo(locator);
    await this.page.keyboard.press(key);
  }

  // Goes to a field and writes into it.
  async type(locator, text) {
    await this.tabTo(locator);
    await this.page.keyboard.insertText(text);
  }

  // Goes to a chooser of files, opens it and takes these.
  async choose(locator, files) {
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.press(locator, 'Space')]);
    await chooser.setFiles(files);
  }

  // Goes to a button that asks once more before it acts, and says yes.
  async confirm(locator) {
    await this.press(locator);
    await this.press(this.page.locator('.el-message-box').getByRole('button', { name: '确定' }));
    await this.page.locator('.el-message-box').waitFor({ state: 'hidden' });
  }

  // Goes to a button that asks for a text before it acts, and gives it.
  async giveReason(locator, text) {
    const box = this.page.locator('.el-message-box');
    await this.press(locator);
    await this.type(box.locator('textarea'), text);
    await this.press(box.getByRole('button', { name: '确定' }));
    await box.waitFor({ state: 'hidden' });
  }

  // In a demo database the authenticator may wait.
  async later() {
    await this.page.locator('[data-test=totp-later]').click();
    await this.page.waitForURL((url) => !url.pathname.endsWith('/totp'));
  }

  // The page has no fault of its own and none that axe can see (WCAG 2.1 A and AA).
  async looksWhole(what) {
    // What is fading in or out has not its own colours; a message would begin to while axe is reading.
    await this.page.waitForFunction(() => !document.querySelector('.el-message') && document.getAnimations().every((a) => a.playState !== 'running'));
    if (!await this.page.evaluate(() => !!window.axe)) await this.page.evaluate(`${axe};0`);
    // Preloading would fetch style sheets, which a page from disk may not.
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { preload: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')}`);
    });
    assert.deepEqual(found, [], what);
    const sends = await this.page.evaluate(() => !!window.bidroomRoom?.().state?.own.cam);
    assert.deepEqual(this.complaints.filter((c) => !(sends && LEFT_PICTURE.test(c))), [], what);
  }
}
