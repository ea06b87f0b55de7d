// SPDX-License-Identifier: GPL-3.0-or-later
// A house that was opened: makes accounts through its administrators, as they would.
import { Api, totp } from './api.mjs';

export class House {
  // ca: the PEM of the authority that must have signed the server's certificate; without one any is taken.
  constructor(url, { ca } = {}) {
    this.url = url;
    this.ca = ca;
  }

  api() { return new Api(this.url, { ca: this.ca }); }

  // Takes what `bidroomctl init` printed; signs the administrators in.
  async takeAdmins(accounts) {
    this.admins = {};
    for (const { login, password } of accounts) {
      this.admins[login] = Object.assign(this.api(), { login, password });
      await this.admins[login].signIn(login, password);
    }
    return this.admins;
  }

  passwordFor(login) { return `pass-${login}-1234`; }

  // An account with these roles, signed in. Its login, password and id are on the object.
  async account(login, roles, more = {}) {
    const password = this.passwordFor(login);
    const { account_id } = await this.admins.sysadmin.post('/accounts',
      { login, name: login, password, ...more });
    if (roles.length) await this.admins.secadmin.post(`/accounts/${account_id}/roles`, { roles });
    const api = this.api();
    await api.signIn(login, password);
    return Object.assign(api, { login, password, roles, name: more.name ?? login, accountId: account_id });
  }
}

// Binds an authenticator to the account; its secret stays on the object.
export async function enrolTotp(account) {
  const { secret } = await account.post('/me/totp');
  Object.assign(account, { totpSecret: secret, totpStep: 0 });
  await account.post('/me/totp/confirm', { code: await freshCode(account) });
}

// A code nobody has used yet. The server takes the step before and after the present one too, each once;
// whoever needs more codes than that waits as they would before the authenticator.
export async function freshCode(account) {
  const now = () => Math.floor(Date.now() / 30000);
  const step = Math.max(account.totpStep + 1, now() - 1);
  while (step > now() + 1) await new Promise((resolve) => { setTimeout(resolve, 500); });
  account.totpStep = step;
  return totp(account.totpSecret, step * 30000);
}
