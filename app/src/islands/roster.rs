//! The roster that follows what happens: it hears that something changed and fetches the part of
//! the page anew, with the reader's own rights.
#![allow(missing_docs)] // #[island] makes a public struct of its own that cannot be documented

use leptos::prelude::*;

/// Says whether the roster is live, and renews the element `#roster`.
#[island]
pub fn RosterLive(
    /// Where news come from (server-sent events).
    source: String,
    /// Where the changed part is.
    part: String,
    /// What it says while it hears.
    live: String,
    /// What it says when it hears nothing any more.
    lost: String,
) -> impl IntoView {
    let (hears, set_hears) = signal(None::<bool>);
    #[cfg(feature = "hydrate")]
    browser::follow(source, part, set_hears);
    #[cfg(not(feature = "hydrate"))]
    let _ = (source, part, set_hears);
    let state = move || match hears.get() {
        Some(true) => "live",
        Some(false) => "lost",
        None => "",
    };
    // Without a script it stays empty, and the link beside it does the work.
    let words = move || match hears.get() {
        Some(true) => live.clone(),
        Some(false) => lost.clone(),
        None => String::new(),
    };
    view! { <span class="live-state" role="status" data-state=state hidden=move || hears.get().is_none()>{words}</span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{CustomEvent, EventSource, MessageEvent, Response};

    pub(super) fn follow(source: String, part: String, set_hears: WriteSignal<Option<bool>>) {
        let Ok(news) = EventSource::new(&source) else {
            return;
        };
        let mut stands = false;
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |_: MessageEvent| {
            set_hears.set(Some(true));
            // The first one says only that the stream stands; the page is as new as that. One
            // after a break may have missed something.
            if !std::mem::replace(&mut stands, true) {
                return;
            }
            let part = part.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if renew(&part).await.is_none() {
                    set_hears.set(Some(false));
                }
            });
        });
        let broken = Closure::<dyn FnMut(JsValue)>::new(move |_| set_hears.set(Some(false)));
        let listen = |name: &str, to: &JsValue| {
            let _ = news.add_event_listener_with_callback(name, to.unchecked_ref());
        };
        // Where the whole page was put in anew (tools.js), it has a roster of its own.
        let source = news.clone();
        let replaced = Closure::<dyn FnMut(CustomEvent)>::new(move |event: CustomEvent| {
            let body = web_sys::window()
                .and_then(|window| window.document())
                .and_then(|document| document.body());
            if body.is_some_and(|body| event.detail() == JsValue::from(body)) {
                source.close();
            }
        });
        if let Some(window) = web_sys::window() {
            let function = replaced.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("linli:replaced", function);
        }
        replaced.forget();
        listen("changed", heard.as_ref());
        listen("error", broken.as_ref());
        // They live as long as the page does.
        heard.forget();
        broken.forget();
    }

    async fn renew(part: &str) -> Option<()> {
        let window = web_sys::window()?;
        let response: Response = JsFuture::from(window.fetch_with_str(part))
            .await
            .ok()?
            .dyn_into()
            .ok()?;
        // Who was signed out meanwhile was sent to another page.
        if !response.ok() || response.redirected() {
            return None;
        }
        let html = JsFuture::from(response.text().ok()?)
            .await
            .ok()?
            .as_string()?;
        window
            .document()?
            .get_element_by_id("roster")?
            .set_inner_html(&html);
        Some(())
    }
}
