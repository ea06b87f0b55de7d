// SPDX-License-Identifier: GPL-3.0-or-later
// An expert's desk at a seat, once as a program of the contract, once as the console in a browser with its keyboard.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { seatSignIn } from './panel.mjs';
import { until } from './server.mjs';
import { fillSheet, promise, reportStatement, signReport, submitSheet } from './sheets.mjs';

export class ApiDesk {
  constructor(house) { this.house = house; }

  async enter(pass, deviceKey) {
    this.api = await seatSignIn(this.house, pass, deviceKey);
    this.path = `/sessions/${this.api.sessionId}`;
  }

  ticket(deviceKey) { return this.api.post(`${this.path}/tickets`, { device_key: deviceKey }); }
  promise() { return promise(this.api, this.api.sessionId); }
  vote(leader) { return this.api.post(`${this.path}/leader-votes`, { member_no: leader.member_no }); }

  // scoreOf: (bid, item) → score, both as the sheet of the API names them.
  async score(lot, scoreOf) {
    const scores = await fillSheet(this.api, this.api.sessionId, lot.lot_id, scoreOf);
    return submitSheet(this.api, this.api.sessionId, lot.lot_id, scores);
  }

  // Signs the digest of the bytes that came, not one that was told.
  sign(member) { return signReport(this.api, this.api.sessionId, member.member_no, member.key.privateKey); }
}

export class PageDesk {
  constructor(browser) { this.browser = browser; }

  async enter(pass) {
    this.page = await this.browser.person();
    await this.page.goto(`${this.browser.url}/console/seat`);
    // Enter does nothing as long as the button does nothing.
    await until('the pass to be taken', async () => {
      await this.page.fill('#pass', pass);
      return this.page.locator('button[type=submit]').isEnabled();
    });
    await this.page.press('#pass', 'Enter');
    await this.page.waitForURL(/\/sessions\/\w+\/seat$/).catch(async (error) => {
      throw new Error(`the seat does not open: ${await this.page.innerText('body')}`, { cause: error });
    });
    this.path = `/api/v1${new URL(this.page.url()).pathname.replace(/^\/console|\/seat$/g, '')}`;
  }

  // The room client on the same desk sits down with a ticket of this sign-in.
  ticket(deviceKey) {
    return this.page.evaluate(async ({ url, body }) => {
      const response = await fetch(url, {
        method: 'POST', body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'x-csrf-token': localStorage.getItem('bidroom.csrf') },
      });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    }, { url: `${this.path}/tickets`, body: { device_key: deviceKey } });
  }

  async confirm() {
    await this.page.locator('.el-message-box .el-button--primary').click();
  }

  async promise() {
    await this.page.getByText('我与各投标人没有应当回避的情形').click();
    await this.page.getByRole('button', { name: '作出承诺' }).click();
    await this.page.locator('#main').getByText('您已作出承诺').waitFor();
  }

  async vote(leader) {
    await this.page.locator('label.el-radio', { hasText: leader.alias }).click();
    await this.page.getByRole('button', { name: '投票', exact: true }).click();
    await this.confirm();
  }

  // By keyboard alone: Enter leads down the column and to the top of the next.
  async score(lot, scoreOf) {
    const { page } = this;
    await page.getByRole('tab', { name: lot.name }).click();
    const table = page.getByRole('tabpanel', { name: lot.name }).locator('table:has(input[data-cell])');
    await table.locator('[data-cell="0,0"]').focus();
    const names = await table.locator('tbody th').allInnerTexts();
    for (const item of lot.items) {
      for (const name of names) {
        await page.keyboard.type(scoreOf({ bidder_name: name.trim() }, item));
        await page.keyboard.press('Enter');
      }
    }
    await page.keyboard.press('Tab');
    await this.browser.shot(page, `sheet-lot${lot.no}`);
    await page.getByRole('tabpanel', { name: lot.name }).getByRole('button', { name: '提交评分表' }).click();
    await this.confirm();
    await page.getByRole('tabpanel', { name: lot.name }).getByText('评分表已提交').waitFor();
  }

  // The key is on the expert's card, not in this browser: the signature is made beside it and brought here.
  async sign(member) {
    const { page } = this;
    await page.locator('#brought').waitFor();
    const digest = await page.evaluate(async (url) => {
      const bytes = await (await fetch(url)).arrayBuffer();
      return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))];
    }, `${this.path}/report.pdf`);
    // The page's document key stands in what it asks to be signed; everything else is known here.
    const statement = (await page.locator('.mono', { hasText: 'bidroom.report.v2' }).textContent()).trimEnd() + '\n';
    const known = reportStatement(this.path.split('/').at(-1), member.member_no, Buffer.from(digest).toString('hex'), '').toString();
    assert.equal(statement.slice(0, -65), known.slice(0, -65));
    await page.fill('#brought', crypto.sign(null, Buffer.from(statement), member.key.privateKey).toString('base64'));
    await this.browser.shot(page, 'sign');
    await page.getByRole('button', { name: '签署', exact: true }).click();
    await this.confirm();
    await page.locator('#main').getByText('您已签署报告').waitFor();
  }
}
