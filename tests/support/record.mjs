// SPDX-License-Identifier: GPL-3.0-or-later
// Alters an exported session record in every way a hand could, each time in one place, and asks bidroom-verify.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { exportSession, verifySession } from './client.mjs';

// A copy with n rows from i on replaced.
const spliced = (rows, i, n, ...more) => [...rows.slice(0, i), ...more, ...rows.slice(i + n)];

const flipped = (hex) => (hex[0] === '0' ? '1' : '0') + hex.slice(1);

// Changes one digit of a decimal text.
const nudged = (text) => text.replace(/\d(?!.*\d)/, (d) => String((Number(d) + 1) % 10));

function json(file, change) {
  return (dir) => {
    const at = path.join(dir, file);
    const value = JSON.parse(fs.readFileSync(at, 'utf8'));
    change(value);
    fs.writeFileSync(at, JSON.stringify(value));
  };
}

function lines(change) {
  return (dir) => {
    const at = path.join(dir, 'events.jsonl');
    const rows = fs.readFileSync(at, 'utf8').trimEnd().split('\n');
    fs.writeFileSync(at, `${change(rows).join('\n')}\n`);
  };
}

const flipByte = (file, where = 0.5) => (dir) => {
  const at = path.join(dir, file);
  const bytes = fs.readFileSync(at);
  bytes[Math.floor(bytes.length * where)] ^= 1;
  fs.writeFileSync(at, bytes);
};

const remove = (file) => (dir) => fs.rmSync(path.join(dir, file));
const isKind = (kind) => (row) => JSON.parse(JSON.parse(row).leaf).kind === kind;
const editLine = (kind, edit) => lines((rows) => {
  const i = rows.findIndex(isKind(kind));
  const line = JSON.parse(rows[i]);
  edit(line);
  return spliced(rows, i, 1, JSON.stringify(line));
});
const editLeaf = (kind, edit) => editLine(kind, (line) => {
  const leaf = JSON.parse(line.leaf);
  edit(leaf);
  line.leaf = JSON.stringify(leaf); // keys stay in their order, so it is canonical still
});

// What can be done to the record of any session: [what, change, what is said].
export const ofEvents = [
  ['an event with another text', editLeaf('session.created', (e) => { e.body.input.title += '!'; }), /line \d+ \(session:\w+ no 1, session\.created\): the event is not in the signed ledger/],
  ['an event with another proof', editLine('session.created', (l) => { l.proof[0] = flipped(l.proof[0]); }), /no 1, session\.created\): the event is not in the signed ledger/],
  ['an event at another place', editLine('session.created', (l) => { l.index += 1; }), /no 1, session\.created\): the event is not in the signed ledger/],
  ['an event left out', lines((rows) => spliced(rows, 2, 1)), /line 3 .*number 4 of session:\w+ comes after number 2/],
  ['an event twice', lines((rows) => spliced(rows, 2, 0, rows[2])), /line 4 .*number 3 of session:\w+ comes after number 3/],
  ['two events in another order', lines((rows) => spliced(rows, 1, 2, rows[2], rows[1])), /number 3 of session:\w+ comes after number 1/],
  ['a line that is no JSON', lines((rows) => spliced(rows, 3, 1, rows[3].slice(0, -1))), /line 4: is not JSON/],
  ['one bit of the events', flipByte('events.jsonl'), /events\.jsonl line \d+/],
  ['the signed head', flipByte('checkpoint', 0.3), /checkpoint: ledger_/],
  ['another session', json('session.json', (s) => { s.session_id = s.session_id.replace(/.$/, (c) => (c === '0' ? '1' : '0')); }), /session:\w+ no 1, session\.created\): belongs to another session/],
];

export const ofDraw = [
  ['another expert drawn', json('draw.json', ({ record }) => { record.selected[0].entry = record.standbys[0].entry; }), /draw\.json: draw\.result/],
  ['another seed', json('draw.json', ({ record }) => { record.seed = flipped(record.seed); }), /draw\.json: draw\.seed/],
  ['another nonce', json('draw.json', ({ record }) => { record.parties[1].nonce = flipped(record.parties[1].nonce); }), /draw\.json: draw\.commitment/],
  ['somebody less in the pool', json('draw.json', (d) => { d.snapshot = d.snapshot.slice(0, -67); }), /draw\.json: draw\.(digest|record)/],
  ['somebody who need not avoid', json('draw.json', (d) => { d.snapshot = d.snapshot.replace(/ 3\n/, ' 2\n'); }), /draw\.json: draw\.digest/],
  ['another draw of the same form', json('draw.json', (d) => { d.record.key_commitment = flipped(d.record.key_commitment); }), /draw\.prepared\): key_commitment is not that of draw\.json/],
  ['the draw left out', remove('draw.json'), /draw\.json: is missing, but .*draw\.done/],
];

