// A scanner that types, as the browser gets it: real key events, at the scanner's own pace (the keys
// bring their times along, because a busy machine would make pauses of its own).
import type { Page } from "@playwright/test";

export type Typing = {
  /** Milliseconds from key to key. */
  gap?: number;
  /** What the scanner sends last. */
  end?: "Enter" | "Tab" | "";
  /** A Chinese input method takes the keys and composes what it is given, as long as a field has the focus. */
  inputMethod?: boolean;
};

const named = { Enter: 13, Tab: 9, Shift: 16 } as const;

/** Types the text, sends its ending, and waits until a scan without one would have ended too. */
export async function scan(page: Page, text: string, { gap = 8, end = "Enter", inputMethod = false }: Typing = {}): Promise<void> {
  const wire = await page.context().newCDPSession(page);
  const sent: Promise<unknown>[] = [];
  // Ahead of the browser's clock by what it takes to hand the keys over: none comes later than its time.
  let at = (Date.now() + 12 * text.length) / 1000;
  let composed = "";
  const send = (type: string, fields: object) => sent.push(wire.send("Input.dispatchKeyEvent", { type, timestamp: at, ...fields } as any));
  for (const key of text) {
    const digit = /\d/.test(key);
    const code = digit ? `Digit${key}` : `Key${key.toUpperCase()}`;
    const shift = /[A-Z]/.test(key);
    const windowsVirtualKeyCode = key.toUpperCase().charCodeAt(0);
    const modifiers = shift ? 8 : 0;
    if (shift) send("rawKeyDown", { key: "Shift", code: "ShiftLeft", windowsVirtualKeyCode: named.Shift, modifiers });
    if (inputMethod) {
      send("rawKeyDown", { key: "Process", code, windowsVirtualKeyCode: 229, modifiers });
      composed += key;
      // It does so whatever the page says of the key.
      sent.push(wire.send("Input.imeSetComposition", { text: composed, selectionStart: composed.length, selectionEnd: composed.length }));
    } else {
      send("keyDown", { key, code, text: key, unmodifiedText: key, windowsVirtualKeyCode, modifiers });
    }
    send("keyUp", { key, code, windowsVirtualKeyCode, modifiers });
    if (shift) send("keyUp", { key: "Shift", code: "ShiftLeft", windowsVirtualKeyCode: named.Shift });
    at += gap / 1000;
  }
  if (end) {
    const text = end === "Enter" ? "\r" : undefined;
    send("keyDown", { key: end, code: end, text, windowsVirtualKeyCode: named[end] });
    send("keyUp", { key: end, code: end, windowsVirtualKeyCode: named[end] });
  }
  await Promise.all(sent);
  await wire.detach();
}

/** From here on a scanner may type anywhere on the check-in page. */
export const listening = (page: Page) => page.waitForFunction(() => document.documentElement.dataset.wedge === "");
