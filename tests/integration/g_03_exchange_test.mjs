// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries to an upstream platform that is down, answers garbage, loses its answers and answers twice: each change
// arrives once and in order, and the log tells of every try.
import test from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { refused } from '../support/api.mjs';
import { Server, freePort, until } from '../support/server.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

let server, port, platform, agency, staff, holders, refusedPush;
// What the platform got, in order, by push id; how it answers next.
const got = new Map(), requests = [];
let mood = 'well';

function listen() {
  platform = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      const id = request.headers['idempotency-key'];
      requests.push(id);
      if (mood === 'garbage') return response.end('<html>200 but nothing</html>');
      if (mood === 'other') return response.end(JSON.stringify({ push_id: 'x', receipt: 'R' }));
      if (mood === 'refuse') {
        response.statusCode = 422;
        return response.end(JSON.stringify({ push_id: id, refused: '父记录不存在' }));
      }
      // It has it from here on, whatever becomes of the answer.
      if (got.has(id)) assert.equal(got.get(id), body, 'the same again');
      got.set(id, body);
      if (mood === 'twice') {
        // The answer, and behind it on the same connection another that nobody asked for.
        for (const receipt of ['R-once', 'R-twice']) {
          const answer = JSON.stringify({ push_id: id, receipt });
          request.socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
        }
        return undefined;
      }
      if (mood === 'lost') return request.socket.destroy();
      return response.end(JSON.stringify({ push_id: id, receipt: `R-${[...got.keys()].indexOf(id) + 1}-${requests.length}` }));
    });
  });
  return new Promise((resolve) => { platform.listen(port, '127.0.0.1', resolve); });
}

// What tables 501 and 550 ask for beyond the names; a unified code is sent without its hyphens.
const codes = { unified_code: 'D01-12350100MB02709751-20190627-527731-5', investment_code: '2026-370402-48-01-123456', buyer_code: '12350100MB02709751' };

async function tender(title) {
  const { project_id } = await agency.post('/projects', project(holders, { ...codes }));
  const start = (await staff.get('/clock')).legal;
  return publish(agency, staff, {
    project_id, kind: 'gp_tender', title, body_md: '正文', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  });
}

const pushes = async () => (await staff.get('/exchange/pushes')).items;
const pushOf = (notice) => until('the push', async () => (await pushes()).find((p) => p.notice_id === notice.notice_id));
const delivered = (notice) => until('the receipt', async () => {
  const push = await pushOf(notice);
  return push.state === 'delivered' && staff.get(`/exchange/pushes/${push.push_id}`);
}, 60000);

test.before(async () => {
  port = await freePort();
  await listen();
  server = new Server({ config: { exchange: { url: `http://127.0.0.1:${port}/records`, platform_code: '91370402MA3C4D5E6F', service_code: '370000' } } });
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
});
test.after(async () => {
  platform.close();
  await server.remove();
});

test('a notice arrives with its parents, and its receipt is kept', async () => {
  const notice = await tender('第一份');
  const push = await delivered(notice);
  assert.match(push.receipt, /^R-1-/);
  assert.equal(got.get(push.push_id), push.body);
  assert.deepEqual(push.body.match(/<record table="\d+"/g).map((r) => r.slice(15, 18)), ['550', '502', '502', '551']);
  assert.equal(push.log.length, 1);
  for (const [name, value] of [['unified_code', codes.unified_code.replaceAll('-', '')], ['investment_code', codes.investment_code], ['tenderer_code', codes.buyer_code]])
    assert.match(push.body, new RegExp(`<${name}>${value}</${name}>|"${name}":"${value}"|name="${name}">${value}<`), name);
  const preview = await staff.get(`/notices/${notice.notice_id}/exchange`);
  assert.equal(preview.xml, push.body);
  assert.deepEqual(preview.problems, []);
  assert.equal(preview.records[0].fields.tender_project_code.length, 20);
});

test('a platform that answers twice is heard once, and not for the delivery that follows', async () => {
  mood = 'twice';
  const first = await tender('重复甲'), second = await tender('重复乙');
  for (const notice of [first, second]) {
    const push = await delivered(notice);
    assert.equal(push.receipt, 'R-once');
    assert.deepEqual(push.log.map((l) => l.detail), ['R-once']);
    assert.equal(requests.filter((id) => id === push.push_id).length, 1);
  }
  mood = 'well';
  const push = await delivered(await tender('其后'));
  assert.match(push.receipt, /^R-4-/);
  assert.equal([...got.keys()].indexOf(push.push_id), 3);
});

