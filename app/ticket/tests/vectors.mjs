// The golden vectors twice more: with Node's own Ed25519 and big integers, so that ours is not the
// only implementation that agrees with them, and with the crate as WASM (C-98).
//
//     node app/ticket/tests/vectors.mjs
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wasmExample } from '../../../.ci/wasm.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const vectors = JSON.parse(readFileSync(join(here, 'vectors.json'), 'utf8'));

// RFC 8410: what stands before the 32 bytes of a public key.
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const keys = new Map(vectors.keyring.trim().split('\n').map((line) => {
  const [kid, , hex] = line.split(' ');
  const der = Buffer.concat([SPKI, Buffer.from(hex, 'hex')]);
  return [Number(kid), createPublicKey({ key: der, format: 'der', type: 'spki' })];
}));

function independently({ kid, kind, id, token }) {
  assert.match(token, /^[0-9]{200}$/);
  const bytes = Buffer.from(BigInt(token).toString(16).padStart(166, '0'), 'hex');
  assert.equal(bytes.length, 83);
  assert.deepEqual([...bytes.subarray(0, 3)], [1, kind, kid]);
  assert.equal(bytes.subarray(3, 19).toString('hex'), id.replaceAll('-', ''));
  const message = Buffer.concat([Buffer.from('linli-ticket-v1\0'), bytes.subarray(0, 19)]);
  const key = keys.get(kid);
  if (key === undefined) return 0;
  assert.ok(verify(null, message, key, bytes.subarray(19)), `signature of ${id}`);
  return 1;
}

const verified = vectors.issued.map(independently).reduce((a, b) => a + b);
assert.ok(verified >= 12, `only ${verified} signatures could be verified`);
console.log(`node:crypto verifies ${verified} of ${vectors.issued.length} tickets (those whose key is in the keyring)`);

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
for (const { secret, kiosk, millis, code } of vectors.wall) {
  const id = Buffer.from(kiosk.replaceAll('-', ''), 'hex');
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(millis / 15_000)));
  const mac = createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(Buffer.concat([Buffer.from('linli-wall-v1\0'), id, step])).digest();
  const bits = [...id, ...mac.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const text = bits.padEnd(210, '0').match(/.{5}/g).map((five) => BASE32[parseInt(five, 2)]).join('');
  assert.equal(code, text);
}
console.log(`node:crypto makes the same ${vectors.wall.length} wall codes`);

const module = await WebAssembly.compile(readFileSync(wasmExample('ticket', 'golden_vectors')));

// `damage` changes the copy of the vectors that the module carries.
function run(damage = () => {}) {
  const { exports } = new WebAssembly.Instance(module, {});
  damage(Buffer.from(exports.memory.buffer));
  return exports.main(0, 0);
}

assert.equal(run(), 0);
console.log('WASM: the golden vectors hold');

const damaged = [
  ['a ticket that is issued', vectors.issued[0].token],
  ['a ticket that is accepted', `"what": "of a retired key",\n      "input": "`],
  ['a card', `"what": "a card",\n      "input": "`],
  ['a refusal', '"error": "forged"'],
  ['a short code', vectors.short_codes_made[3].output],
  ['a wall code', vectors.wall[3].code],
];
for (const [what, text] of damaged) {
  const change = (memory) => {
    const at = memory.indexOf(text);
    assert.ok(at > 0, `${what} is not in the module`);
    const end = at + Buffer.byteLength(text) - (text.endsWith('ed"') ? 2 : 1);
    const place = text.endsWith('"input": "') ? end + 1 : end;
    memory[place] = memory[place] === 0x37 ? 0x38 : 0x37;
  };
  assert.throws(() => run(change), WebAssembly.RuntimeError, what);
}
console.log(`WASM: ${damaged.length} damaged vectors are noticed`);
