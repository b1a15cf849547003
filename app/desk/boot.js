// Starts what moves on the staff's pages. The build bundles this file with the glue that wasm-bindgen
// makes and puts the hashed address of the module in WASM_URL.
import start from "./app.js";

start({ module_or_path: WASM_URL });
