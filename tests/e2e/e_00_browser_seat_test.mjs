// SPDX-License-Identifier: GPL-3.0-or-later
// A supervisor's seat in Chromium beside seats of bidroom-client: both hear and see each other, the line is cut and
// comes back, a second browser is turned away, the host's mute holds, and the record of it all can be verified.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from '../support/browser.mjs';
import { makeBundle } from '../support/bundle.mjs';
import { clientRoom, exportSession, quitAll, seatAll, verifySession } from '../support/client.mjs';
import { personAt } from '../support/console.mjs';
import { Line } from '../support/line.mjs';
import { freePort, Server, until } from '../support/server.mjs';

const port = await freePort();
const line = await Line.to(port);
const server = new Server({ port, roomUrl: `wss://localhost:${line.port}` });
let browser, room, person, page, supervisor, witness, seat, mark;

test.before(async () => {
  await server.start();
  await server.openHouse();
  supervisor = await server.account('super1', ['supervisor'], { name: '监督员' });
  witness = await server.account('witness1', ['witness'], { name: '见证员' });
  room = await clientRoom(server, { n: 2 });
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact, rulebook_version,
      holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '某某局', '张先生', '1', 2, 30, 'announced', host, created_at
    FROM eval_session WHERE session_id = '${room.sessionId}'`);
  room.clients[0].options.decode = 'all';
  await seatAll([...room.clients, room.host]);
  browser = await Browser.launch(server.url, { devices: true, measured: true, shots: process.env.BIDROOM_SHOTS });
});
test.after(async () => {
  await browser?.close();
  await quitAll(room.all);
  line.remove();
  await server.remove();
});

const look = (at = page) => at.evaluate(() => window.bidroomRoom());
const when = (what, fits, at = page) => until(what, async () => {
  const seen = await look(at);
  return seen?.state && fits(seen) && seen;
});
const button = (name) => page.locator(`[data-test=${name}]`);

async function take(who, locale, choices = {}) {
  const someone = await personAt(browser, locale);
  await someone.signIn(who);
  await someone.go(`/sessions/${room.sessionId}/room`);
  await someone.page.locator('[data-test=join]').waitFor();
  for (const [kind, on] of Object.entries(choices)) await someone.page.locator('.check .el-checkbox').nth(kind === 'cam' ? 0 : 1).setChecked(on);
  return someone;
}

// A digest of what a tile shows now; '' while it shows nothing.
const pixels = (id, at = page) => at.evaluate((tile) => {
  const canvas = document.querySelector(`[data-tile="${tile}"] canvas`);
  if (!canvas || canvas.width < 16) return '';
  const copy = new OffscreenCanvas(32, 18);
  copy.getContext('2d').drawImage(canvas, 0, 0, 32, 18);
  const { data } = copy.getContext('2d').getImageData(0, 0, 32, 18);
  return new Set(data).size > 4 ? data.join() : '';
}, id);

test('the check before entering shows picture and level', async () => {
  person = await take(supervisor, 'zh', { cam: true, mic: true });
  page = person.page;
  await page.waitForFunction(() => document.querySelector('.preview video')?.videoWidth > 0);
  await page.waitForFunction(() => document.querySelector('meter')?.value > 0.02);
  await browser.shot(page, 'browser-check');
  await person.looksWhole('device check');
});

// How much later the voice is heard than the picture shown, as the page finds it: the median of some readings.
async function lipsAndVoice() {
  const found = { seat_1: [], seat_2: [] };
  for (let n = 0, newest = 0; n < 5; n += 1) {
    const objects = ({ tracks }) => Math.max(...tracks.map((t) => t.objects));
    const { skews, stats } = await when('newer figures', ({ skews: s, stats: t }) => s.seat_1 !== null && s.seat_2 !== null && objects(t) > newest);
    newest = objects(stats);
    for (const id of Object.keys(found)) found[id].push(skews[id]);
  }
  const median = Object.values(found).map((all) => all.sort((a, b) => a - b)[2]);
  console.log(`# voice later than picture: ${median.map((ms) => ms.toFixed(1))} ms`);
  assert.ok(median.every((ms) => Math.abs(ms) <= 40), JSON.stringify(found));
}

test('the browser hears and sees the seats of bidroom-client', async () => {
  mark = line.opened;
  await button('join').click();
  ({ state: { seat } } = await when('the seat', ({ state }) => state.phase === 'seated'));
  for (const id of ['seat_1/cam', 'seat_2/cam']) {
    const first = await until(`a picture of ${id}`, () => pixels(id));
    await until(`a moving picture of ${id}`, async () => await pixels(id) !== first);
  }
  await when('sound of both', ({ levels }) => levels.seat_1 > 0.001 || levels.seat_2 > 0.001);
  const { stats } = await when('verified groups', ({ stats: s }) => s.tracks.length === 4 && s.tracks.every((t) => t.verified >= 2));
  for (const t of stats.tracks)
    assert.deepEqual([t.forged, t.lost], [0, 0], JSON.stringify(t));
  await lipsAndVoice();
  await browser.shot(page, 'browser-room');
  await person.looksWhole('room');
});

test('the seats of bidroom-client see and hear the browser, and its stamps hold', async () => {
  const [decoding, counting] = room.clients;
  const of = async (client, kind) => (await client.hears()).find((t) => t.seat === seat && t.kind === kind);
  const cam = await until('pictures of the browser', async () => {
    const t = await of(decoding, 'cam');
    return t?.presented >= 20 && t.verified >= 2 && t;
  });
  const mic = await until('sound of the browser', async () => {
    const t = await of(decoding, 'mic');
    return t?.presented >= 50 && t.verified >= 2 && t;
  });
  for (const t of [cam, mic, await of(counting, 'cam'), await of(counting, 'mic')])
    assert.deepEqual([t.forged, t.lost, t.gaps], [0, 0, 0], JSON.stringify(t));
});

test('the camera goes out in two sizes', async () => {
  const [decoding] = room.clients;
  const small = (await decoding.state()).tracks.find((t) => t.seat === seat && t.simulcast_of);
  const whole = (await decoding.state()).tracks.find((t) => t.seat === seat && t.kind === 'cam' && !t.simulcast_of);
  assert.deepEqual([small.simulcast_of, small.width * 2, small.height * 2, small.layers], [whole.track, whole.width, whole.height, 3]);
  await when('pictures of the small size', ({ stats }) => stats.own.cam_small.objects > 20);
});

test('what is written, announced and called goes both ways', async () => {
  await page.getByRole('tab', { name: '发言' }).click();
  await room.clients[0].act('chat', { text: '请监督员看第三章' });
  await page.locator('[role=log]').getByText('请监督员看第三章').waitFor();
  await page.getByLabel('文字发言').fill('看到了');
  await page.keyboard.press('Enter');
  await room.clients[1].heard('room_event', (m) => m.kind === 'room.chat' && m.body.text === '看到了');
  await room.host.act('announce', { text: '休息十分钟' });
  await page.getByRole('alert').getByText('休息十分钟').waitFor();
  await person.looksWhole('announcement');
  await page.getByRole('button', { name: '知道了' }).click();
  await room.host.act('call', { seat, text: '请确认' });
  await page.getByRole('alert').getByText(/点名请您回应/).waitFor();
  await page.getByRole('button', { name: '知道了' }).click();
});

test('who leads does it from the page: mutes a seat, announces, locks', async () => {
  const [one, two] = room.clients;
  const heard = (client, kind, fits) => client.heard('room_event', (m) => m.kind === kind && fits(m.body), { since: client.events.length });
  await page.getByRole('tab', { name: '成员' }).click();
  const order = async (word, done) => {
    await page.locator('[data-seat=seat_2]').getByRole('button', { name: '席位管理' }).click();
    await page.getByRole('menuitem', { name: word, exact: true }).click();
    await done;
  };
  await order('静音', heard(two, 'room.mute', (b) => b.seat === 'seat_2' && b.on));
  await page.locator('[data-seat=seat_2]').getByText('已静音').waitFor();
  await order('解除静音', heard(two, 'room.mute', (b) => b.seat === 'seat_2' && !b.on));
  await page.getByRole('tab', { name: '主持' }).click();
  const said = heard(one, 'room.announce', (b) => b.text === '请保持安静');
  await page.getByLabel('宣读', { exact: true }).fill('请保持安静');
  await page.keyboard.press('Enter');
  await said;
  await page.getByRole('button', { name: '知道了' }).click();
  for (const on of [true, false]) {
    const locked = heard(one, 'room.lock', (b) => b.on === on);
    // Others hear of an act before its answer is here, and until then the switch takes nothing.
    await page.getByRole('switch', { name: '锁定会议室', disabled: false, checked: !on }).waitFor({ state: 'attached' });
    await page.getByText('锁定会议室').click();
    await locked;
  }
  await page.locator('[data-test=timer] button[type=submit]:not(.is-loading)').click();
  await page.locator('[data-test=step-time]', { hasText: /本环节还剩 1[45]:/ }).waitFor();
  await one.heard('room_event', (m) => m.kind === 'session.timer' && m.body.deadline_us > 0);
  await person.looksWhole('leading');
  await page.getByRole('tab', { name: '网络' }).click();
  await page.getByRole('cell', { name: '画面' }).first().waitFor();
  await person.looksWhole('network');
  await page.getByRole('tab', { name: '发言' }).click();
});

test('the screen goes out as a track of its own', async () => {
  await button('screen').click();
  await until('the screen at the other seats', async () => (await room.clients[0].hears()).some((t) => t.seat === seat && t.kind === 'screen' && t.presented > 0));
  await button('screen').click();
  await until('its end', async () => !(await room.clients[0].hears()).some((t) => t.seat === seat && t.kind === 'screen'));
});

test('the keyboard: muted by the button, speaking while the space bar is held', async () => {
  const muted = (on) => room.clients[0].heard('room_event', (m) => m.kind === 'room.mute' && m.body.seat === seat && m.body.kind === 'mic' && m.body.on === on, { since: room.clients[0].events.length });
  let heard = muted(true);
  await button('mic').click();
  await heard;
  await when('the mute', ({ state }) => state.muted.mic);
  await page.evaluate(() => document.activeElement.blur());
  heard = muted(false);
  await page.keyboard.down('Space');
  await heard;
  await when('speaking', ({ state }) => !state.muted.mic);
  heard = muted(true);
  await page.keyboard.up('Space');
  await heard;
  const before = (await look()).stats.own.mic.objects;
  await button('mic').click();
  await when('sound again', ({ state, stats }) => !state.muted.mic && stats.own.mic.objects > before + 20);
});

test('what is not seen is not asked for', async () => {
  await button('layout').click();
  await page.locator('[data-tile="seat_1/cam"] .name').click();
  const shown = async (s) => (await look()).stats.tracks.find((t) => t.seat === s && t.kind === 'cam').objects;
  await page.evaluate(() => { document.querySelector('[data-tile="seat_2/cam"]').style.display = 'none'; });
  // Sound goes on, pictures stop.
  await until('no more pictures of seat 2', async () => {
    const [one, two] = [await shown('seat_1'), await shown('seat_2')];
    await until('pictures of seat 1', async () => await shown('seat_1') > one + 20);
    return await shown('seat_2') === two;
  });
  await page.evaluate(() => { document.querySelector('[data-tile="seat_2/cam"]').style.display = ''; });
  const two = await shown('seat_2');
  await until('pictures of seat 2 again', async () => await shown('seat_2') > two + 10);
  await browser.shot(page, 'browser-stage');
  await person.looksWhole('speaker layout');
  await button('layout').click();
});

test('the line is cut: it shows, comes back by itself, and nothing is missing', async () => {
  line.cut(mark);
  await when('the loss', ({ state }) => state.phase === 'lost');
  await page.locator('[data-test=line].bad').waitFor();
  await room.clients[0].act('chat', { text: '您掉线时说的' });
  line.open();
  const back = Date.now();
  await when('the seat again', ({ state }) => state.phase === 'seated');
  await page.locator('[role=log]').getByText('您掉线时说的').waitFor();
  await until('pictures of the browser again', async () => (await room.clients[0].hears()).some((t) => t.seat === seat && t.kind === 'cam' && t.presented >= 10));
  const first = await until('pictures in the browser again', () => pixels('seat_1/cam'));
  await until('moving ones', async () => await pixels('seat_1/cam') !== first);
  console.log(`# after the line was there again it took ${Date.now() - back} ms until pictures moved both ways`);
  await room.clients[0].heard('room_event', (m) => m.kind === 'room.joined' && m.body.seat === seat && m.body.resumed);
});

test('a page that is loaded again takes its seat again', async () => {
  await person.go(`/sessions/${room.sessionId}/room`);
  await button('join').click();
  await when('the seat', ({ state }) => state.phase === 'seated' && state.roster.length === 4);
  await page.getByRole('tab', { name: '发言' }).click();
  await page.locator('[role=log]').getByText('请监督员看第三章').waitFor();
});

test("a venue's computer becomes the camera of its room, by keyboard, and supervisors see it", async () => {
  const staff = await server.account('staff9', ['staff']);
  const { venue_id: venue } = await staff.post('/venues', { name: '分会场', city: '济南' });
  server.sql(`UPDATE seat SET venue_id = '${venue}' WHERE session_id = '${room.sessionId}' AND seat_id = 'seat_2'`);
  const duty = await personAt(browser);
  await duty.signIn(await server.account('duty9', ['venue'], { name: '值守' }));
  await duty.go(`/sessions/${room.sessionId}`);
  await duty.press(duty.page.getByRole('link', { name: '房间摄像机' }));
  await duty.page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
  await duty.looksWhole('before the camera of the room');
  // What failed can be begun again.
  const refusal = { type: 'about:blank', status: 409, code: 'room.seat_taken', title: 'Another device holds the seat' };
  await duty.page.route('**/tickets', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(refusal) }), { times: 1 });
  await duty.press(duty.page.locator('[data-test=camera-begin]'));
  await duty.page.getByRole('alert').first().waitFor();
  await duty.page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
  await duty.press(duty.page.locator('[data-test=camera-begin]'));
  await duty.page.getByText(/正在拍摄，已送出 [1-9]\d* 帧/).waitFor();
  await duty.looksWhole('the camera of the room');
  await browser.shot(duty.page, 'room-camera');
  const tile = `cam1_${venue}/cam`;
  const first = await until('its picture at the supervisor', () => pixels(tile));
  await until('moving', async () => await pixels(tile) !== first);
  await duty.press(duty.page.locator('[data-test=camera-end]'));
  await duty.press(duty.page.getByRole('button', { name: '确定' }));
  await duty.page.locator('[data-test=camera-begin]').waitFor();
  await until('its end at the supervisor', async () => !(await pixels(tile)));
  const [[kind, mask]] = server.sql(`SELECT kind, mask FROM media_track WHERE session_id = '${room.sessionId}' AND seat_id = 'cam1_${venue}' LIMIT 1`);
  assert.deepEqual([kind, mask], ['cam', 'none']);
  await duty.page.context().close();
});

