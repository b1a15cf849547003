// Says at the very end, in a few lines, what failed and why: the end is what is read of a long log.
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

// The colours of a terminal.
const COLOURS = /\u001b\[[0-9;]*m/g;
/** So many lines of an error are told. */
const LINES = 16;

export default class Summary implements Reporter {
  private failed: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === "skipped") return;
    const { file, line } = test.location;
    const where = `${test.parent.project()?.name} ${file.split("/").pop()}:${line} ${test.title}`;
    const errors = result.errors.map(({ message, value, location }) => {
      const told = (message ?? value ?? "").replace(COLOURS, "").split("\n").slice(0, LINES).join("\n");
      return `${location ? `at ${location.file.split("/").pop()}:${location.line}: ` : ""}${told}`;
    });
    this.failed.push(`${result.status} after ${result.duration} ms: ${where}\n${errors.join("\n")}`);
  }

  onEnd(): void {
    for (const failure of this.failed) console.log(`\n${failure}`);
  }
}
