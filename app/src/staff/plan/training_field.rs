//! The training that attending gives: one that is known, or another by its name, which becomes known.

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems, SelectField},
    web::Form,
};
use domain::terms::MAX_TRAINING;
use leptos::prelude::*;

/// The name of the field, of the term, and of what a refusal names.
pub(super) const NAME: &str = "grants_training";
const OTHER: &str = "other_training";

/// The form with the training that was written as the one that was chosen.
pub(super) fn settled(form: Form) -> Form {
    let training = form.get(OTHER).unwrap_or_else(|| form.text(NAME));
    let training = training.to_owned();
    form.with(NAME, training).with(OTHER, String::new())
}

/// The choice, and the field for another name.
pub(super) fn fields(
    locale: Locale,
    label: &'static str,
    form: &Form,
    problems: &Problems,
    known: &[String],
) -> impl IntoView + use<> {
    let chosen = form.text(NAME).to_owned();
    let none = (
        String::new(),
        td_string!(locale, staff.form.no_training).to_owned(),
    );
    let unknown = (!chosen.is_empty() && !known.contains(&chosen)).then(|| chosen.clone());
    let named = known.iter().cloned().chain(unknown);
    let options: Vec<(String, String)> = std::iter::once(none)
        .chain(named.map(|name| (name.clone(), name)))
        .collect();
    let most = u16::try_from(MAX_TRAINING).unwrap_or(u16::MAX);
    view! {
        <SelectField name=NAME label=label options=options selected=chosen error=problems.of(NAME) />
        <Field name=OTHER label=td_string!(locale, staff.form.other_training) note=td_string!(locale, ui.optional)
            value=form.text(OTHER).to_owned() maxlength=most />
    }
}
