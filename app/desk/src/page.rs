//! The page that the server drew, and how its parts are told apart.

use gloo::utils::{body, document, window};
use gloo_net::http::Request;
use wasm_bindgen::JsCast;
use web_sys::{CustomEvent, CustomEventInit, Document, Element, HtmlElement, NodeList};

/// Says that a part of the page is new; `app/tools.js` says so too.
pub(crate) const REPLACED: &str = "linli:replaced";

/// Whether this is the check-in page.
pub(crate) fn is_door() -> bool {
    find(".door-form").is_some()
}

/// The first element that fits.
pub(crate) fn find(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok().flatten();
    found.and_then(|found| found.dyn_into().ok())
}

/// A word or an address that the server wrote on an element.
pub(crate) fn data(of: &HtmlElement, name: &str) -> String {
    of.dataset().get(name).unwrap_or_default()
}

/// Whether it is the whole page that was put in anew.
pub(crate) fn is_whole(part: &Element) -> bool {
    part == body().unchecked_ref::<Element>()
}

/// Puts the answer's parts in the place of this page's, and says so of each.
pub(crate) fn renew_parts(next: &Document) {
    for part in select(&body(), "[data-part]") {
        let nodes = js_sys::Array::new();
        if let Some(found) = next.get_element_by_id(&part.id()) {
            for node in all(&found.child_nodes()) {
                nodes.push(&node);
            }
        }
        part.replace_children_with_node(&nodes);
        let told = CustomEventInit::new();
        told.set_detail(&part);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(REPLACED, &told) {
            let _ = window().dispatch_event(&event);
        }
    }
    document().set_title(&next.title());
}

/// All that fit below an element.
pub(crate) fn select(within: &Element, selector: &str) -> Vec<Element> {
    let found = within.query_selector_all(selector).ok();
    let found = found.iter().flat_map(all);
    found.filter_map(|node| node.dyn_into().ok()).collect()
}

/// A part of a page, asked for again with the reader's own rights; none for whoever was signed out
/// meanwhile and sent to another page.
pub(crate) async fn fetch(address: &str) -> Option<String> {
    let response = Request::get(address).send().await.ok()?;
    if !response.ok() || response.redirected() {
        return None;
    }
    response.text().await.ok()
}

fn all(list: &NodeList) -> Vec<web_sys::Node> {
    (0..list.length()).filter_map(|n| list.get(n)).collect()
}
