// SPDX-License-Identifier: GPL-3.0-or-later
// An expert at the window of bidroom-client, from the form to leaving, in a room with real clients without windows.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { clientRoom, quitAll, seatAll } from '../support/client.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient, joinByTicket } from '../support/window.mjs';

const shots = path.join(build, 'e2e');
const server = new Server();
let room, screen, window, me, other, host;

const shoot = (name) => screen.shoot(path.join(shots, `window-${name}.png`));
const ofMe = (kind, fits = () => true) => (m) => m.kind === kind && (m.actor_seat ?? m.body.seat) === 'seat_1' && fits(m.body);

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 3 });
  [me, other] = room.clients;
  ({ host } = room);
  await seatAll([...room.clients.slice(1), host]);
  screen = await Screen.start();
  window = new WindowClient({
    screen, dir: path.join(room.dir, 'window'), roomUrl: server.roomUrl, apiUrl: server.url,
    ca: path.join(server.dataDir, 'tls.crt'), expertKey: me.options.expertKey, args: ['--control', path.join(room.dir, 'window.sock')],
  });
});

test.after(async () => {
  await window?.stop();
  screen?.stop();
  await quitAll([...room.clients.slice(1), host]).finally(() => server.remove());
});

test('the form says what is missing, and takes a ticket made for this device', async () => {
  await window.start();
  shoot('1-join');
  await window.press('push button', '继续');
  await window.sees('label', '请填写门禁处取得的通行码');
  await joinByTicket(window, me);
});

test('the device check measures the network and shows what the devices give', async () => {
  await window.sees('push button', '进入会议室');
  await window.sees('label', '往返', { part: true });
  await window.press('push button', '播放提示音');
  shoot('2-check');
});

test('entering shows the room: tiles with names, the roster, the room by its name until a step is told', async () => {
  await window.press('push button', '进入会议室');
  await other.heard('room_event', ofMe('room.joined'));
  for (const name of ['1号席', '2号席', '3号席', '主持人'])
    await window.sees('image', name, { part: true });
  await window.sees('list item', '2号席', { part: true });
  await window.sees('label', '评标会议室');
  shoot('3-room-grid');
});

test('muting is shown here and to the others, and taken back', async () => {
  const since = other.events.length;
  await window.press('push button', '静音');
  await other.heard('room_event', (m) => m.kind === 'room.mute' && m.body.seat === 'seat_1' && m.body.on, { since });
  await window.sees('list item', '1号席（本人）, 评标专家 · 已静音');
  shoot('4-muted');
  await window.press('push button', '取消静音');
  await other.heard('room_event', (m) => m.kind === 'room.mute' && m.body.seat === 'seat_1' && !m.body.on, { since });
  await window.sees('push button', '静音');
});

test('chat goes both ways, and the own words are shown as accepted', async () => {
  await other.act('chat', { text: '请大家看第二册第三章' });
  await window.press('page tab', '聊天');
  await window.sees('list item', '请大家看第二册第三章', { part: true });
  await window.fill('发给所有人的消息', '收到，正在核对');
  await window.press('push button', '发送');
  await other.heard('room_event', (m) => m.kind === 'room.chat' && m.body.text === '收到，正在核对');
  await window.sees('list item', '收到，正在核对 已受理', { part: true });
  shoot('5-chat');
});

test('the layouts change by button and by key', async () => {
  const becomes = (name) => until(name, () => window.do('state', { role: 'push button', name, state: 'pressed' }));
  await window.press('push button', '发言者布局');
  await becomes('发言者布局');
  shoot('6-speaker');
  await window.press('push button', '网格布局');
  await becomes('网格布局');
  screen.key('key', 'ctrl+2');
  await becomes('发言者布局');
  screen.key('key', 'ctrl+1');
  await becomes('网格布局');
});

test('a raised hand tells its reason', async () => {
  await window.press('push button', '举手');
  await window.fill('事由（可不填）', '请澄清报价');
  shoot('7-hand');
  await window.press('push button', '举手', { within: 'dialog', part: true });
  await other.heard('room_event', (m) => m.kind === 'room.hand' && m.body.on && m.body.reason === '请澄清报价');
  await window.press('page tab', '席位');
  await window.sees('label', '请澄清报价');
  await window.press('push button', '放下手');
  await other.heard('room_event', (m) => m.kind === 'room.hand' && !m.body.on);
});

test('an announcement and a call stay until they are confirmed', async () => {
  await host.act('announce', { text: '下面开始评审打分' });
  await host.act('call', { seat: 'seat_1', text: '请说明理由' });
  await window.sees('label', '主持人呼叫您');
  shoot('8-call');
  await window.press('push button', '知道了');
  await window.sees('label', '下面开始评审打分');
  await window.press('push button', '知道了');
  await until('the bar to be gone', async () => !(await window.has('push button', '知道了')));
});

test('leaving asks, tells the others, and comes back to the form', async () => {
  await window.press('push button', '离开');
  await window.sees('label', '离开会议室？');
  shoot('9-leave');
  await window.press('push button', '离开', { within: 'dialog', part: true });
  await other.heard('room_event', (m) => m.kind === 'room.left' && m.body.seat === 'seat_1');
  await window.sees('label', '您已离开会议室');
  shoot('10-left');
  await window.press('push button', '返回入席页面');
  await window.sees('push button', '继续');
});

test('a window that is asked for and not there ends nothing', async () => {
  await window.do('beyond').catch(() => {});
  assert.ok(await window.has('frame'));
});

test('nothing was complained of', async () => {
  assert.equal((await window.stop()).code, 0);
  assert.deepEqual(window.complaints(), []);
});
