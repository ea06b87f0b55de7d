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

// A new window of the browser (support/browser.mjs); locale: zh or en.
export async function personAt(browser, locale = 'zh') {
  const page = await browser.person({ width: 1366, height: 768 });
  await page.addInitScript((l) => localStorage.setItem('bidroom.locale', l), locale);
  return new Person(page, `${browser.url}/console`);
}

export class Person {
  constructor(page, base) {
    Object.assign(this, { page, base, complaints: [] });
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

  async settled() {
    await this.page.waitForLoadState('networkidle');
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

  // Goes from control to control by the keyboard alone until this one has the focus.
  async tabTo(locator) {
    await locator.waitFor().catch(async (error) => {
      error.message += `\nthe page says: ${await this.page.locator('main').innerText().catch(() => '')}`;
      throw error;
    });
    for (let i = 0; i < 200; i += 1) {
      if (await locator.evaluate((e) => e === document.activeElement || e.contains(document.activeElement))) return;
      await this.page.keyboard.press('Tab');
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
    await this.page.evaluate(`${axe};0`);
    // Preloading would fetch style sheets, which a page from disk may not.
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')}`);
    });
    assert.deepEqual(found, [], what);
    const sends = await this.page.evaluate(() => !!window.bidroomRoom?.().state?.own.cam);
    assert.deepEqual(this.complaints.filter((c) => !(sends && LEFT_PICTURE.test(c))), [], what);
  }
}
