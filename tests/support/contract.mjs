// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP contract, proto/openapi.yaml, as something to hold every request and answer against.
//
// An answer must be one the contract names, with nothing in it that the contract does not know. A request
// must be one the contract names when the server took it: tests also send what has to be refused.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
// npm ci --prefix server/web brings them.
const web = createRequire(path.join(top, 'server/web/package.json'));
const Ajv = web('ajv/dist/2019').default;
const addFormats = web('ajv-formats');
const yaml = web('yaml');

export const PREFIX = '/api/v1';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const text = fs.readFileSync(path.join(top, 'proto/openapi.yaml'), 'utf8');
const contract = yaml.parse(text, { merge: true });

// A local reference of the contract itself: "#/components/parameters/After".
export function look(thing) {
  while (thing?.$ref)
    thing = thing.$ref.slice(2).split('/').reduce((node, key) => node[key], contract);
  return thing;
}

// OpenAPI 3.0's schema as JSON Schema. Objects are closed, as the contract says of all of them; an `open` one is
// part of an allOf, whose whole is closed instead. Components have both forms: X and X~open (as X.open).
function schemaOf(node, open = false) {
  if (Array.isArray(node)) return node.map((n) => schemaOf(n));
  if (node === null || typeof node !== 'object') return node;
  if (node.$ref) return { $ref: `contract#/$defs/${node.$ref.split('/').pop()}${open ? '.open' : ''}` };
  const { nullable, description, example, ...rest } = node;
  const out = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === 'properties')
      out.properties = Object.fromEntries(Object.entries(value).map(([name, s]) => [name, schemaOf(s)]));
    else if (key === 'allOf') out.allOf = value.map((s) => schemaOf(s, true));
    else if (['items', 'additionalProperties', 'anyOf', 'oneOf', 'not'].includes(key)) out[key] = schemaOf(value);
    else out[key] = value;
  }
  if (nullable) out.type = [out.type, 'null'];
  if (out.additionalProperties === false) delete out.additionalProperties;
  if ((out.properties || out.allOf) && out.additionalProperties === undefined && !open)
    out.unevaluatedProperties = false;
  return out;
}

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
addFormats(ajv);
ajv.addSchema({
  $id: 'contract',
  $defs: Object.fromEntries(Object.entries(contract.components.schemas)
    .flatMap(([name, s]) => [[name, schemaOf(s)], [`${name}.open`, schemaOf(s, true)]])),
}, undefined, undefined, false);

const compiled = new Map();

// What is wrong with a value, as one line; '' when nothing is.
function wrongWith(schema, value) {
  if (!compiled.has(schema)) compiled.set(schema, ajv.compile(schemaOf(schema)));
  const validate = compiled.get(schema);
  if (validate(value)) return '';
  return validate.errors.map((e) => `${e.instancePath || '.'} ${e.message}${
    e.params.unevaluatedProperty ? ` (${e.params.unevaluatedProperty})` : ''}`).join('; ');
}

// Every operation: { method, path, pattern, security, parameters, operation }.
export const operations = Object.entries(contract.paths).flatMap(([template, item]) => METHODS
  .filter((method) => item[method]).map((method) => ({
    method: method.toUpperCase(),
    path: template,
    pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+?)')}$`),
    open: (item[method].security ?? contract.security).length === 0,
    parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(look),
    operation: item[method],
  })));

// The JSON schema of what is sent, or undefined.
export const requestSchema = (op) => look(op.operation.requestBody)?.content?.['application/json']?.schema;

// Every member the schema of an object names: name → { schema, required }.
export function members(schema) {
  const s = look(schema) ?? {};
  const own = Object.entries(s.properties ?? {}).map(([name, value]) => [
    name, { schema: look(value), required: (s.required ?? []).includes(name) }]);
  return Object.fromEntries([...(s.allOf ?? []).flatMap((part) => Object.entries(members(part))), ...own]);
}

function find(method, pathname) {
  const here = operations.filter((op) => op.pattern.test(pathname));
  const literal = (op) => op.path.split('/').filter((s) => !s.startsWith('{')).length;
  here.sort((a, b) => literal(b) - literal(a));
  return here.find((op) => op.method === (method === 'HEAD' ? 'GET' : method));
}

const typeOf = (headers) => (headers['content-type'] ?? '').split(';')[0].trim();

// A text of path or query as the type its schema asks for.
const typed = (schema, value) => (look(schema).type === 'integer' && /^-?\d+$/.test(value) ? Number(value)
  : look(schema).type === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value);

function checkParameters(op, url, say) {
  const values = op.pattern.exec(url.pathname.slice(PREFIX.length)).slice(1);
  const names = [...op.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
  const given = [...names.map((name, i) => ['path', name, decodeURIComponent(values[i])]),
    ...[...url.searchParams].map(([name, value]) => ['query', name, value])];
  for (const [where, name, value] of given) {
    const known = op.parameters.find((p) => p.in === where && p.name === name);
    if (!known) say(`took the unknown ${where} parameter ${name}`);
    else say(wrongWith(known.schema, typed(known.schema, value)), `${where} parameter ${name}: `);
  }
}

function checkRequest(op, { url, headers, body }, say) {
  const schema = requestSchema(op);
  const wanted = look(op.operation.requestBody);
  checkParameters(op, url, say);
  if (schema) {
    const value = body?.length ? JSON.parse(Buffer.from(body).toString('utf8')) : {};
    // "A null counts as absent", for a member of the body that may be absent.
    for (const name of Object.keys(value)) if (value[name] === null) delete value[name];
    say(wrongWith(schema, value), 'took ');
  } else if (wanted) {
    if (!wanted.content[typeOf(headers)]) say(`took a body of ${typeOf(headers)}`);
  } else if (body?.length && Buffer.from(body).toString('utf8').trim() !== '{}') {
    say('took a body where none is named');
  }
}

function checkAnswer(op, { status, headers, body }, say) {
  const named = look(op.operation.responses[status] ?? (status >= 400 ? op.operation.responses.default : undefined));
  if (!named) {
    say(`answered ${status}, which is not named`);
    return;
  }
  if (!named.content || status === 304) return;
  const type = typeOf(headers);
  const content = named.content[type];
  if (!content) {
    say(`answered ${status} as "${type}"`);
    return;
  }
  if (!type.endsWith('json') || !body.length) return;
  say(wrongWith(content.schema, JSON.parse(body.toString('utf8'))), `answered ${status}: `);
}

// Throws when an exchange is not as the contract says. request: { method, url (URL), headers, body },
// answer: { status, headers, body (Buffer) }. Pages beside the API are not its subject.
export function checkExchange(request, answer) {
  const { method, url } = request;
  if (!url.pathname.startsWith(`${PREFIX}/`)) return;
  const faults = [];
  const say = (fault, before = '') => { if (fault) faults.push(before + fault); };
  const op = find(method, url.pathname.slice(PREFIX.length));
  if (!op) {
    if (answer.status < 400) say(`answered ${answer.status}, but the contract has no such operation`);
    else if (typeOf(answer.headers) === 'application/problem+json' && method !== 'HEAD')
      say(wrongWith(contract.components.schemas.Problem, JSON.parse(answer.body.toString('utf8'))));
  } else {
    if (answer.status < 400) checkRequest(op, request, say);
    if (method !== 'HEAD') checkAnswer(op, answer, say);
  }
  if (faults.length)
    throw new Error(`contract: ${method} ${url.pathname}${url.search} ${faults.join(' | ')}`);
}
