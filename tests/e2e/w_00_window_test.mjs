// SPDX-License-Identifier: GPL-3.0-or-later
// An expert at the window of bidroom-client, from the form to leaving, in a room with real clients without windows.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { clientRoom, quitAll, seatAll } from '../support/client.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient } from '../support/window.mjs';

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
  await window.press('push button', '席位凭证');
  await window.sees('text', '席位凭证内容或文件路径');
  const key = (await window.do('names', { role: 'label' })).find((n) => /^[A-Za-z0-9+/]{43}=$/.test(n));
  const ticket = await me.api.post(`/sessions/${room.sessionId}/tickets`, { device_key: key });
  const file = path.join(window.dir, 'ticket.json');
  fs.writeFileSync(file, JSON.stringify(ticket));
  await window.fill('席位凭证内容或文件路径', file);
  await window.fill('评标会编号', room.sessionId);
  await window.press('push button', '继续');
});

test('the device check measures the network and shows what the devices give', async () => {
  await window.sees('push button', '进入会议室');
  await window.sees('label', '往返', { part: true });
  await window.press('push button', '播放提示音');
  shoot('2-check');
});

test('entering shows the room: tiles with names, the roster, the step', async () => {
  await window.press('push button', '进入会议室');
  await other.heard('room_event', ofMe('room.joined'));
  for (const name of ['1号专家', '2号专家', '3号专家', '主持人'])
    await window.sees('image', name, { part: true });
  await window.sees('list item', '2号专家', { part: true });
  shoot('3-room-grid');
  console.log((await window.do('tree')).join('\n'));
});
