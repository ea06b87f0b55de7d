// SPDX-License-Identifier: GPL-3.0-or-later
// The panel: experts in the pool with their keys, the draw of three parties, the gate of a venue.
import fs from 'node:fs';
import crypto from 'node:crypto';
import { enrolTotp, freshCode } from './house.mjs';

const rawPublic = (key) => key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');

// An Ed25519 key in a PEM file, as an expert keeps it on a card: { file, privateKey, publicKey (base64) }.
export function ed25519File(file) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
  fs.writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { file, privateKey, publicKey: rawPublic(publicKey) };
}

// Takes an expert into the pool and lets them sign in once to bind authenticator and key.
export async function enrolExpert(house, staff, { login, name, unit, specialities, region, keyFile }) {
  const password = house.passwordFor(login);
  const { expert_id } = await staff.post('/experts', {
    name, unit, specialities, region, account_login: login, account_password: password,
  });
  const api = house.api();
  await api.signIn(login, password);
  await enrolTotp(api);
  const key = ed25519File(keyFile);
  await api.post('/me/keys', { purpose: 'expert', alg: 'ed25519', public_key: key.publicKey });
  return Object.assign(api, { login, password, name, expertId: expert_id, key });
}

export async function makeVenue(house, staff, { login, name, city }) {
  const { venue_id } = await staff.post('/venues', { name, city });
  const duty = await house.account(login, ['venue'], { name: `${name}值班` });
  return Object.assign(duty, { venueId: venue_id, venueName: name });
}

// All parties commit, then all reveal, then the draw is run. parties: { staff, host, supervisor }.
export async function runDraw(parties, drawId, seal) {
  const names = Object.keys(parties);
  for (const party of names) {
    const draw = await parties[party].get(`/draws/${drawId}`);
    await parties[party].post(`/draws/${drawId}/nonces`, await seal.nonce(`${drawId}-${party}`, draw, party));
  }
  for (const party of names) {
    const { nonce } = seal.readNonce(`${drawId}-${party}`);
    await parties[party].post(`/draws/${drawId}/reveal`, { party, nonce });
  }
  return parties.staff.post(`/draws/${drawId}/run`);
}

export const signInAtGate = async (venue, sessionId, expert) => venue.post('/gate/sign-in', {
  session_id: sessionId, venue_id: venue.venueId, login: expert.login, password: expert.password,
  totp: await freshCode(expert),
});

// The seat's sign-in, bound to the session, as an Api of its own; device_key: base64.
export async function seatSignIn(house, pass, deviceKey) {
  const api = house.api();
  const answer = await api.post('/seat/sign-in', { pass, device_key: deviceKey, bearer: true });
  api.token = answer.token;
  return Object.assign(api, { seatId: answer.seat_id, sessionId: answer.session_id, account: answer.account });
}
