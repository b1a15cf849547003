//! The fields in which an agency is written down.

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems},
    web::Form,
};
use domain::{
    Refusal,
    agency::{Agency, CreditCode},
};
use leptos::prelude::*;

/// What was entered.
pub(super) fn read(form: &Form) -> Result<Agency, Refusal> {
    Agency::read(
        form.text("agency_name"),
        form.text("short_name"),
        form.text("credit_code"),
        form.text("telephone"),
    )
}

/// The form as the agency stands.
pub(super) fn as_it_is(agency: &Agency) -> Form {
    let code = agency.credit_code.as_ref().map_or("", CreditCode::as_str);
    Form::of([
        ("agency_name", agency.name.clone()),
        ("short_name", agency.short_name.clone()),
        ("credit_code", code.to_owned()),
        ("telephone", agency.phone.clone()),
    ])
}

/// The fields.
pub(super) fn fields(locale: Locale, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let optional = td_string!(locale, ui.optional);
    view! {
        <Field name="agency_name" label=td_string!(locale, agency.name) hint=td_string!(locale, agency.name_hint)
            value=form.text("agency_name") error=problems.of("agency_name") maxlength=60 required=true />
        <Field name="short_name" label=td_string!(locale, agency.short_name) note=optional hint=td_string!(locale, agency.short_name_hint)
            value=form.text("short_name") error=problems.of("short_name") maxlength=16 class="input-short" />
        <Field name="credit_code" label=td_string!(locale, agency.credit_code) note=optional
            value=form.text("credit_code") error=problems.of("credit_code") maxlength=24 />
        <Field name="telephone" label=td_string!(locale, agency.phone) note=optional
            value=form.text("telephone") error=problems.of("telephone") kind="tel" maxlength=40 class="input-short" />
    }
}