export const ofResult = [
  ['one score of a sheet', json('sheets.json', ({ sheets }) => {
    const [bid] = Object.keys(sheets[0].scores);
    const [item] = Object.keys(sheets[0].scores[bid]);
    sheets[0].scores[bid][item] = nudged(sheets[0].scores[bid][item]);
  }), /sheets\.json lot \w+ member \d+: is not the sheet that was committed to/],
  ['a score beyond the scheme', json('sheets.json', ({ sheets }) => {
    const [bid] = Object.keys(sheets[0].scores);
    const [item] = Object.keys(sheets[0].scores[bid]);
    sheets[0].scores[bid][item] = '101';
  }), /sheets\.json lot \w+ member \d+: score\.out_of_range/],
  ['the salt of a sheet', json('sheets.json', ({ sheets }) => { sheets[1].salt = flipped(sheets[1].salt); }), /sheets\.json lot \w+ member \d+: is not the sheet/],
  ['two members with swapped sheets', json('sheets.json', ({ sheets }) => {
    const [a, b] = sheets.filter((s) => s.lot_id === sheets[0].lot_id);
    [a.member_no, b.member_no] = [b.member_no, a.member_no];
  }), /is not the sheet that was committed to/],
  ['a sheet left out', json('sheets.json', ({ sheets }) => { sheets.pop(); }), /sheets\.json lot \w+ member \d+: the sheet is missing/],
  ['a sheet too many', json('sheets.json', ({ sheets }) => { sheets.push({ ...sheets[0], member_no: 99 }); }), /member 99: no event speaks of this sheet/],
  ['the first and the second bid', json('results.json', ({ results: [{ rows }] }) => { [rows[0].rank, rows[1].rank] = [rows[1].rank, rows[0].rank]; }), /results\.json lot \w+ bid \w+: the rank is not what/],
  ['a total', json('results.json', ({ results: [{ rows }] }) => { rows[0].total = nudged(rows[0].total); }), /bid \w+: the total is not what/],
  ['a mean', json('results.json', ({ results: [{ rows }] }) => { rows[1].mean = nudged(rows[1].mean); }), /bid \w+: the mean is not what/],
  ['a price', json('results.json', ({ results: [{ rows }] }) => { rows[0].price = nudged(rows[0].price); }), /bid \w+: the price is not what/],
  ['a price score', json('results.json', ({ results: [{ rows }] }) => { rows[0].price_score = nudged(rows[0].price_score); }), /bid \w+: the price score is not what/],
  ['a name', json('results.json', ({ results: [{ rows }] }) => { rows[0].bidder_name += '二'; }), /bid \w+: the bidder's name is not what/],
  ['a score in the result', json('results.json', ({ results: [{ rows }] }) => { rows[0].members[0].total = nudged(rows[0].members[0].total); }), /bid \w+: the score of a member is not what/],
  ['a bid left out of the result', json('results.json', ({ results: [{ rows }] }) => { rows.pop(); }), /3 bids were opened, 2 stand in the result/],
  ['something no rule looks at', json('results.json', ({ results: [result] }) => { result.price_method = 'in_total'; }), /lot\.ranked\): results\.json is not the result this event is about/],
  ['a result left out', json('results.json', ({ results }) => { results.pop(); }), /results\.json: the result of lot \w+ is missing/],
  ['the results left out', remove('results.json'), /results\.json: is missing, but .*lot\.ranked/],
];

const firstVote = ({ ballots: [{ votes }] }) => Object.values(Object.values(votes)[0])[0];

export const ofReview = [
  ['a vote', json('reviews.json', (r) => { const vote = firstVote(r); vote.pass = !vote.pass; }), /reviews\.json lot \w+ \w+ member \d+: is not the ballot that was committed to/],
  ['the salt of a ballot', json('reviews.json', (r) => { r.ballots[1].salt = flipped(r.ballots[1].salt); }), /member \d+: is not the ballot/],
  ['a ballot left out', json('reviews.json', (r) => { r.ballots.pop(); }), /review\.counted\): the ballots give another result/],
  ['what came of a bid', json('reviews.json', (r) => { r.results[0].bids[0].state = 'failed'; }), /review\.counted\): reviews\.json holds another result/],
  ['a result left out', json('reviews.json', (r) => { r.results.pop(); }), /review\.counted\): its result is missing/],
  ['the review left out', remove('reviews.json'), /reviews\.json: is missing, but .*review\.counted/],
  ['a reason for a rejection', json('results.json', ({ results: [{ rows }] }) => { rows.at(-1).rejected += '！'; }), /bid \w+: the rejection is not what/],
];