test('a second browser with the same seat is turned away, and may take it over', async () => {
  const second = await take(supervisor, 'en', { cam: false, mic: false });
  await second.page.locator('[data-test=join]').click();
  await second.page.getByText('Your seat is in use on another device').waitFor();
  await second.looksWhole('seat taken');
  await second.page.locator('[data-test=take-over]').click();
  await second.page.getByRole('button', { name: 'Confirm' }).click();
  await when('the seat in the second browser', ({ state }) => state.phase === 'seated', second.page);
  await page.locator('[data-test=over]').getByText('您已在另一台设备上接管该席位').waitFor();
  await second.page.locator('[data-test=leave]').click();
  await second.page.getByRole('button', { name: 'Confirm' }).click();
  await second.page.getByText('You left the room').waitFor();
  await second.page.context().close();
});

test('a witness is muted by the host, in the middle of a word, and opened again', async () => {
  const seen = await take(witness, 'en', { cam: true, mic: true });
  await seen.page.locator('[data-test=join]').click();
  const { state: { seat: wit } } = await when('the seat', ({ state }) => state.phase === 'seated', seen.page);
  const objects = async () => (await room.clients[0].hears()).find((t) => t.seat === wit && t.kind === 'mic')?.objects ?? 0;
  await until('the voice of the witness', async () => await objects() > 50);
  const [, counting] = room.clients;
  await room.host.act('moderate', { act: 'mute', seat: wit, on: true });
  await when('the mute', ({ state }) => state.mutedByOther.mic, seen.page);
  const silent = await objects();
  await seen.page.getByText('The host muted you').waitFor();
  await counting.act('chat', { text: '时间过去' });
  const { stats: { own: { mic } } } = await look(seen.page);
  assert.ok(await objects() <= silent + 2);
  await room.host.act('moderate', { act: 'mute', seat: wit, on: false });
  await until('the voice again', async () => await objects() > silent + 50);
  assert.ok((await look(seen.page)).stats.own.mic.objects >= mic.objects);
  await seen.looksWhole('room of the witness');
  await seen.page.locator('[data-test=leave]').click();
  await seen.page.getByRole('button', { name: 'Confirm' }).click();
  await seen.page.getByText('You left the room').waitFor();
  await seen.page.context().close();
});

