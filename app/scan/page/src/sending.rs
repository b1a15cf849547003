//! Sending a form without leaving the page, so that a camera goes on looking and an answer is there
//! before a new page could be. What is sent while another form is on its way waits for its answer.

use gloo::utils::document;
use gloo_net::http::Request;
use js_sys::Array;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::Future,
    pin::Pin,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, DomParser, FormData, HtmlFormElement, HtmlInputElement, SupportedType,
    UrlSearchParams,
};

/// The page that a form was answered with.
pub struct Answer {
    /// Where it stands, after redirects.
    pub address: String,
    /// The page itself, parsed; its scripts do not run.
    pub page: Document,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is on this page, which stays.
    Here,
    /// Another page is on its way.
    Leaving,
    /// It is no answer that can be shown here; the form is sent again by a page load. A scan carries
    /// its own number, so it counts once.
    Not,
}

type Showing = Pin<Box<dyn Future<Output = Shown>>>;

struct Sending {
    action: String,
    body: UrlSearchParams,
    show: Box<dyn FnOnce(Answer) -> Showing>,
}

thread_local! {
    static WAITING: RefCell<VecDeque<Sending>> = const { RefCell::new(VecDeque::new()) };
    static UNDERWAY: Cell<bool> = const { Cell::new(false) };
}

/// Whether a form is on its way, or the page is being left.
pub fn is_underway() -> bool {
    UNDERWAY.with(Cell::get)
}

/// Sends what stands in the form, and the name and value of the button that was pressed; `show` gets
/// the answer.
pub fn send<S: Future<Output = Shown> + 'static>(
    form: &HtmlFormElement,
    button: Option<(String, String)>,
    show: impl FnOnce(Answer) -> S + 'static,
) {
    let data = FormData::new_with_form(form);
    let body = data.and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data));
    let Ok(body) = body else { return };
    if let Some((name, value)) = button {
        body.append(&name, &value);
    }
    // The page's number is taken by the scan before.
    if is_underway() {
        body.delete("id");
    }
    let action = form.action();
    // At once: a scanner may be typing the next code when the answer comes.
    form.reset();
    WAITING.with_borrow_mut(|waiting| {
        waiting.push_back(Sending {
            action,
            body,
            show: Box::new(move |answer| Box::pin(show(answer))),
        });
    });
    if !UNDERWAY.replace(true) {
        wasm_bindgen_futures::spawn_local(send_all());
    }
}

async fn send_all() {
    let mut stays = true;
    while let Some(next) = WAITING.with_borrow_mut(VecDeque::pop_front) {
        let Sending { action, body, show } = next;
        let shown = match ask(&action, &body).await {
            Some(answer) => show(answer).await,
            None => Shown::Not,
        };
        if shown == Shown::Not {
            plainly(&action, &body);
        }
        stays &= shown == Shown::Here;
    }
    UNDERWAY.set(!stays);
}

async fn ask(action: &str, body: &UrlSearchParams) -> Option<Answer> {
    let request = Request::post(action).body(body).ok()?;
    let response = request.send().await.ok()?;
    let kind = response.headers().get("content-type")?;
    if !kind.starts_with("text/html") {
        return None;
    }
    let text = response.text().await.ok()?;
    let parser = DomParser::new().ok()?;
    let page = parser.parse_from_string(&text, SupportedType::TextHtml);
    Some(Answer {
        address: response.url(),
        page: page.ok()?,
    })
}

/// By a page load, where the answer could not be had otherwise.
fn plainly(action: &str, body: &UrlSearchParams) {
    let send = || -> Result<(), JsValue> {
        let document = document();
        let form: HtmlFormElement = document.create_element("form")?.unchecked_into();
        form.set_method("post");
        form.set_action(action);
        for pair in js_sys::try_iter(body)?.into_iter().flatten() {
            let pair = Array::from(&pair?);
            let field: HtmlInputElement = document.create_element("input")?.unchecked_into();
            field.set_type("hidden");
            field.set_name(&pair.get(0).as_string().unwrap_or_default());
            field.set_value(&pair.get(1).as_string().unwrap_or_default());
            form.append_child(&field)?;
        }
        gloo::utils::body().append_child(&form)?;
        form.submit()
    };
    // A browser that cannot even do this shows the page as it is.
    let _ = send();
}
