//! A center's day on paper: all sign-in sheets in one print, and keyed back on one page.

mod key_in;
mod print;
mod shift_rows;

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Filters},
    web::{Form, Site},
};
use axum::Router;
use chrono::NaiveDate;
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;
use store::paper::Sheets;

/// The routes of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new().merge(key_in::routes()).merge(print::routes())
}

/// The day that is asked for; today, where none is.
fn day(form: &Form, now: Timestamp) -> Result<NaiveDate, Refusal> {
    Ok(form.day("day", now.day())?.unwrap_or_else(|| now.day()))
}

/// Whether nobody has anything to sign.
fn is_empty(sheets: &Sheets) -> bool {
    sheets.dates.is_empty() && sheets.shifts.is_empty()
}

/// Another day.
fn other_day(locale: Locale, here: String, day: NaiveDate) -> impl IntoView {
    let label = td_string!(locale, paper.day);
    view! {
        <Filters locale action=here label button=td_string!(locale, paper.show).to_owned()>
            <Field name="day" label kind="date" class="input-short" value=day.to_string() />
        </Filters>
    }
}