// What a recorded voice sounds like: the loudest of its samples, 0 to 1.
function loudest(reel) {
  const pcm = execFileSync('gst-launch-1.0', ['-q', 'filesrc', `location=${reel}`, '!', 'matroskademux', '!', 'opusdec', '!', 'audioconvert', '!',
    'audio/x-raw,format=S16LE,channels=1', '!', 'fdsink', 'fd=1'], { maxBuffer: 1 << 26 });
  let most = 0;
  for (let i = 0; i + 1 < pcm.length; i += 2) most = Math.max(most, Math.abs(pcm.readInt16LE(i)));
  return most / 32768;
}

test('what the browser sent is on record, signed, and holds before an outsider', async () => {
  const policy = (await server.api().raw('GET', '/console/')).headers['content-security-policy'];
  assert.match(policy, /worker-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-eval|wasm|script-src[^;]*(blob|unsafe|data)/);
  const tracks = server.sql(`SELECT kind, track_no FROM media_track WHERE session_id = '${room.sessionId}' AND seat_id = '${seat}' ORDER BY track_no`);
  assert.deepEqual([...new Set(tracks.map(([kind]) => kind))].sort(), ['cam', 'mic', 'screen']);
  const { dir, out } = await until('the recording in the ledger', () => {
    const exported = exportSession(server, room.sessionId);
    const verdict = verifySession(exported);
    assert.equal(verdict.code, 0, verdict.out);
    return { dir: exported, out: verdict.out };
  });
  // Cut off without a last stamp: the line of the first camera and microphone, the page that was loaded again.
  const unstamped = [...out.matchAll(/reels.(\d+).webm[^\n]*unstamped/g)].map((m) => m[1]);
  for (const [kind, no] of tracks.filter(([k]) => k === 'screen')) assert.ok(!unstamped.includes(no), `${kind} ${no} left without a stamp`);
  const [, mic] = tracks.find(([kind]) => kind === 'mic');
  assert.ok(loudest(path.join(dir, 'reels', `${mic}.webm`)) > 0.02);
});

