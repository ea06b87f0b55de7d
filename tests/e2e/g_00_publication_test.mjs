// SPDX-License-Identifier: GPL-3.0-or-later
// The notice editor and its pre-check in Chromium: a clean notice raises nothing, each oddity of real notices is shown
// beside its field while it is typed, and staff approve, publish and withdraw by keyboard alone.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { build, Server } from '../support/server.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const shots = process.env.BIDROOM_SHOTS ?? path.join(build, 'e2e');
let browser, agency, buyer, staff, second, supervisor, holders;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots });
  agency = await server.account('agency1', ['agency'], { org_name: '某某代理公司' });
  staff = await server.account('staff1', ['staff']);
  second = await server.account('staff2', ['staff'], { name: '中心乙' });
  supervisor = await server.account('super1', ['supervisor']);
  buyer = await server.account('buyer1', ['buyer'], { org_name: '某某局' });
  holders = [await holder(server, 'h1'), await holder(server, 'h2')];
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

async function draft(regime, kind, more) {
  const { project_id } = await agency.post('/projects', project(holders, { regime }));
  return agency.post('/notices', { project_id, kind, title: '公告', body_md: '正文', ...more });
}

// The form item a field stands in, found by its label.
const item = (page, label) => page.locator('.el-form-item', { has: page.locator('.el-form-item__label', { hasText: new RegExp(`^\\*?\\s*${label}\\s*$`) }) });
const found = (page, label, code) => item(page, label).locator(`[data-code="${code}"]`);

// Everything found, but that the holidays of a year to come are not known yet: true from some day in December on.
const odd = (page) => page.locator('.findings li:not([data-code="notice.holiday_data_missing"])');

async function editing(id) {
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go(`/notices/${id}/edit`);
  await person.page.locator('[data-test=check-sum]', { hasText: '发布前检查' }).waitFor();
  assert.equal(await odd(person.page).count(), 0);
  return person;
}

test('each oddity is found beside its field as it is typed, and goes when it is mended', async () => {
  const start = (await agency.get('/clock')).legal;
  const tender = {
    offer_start: plusSeconds(start, 3600), offer_end: workingTime(start, 12), deadline: workingTime(start, 24), fields: noticeFields('gp_tender'),
  };
  const { notice_id } = await draft('gp', 'gp_tender', tender);
  const person = await editing(notice_id);
  const { page } = person;
  const oddities = [
    ['预算金额', '一包120万元，二包80万元，合计210万元', 'notice.odd_sum'],
    ['评审标准和方法', '技术60分，价格30分', 'notice.odd_weights'],
    ['合同履行期限', '2026年3月1日至2025年12月31日', 'notice.odd_dates'],
    ['合同履行期限', '2026年3月1日至2026年4月1日，共20日历天', 'notice.odd_days'],
    ['投标保证金', '预算金额3000000元的2%，计90000元', 'notice.odd_fee'],
    ['采购需求', '场地66667平方米（110亩）', 'notice.odd_area'],
    ['供应商资格要求', '', 'notice.missing'],
  ];
  for (const [label, text, code] of oddities) {
    const box = item(page, label).locator('textarea');
    const before = await box.inputValue();
    await box.fill(text);
    await found(page, label, code).waitFor();
    if (code === 'notice.odd_sum') {
      await person.looksWhole('findings');
      await browser.shot(page, 'g_00-findings-1366');
      await page.setViewportSize({ width: 390, height: 844 });
      await browser.shot(page, 'g_00-findings-390');
      await page.setViewportSize({ width: 1366, height: 768 });
    }
    await box.fill(before || '见招标文件');
    await found(page, label, code).waitFor({ state: 'detached' });
  }
  assert.equal(await odd(page).count(), 0);

  // The rules stand beside the times: 15 days are too few.
  const beijing = new Date(Date.parse(workingTime(start, 15)) + 8 * 3600000).toISOString();
  const deadline = page.getByLabel('投标截止时间', { exact: true });
  await deadline.fill(`${beijing.slice(0, 10)} ${beijing.slice(11, 16)}`);
  await deadline.press('Enter');
  const rule = found(page, '投标截止时间', 'notice.period_too_short');
  await rule.waitFor();
  assert.equal(await rule.locator('a').innerText(), 'G01');
  await person.page.context().close();
});

