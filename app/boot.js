// Starts the islands of a page. The build bundles this file with the glue that wasm-bindgen makes
// and puts the hashed address of the module in WASM_URL.
import start, * as app from "./app.js";

// Islands are hydrated from the outside in: an outer island tells its <leptos-children> what to
// do (`$$on_hydrate`) before an island inside them starts.
function hydrate(node, beforeChild) {
  for (const child of node.children) {
    const tag = child.localName;
    if (tag === "leptos-island") {
      const island = app[child.dataset.component];
      if (island) {
        beforeChild?.();
        island(child);
      } else {
        console.error("There is no island " + child.dataset.component);
      }
    }
    hydrate(child, tag === "leptos-children" ? child.$$on_hydrate : beforeChild);
  }
}

// A part of the page was put in anew (tools.js).
addEventListener("linli:replaced", (event) => hydrate(event.detail));

start({ module_or_path: WASM_URL }).then(() => {
  app.hydrate();
  hydrate(document.body);
  // For CSS and for the browser tests: from here on the page answers to touch.
  document.documentElement.dataset.hydrated = "";
});