test('garbage and an answer to something else are no receipt', async () => {
  for (mood of ['garbage', 'other']) {
    const notice = await tender(mood);
    await until('two tries', async () => (await pushOf(notice)).tries >= 2);
    assert.equal((await pushOf(notice)).state, 'waiting');
    mood = 'well';
    const push = await delivered(notice);
    assert.ok(push.log.length >= 3);
    assert.match(push.log.at(-1).detail, /without a receipt/);
  }
});

test('an answer that gets lost, a platform that is down and a server that is killed double and lose nothing', async () => {
  mood = 'lost';
  const first = await tender('第四份');
  await until('its arrival', () => [...got.values()].some((body) => body.includes('第四份')));
  const closed = new Promise((resolve) => { platform.close(resolve); });
  platform.closeAllConnections();
  await closed;
  const second = await tender('第五份');
  await pushOf(second);
  // An hour goes by in which a notice is published and one withdrawn, and the tries have become as rare as after an hour.
  await staff.post('/clock/advance', { seconds: 3600, reason: '平台停机一小时' });
  await staff.post(`/notices/${second.notice_id}/withdraw`, { reason: '误发' });
  await until('the withdrawal', async () => (await pushes()).filter((p) => p.notice_id === second.notice_id).length === 2);
  await server.kill();
  await server.start();
  assert.equal((await pushes()).filter((p) => p.state === 'waiting').length, 3);
  server.sql("UPDATE exchange_push SET tries = 16, next_try_at = UTC_TIMESTAMP(6) + INTERVAL 2 SECOND WHERE state = 'waiting'");
  mood = 'well';
  await listen();
  for (const notice of [first, second]) await delivered(notice);
  const said = await until('the last receipt', async () => (await pushes()).every((p) => p.state === 'delivered') && pushes(), 60000);
  const bodies = [...got.values()];
  for (const [title, n] of [['第一份', 1], ['重复甲', 1], ['重复乙', 1], ['其后', 1], ['garbage', 1], ['other', 1], ['第四份', 1], ['第五份', 2]])
    assert.equal(bodies.filter((body) => body.includes(`<title>${title}</title>`)).length, n, title);
  assert.equal(said.length, 9);
  // In their order: the withdrawal behind the notice.
  const order = [...got.keys()], of = (n) => said.filter((p) => p.notice_id === n.notice_id).map((p) => order.indexOf(p.push_id)).sort((a, b) => a - b);
  assert.ok(of(first)[0] < of(second)[0] && of(second)[0] < of(second)[1]);
});

test('what the platform refuses is not sent again', async () => {
  mood = 'refuse';
  const notice = await tender('第六份');
  const push = await until('the refusal', async () => {
    const p = await pushOf(notice);
    return p.state === 'refused' && p;
  });
  assert.equal(push.last_error, '父记录不存在');
  mood = 'well';
  await delivered(await tender('第七份'));
  assert.equal(requests.filter((id) => id === push.push_id).length, 1);
  refusedPush = push;
});

test('staff send again what was refused or faulty, made anew under the same id', async () => {
  const again = (push_id, who = staff) => who.post(`/exchange/pushes/${push_id}/again`);
  assert.equal((await refused(again(refusedPush.push_id, agency))).code, 'auth.denied');
  assert.equal((await refused(again('01hzzzzzzzzzzzzzzzzzzzzzzz'))).code, 'input.not_found');
  server.sql(`UPDATE exchange_push SET body = '<old/>' WHERE push_id = '${refusedPush.push_id}'`);
  await again(refusedPush.push_id);
  const notice = { notice_id: refusedPush.notice_id };
  const push = await delivered(notice);
  assert.equal(push.push_id, refusedPush.push_id);
  assert.equal(got.get(push.push_id), (await staff.get(`/notices/${notice.notice_id}/exchange`)).xml);
  assert.deepEqual(push.log.map((l) => l.no), [2, 1]);
  const { status, code } = await refused(again(push.push_id));
  assert.deepEqual([status, code], [409, 'exchange.state'], 'what arrived is not sent again');

  server.sql(`UPDATE exchange_push SET state = 'faulty', body = '<faulty/>', last_error = '550.x: 太长' WHERE push_id = '${push.push_id}'`);
  await again(push.push_id);
  await delivered(notice);
  const events = server.sql(`SELECT body FROM event WHERE kind = 'exchange.again' ORDER BY subject_no`).map(([body]) => JSON.parse(body));
  assert.deepEqual(events.map((e) => [e.state, e.error]), [['refused', '父记录不存在'], ['faulty', '550.x: 太长']]);
});
