// The vectors of verdicts and tickets inside one of our pages, under its own policy: a browser decides
// what the server decides (C-98, C-124). The same files run natively and in node (`make unit`).
import { readFileSync } from "node:fs";
import { expect, test } from "./house.ts";
import { wasmExample } from "../../.ci/wasm.mjs";
import type { Page } from "@playwright/test";

/** Changes a byte of the copy of the vectors that the module carries: that after the text `after`. */
type Damage = { after: string } | null;

/** Whether the vectors hold in the page: true, or what the module did instead. */
async function run(page: Page, file: string, damage: Damage): Promise<string> {
  const bytes = readFileSync(file).toString("base64");
  return page.evaluate(
    async ({ bytes, damage }) => {
      const module = await WebAssembly.compile(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
      const asked: string[] = [];
      const imports: Record<string, Record<string, () => void>> = {};
      for (const { module: from, name } of WebAssembly.Module.imports(module)) {
        (imports[from] ??= {})[name] = () => {
          throw new Error(`asked the browser for ${asked.push(name) && name}`);
        };
      }
      const { exports } = await WebAssembly.instantiate(module, imports);
      if (damage) {
        const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
        const text = new TextEncoder().encode(damage.after);
        const at = memory.findIndex((_, at) => text.every((byte, n) => memory[at + n] === byte));
        if (at < 0) return "not in the module";
        memory[at + text.length] = memory[at + text.length] === 0x37 ? 0x38 : 0x37;
      }
      try {
        return (exports.main as (a: number, b: number) => number)(0, 0) === 0 ? "they hold" : "no answer";
      } catch (error) {
        return error instanceof WebAssembly.RuntimeError ? "a difference is noticed" : String(error);
      }
    },
    { bytes, damage },
  );
}

const VECTORS = [
  { crate: "domain", example: "verdicts", damages: ["verdicts:"] },
  {
    crate: "ticket",
    example: "golden_vectors",
    damages: [
      `"token": "`,
      `"what": "as it is",\n      "input": "`,
      `"what": "a card",\n      "input": "`,
      `"what": "the last digit changed",\n      "input": "`,
      `"code": "`,
    ],
  },
];

for (const { crate, example, damages } of VECTORS) {
  test(`in a page the vectors of ${crate} hold as they do natively, and a damaged one is noticed`, async ({ page }) => {
    const file = wasmExample(crate, example);
    await page.goto("/");
    expect(await run(page, file, null)).toBe("they hold");
    for (const after of damages) {
      expect(await run(page, file, { after }), after).toBe("a difference is noticed");
    }
  });
}
