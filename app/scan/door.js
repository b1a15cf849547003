// What the staff's check-in page has beside its form: a scanner that types wherever the focus is, and
// the sound of the answer. The page works without it: then the scanner types into the field, and the
// answer is read.
//
// What was scanned goes through the page's own form (`.door-form`), as if it had been typed there;
// app/tools.js sends it in place and puts the answer into `#door-answer`.

/** A field that one can type into, if it has the focus. */
function typedInto() {
  const field = document.activeElement;
  return field && field.matches("input, textarea") && "selectionStart" in field ? field : null;
}

function submit(code) {
  const field = document.getElementById("code");
  if (!field) return;
  field.value = code;
  if (field.form.requestSubmit) field.form.requestSubmit();
  else field.form.submit();
}

/**
 * Gives every key to the wedge (`app/scan/src/wedge`, in the scanner's module) and does what it says.
 * While a scan runs, the field that had the focus has lost it: an input method heeds no page that
 * would stop a key, but types into fields only.
 */
function listen({ memory, input, output, press, tick }) {
  const [TAKE_BACK, GIVE_BACK, REMEMBER, SWALLOW, SCAN] = [1, 2, 4, 8, 16];
  let before = null; // the field and its content before the first key
  let away = false;
  let timer = 0;

  function put(value, at) {
    before.field.value = value;
    before.field.focus({ preventScroll: true });
    try {
      before.field.setSelectionRange(at, at);
    } catch (error) {
      // a kind of field that has no selection
    }
    away = false;
  }

  function follow(bits) {
    const answer = new DataView(memory.buffer, output());
    const wake = answer.getFloat64(0, true);
    const texts = [];
    for (let at = 8; texts.length < 2; ) {
      const size = answer.getUint32(at, true);
      texts.push(new TextDecoder().decode(new Uint8Array(memory.buffer, answer.byteOffset + at + 4, size)));
      at += 4 + size;
    }
    const [typed, scan] = texts;
    if (bits & TAKE_BACK && before) {
      before.field.blur();
      before.field.value = before.value;
      away = true;
    }
    if (bits & GIVE_BACK && away) {
      const { value, start, end } = before;
      put(value.slice(0, start) + typed + value.slice(end), start + typed.length);
      before.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // It is over, whatever it was.
    if (away && wake < 0) put(before.value, before.start);
    if (bits & REMEMBER) {
      const field = typedInto();
      before = field && {
        field,
        value: field.value,
        start: field.selectionStart ?? field.value.length,
        end: field.selectionEnd ?? field.value.length,
      };
    }
    if (bits & SCAN) submit(scan);
    clearTimeout(timer);
    if (wake >= 0) lookAt(wake);
  }

  /** Where the page was busy, keys may have come that it has not seen yet: they go first. */
  function lookAt(wake) {
    const look = () => follow(tick(performance.now()));
    const late = () => (performance.now() - wake > 20 ? (timer = setTimeout(look, 20)) : look());
    timer = setTimeout(late, Math.max(0, wake - performance.now()));
  }

  const bytes = new TextEncoder();
  const onKey = (event) => {
    const [key, code] = [bytes.encode(event.key || ""), bytes.encode(event.code || "")];
    const place = input(key.length + code.length);
    const room = new Uint8Array(memory.buffer, place, key.length + code.length);
    room.set(key);
    room.set(code, key.length);
    const { ctrlKey, altKey, metaKey } = event;
    const command = !(ctrlKey && altKey) && (ctrlKey || altKey || metaKey);
    const state =
      (event.isComposing || event.keyCode === 229 ? 1 : 0) | (event.repeat ? 2 : 0) | (event.shiftKey ? 4 : 0) | (command ? 8 : 0);
    const bits = press(key.length, code.length, event.timeStamp, state);
    if (bits & SWALLOW) {
      event.preventDefault();
      event.stopPropagation();
    }
    follow(bits);
  };
  document.addEventListener("keydown", onKey, true);
}

/** A scan that had begun before the module was there is left to the field: no scan is cut in two. */
async function startWedge(url) {
  let last = 0;
  const seen = (event) => (last = event.timeStamp);
  document.addEventListener("keydown", seen, true);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer());
  const QUIET = 150;
  const whenQuiet = () => {
    const left = QUIET - (performance.now() - last);
    if (last && left > 0) {
      setTimeout(whenQuiet, left);
      return;
    }
    document.removeEventListener("keydown", seen, true);
    listen(instance.exports);
    // For the browser tests: from here on a scanner may type anywhere.
    document.documentElement.dataset.wedge = "";
  };
  whenQuiet();
}

/** Two notes up, the same note twice, one low note: as the kiosk says them (app/screen/src/watch.rs). */
const NOTES = { good: [880, 1320], warn: [660, 660], bad: [220] };

/** Where this device keeps that it is to be silent. */
const SILENT = "linli-door-silent";

let silent = false;
try {
  silent = localStorage.getItem(SILENT) === "1";
} catch (error) {
  // a browser that keeps nothing begins anew with every page
}

const Sound = window.AudioContext || window.webkitAudioContext;
const sound = Sound ? new Sound() : null;

function chime(kind) {
  // Notes that wait for a touch would come long after the answer.
  if (silent || !sound || sound.state !== "running") return;
  let at = sound.currentTime;
  for (const note of NOTES[kind]) {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    tone.frequency.value = note;
    volume.gain.value = 0.08;
    tone.connect(volume);
    volume.connect(sound.destination);
    tone.start(at);
    at += 0.15;
    tone.stop(at - 0.03);
  }
}

/** A browser that wants a touch before the first sound gets it with the first tap or key. */
function hear() {
  if (sound && !silent && sound.state !== "running") sound.resume().catch(() => {});
}

/** Shows the switch, and whether a touch is wanted. */
function showSwitch() {
  const box = document.getElementById("door-sound");
  if (!box || !sound) return;
  box.checked = !silent;
  box.closest("label").hidden = false;
  document.getElementById("door-sound-wanted").hidden = silent || sound.state === "running";
}

function onSwitch({ target }) {
  if (target.id !== "door-sound") return;
  silent = !target.checked;
  try {
    if (silent) localStorage.setItem(SILENT, "1");
    else localStorage.removeItem(SILENT);
  } catch (error) {
    // for this page, then
  }
  if (!silent) sound.resume().then(() => chime("good"), () => {});
  showSwitch();
}

/** An answer has come: it is heard, and seen also where the page is longer than the screen. */
function onAnswer({ detail }) {
  // After a change of language the whole page is new.
  if (detail === document.body) showSwitch();
  if (detail.id !== "door-answer") return;
  const answer = detail.querySelector(".verdict, .refusal");
  if (!answer) return;
  chime(answer.dataset.kind || "bad");
  answer.scrollIntoView({ block: "nearest" });
}

addEventListener("linli:replaced", onAnswer);
addEventListener("change", onSwitch);
for (const touch of ["pointerdown", "keydown", "click"]) addEventListener(touch, hear, true);
if (sound) sound.onstatechange = showSwitch;
showSwitch();
// Without it the field still takes what a scanner types into it.
startWedge(document.querySelector(".door-form").dataset.wasm).catch(() => {});