test('the periods of the tender law stand beside the times as they are typed (T01, T02, T03, T10)', async () => {
  const start = (await agency.get('/clock')).legal;
  const times = { offer_start: plusSeconds(start, 3600), offer_end: workingTime(start, 12), deadline: workingTime(start, 24) };
  const { project_id } = await agency.post('/projects', project(holders, { regime: 'ztb' }));
  const write = (kind, more) => agency.post('/notices', { project_id, kind, title: '公告', body_md: '正文', fields: noticeFields(kind), ...more });
  const type = async ({ page }, label, time) => {
    const beijing = new Date(Date.parse(time) + 8 * 3600000).toISOString();
    const box = page.getByLabel(label, { exact: true });
    await box.fill(`${beijing.slice(0, 10)} ${beijing.slice(11, 16)}`);
    await box.press('Enter');
  };
  const expectRule = async ({ page }, label, code, rule) => {
    await found(page, label, code).waitFor();
    assert.equal(await found(page, label, code).locator('a').innerText(), rule);
  };
  const tender = await write('ztb_tender', times);
  const person = await editing(tender.notice_id);
  await type(person, '招标文件发售截止', plusSeconds(times.offer_start, 4 * DAY));
  await expectRule(person, '招标文件发售截止', 'notice.offer_too_short', 'T01');
  await type(person, '投标截止时间', workingTime(start, 16));
  await expectRule(person, '投标截止时间', 'notice.period_too_short', 'T02');
  await person.page.context().close();

  await agency.post(`/notices/${tender.notice_id}/submit`);
  await staff.post(`/notices/${tender.notice_id}/approve`);
  await staff.post(`/notices/${tender.notice_id}/publish`);
  const change = await write('ztb_change', { follows: tender.notice_id, deadline: workingTime(start, 40), affects_bids: true });
  const other = await editing(change.notice_id);
  await type(other, '新的截止时间（不变则留空）', workingTime(start, 13));
  await other.page.locator('[data-code="notice.change_too_late"] a', { hasText: 'T03' }).first().waitFor();
  await other.page.context().close();

  const candidates = await write('ztb_candidates', { publicity_start: start, publicity_end: workingTime(start, 5) });
  const last = await editing(candidates.notice_id);
  await type(last, '公示结束', plusSeconds(start, 2 * DAY));
  await expectRule(last, '公示结束', 'notice.publicity_too_short', 'T10');
  await last.page.context().close();
});

test('a name twice among the judges is found in a result notice', async () => {
  const start = (await agency.get('/clock')).legal;
  const { notice_id } = await draft('gp', 'gp_result', {
    publicity_start: start, publicity_end: workingTime(start, 4), fields: { ...noticeFields('gp_result'), period: '自公布之日起' },
  });
  const person = await editing(notice_id);
  await item(person.page, '评审专家名单').locator('textarea').fill('张一、李二、张一');
  await found(person.page, '评审专家名单', 'notice.odd_repeated').waitFor();
  // Shown for less than a working day.
  const soon = new Date(Date.parse(start) + (8 + 5) * 3600000).toISOString();
  const end = person.page.getByLabel('公示结束', { exact: true });
  await end.fill(`${soon.slice(0, 10)} ${soon.slice(11, 16)}`);
  await end.press('Enter');
  const short = person.page.locator('[data-code="notice.publicity_too_short"]').first();
  await short.waitFor();
  assert.equal(await short.locator('a').innerText(), 'G05');
  await person.page.context().close();
});

// Tab until the element with that name has the focus.
async function tabTo(page, name) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    if (name.test(text)) return;
  }
  assert.fail(`no way by Tab to ${name}`);
}

