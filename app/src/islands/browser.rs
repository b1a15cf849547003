//! The few functions of the browser that the islands call, for which gloo has no crate. What a browser
//! lacks is an error, never a panic; on the server nothing here is called.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What will be there later.
    pub(super) type Promise;

    /// Runs a function when it is there.
    #[wasm_bindgen(method)]
    pub(super) fn then(this: &Promise, done: &JsValue) -> Promise;

    /// Runs a function when it will never be there.
    #[wasm_bindgen(method, js_name = catch)]
    pub(super) fn or_else(this: &Promise, failed: &JsValue) -> Promise;

    /// Where the device is.
    pub(super) type Position;

    /// The figures.
    #[wasm_bindgen(method, getter)]
    pub(super) fn coords(this: &Position) -> Coordinates;

    /// Latitude and longitude in degrees.
    pub(super) type Coordinates;

    #[wasm_bindgen(method, getter)]
    pub(super) fn latitude(this: &Coordinates) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(super) fn longitude(this: &Coordinates) -> f64;

    /// Why there is no position.
    pub(super) type PositionError;

    /// 1: the person does not want it.
    #[wasm_bindgen(method, getter)]
    pub(super) fn code(this: &PositionError) -> u16;

    /// Asks the person, then says where the device is.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "geolocation"], js_name = getCurrentPosition)]
    pub(super) fn current_position(found: &JsValue, failed: &JsValue) -> Result<(), JsValue>;

    /// Goes to another page.
    #[wasm_bindgen(catch, js_namespace = ["window", "location"], js_name = assign)]
    pub(super) fn go_to(address: &str) -> Result<(), JsValue>;

    /// Starts the worker that keeps tickets for when there is no network.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "serviceWorker"], js_name = register)]
    pub(super) fn register_worker(address: &str) -> Result<Promise, JsValue>;

    /// Keeps the screen on while the page is seen.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "wakeLock"], js_name = request)]
    pub(super) fn keep_awake(kind: &str) -> Result<Promise, JsValue>;

    /// Fills the screen with the page.
    #[wasm_bindgen(catch, js_namespace = ["document", "documentElement"], js_name = requestFullscreen)]
    pub(super) fn fill_screen() -> Result<Promise, JsValue>;

    /// Gives the screen back.
    #[wasm_bindgen(catch, js_namespace = ["document"], js_name = exitFullscreen)]
    pub(super) fn leave_screen() -> Result<Promise, JsValue>;
}

/// Lets a promise fail in silence: what it would have done is a convenience.
pub(super) fn ignore(promise: Result<Promise, JsValue>) {
    if let Ok(promise) = promise {
        let nothing = Closure::once_into_js(|_: JsValue| {});
        let _ = promise.or_else(&nothing);
    }
}
