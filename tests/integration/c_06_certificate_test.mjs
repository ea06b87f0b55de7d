// SPDX-License-Identifier: GPL-3.0-or-later
// Certificates (数字证书) of bidders: whose they are, who vouches for them, and the openings they do not last until; and
// the supplier file, which tells nothing of a bid that is not opened.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Server, build, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Seal } from '../support/seal.mjs';
import { DAY, advanceTo, announce, plusSeconds, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const made = path.join(server.dir, 'authority');
const people = {};
const firms = {};
let holders, deadline, lot, tender;

const openssl = (...args) => execFileSync('openssl', args, { cwd: made, stdio: ['ignore', 'pipe', 'pipe'] });
const pem = (name) => fs.readFileSync(path.join(made, `${name}.crt`), 'utf8');

// A certificate by `issuer` (undefined: by itself) for the subject, that holds for so many days.
function certificate(name, subject, { issuer, days = 365, ca = false } = {}) {
  const extensions = path.join(made, `${name}.ext`);
  fs.writeFileSync(extensions, `basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}\n`);
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-utf8', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
  openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, '-days', String(days), '-extfile', extensions,
    ...(issuer ? ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial'] : ['-signkey', `${name}.key`]));
  return pem(name);
}
const subject = (n, how = 'serialNumber') => `/C=CN/O=甲建设有限公司/${how}=${creditCode(n)}/CN=甲建设有限公司`;
// A key in a token (SoftHSM), which never leaves it: its URI with the PIN in a file of this name.
const PIN = '5678';
function token() {
  const dir = path.join(server.dir, 'private', 'token');
  fs.mkdirSync(path.join(dir, 'tokens'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'softhsm2.conf'), `directories.tokendir = ${dir}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`);
  for (const [name, pin] of [['pin', PIN], ['wrong', '0000']]) fs.writeFileSync(path.join(dir, name), pin);
  process.env.SOFTHSM2_CONF = path.join(dir, 'softhsm2.conf');
  process.env.PKCS11_MODULE_PATH = '/usr/lib/softhsm/libsofthsm2.so';
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'firm', '--so-pin', '1234', '--pin', PIN]);
  execFileSync('pkcs11-tool', ['--module', process.env.PKCS11_MODULE_PATH, '--token-label', 'firm', '--login', '--pin', PIN, '--keypairgen',
    '--key-type', 'EC:prime256v1', '--label', 'bid', '--id', '01', '--usage-sign', '--usage-derive'], { stdio: 'ignore' });
  return (pin = 'pin', object = 'bid') => `pkcs11:token=firm;object=${object}?pin-source=${dir}/${pin}`;
}
const own = (who) => who.get('/me/certificates');
const add = (who, text) => who.post('/me/certificates', { certificate: text });

test.before(async () => {
  fs.mkdirSync(made, { recursive: true });
  certificate('root', '/C=CN/O=某某认证中心/CN=根', { ca: true });
  certificate('middle', '/C=CN/O=某某认证中心/CN=中级', { issuer: 'root', ca: true });
  fs.chmodSync(server.dir, 0o755);
  server.options.config = { bidders: { authorities: path.join(made, 'root.crt'), certificate_required: 'true' } };
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host', 'supervisor']) people[role] = await server.account(role, [role]);
  holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲', '乙', '丙'].entries())
    firms[name] = await bidder(server, seal, `firm${i}`, { name: `${name}建设有限公司`, credit_code: creditCode(i) });
  const uri = token();
  const code = async (key) => seal.run('pubkey', '--key', key).then(() => 'found', (refusal) => refusal.code);
  assert.deepEqual([await code(uri()), await code(uri('wrong')), await code(uri('pin', 'none'))], ['found', 'token', 'token']);
  const { alg, public_key } = await seal.run('pubkey', '--key', uri());
  await firms.甲.post('/me/keys', { purpose: 'bidder', alg, public_key });
  firms.甲.key = uri(); // what it seals and releases with from now on
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  ({ tender, lots: [lot] } = await announce(server, people, holders, deadline));
});
test.after(() => server.remove());

