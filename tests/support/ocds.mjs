// SPDX-License-Identifier: GPL-3.0-or-later
// The schemas of the open data: the standard's release schema with the extensions merged into it.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(path.join(top, 'server/web/package.json'));
const { default: Ajv } = require('ajv');
const { default: addFormats } = require('ajv-formats');
const folder = path.join(top, 'tests/data/ocds');
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

// RFC 7396.
function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const out = target && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = merge(out[key], value);
  }
  return out;
}

// Draft 4 says `id` where the later ones say `$id`; nothing else of it differs here.
function schema(name, extensions = []) {
  const merged = extensions.reduce(merge, read(name));
  const { id, $schema, ...rest } = merged;
  return { $id: id, ...rest };
}

// ours: the release schema of our own extension, as the house publishes it.
export function validators(ours) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const extensions = fs.readdirSync(folder).filter((name) => name.endsWith('.release-schema.json')).map(read);
  // The bid opening extension refers to the location extension, which our data does not use.
  const location = { definitions: { Location: { not: {} } } };
  ajv.addSchema(schema('release-schema.json', [location, ...extensions, ...(ours ? [ours] : [])]));
  ajv.addSchema(schema('versioned-release-validation-schema.json'));
  const check = (name, more) => {
    const validate = ajv.compile(schema(name, more));
    return (value) => { if (!validate(value)) throw new Error(JSON.stringify(validate.errors.slice(0, 3), null, 1)); };
  };
  return {
    releasePackage: check('release-package-schema.json', [read('pagination-master.release-package-schema.json')]),
    recordPackage: check('record-package-schema.json'),
  };
}