test('an agency withholds a field, asks for an override and submits by keyboard alone; staff plan and disclose', async () => {
  const start = (await agency.get('/clock')).legal;
  const { notice_id } = await draft('ztb', 'ztb_tender', {
    title: '不公开内容的公告', offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 16), fields: noticeFields('ztb_tender'),
  });
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go(`/notices/${notice_id}/edit`);
  const { page } = person;
  const place = page.locator('.withheld[data-field=funds]');
  await person.press(place.locator('.el-checkbox'), 'Space'); // its input is there, but not to be seen
  await page.getByText('不公开的内容须写明理由。').waitFor();
  await person.type(place.getByLabel(/^不公开的理由/), '涉及商业秘密');
  await person.looksWhole('withheld');
  await person.press(page.getByRole('button', { name: '保存' }));
  await page.waitForURL(/\/notices\/[0-9a-z]{26}$/);
  await person.settled();
  await page.getByText('涉及商业秘密').waitFor();
  await person.press(page.getByRole('button', { name: '申请例外' }));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('抢险救灾');
  await page.keyboard.press('Tab');
  await tabTo(page, /^(确定|好|继续)/);
  await page.keyboard.press('Enter');
  await page.getByText('抢险救灾').first().waitFor();
  await person.looksWhole('override asked');
  const [{ override_id }] = (await agency.get(`/notices/${notice_id}`)).overrides;
  await staff.post(`/overrides/${override_id}/grant`);
  await person.press(page.getByRole('button', { name: '送审' }));
  await page.getByText('公告由您起草，须由另一人审核和发布。').waitFor();
  await person.page.context().close();

  await staff.post(`/notices/${notice_id}/approve`);
  const other = await personAt(browser);
  await other.signIn(staff);
  await other.go(`/notices/${notice_id}`);
  const at = new Date(Date.parse(start) + 2 * DAY * 1000 + 8 * 3600000).toISOString();
  await other.type(other.page.getByLabel('发布时间', { exact: true }), `${at.slice(0, 10)} ${at.slice(11, 16)}`);
  await other.page.keyboard.press('Enter');
  await other.press(other.page.getByRole('button', { name: '定时发布' }));
  await other.page.getByText(`将于 ${at.slice(0, 10)}`).waitFor();
  await other.looksWhole('scheduled');
  await other.press(other.page.getByRole('button', { name: '取消定时' }));
  await other.page.getByText('到时由系统发布').waitFor();
  await staff.post(`/notices/${notice_id}/publish`);
  await other.go(`/notices/${notice_id}`);
  await other.press(other.page.getByRole('button', { name: '公开', exact: true }));
  await other.page.getByRole('dialog').waitFor();
  await other.page.keyboard.press('Enter');
  await other.page.getByText(/^已于 .* 公开$/).waitFor();
  await other.page.context().close();
});

test('an author attaches a file and names a deputy by keyboard alone', async () => {
  const { notice_id } = await draft('ztb', 'ztb_tender', { title: '有附件的公告' });
  await server.account('agency2', ['agency'], { name: '代办人乙', org_name: '某某代理公司' });
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go(`/notices/${notice_id}`);
  const { page } = person;
  const chosen = page.waitForEvent('filechooser');
  await person.press(page.getByLabel('添加附件（不超过 16 MiB）'), 'Space');
  await (await chosen).setFiles({ name: '招标文件.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 正文') });
  const file = page.getByRole('link', { name: '招标文件.pdf' });
  await file.waitFor();
  await person.settled();
  await person.looksWhole('attachments');
  await browser.shot(page, 'g_00-attachments-1366');
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `the page is ${wider} px wider than the screen`);
  const panel = await page.locator('section.panel', { has: file }).boundingBox();
  assert.ok(panel.x >= 0 && panel.x + panel.width <= 390, `the files stand from ${panel.x} over ${panel.width} px`);
  await browser.shot(page, 'g_00-attachments-390');
  await page.setViewportSize({ width: 1366, height: 768 });
  const [download] = await Promise.all([page.waitForEvent('download'), person.press(file)]);
  assert.equal(download.suggestedFilename(), '招标文件.pdf');
  await person.press(page.getByRole('button', { name: '移除 招标文件.pdf' }));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('没有附件。').waitFor();

  await person.go('/account');
  await person.type(page.getByLabel('代办人账号'), 'agency2');
  await person.press(page.getByRole('button', { name: '指定代办人' }));
  await page.getByText('当前代办人：代办人乙').waitFor();
  await person.looksWhole('deputy');
  await browser.shot(page, 'g_00-deputy-1366');
  await page.setViewportSize({ width: 390, height: 844 });
  await browser.shot(page, 'g_00-deputy-390');
  await person.press(page.getByRole('button', { name: '取消代办人' }));
  await page.getByText('未指定代办人。').waitFor();
  await page.context().close();
});