// Of a session in which sheets went back since objective scores differed.
export const ofVoid = [
  ['a void score', json('void.json', ({ sheets: [{ scores }] }) => { const row = Object.values(scores)[0]; for (const item of Object.keys(row)) row[item] = nudged(row[item]); }), /void\.json lot \w+ member \d+: no event speaks of this sheet/],
  ['a void sheet left out', json('void.json', ({ sheets }) => { sheets.shift(); }), /sheet\.returned\): the sheets that differed are not in void\.json/],
  ['what is void left out', remove('void.json'), /sheet\.returned\): the sheets that differed are not in void\.json/],
];

export const ofReport = [
  ['one bit of the report', flipByte('report.pdf'), /report\.pdf: is not the file that was signed/],
  ['the report left out', remove('report.pdf'), /report\.pdf: is missing/],
  ['one bit of the signed report', flipByte('report-signed.pdf', 0.1), /report\.signed\): the signature of member \d+: report-signed\.pdf is not the file/],
  ['one bit of the second signature', (dir) => {
    const at = path.join(dir, 'report-signed.pdf');
    const bytes = fs.readFileSync(at);
    bytes[bytes.indexOf('/Contents <3', bytes.indexOf('/Contents <3') + 12) + 40] ^= 1;
    fs.writeFileSync(at, bytes);
  }, /report\.signed\): the signature of member \d+: report-signed\.pdf is not the file/],
  ['the end of the signed report', (dir) => fs.truncateSync(path.join(dir, 'report-signed.pdf'), fs.statSync(path.join(dir, 'report-signed.pdf')).size - 1), /the signature of member \d+: report-signed\.pdf is too short/],
  ['something behind the last signature', (dir) => fs.appendFileSync(path.join(dir, 'report-signed.pdf'), '%%EOF\n'), /report-signed\.pdf: is not report\.pdf with the signatures behind it/],
  ['the signed report left out', remove('report-signed.pdf'), /the signature of member \d+: report-signed\.pdf is missing/],
  ['a certificate left out', lines((rows) => spliced(rows, rows.findIndex(isKind('report.certified')), 1)), /the signature of member \d+: no event issues the certificate/],
  ['the data of the report', json('report.json', ({ model }) => { model.title += '（二）'; }), /report\.json: the model is not the one/],
  ['a dissenting opinion taken away', json('report.json', (r) => { r.opinions = []; }), /report\.signed\): the signature of member \d+: the dissenting opinion/],
  ['the signatures left out', lines((rows) => rows.filter((row) => !isKind('report.signed')(row))), /the session was closed with 0 of \d+ signatures/],
];

export const ofRecording = (track) => [
  ['one bit of a picture', flipByte(`reels/${track}.webm`), /reels\/\d+\.webm byte \d+, time \d+ ms: /],
  ['one bit of the head of a reel', flipByte(`reels/${track}.webm`, 0.0005), /reels\/\d+\.webm/],
  ['the end of a reel', (dir) => fs.truncateSync(path.join(dir, `reels/${track}.webm`), fs.statSync(path.join(dir, `reels/${track}.webm`)).size - 1), /reels\/\d+\.webm/],
  ['a reel left out', remove(`reels/${track}.webm`), /reels\/\d+\.webm: the reel is missing/],
  ['a reel too many', (dir) => fs.copyFileSync(path.join(dir, `reels/${track}.webm`), path.join(dir, 'reels/999.webm')), /999\.webm: no event speaks of this file/],
  ['one bit of an index', flipByte(`reels/${track}.idx`), /reels\/\d+\.idx: entry \d+ is not the cluster of the ledger/],
  ['an index cut short', (dir) => fs.truncateSync(path.join(dir, `reels/${track}.idx`), 60), /reels\/\d+\.idx: has 60 bytes/],
  ['an index left out', remove(`reels/${track}.idx`), /reels\/\d+\.idx: the index is missing/],
  ['another device at the seat', editLeaf('room.joined', (e) => { e.body.device_key = Buffer.alloc(32, 7).toString('base64'); }), /room\.joined\): the event is not in the signed ledger/],
];

// The record as exported is whole; with each of the changes it is not, and the place is named.
export async function assertTamperEvident(t, server, sessionId, changes) {
  const good = exportSession(server, sessionId, 'record');
  const verdict = verifySession(good);
  assert.equal(verdict.code, 0, verdict.out);
  for (const [what, change, said] of changes) {
    await t.test(what, () => {
      const dir = `${good}-altered`;
      fs.rmSync(dir, { recursive: true, force: true });
      fs.cpSync(good, dir, { recursive: true });
      change(dir);
      const { code, out } = verifySession(dir);
      assert.equal(code, 1, out);
      assert.match(out, said);
    });
  }
  return { dir: good, out: verdict.out };
}
