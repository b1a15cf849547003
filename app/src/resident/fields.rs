//! Form fields with their error beside them and a summary above (WCAG 3.3.1).

use crate::{i18n::{Locale, td_string}, words};
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;

/// What is wrong with a form: at most one thing a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems(Vec<(String, String)>);

impl Problems {
    /// Notes a refusal in words: of its field, or of the form as a whole.
    pub(super) fn note(&mut self, locale: Locale, refusal: &Refusal, now: Timestamp) {
        let field = match refusal {
            Refusal::Invalid { field, .. } => field.clone(),
            Refusal::ConsentRequired => "consent".to_owned(),
            _ => String::new(),
        };
        self.0.push((field, words::refusal(locale, refusal, now).sentence));
    }

    /// Takes the value, or notes why there is none.
    pub(super) fn keep<T>(&mut self, locale: Locale, now: Timestamp, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.note(locale, &refusal, now)).ok()
    }

    /// Whether anything is wrong.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|(f, _)| f == field).map(|(_, text)| text.clone())
    }
}

/// All that is wrong, with ways to the fields.
#[component]
pub(super) fn Summary(locale: Locale, problems: Problems) -> impl IntoView {
    problems.any().then(|| {
        let rows: Vec<_> = problems
            .0
            .into_iter()
            .map(|(field, text)| match field.as_str() {
                "" => view! { <li>{text}</li> }.into_any(),
                _ => view! { <li><a href=format!("#{field}")>{text}</a></li> }.into_any(),
            })
            .collect();
        view! {
            <div class="error-summary" role="alert" tabindex="-1">
                <h2>{td_string!(locale, form.not_yet)}</h2>
                <ul>{rows}</ul>
            </div>
        }
    })
}

/// A line of text to enter.
#[component]
pub(super) fn TextField(
    /// Name and id of the field.
    name: &'static str,
    /// What it is.
    label: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What was entered before.
    value: String,
    /// What is wrong with it.
    error: Option<String>,
    /// A year or a number: short, with the digits' keyboard.
    #[prop(optional)]
    digits: bool,
    /// The autofill's word.
    autocomplete: &'static str,
) -> impl IntoView {
    let described = match (hint.is_some(), error.is_some()) {
        (true, true) => Some(format!("{name}-hint {name}-error")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (false, false) => None,
    };
    view! {
        <div class="form-field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {error.clone().map(|error| view! { <p class="field-error" id=format!("{name}-error")>{error}</p> })}
            <input
                class=if digits { "input input-short" } else { "input" }
                id=name name=name value=value autocomplete=autocomplete
                inputmode=digits.then_some("numeric") maxlength=if digits { "4" } else { "40" }
                aria-invalid=error.is_some().then_some("true") aria-describedby=described
            />
        </div>
    }
}