// As it looks on a desk and on a telephone, with nothing wider than the screen.
async function pictured(person, name) {
  const { page } = person;
  await person.looksWhole(name);
  await browser.shot(page, `g_00-${name}-1366`);
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
  await browser.shot(page, `g_00-${name}-390`);
  await page.setViewportSize({ width: 1366, height: 768 });
}

test('what stood in another medium is recorded by keyboard alone, and the supervisor sees where it differs', async () => {
  const start = (await agency.get('/clock')).legal;
  const { project_id } = await agency.post('/projects', project(holders, { regime: 'ztb' }));
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go(`/notices/new?project=${project_id}`);
  const { page } = person;
  await person.press(page.getByRole('button', { name: '添加媒介' }));
  await person.type(page.getByLabel('媒介名称'), '省服务平台');
  await page.getByText('每个媒介都须写明名称和地址。').waitFor();
  await person.type(page.getByLabel('地址', { exact: true }), 'https://platform.example/1');
  await pictured(person, 'media-edit');
  await page.context().close();
  const { notice_id } = await publish(agency, second, {
    project_id, kind: 'ztb_tender', title: '两处发布的公告', body_md: '预算120万元。', media: [{ name: '省服务平台', address: 'https://platform.example/1' }],
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 24), fields: noticeFields('ztb_tender'),
  });
  const { text } = await agency.get(`/notices/${notice_id}/media`);
  const early = await personAt(browser);
  await early.signIn(supervisor);
  await early.press(early.page.getByRole('link', { name: /24小时内到期：云平台运维服务 · 其他媒介发布期限/ }));
  await early.page.waitForURL(new RegExp(`/notices/${notice_id}$`));
  await early.page.context().close();

  const desk = await personAt(browser);
  await desk.signIn(staff);
  await desk.go(`/notices/${notice_id}`);
  const panel = desk.page.locator('[data-test=media]');
  const at = new Date(Date.parse(start) + 8 * 3600000).toISOString();
  await desk.type(panel.getByLabel('该处发布时间'), `${at.slice(0, 10)} ${at.slice(11, 16)}`);
  await desk.page.keyboard.press('Enter');
  await desk.type(panel.getByLabel('该媒介上的全文'), text.replace('预算120', '预算210'));
  await desk.press(panel.getByRole('button', { name: '登记并比对' }));
  const alarm = panel.getByRole('alert');
  await alarm.waitFor();
  assert.match(await alarm.innerText(), /公告：…[^]*120万元[^]*该媒介：…[^]*210万元/);
  await pictured(desk, 'media-difference');
  await desk.page.context().close();

  const watcher = await personAt(browser);
  await watcher.signIn(supervisor);
  // What ends today waits as well; this medium was seen already, so its clock does not.
  assert.equal(await watcher.page.getByRole('link', { name: /24小时内到期.*其他媒介发布期限/ }).count(), 0);
  await watcher.press(watcher.page.getByRole('link', { name: '媒介“省服务平台”的文本与公告不一致：两处发布的公告' }));
  await watcher.page.waitForURL(new RegExp(`/notices/${notice_id}$`));
  await watcher.page.locator('[data-test=media]').getByRole('alert').waitFor();
  await watcher.looksWhole('difference for the supervisor');
  await watcher.press(watcher.page.locator('nav').getByRole('link', { name: '期限日历', exact: true }));
  await watcher.settled();
  await watcher.page.getByText('投标截止、开标').first().waitFor();
  await watcher.press(watcher.page.locator('nav').getByRole('link', { name: '统计', exact: true }));
  await watcher.settled();
  await watcher.looksWhole('figures for the supervisor');
  await watcher.page.context().close();
});

