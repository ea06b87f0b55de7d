// SPDX-License-Identifier: GPL-3.0-or-later
// The house of the demonstration: its passwords are made by chance and kept for the person who looks around.
import crypto from 'node:crypto';
import { House } from '../../tests/support/house.mjs';

export class DemoHouse extends House {
  constructor(url, options) {
    super(url, options);
    this.passwords = new Map();
  }

  passwordFor(login) {
    if (!this.passwords.has(login)) this.passwords.set(login, crypto.randomBytes(9).toString('base64url'));
    return this.passwords.get(login);
  }
}
