// SPDX-License-Identifier: GPL-3.0-or-later
// A host at the window: signs in by account, leads the room, and sits through a restart of the server. Then an expert's
// kiosk in English, where the space bar opens the microphone.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { clientRoom, quitAll, seatAll } from '../support/client.mjs';
import { newId, RoomSocket, Seat } from '../support/room.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient, joinByTicket } from '../support/window.mjs';

const shots = path.join(build, 'e2e');
const server = new Server();
let room, screen, host, kiosk, camera, expert;

const shoot = (name) => screen.shoot(path.join(shots, `window-host-${name}.png`));
const windowOf = (name, options) => new WindowClient({
  screen, dir: path.join(room.dir, name), roomUrl: server.roomUrl, apiUrl: server.url,
  ca: path.join(server.dataDir, 'tls.crt'), ...options,
});

// A camera that can be pulled out: pictures from another program.
const cameraPath = () => path.join(room.dir, 'camera');
function plugCamera() {
  fs.rmSync(cameraPath(), { force: true });
  return spawn('gst-launch-1.0', ['-q', 'videotestsrc', 'is-live=true', 'pattern=smpte', '!',
    'video/x-raw,format=I420,width=320,height=180,framerate=15/1', '!',
    'shmsink', `socket-path=${cameraPath()}`, 'wait-for-connection=false'], { stdio: 'ignore' });
}

const heard = (kind, fits = () => true) => expert.heard('room_event', (m) => m.kind === kind && fits(m.body));

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 2 });
  const venue = newId();
  server.sql(`INSERT INTO venue (venue_id, name, city) VALUES ('${venue}', '西场', '枣庄');
    UPDATE seat SET venue_id = '${venue}' WHERE session_id = '${room.sessionId}' AND seat_id = 'seat_2'`);
  [expert] = room.clients;
  await seatAll([expert]);
  screen = await Screen.start();
});

test.after(async () => {
  await host?.stop();
  await kiosk?.stop();
  camera?.kill();
  screen?.stop();
  await quitAll([expert]).finally(() => server.remove());
});

test('a wrong password is refused in words, the right one leads to the only session', async () => {
  host = await windowOf('host', { camera: 'none', microphone: 'none', args: ['--session', room.sessionId] }).start();
  screen.key('key', 'F1');
  await host.sees('label', '开关麦克风');
  screen.key('key', 'Escape');
  await host.press('push button', '账号');
  await host.fill('账号', room.host.api.login);
  await host.fill('密码', 'wrong');
  await host.press('push button', '继续');
  await host.sees('label', '账号或密码不正确');
  await host.fill('密码', room.host.api.password);
  await host.press('push button', '继续');
  await host.press('push button', '进入会议室');
  host.seat = (await heard('room.joined', (b) => b.role === 'host')).body.seat;
});

// An act about a seat from its menu; the button is the one inside the menu button. What loses something is asked first.
const act = async (seat, label, { asks } = {}) => {
  await host.press('push button', `对${seat}的操作`, { nth: 1 });
  await host.press('menu item', label);
  if (asks) await host.press('push button', label, { within: 'dialog', part: true });
};
const ofRoom = async (label, role = 'menu item') => {
  await host.press('push button', '菜单', { nth: 1 });
  await host.press(role, label);
};

test('the menu of a seat mutes, calls and stops the video', async () => {
  await act('1号席', '静音');
  await heard('room.mute', (b) => b.seat === expert.seatId && b.kind === 'mic' && b.on);
  await host.sees('list item', '1号席, 评标专家 · 已静音');
  await act('1号席', '呼叫……');
  await host.fill('事由', '请说明评分');
  shoot('1-call');
  await host.press('push button', '呼叫……', { within: 'dialog', part: true });
  await heard('room.call', (b) => b.seat === expert.seatId && b.text === '请说明评分');
  for (const [label, kind, on] of [['解除静音', 'mic', false], ['停止视频', 'cam', true], ['恢复视频', 'cam', false]]) {
    await act('1号席', label);
    await heard('room.mute', (b) => b.seat === expert.seatId && b.kind === kind && b.on === on);
  }
});

test('the menu of the room announces and locks', async () => {
  await ofRoom('宣读……');
  await host.fill('内容', '请各位专家就座');
  await host.press('push button', '宣读', { within: 'dialog', part: true });
  await heard('room.announce', (b) => b.text === '请各位专家就座');
  await host.press('push button', '知道了');
  for (const on of [true, false]) {
    await ofRoom('锁定会议室', 'check menu item');
    await heard('room.lock', (b) => b.on === on);
    await until('the lock to be shown', async () => (await host.has('image', '会议室已锁定')) === on);
  }
});

test('a seat is removed and let come again', async () => {
  const since = expert.events.length;
  await act('1号席', '移出会议室', { asks: true });
  assert.equal((await expert.heard('ended', undefined, { since })).code, 'removed');
  await host.sees('list item', '1号席, 评标专家 · 已移出');
  await act('1号席', '允许返回');
  await host.sees('list item', '1号席, 评标专家 · 离线');
  await expert.enter();
  await until('the seat to be taken again', () => host.has('list item', '1号席, 评标专家 · 离线').then((off) => !off));
});