test('of the two sizes the replay and the bundle show the large one; for a slow line the small one, or none', async () => {
  const tracks = server.sql(`SELECT track_no, width, started_ms, ended_ms FROM media_track WHERE session_id = '${room.sessionId}' AND seat_id = '${seat}' AND kind = 'cam'`)
    .map((row) => row.map(Number)).filter((row) => row.every(Number.isFinite));
  const [large, small] = [Math.max, Math.min].map((of) => of(...tracks.map(([, width]) => width)));
  assert.ok(small * 2 === large, `${small} and ${large}`);
  const sizes = new Map(server.sql(`SELECT body FROM event WHERE kind = 'room.publish' AND subject = 'session:${room.sessionId}'`).map(([text]) => JSON.parse(text)).map((b) => [b.track, b.width]));
  for (const [no, width] of tracks) assert.equal(sizes.get(no), width, 'as the ledger tells');
  // The longest while in which both were sent, in its middle.
  const [, , from, to] = tracks.filter(([, width]) => width === large).sort((a, b) => (b[3] - b[2]) - (a[3] - a[2]))[0];
  const at = Math.round((from + to) / 2000);
  const seen = await personAt(browser, 'zh');
  await seen.signIn(supervisor);
  const width = () => seen.page.evaluate((id) => document.querySelector(`figure[data-seat="${id}"] video`)?.videoWidth ?? 0, seat);
  const shows = (what, wanted) => until(what, async () => await width() === wanted && !(await seen.page.evaluate(() => window.bidroomReplay().busy)));
  await seen.go(`/sessions/${room.sessionId}/replay#t=${at}s`);
  await shows('the large picture', large);
  const quality = seen.page.getByLabel('画面清晰度');
  await quality.selectOption('流畅');
  await shows('the small picture', small);
  await quality.selectOption('仅声音');
  // By then the microphone may have been off.
  await seen.page.locator(`figure[data-seat="${seat}"]`).getByText(/只有声音|画面已关闭/).waitFor();
  await seen.looksWhole('replay, sound only');
  for (const each of ['清晰', '流畅', '仅声音', '清晰']) await quality.selectOption(each); // one overtakes the other
  await shows('the large picture again', large);
  await seen.looksWhole('replay, overtaken');
  const { dir } = makeBundle(server, room.sessionId);
  await seen.page.goto(`${pathToFileURL(path.join(dir, 'index.html')).href}#t=${at}s`);
  await shows('the large picture of the bundle', large);
});
