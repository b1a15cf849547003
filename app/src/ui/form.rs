//! Form fields with label, hint and error, and the summary of errors above a form (WCAG 3.3.1).

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;

/// What is wrong with a form, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    field: String,
    text: String,
}

impl Problems {
    /// Nothing is wrong.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Notes a refusal in words: beside its field where it names one, else of the form as a whole.
    pub fn note(&mut self, locale: Locale, refusal: &Refusal, now: Timestamp) {
        let field = match refusal {
            Refusal::Invalid { field, .. } => field.clone(),
            Refusal::ConsentRequired => "consent".to_owned(),
            Refusal::RoomTaken { .. } => "room".to_owned(),
            _ => String::new(),
        };
        let told = words::refusal(locale, refusal, now);
        let text = match refusal {
            // Beside the box that it asks for, the way there is no help.
            Refusal::Invalid { .. } | Refusal::ConsentRequired => told.sentence,
            _ => words::join(locale, &told.sentence, &told.next),
        };
        self.0.push(Problem { field, text });
    }

    /// Notes a refusal in words beside a field that it does not name itself.
    pub fn note_at(&mut self, field: &str, locale: Locale, refusal: &Refusal, now: Timestamp) {
        let told = words::refusal(locale, refusal, now);
        self.0.push(Problem {
            field: field.to_owned(),
            text: format!("{} {}", told.sentence, told.next),
        });
    }

    /// Notes a sentence beside a field.
    pub fn note_text(&mut self, field: &str, text: String) {
        self.0.push(Problem {
            field: field.to_owned(),
            text,
        });
    }

    /// Takes the value, or notes why there is none.
    pub fn keep<T>(
        &mut self,
        locale: Locale,
        now: Timestamp,
        value: Result<T, Refusal>,
    ) -> Option<T> {
        value
            .map_err(|refusal| self.note(locale, &refusal, now))
            .ok()
    }

    /// Whether anything is wrong.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> Option<String> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.text.clone())
    }
}

/// The key of a form, made with the page, so that sending it twice does it once (C-181). Every form
/// that is sent by POST begins with one.
#[component]
pub fn FormKey() -> impl IntoView {
    view! { <input type="hidden" name="key" value=form_key() /> }
}

/// What [`FormKey`] says, for a form that is written otherwise.
pub fn form_key() -> String {
    let mut random = [0; 16];
    // Without a source of randomness the form has no key rather than everybody's.
    let key = getrandom::fill(&mut random).map(|()| {
        uuid::Builder::from_random_bytes(random)
            .into_uuid()
            .to_string()
    });
    key.unwrap_or_default()
}

/// All that is wrong, with ways to the fields, whose ids are their names; nothing where all is
/// well.
#[component]
pub fn ErrorSummary(
    /// The language.
    locale: Locale,
    /// What is wrong.
    problems: Problems,
) -> impl IntoView {
    problems.any().then(|| {
        let count = u32::try_from(problems.0.len()).unwrap_or(u32::MAX);
        let row = |problem: Problem| match problem.field.as_str() {
            "" => view! { <li>{problem.text}</li> }.into_any(),
            id => view! { <li><a href=format!("#{id}")>{problem.text}</a></li> }.into_any(),
        };
        let rows: Vec<_> = problems.0.into_iter().map(row).collect();
        view! {
            <div class="error-summary" role="alert" tabindex="-1">
                <h2>{td_string!(locale, ui.errors, count)}</h2>
                <ul>{rows}</ul>
            </div>
        }
    })
}

/// The ids of hint and error, for `aria-describedby`.
fn described(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{name}-hint {name}-error")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (false, false) => None,
    }
}

/// Label, hint and error, in this order, before the control.
fn head(
    name: &str,
    label: String,
    note: String,
    hint: Option<&str>,
    error: Option<&str>,
) -> impl IntoView + use<> {
    view! {
        <label for=name.to_owned()>{label}{(!note.is_empty()).then(|| view! { " "<span class="optional">{note}</span> })}</label>
        {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint.to_owned()}</p> })}
        {error.map(|error| view! { <p class="field-error" id=format!("{name}-error")>{error.to_owned()}</p> })}
    }
}

/// A line of text to enter.
#[component]
pub fn Field(
    /// Name and id of the field.
    #[prop(into)]
    name: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// A word after the label, such as `（可以不写）`.
    #[prop(optional, into)]
    note: String,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The word for filling in automatically.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The keyboard, such as `numeric`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u16>,
    /// One more class, such as `input-short` or `input-code`.
    #[prop(optional)]
    class: &'static str,
    /// Whether a browser should insist on it.
    #[prop(optional)]
    required: bool,
    /// The id of a list of suggestions.
    #[prop(optional, into)]
    list: Option<String>,
) -> impl IntoView {
    let described = described(&name, hint.is_some(), error.is_some());
    let class = if class.is_empty() {
        "input".to_owned()
    } else {
        format!("input {class}")
    };
    view! {
        <div class="form-field">
            {head(&name, label, note, hint.as_deref(), error.as_deref())}
            <input
                class=class id=name.clone() name=name type=kind value=value autocomplete=autocomplete
                inputmode=inputmode maxlength=maxlength.map(|most| most.to_string()) list=list required=required
                aria-invalid=error.is_some().then_some("true") aria-describedby=described
            />
        </div>
    }
}

/// A text as the content of a `textarea`, in HTML. The template library writes the children of that
/// element as they are; this is the one way in (C-191).
fn text_of_textarea(text: &str) -> String {
    // A parser drops the first line break of a textarea.
    let kept = if text.starts_with('\n') { "\n" } else { "" };
    format!("{kept}{}", html_escape::encode_text(text))
}

/// Several lines of text to enter.
#[component]
pub fn TextArea(
    /// Name and id of the field.
    #[prop(into)]
    name: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// A word after the label.
    #[prop(optional, into)]
    note: String,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u16>,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u8,
) -> impl IntoView {
    let described = described(&name, hint.is_some(), error.is_some());
    view! {
        <div class="form-field">
            {head(&name, label, note, hint.as_deref(), error.as_deref())}
            <textarea
                class="textarea" id=name.clone() name=name rows=rows.to_string()
                maxlength=maxlength.map(|most| most.to_string())
                aria-invalid=error.is_some().then_some("true") aria-describedby=described
                inner_html=text_of_textarea(&value)
            ></textarea>
        </div>
    }
}

/// One of several values, in a list that unfolds.
#[component]
pub fn SelectField(
    /// Name and id of the field.
    #[prop(into)]
    name: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// The values and their words, in order.
    options: Vec<(String, String)>,
    /// The value that is chosen; the first where it is none of them.
    #[prop(optional, into)]
    selected: String,
    /// How to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    let described = described(&name, hint.is_some(), error.is_some());
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let chosen = value == selected;
            view! { <option value=value selected=chosen>{words}</option> }
        })
        .collect();
    view! {
        <div class="form-field">
            {head(&name, label, String::new(), hint.as_deref(), error.as_deref())}
            <select class="select" id=name.clone() name=name aria-invalid=error.is_some().then_some("true") aria-describedby=described>
                {options}
            </select>
        </div>
    }
}