test('another device of a seat knocks and is let in; a seat is released, and the hosting handed over', async () => {
  const { api, expertKey } = room.seats[1];
  const [first, second] = [1, 2].map(() => new Seat(server, room.sessionId, api, expertKey));
  await first.join();
  const { ticket } = await second.ticket();
  const knocking = await RoomSocket.connect(server, room.sessionId);
  knocking.send(second.hello({ ticket }));
  assert.equal((await knocking.next('error')).code, 'room.seat_taken');
  await host.sees('list item', '2号席, 评标专家 · 在席 · 另一设备请求入席 · 西场');
  shoot('1-knock');
  await act('2号席', '允许新设备入席', { asks: true });
  assert.equal((await first.socket.next('bye')).code, 'admitted');
  await second.enter({ ticket });
  await act('2号席', '释放设备', { asks: true });
  assert.equal((await second.socket.next('bye')).code, 'released');

  await first.join();
  await act('2号席', '换到其他工位……');
  await host.sees('label', '西场', { within: 'dialog', part: true });
  await host.fill('工位', 'B7');
  shoot('1-move');
  await host.press('push button', '换到其他工位……', { within: 'dialog', part: true });
  assert.equal((await first.socket.next('bye')).code, 'other_booth');
  await heard('room.move', (b) => b.seat === 'seat_2');
  await host.sees('list item', '西场 · B7', { part: true });
  // What the gate of the new booth does: the old sign-in is over.
  await api.signIn(api.login, api.password);
  server.sql(`UPDATE sign_in SET session_id = '${room.sessionId}', seat_id = 'seat_2' WHERE account_id = '${api.accountId}'`);

  const deputy = new Seat(server, room.sessionId, await server.account('deputy', ['host'], { name: '副主持' }));
  await deputy.join();
  await act('副主持', '移交主持', { asks: true });
  await heard('room.host', (b) => b.seat === deputy.welcome.seat);
  await until('the menus to be gone', async () => !(await host.has('push button', '对1号席的操作')));
  assert.equal((await deputy.act('hand_over', { seat: host.seat })).type, 'ack');
  await host.sees('push button', '对1号席的操作');
  deputy.socket.drop();
});

test('every button, field and picture has a name', async () => {
  assert.deepEqual(await host.do('unnamed', { roles: ['push button', 'toggle button', 'text', 'check box', 'list item'] }), []);
});

test('a lost server is told with a countdown, and what is written meanwhile is sent later', async () => {
  await server.stop();
  await host.sees('label', '连接已断开', { part: true });
  shoot('2-lost');
  await host.press('page tab', '聊天');
  await host.fill('发给所有人的消息', '断线时写的话');
  await host.press('push button', '发送');
  await host.sees('list item', '断线时写的话 发送中', { part: true });
  await server.start();
  // The client tries by itself, too: the button may be gone before it is pressed.
  const again = { role: 'push button', name: '立即重连' };
  await until('the banner to be gone', async () => {
    if (await host.do('has', again)) await host.do('press', again);
    return !(await host.has('label', '连接已断开', { part: true }));
  });
  await heard('room.chat', (b) => b.text === '断线时写的话');
  await host.sees('list item', '断线时写的话 已受理', { part: true });
});

test('statistics count what is received', async () => {
  screen.key('key', 'ctrl+i');
  await host.sees('list item', '1号席: 画面', { part: true });
  shoot('3-statistics');
  screen.key('key', 'Escape');
  await host.stop();
  assert.deepEqual(host.complaints(), []);
});

test('a kiosk in English fills the screen; the space bar opens the microphone while it is held', async () => {
  camera = plugCamera();
  kiosk = await windowOf('kiosk', { language: 'en', camera: `shm:${cameraPath()}`, expertKey: room.clients[1].options.expertKey, args: ['--kiosk'] }).start();
  await joinByTicket(kiosk, room.clients[1], { way: 'Ticket', ticket: 'Ticket, or the path of its file', session: 'Session number', go: 'Continue' });
  await kiosk.press('push button', 'Enter the room');
  const mine = (on) => (b) => b.seat === 'seat_2' && b.kind === 'mic' && b.on === on;
  await heard('room.joined', (b) => b.seat === 'seat_2');
  await kiosk.sees('push button', 'Mute');
  assert.equal(await kiosk.has('push button', 'Close'), false);
  screen.key('key', 'ctrl+t');
  await heard('room.mute', mine(true));
  screen.key('keydown', 'space');
  await heard('room.mute', mine(false));
  await kiosk.sees('label', 'You are heard');
  const since = expert.events.length;
  screen.key('keyup', 'space');
  await expert.heard('room_event', (m) => m.kind === 'room.mute' && mine(true)(m.body), { since });
  shoot('4-kiosk');
  assert.deepEqual(kiosk.complaints(), []);
});

test('a camera that is pulled out is told, and so is its return', async () => {
  const gone = 'The camera is unplugged or in use elsewhere';
  camera.kill('SIGKILL');
  await kiosk.sees('label', gone);
  shoot('5-unplugged');
  camera = plugCamera();
  await until('the camera to be back', async () => !(await kiosk.has('label', gone)));
  assert.equal((await kiosk.stop()).code, 0);
  // GStreamer has a right to complain of what was pulled out, and its shmsrc 1.22 at times lets go of a dead end twice.
  assert.deepEqual(kiosk.complaints().filter((line) => /bidroom-client:\d+\): (?!GStreamer)/.test(line)), []);
});