test('a line one is about to press stays the same when another goes', async () => {
  const ids = [];
  const start = (await agency.get('/clock')).legal;
  for (const title of ['先提交的公告', '后提交的公告']) {
    const { notice_id } = await draft('ztb', 'ztb_tender', {
      title, offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 24), fields: noticeFields('ztb_tender'),
    });
    await agency.post(`/notices/${notice_id}/submit`);
    ids.push(notice_id);
  }
  const person = await personAt(browser);
  const { page } = person;
  await page.clock.install();
  await person.signIn(staff);
  const lines = page.getByRole('link', { name: /^公告待审核：[先后]提交的公告/ });
  await lines.nth(1).waitFor();
  const mine = await lines.nth(1).innerText();
  await person.tabTo(lines.nth(1));
  await second.post(`/notices/${mine.includes('先') ? ids[1] : ids[0]}/return`, { reason: '请补充附件' });
  await page.clock.fastForward(16000); // the list is asked for every 15 s
  await lines.nth(1).waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), mine);
  await page.context().close();
});

test('what the upstream platform refused waits for staff, who read its log by keyboard alone', async () => {
  const { notice_id } = await draft('gp', 'gp_tender', { title: '上报的公告' });
  const { project_id } = await agency.get(`/notices/${notice_id}`);
  const row = (no, state, more) => `('01hzzzzzzzzzzzzzzzzzzzzz0${no}', '${project_id}', '${notice_id}', ${no}, '${state}', '<x/>', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ${more})`;
  server.sql(`INSERT INTO exchange_push (push_id, project_id, notice_id, page_seq, state, body, tries, next_try_at, created_at, receipt, delivered_at, last_error)
    VALUES ${row(1, 'delivered', "'R-1', UTC_TIMESTAMP(6), NULL")}, ${row(2, 'refused', "NULL, NULL, '标段编号不存在'")}`);
  server.sql("INSERT INTO exchange_try (push_id, try_no, tried_at, http_status, detail) VALUES ('01hzzzzzzzzzzzzzzzzzzzzz02', 1, UTC_TIMESTAMP(6), 422, '标段编号不存在')");
  const person = await personAt(browser);
  await person.signIn(staff);
  await person.press(person.page.getByRole('link', { name: '上级平台拒收，需处理：标段编号不存在' }));
  await person.settled();
  await person.press(person.page.getByRole('button', { name: /^上报日志/ }).first());
  await person.page.getByRole('cell', { name: '422' }).waitFor();
  await person.page.getByText(/^回执 R-1/).waitFor();
  await pictured(person, 'exchange');
  await person.press(person.page.getByRole('button', { name: /^重新上报 20/ }));
  await person.page.getByText('已重新生成并排队上报。').waitFor();
  await person.page.getByRole('button', { name: /^重新上报 20/ }).waitFor({ state: 'detached' });
  await person.page.context().close();
});

test('a template is made of a draft, approved by another person and begun with, by keyboard alone', async () => {
  const { notice_id } = await draft('gp', 'gp_tender', { title: '云平台运维服务公开招标公告', body_md: '云平台运维服务采购。', fields: noticeFields('gp_tender') });
  const author = await personAt(browser);
  await author.signIn(staff);
  await author.go(`/notices/${notice_id}`);
  await author.type(author.page.getByLabel('范本名称'), '运维公告范本');
  await author.press(author.page.getByRole('button', { name: '提交审核' }));
  await author.page.getByText('范本已提交，待另一人审核。').waitFor();
  await author.page.context().close();

  const other = await personAt(browser);
  await other.signIn(second);
  await other.press(other.page.getByRole('link', { name: '范本待审核：运维公告范本' }));
  await other.settled();
  await other.press(other.page.getByRole('button', { name: '查看 运维公告范本' }));
  await other.page.getByText('{{项目名称}}公开招标公告').waitFor();
  await pictured(other, 'template');
  await other.press(other.page.getByRole('button', { name: '审核通过范本 运维公告范本' }));
  await other.page.getByText('可用', { exact: true }).waitFor();
  await other.page.context().close();

  const { project_id } = await agency.post('/projects', project(holders, { name: '机房巡检服务', buyer_name: '水务集团' }));
  const writer = await personAt(browser);
  await writer.signIn(agency);
  await writer.go(`/notices/new?project=${project_id}`);
  const { page } = writer;
  const choose = async () => {
    await writer.press(page.locator('[data-test=template]'));
    await page.getByRole('option', { name: '运维公告范本' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  };
  // What was typed goes only after the question.
  await writer.type(page.getByRole('textbox', { name: '公告正文' }), '自己写的');
  await choose();
  await page.getByText('已填写的内容将被范本替换。').waitFor();
  await writer.press(page.getByRole('button', { name: '取消' }));
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('textbox', { name: '公告正文' }).inputValue(), '自己写的');
  await choose();
  await writer.press(page.getByRole('button', { name: '确定' }));
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((x) => x.value === '机房巡检服务采购。'));
  await pictured(writer, 'template-begun');
  await writer.press(page.getByRole('button', { name: '保存' }));
  await page.waitForURL(/\/notices\/[0-9a-z]{26}$/);
  await page.getByRole('heading', { name: '机房巡检服务公开招标公告' }).waitFor();
  await page.context().close();
});