test('a certificate holds now, is the account\'s own and of a trusted authority', async () => {
  const code = async (text) => (await refused(add(firms.甲, text))).code;
  assert.equal(await code('no certificate'), 'certificate.form');
  assert.equal(await code(certificate('self', subject(0))), 'certificate.untrusted');
  assert.equal(await code(certificate('other', subject(1), { issuer: 'root' })), 'certificate.other');
  const leaf = certificate('leaf', subject(0), { issuer: 'middle' });
  // What some software keeps in one file, or marks as locked, is not asked for and not kept.
  const key = fs.readFileSync(path.join(made, 'leaf.key'), 'utf8');
  for (const text of [key + leaf + pem('middle'), leaf + pem('middle') + key]) assert.equal(await code(text), 'certificate.form', 'a private key');
  assert.equal(await code(leaf.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n')), 'certificate.form', 'a locked one');
  assert.equal(await code(certificate('long', `${subject(0)}/${Array.from({ length: 16 }, (_, i) => `OU=${String(i).repeat(64).slice(0, 64)}`).join('/')}`, { issuer: 'root' })), 'certificate.form', 'a name without end');
  assert.equal(await code(leaf), 'certificate.untrusted', 'what stands between is missing');
  const done = await add(firms.甲, `甲的证书\n${leaf}${pem('middle')}`);
  assert.deepEqual(server.sql('SELECT COUNT(*) FROM bidder_certificate WHERE pem LIKE \'%PRIVATE%\' OR pem LIKE \'%甲%\'')[0], ['0']);
  assert.deepEqual([done.trusted, done.events.map((e) => e.kind)], [true, ['certificate.added']]);
  assert.match(done.subject, /甲建设有限公司/);
  await add(firms.甲, leaf + pem('middle'));
  const { items, checked, required } = await own(firms.甲);
  assert.deepEqual([items.length, items[0].state, checked, required], [1, 'trusted', true, true]);
  await firms.甲.post(`/me/certificates/${items[0].certificate_id}/remove`);
  assert.equal((await refused(firms.甲.post(`/me/certificates/${items[0].certificate_id}/remove`))).code, 'input.not_found');
  assert.deepEqual((await own(firms.甲)).items, []);
  // Authorities write the code where they like.
  await add(firms.甲, certificate('unit', `/C=CN/O=甲/OU=统一社会信用代码${creditCode(0)}/CN=甲`, { issuer: 'root' }));
  assert.equal((await own(firms.甲)).items.length, 1);
});

test('where the centre asks for one, no bid begins without one that outlasts the opening', async () => {
  const begin = (who) => who.post(`/lots/${lot}/bids`, { size: 1000 });
  assert.equal((await refused(begin(firms.乙))).code, 'certificate.needed');
  const days = Math.floor((Date.parse(deadline) - Date.now()) / 1000 / DAY);
  await add(firms.乙, certificate('short', subject(1), { issuer: 'root', days }));
  assert.equal((await refused(begin(firms.乙))).code, 'certificate.needed', 'it ends before the deadline');
  await add(firms.乙, certificate('long', subject(1), { issuer: 'root', days: days + 2 }));
  assert.ok((await begin(firms.乙)).bid_id);
  const seen = await own(firms.乙);
  assert.deepEqual([seen.items.length, seen.warnings, seen.soon], [2, [], true]);
  const long = seen.items[0];
  await firms.乙.post(`/me/certificates/${long.certificate_id}/remove`);
  const { warnings } = await own(firms.乙);
  assert.deepEqual(warnings.map((w) => [w.lot_id, w.lot_name, w.deadline]), [[lot, '第一包', deadline]]);
  assert.equal(Date.parse(warnings[0].ends) - Date.parse(deadline), 3600000, 'until the end of the time to decrypt');
  assert.deepEqual((await own(firms.甲)).warnings, [], 'who takes no part is not warned');
});

test('one that was taken unchecked does not count once authorities are named', async () => {
  const days = 20000;
  server.sql(`UPDATE bidder_certificate SET until_at = until_at + INTERVAL ${days} DAY, pem = '${certificate('alone', subject(2), { days })}',
    account_id = '${firms.丙.accountId}' WHERE account_id = '${firms.乙.accountId}' AND removed_at IS NOT NULL`);
  server.sql(`UPDATE bidder_certificate SET removed_at = NULL WHERE account_id = '${firms.丙.accountId}'`);
  const { items, until } = await own(firms.丙);
  assert.deepEqual([items.length, items[0].state, until ?? null], [1, 'untrusted', null]);
  const seen = await people.staff.get(`/suppliers/${firms.丙.accountId}`);
  assert.deepEqual([seen.certificate, seen.certificates.map((c) => c.state)], ['untrusted', ['untrusted']], 'nor does the centre see it as good');
  assert.equal((await refused(firms.丙.post(`/lots/${lot}/bids`, { size: 1000 }))).code, 'certificate.needed');
  await firms.丙.post(`/me/certificates/${items[0].certificate_id}/remove`);
});

test('an account has so many certificates and no more', async () => {
  const { length } = (await own(firms.丙)).items;
  for (let i = length; i < 20; i += 1) await add(firms.丙, certificate(`many${i}`, subject(2), { issuer: 'root', days: 30 + i }));
  assert.equal((await refused(add(firms.丙, certificate('many', subject(2), { issuer: 'root' })))).code, 'certificate.too_many');
  for (const { certificate_id } of (await own(firms.丙)).items) await firms.丙.post(`/me/certificates/${certificate_id}/remove`);
});

test('the supplier file tells of opened bids alone', async () => {
  for (const [i, name] of ['甲', '乙', '丙'].entries()) {
    await add(firms[name], certificate(`bid${i}`, subject(i), { issuer: 'root', days: 60 }));
    const sealed = await sealBid(firms[name], { tender, lotId: lot, price: '1000000', documents: [seal.write(`${i}.txt`, name)] });
    firms[name].bid = await submitBid(firms[name], lot, sealed);
  }
  const of = async (who, name) => (await who.get(`/suppliers?text=${encodeURIComponent(name)}`)).items;
  assert.deepEqual((await of(people.staff, '建设')).map((s) => [s.org_name[0], s.certificate, s.n_opened, s.n_won]),
    [['甲', 'trusted', 0, 0], ['乙', 'trusted', 0, 0], ['丙', 'trusted', 0, 0]]);
  assert.deepEqual((await of(people.staff, creditCode(1))).map((s) => s.org_name[0]), ['乙']);
  assert.deepEqual((await people.staff.get('/suppliers?limit=2')).items.length, 2);
  const before = await people.supervisor.get(`/suppliers/${firms.甲.accountId}`);
  assert.deepEqual([before.bids, before.certificates.length], [[], 2]);
  await advanceTo(people.staff, deadline);
  await people.host.post(`/lots/${lot}/close`);
  for (const name of ['甲', '乙']) await releaseBid(firms[name], firms[name].bid);
  await advanceTo(people.staff, plusSeconds(deadline, 3601));
  const after = await people.staff.get(`/suppliers/${firms.甲.accountId}`);
  assert.deepEqual(after.bids.map((b) => [b.lot_id, b.price, b.won, b.bond_kept]), [[lot, '1000000', false, false]]);
  assert.deepEqual((await people.staff.get(`/suppliers/${firms.丙.accountId}`)).bids, [], 'its bid was not opened');
  assert.equal((await refused(people.staff.get(`/suppliers/${people.host.accountId}`))).code, 'input.not_found');
  for (const who of [people.agency, firms.甲]) assert.equal((await refused(who.get('/suppliers'))).code, 'auth.denied');
});

test('a firm registers itself: nothing before the centre agrees, and then what a bidder may', async () => {
  const password = 'Schornstein-47-Regen';
  const form = (n, more = {}) => ({ login: `new${n}`, password, org_name: `新${n}有限公司`, credit_code: creditCode(20 + n), name: '王某', phone: '0632-1234567', ...more });
  const make = (n, more) => server.api().post('/bidder-registrations', form(n, more));
  const stateOf = async ({ registration_id }) => server.api().get(`/bidder-registrations/${registration_id}`);
  const code = async (what) => (await refused(what)).code;
  const decide = (who, { registration_id }, how, body) => who.post(`/bidder-registrations/${registration_id}/${how}`, body);
  const wrong = creditCode(21).replace(/.$/, (c) => (c === '0' ? '1' : '0'));
  assert.equal(await code(make(1, { credit_code: wrong })), 'input.invalid');
  assert.equal(await code(make(1, { password: 'short' })), 'account.password_weak');
  assert.equal(await code(make(1, { roles: ['staff'] })), 'input.unknown_field');
  const [one, two] = [await make(1), await make(2)];
  assert.deepEqual([one.events, await stateOf(one)], [undefined, { state: 'pending' }]);
  assert.equal(await code(server.api().signIn('new1', password)), 'auth.bad_credentials');
  const { items } = await people.staff.get('/bidder-registrations');
  assert.deepEqual(items.map((r) => [r.registration_id, r.org_name, r.credit_code, r.name, r.phone, r.accounts]),
    [1, 2].map((n, i) => [[one, two][i].registration_id, `新${n}有限公司`, creditCode(20 + n), '王某', '0632-1234567', 0]));
  for (const who of [people.supervisor, people.agency, firms.甲, server.api()]) {
    assert.match(await code(who.get('/bidder-registrations')), /^auth\./);
    assert.match(await code(decide(who, one, 'approve')), /^auth\./);
  }
  assert.deepEqual((await decide(people.staff, one, 'approve')).events.map((e) => e.kind), ['registration.approved']);
  const firm = server.api();
  await firm.signIn('new1', password);
  const { account } = await firm.get('/me');
  assert.deepEqual([account.roles, account.org_name, account.credit_code, account.must_change_password], [['bidder'], '新1有限公司', creditCode(21), false]);
  assert.deepEqual((await decide(people.staff, two, 'refuse', { reason: '营业执照不符' })).events.map((e) => e.kind), ['registration.refused']);
  assert.deepEqual(await stateOf(two), { state: 'refused', reason: '营业执照不符' });
  assert.equal(await code(decide(people.staff, two, 'approve')), 'registration.state');
  assert.equal(await code(server.api().signIn('new2', password)), 'auth.bad_credentials');
  assert.deepEqual(server.sql('SELECT COUNT(password_hash), COUNT(name), COUNT(phone) FROM bidder_registration')[0], ['0', '1', '1']);
  // Whoever says to be somebody else keeps nobody out, and is not told which logins there are.
  const others = [await make(3, { login: people.staff.login, credit_code: creditCode(24) }), await make(4), await make(5, { credit_code: creditCode(24), org_name: '甲建设有限公司' })];
  const told = (await people.staff.get('/bidder-registrations')).items.map((r) => [r.pending, r.same_name, r.login_taken]);
  assert.deepEqual(told, [[2, 0, true], [2, 0, false], [2, 1, false]]);
  assert.equal(await code(decide(people.staff, others[0], 'approve')), 'account.login_taken');
  assert.deepEqual((await decide(people.staff, others[1], 'approve')).events.map((e) => e.kind), ['registration.approved', 'registration.refused', 'registration.refused']);
  for (const other of [others[0], others[2]]) assert.equal((await stateOf(other)).state, 'refused');
  // What nobody decides lapses by itself.
  const late = await make(6);
  server.sql(`UPDATE bidder_registration SET created_at = created_at - INTERVAL 30 DAY WHERE registration_id = '${late.registration_id}'`);
  await until('the registration lapses', async () => (await stateOf(late)).state === 'lapsed');
  assert.deepEqual(server.sql('SELECT COUNT(password_hash), COUNT(name), COUNT(phone) FROM bidder_registration')[0], ['0', '2', '2']);
  let answer;
  for (let i = 0; i < 15 && answer !== 'auth.throttled'; i += 1) answer = await code(make(7, { password: 'short' }));
  assert.equal(answer, 'auth.throttled');
});

test('who is trusted is judged today: authorities that cannot be read keep the house shut, others change what is shown', async () => {
  const authorities = path.join(made, 'today.pem');
  server.options.config.bidders.authorities = authorities;
  await server.stop();
  for (const [what, text] of [['no certificate', ''], ['a broken one', pem('root').replace(/\n.{64}\n/, '\n')], ['a key beside it', pem('root') + fs.readFileSync(path.join(made, 'root.key'), 'utf8')]]) {
    fs.writeFileSync(authorities, text);
    server.logs.length = 0;
    await assert.rejects(server.start(), /base\.authorities.*today\.pem/, what);
  }
  const stateOf = async () => (await people.staff.get(`/suppliers/${firms.甲.accountId}`)).certificate;
  certificate('another', '/C=CN/O=另一认证中心/CN=根', { ca: true });
  for (const [names, state] of [[['another'], 'untrusted'], [['another', 'root'], 'trusted']]) {
    fs.writeFileSync(authorities, names.map(pem).join(''));
    await server.start();
    assert.equal(await stateOf(), state, names.join());
    await server.stop();
  }
});
