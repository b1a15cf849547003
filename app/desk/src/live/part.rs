//! Puts a part of the page in anew. What somebody is at stays: the element that has the focus, what was
//! typed and not sent, what was opened.

use crate::page::select;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Numbers that the server makes for each writing of a form: they differ though nothing has changed.
const NUMBERS: &str = "input[name=key],input[name=scan]";
/// What can have the focus.
const FOCUSABLE: &str = "a[href],button,input:not([type=hidden]),select,textarea,summary";
/// What somebody types into.
const TYPED: &str = "input:not([type=hidden]):not([type=checkbox]):not([type=radio])";

/// Puts it in where it differs: nothing moves that has not changed.
pub(super) fn put_in(there: &Element, html: &str) {
    // Written as the browser writes it, to be compared with what is there.
    let Ok(next) = document().create_element("div") else {
        return;
    };
    next.set_inner_html(html);
    if without_numbers(&next) == without_numbers(there) {
        return;
    }
    let focus = Focus::of(there);
    let typed = typed(there);
    let opened: Vec<String> = select(there, "details[open] > summary")
        .iter()
        .filter_map(|summary| summary.text_content())
        .collect();
    there.set_inner_html(html);
    for summary in select(there, "details > summary") {
        if summary
            .text_content()
            .is_some_and(|text| opened.contains(&text))
            && let Some(details) = summary.parent_element()
        {
            let _ = details.set_attribute("open", "");
        }
    }
    for (name, value) in typed {
        let field = select(there, TYPED)
            .into_iter()
            .find(|field| name_of(field) == name);
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value(&value);
        }
    }
    if let Some(focus) = focus {
        focus.give_back(there);
    }
}

/// The part as text, to be compared.
fn without_numbers(part: &Element) -> String {
    let Ok(copy) = part.clone_node_with_deep(true) else {
        return String::new();
    };
    let copy: Element = copy.unchecked_into();
    for number in select(&copy, NUMBERS) {
        number.remove();
    }
    copy.inner_html()
}

/// What tells an element from the others, in this writing of the part and in the next.
fn name_of(element: &Element) -> String {
    let of = |name| element.get_attribute(name).unwrap_or_default();
    let form = element.closest("form").ok().flatten();
    let form = form.map(|form| {
        let hidden = select(&form, "input[type=hidden]")
            .into_iter()
            .map(|field| {
                let of = |name| field.get_attribute(name).unwrap_or_default();
                match of("name").as_str() {
                    "key" | "scan" => String::new(),
                    name => format!("{name}={}", of("value")),
                }
            });
        let action = form.get_attribute("action").unwrap_or_default();
        format!("{action}?{}", hidden.collect::<Vec<_>>().join("&"))
    });
    let words = match element.tag_name().as_str() {
        "SUMMARY" => element.text_content().unwrap_or_default(),
        _ => String::new(),
    };
    let (tag, name, value, href) = (element.tag_name(), of("name"), of("value"), of("href"));
    let form = form.unwrap_or_default();
    format!("{tag}|{name}|{value}|{href}|{words}|{form}")
}

/// What stands in fields otherwise than the server wrote it.
fn typed(part: &Element) -> Vec<(String, String)> {
    select(part, TYPED)
        .into_iter()
        .filter_map(|field| {
            let name = name_of(&field);
            let field: HtmlInputElement = field.dyn_into().ok()?;
            let value = field.value();
            (value != field.default_value()).then_some((name, value))
        })
        .collect()
}

/// Where the focus was.
struct Focus {
    name: String,
    /// The marks of what is around it, the nearest first: a row, if the element itself is gone.
    around: Vec<String>,
    caret: Option<(u32, u32)>,
}

impl Focus {
    fn of(part: &Element) -> Option<Self> {
        let element = document().active_element()?;
        if !part.contains(Some(&element)) {
            return None;
        }
        let field = element.dyn_ref::<HtmlInputElement>();
        let caret = field
            .and_then(|field| Some((field.selection_start().ok()??, field.selection_end().ok()??)));
        let mut around = Vec::new();
        let mut above = element.parent_element();
        while let Some(one) = above.filter(|one| *one != *part) {
            let marked = match one.id().is_empty() {
                true => one.query_selector("[id]").ok().flatten(),
                false => Some(one.clone()),
            };
            around.extend(marked.map(|marked| marked.id()));
            above = one.parent_element();
        }
        Some(Self {
            name: name_of(&element),
            around,
            caret,
        })
    }

    /// To the same element, or to the first of the nearest that is still there.
    fn give_back(&self, part: &Element) {
        let same = select(part, FOCUSABLE)
            .into_iter()
            .find(|element| name_of(element) == self.name);
        let Some(element) = same.or_else(|| self.nearest()) else {
            return;
        };
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
        if let (Some((from, to)), Some(field)) = (self.caret, element.dyn_ref::<HtmlInputElement>())
        {
            let _ = field.set_selection_range(from, to);
        }
    }

    fn nearest(&self) -> Option<Element> {
        let document = document();
        let there = |id: &String| document.get_element_by_id(id);
        let near = self.around.iter().find_map(there)?;
        match near.matches(FOCUSABLE) {
            Ok(true) => Some(near),
            _ => near.query_selector(FOCUSABLE).ok().flatten(),
        }
    }
}
