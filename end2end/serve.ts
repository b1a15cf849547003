// Starts the real server on a database of its own: migrate, seed, serve. Stopped at the end.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const PASSWORD = "demo-journeys-2026";

export default async function serve() {
  // Which weeks the journeys of this run have taken; their workers inherit it.
  process.env.LINLI_WEEKS = mkdtempSync(join(tmpdir(), "linli-weeks-"));
  const forget = () => rmSync(process.env.LINLI_WEEKS!, { recursive: true, force: true });
  if (process.env.LINLI_URL) return forget;
  const root = resolve(import.meta.dirname, "..");
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const server = join(target, "release", "server");
  const folder = mkdtempSync(join(tmpdir(), "linli-journeys-"));
  const env = {
    ...process.env,
    DATABASE_URL: `sqlite://${folder}/linli.sqlite`,
    LINLI_DEMO_PASSWORD: PASSWORD,
    TZ: "UTC",
  };
  execFileSync(server, ["migrate"], { cwd: root, env, stdio: "inherit" });
  execFileSync(server, ["seed"], { cwd: root, env, stdio: "ignore" });
  const log = openSync(join(folder, "server.log"), "w");
  const child = spawn(server, ["serve", "--addr", "127.0.0.1:3900", "--development", "--sign-ins-per-minute", "1000"], {
    cwd: root,
    env,
    stdio: ["ignore", log, log],
  });
  let ended = false;
  child.on("exit", () => (ended = true));
  const until = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch("http://127.0.0.1:3900/readyz").catch(() => null);
    if (answer?.ok) break;
    if (ended || Date.now() > until) throw new Error(`the server did not start; see ${folder}/server.log`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return () => {
    child.kill("SIGTERM");
    forget();
    rmSync(folder, { recursive: true, force: true });
  };
}
