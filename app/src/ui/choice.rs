//! Boxes to tick and buttons to choose by, each with its whole row as target.

use leptos::prelude::*;

/// A row with a box (or, with `radio`, one of several).
#[component]
pub fn Choice(
    /// Name of the field.
    #[prop(into)]
    name: String,
    /// What is sent when it is chosen.
    #[prop(into)]
    value: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What there is to say about it.
    #[prop(optional, into)]
    note: String,
    /// Whether it is chosen.
    #[prop(optional)]
    checked: bool,
    /// Whether it cannot be chosen; the note says why.
    #[prop(optional)]
    disabled: bool,
    /// Whether it is one of several.
    #[prop(optional)]
    radio: bool,
    /// Its id, for the summary of errors to lead to.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let kind = if radio { "radio" } else { "checkbox" };
    view! {
        <label class="choice">
            <input type=kind id=id name=name value=value checked=checked disabled=disabled />
            <span><strong>{label}</strong>{(!note.is_empty()).then(|| view! { <small>{note}</small> })}</span>
        </label>
    }
}

/// A chip with a box (or, with `radio`, one of several).
#[component]
pub fn Chip(
    /// Name of the field.
    #[prop(into)]
    name: String,
    /// What is sent when it is chosen.
    #[prop(into)]
    value: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// Whether it is chosen.
    #[prop(optional)]
    checked: bool,
    /// Whether it is one of several.
    #[prop(optional)]
    radio: bool,
) -> impl IntoView {
    let kind = if radio { "radio" } else { "checkbox" };
    view! { <label class="chip"><input type=kind name=name value=value checked=checked />{label}</label> }
}
