// The verdict's vectors as WASM: what a scan means to a kiosk is what it means to the server (C-124).
//
//     node app/domain/tests/verdicts.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { wasmExample } from "../../../.ci/wasm.mjs";

const module = await WebAssembly.compile(readFileSync(wasmExample("domain", "verdicts")));

// A crate of recurrence rules brings a browser's clock along; the rules of the door must never ask it.
const imports = {};
for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
  assert.equal(kind, "function");
  (imports[from] ??= {})[name] = () => assert.fail(`the rules asked for ${name}`);
}

// `damage` changes the copy of the expected number that the module carries.
function run(damage = () => {}) {
  const { exports } = new WebAssembly.Instance(module, imports);
  damage(Buffer.from(exports.memory.buffer));
  return exports.main(0, 0);
}

assert.equal(run(), 0);
assert.throws(() => {
  run((memory) => {
    const at = memory.indexOf("verdicts:");
    const digit = at + "verdicts:".length;
    assert.ok(at > 0, "the number is not in the module");
    memory[digit] = memory[digit] === 0x37 ? 0x38 : 0x37;
  });
}, WebAssembly.RuntimeError);
console.log("WASM: 10,000 scans mean what they mean natively, and a damaged number is noticed");
