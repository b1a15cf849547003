// Examples of our crates as WASM: what the server decides is decided alike in a browser.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** Builds an example of a package for a browser; the file's path. */
export function wasmExample(crate, example) {
  const built = execFileSync(
    "cargo",
    ["build", "--quiet", "--locked", "--package", crate, "--example", example, "--profile", "wasm-release", "--target", "wasm32-unknown-unknown", "--message-format", "json"],
    { cwd: resolve(import.meta.dirname, ".."), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 },
  );
  return built
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .find((message) => message.target?.name === example && message.filenames)
    .filenames.find((name) => name.endsWith(".wasm"));
}
