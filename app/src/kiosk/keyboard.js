// Keys on the screen for the user name and password of staff. What is typed stands in the fields,
// nowhere else, and goes before the page does; a browser that keeps pages keeps none of it.

const board = document.querySelector(".keyboard");
const fields = [...document.querySelectorAll("form:has(.keyboard) .input")];
const LAYERS = {
  letters: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-_."],
  signs: ["1234567890", "!@#$%^&*()", "-_=+[]{}\\|", ";:'\",.<>/?", "`~"],
};
let layer = "letters";
let upper = false;
let field = fields[0];

function key(text, press, wide, name) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: wide ? "key key-wide" : "key", textContent: text });
  if (name) button.dataset.key = name;
  button.addEventListener("click", press);
  return button;
}

function put(text) {
  if (field.maxLength < 0 || field.value.length < field.maxLength) field.value += text;
}

function draw() {
  const rows = LAYERS[layer].map((row) => {
    const line = document.createElement("div");
    const characters = upper ? row.toUpperCase() : row;
    line.append(...[...characters].map((character) => key(character, () => put(character))));
    return line;
  });
  const last = document.createElement("div");
  const other = layer === "letters" ? "signs" : "letters";
  const shift = key(board.dataset.upper, () => turn(layer, !upper), true, "upper");
  shift.setAttribute("aria-pressed", String(upper));
  shift.hidden = layer === "signs";
  last.append(
    shift,
    key(board.dataset[other], () => turn(other, false), true, other),
    key(board.dataset.space, () => put(" "), true, "space"),
    key(board.dataset.back, () => (field.value = [...field.value].slice(0, -1).join("")), true, "back"),
  );
  board.replaceChildren(...rows, last);
}

function turn(to, large) {
  layer = to;
  upper = large;
  draw();
}

for (const one of fields) one.addEventListener("focus", () => (field = one));
// A key takes the focus from no field.
board.addEventListener("pointerdown", (event) => event.preventDefault());
addEventListener("pagehide", () => fields.forEach((one) => (one.value = "")));
board.hidden = false;
draw();
field.focus();