test('the buyer reads calendar, notices and figures by keyboard alone', async () => {
  const person = await personAt(browser);
  await person.signIn(buyer);
  const { page } = person;
  for (const [name, seen] of [['公告', '不公开内容的公告'], ['期限日历', '时间'], ['统计', '已公告项目']]) {
    await person.press(page.locator('nav').getByRole('link', { name, exact: true }));
    await person.settled();
    await page.getByText(seen).first().waitFor();
    await person.looksWhole(name);
  }
  await browser.shot(page, 'g_00-statistics-1366');
  await page.setViewportSize({ width: 390, height: 844 });
  await browser.shot(page, 'g_00-statistics-390');
  const file = page.waitForEvent('download');
  await person.press(page.getByRole('link', { name: '导出 CSV' }).last());
  assert.match((await file).suggestedFilename(), /^lots-\d{4}\.csv$/);
  await page.context().close();
});

test('a table is rehearsed row by row and then imported', async () => {
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go('/import');
  const { page } = person;
  await page.getByText('公告草稿').click();
  const { code } = (await agency.get('/projects')).items.find((p) => p.regime === 'ztb');
  const table = (...rows) => ({ name: 'n.csv', mimeType: 'text/csv', buffer: Buffer.from(`project_code,kind,title,body_md\n${rows.join('\n')}\n`) });
  const choose = (file) => page.setInputFiles('input[type=file]', file);
  await choose(table(`${code},ztb_tender,导入的公告,正文`, '0000,ztb_tender,另一公告,正文'));
  await page.getByText('共 2 行，其中 1 行不能导入。').waitFor();
  assert.ok(await page.getByRole('button', { name: '导入', exact: true }).isDisabled());
  await person.looksWhole('import');
  await browser.shot(page, 'g_00-import-1366');
  await choose(table(`${code},ztb_tender,导入的公告,正文`));
  await page.getByText('共 1 行，其中 0 行不能导入。').waitFor();
  await person.press(page.getByRole('button', { name: '导入', exact: true }));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '已导入' }).waitFor();
  assert.ok((await agency.get('/notices')).items.some((n) => n.title === '导入的公告'));
  await page.context().close();
});

test('staff approve, publish and withdraw by keyboard alone', async () => {
  const start = (await agency.get('/clock')).legal;
  const { notice_id } = await draft('ztb', 'ztb_tender', {
    title: '键盘办理的公告', offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 24), fields: noticeFields('ztb_tender'),
  });
  await agency.post(`/notices/${notice_id}/submit`);
  const person = await personAt(browser);
  await person.signIn(staff);
  const { page } = person;
  await tabTo(page, /键盘办理的公告/);
  await page.keyboard.press('Enter');
  await person.settled();
  await tabTo(page, /^审核通过$/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '发布', exact: true }).waitFor();
  await tabTo(page, /^发布$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter'); // the dialog's first button has the focus
  await page.getByRole('button', { name: '撤回公告' }).waitFor();
  await tabTo(page, /^撤回公告$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('误发');
  await page.keyboard.press('Tab');
  await tabTo(page, /^(确定|好|继续)/);
  await page.keyboard.press('Enter');
  await page.getByText('已撤回').first().waitFor();
  await person.looksWhole('withdrawn');
  await browser.shot(page, 'g_00-withdrawn-1366');
  await person.page.context().close();
});
