//! The week's roster: a table of its shifts with both halves, picking people up and putting them down,
//! and filling what is open.

mod fill;
mod hole;
mod moves;
mod rows;
mod told;
mod week;

use crate::web::{Form, Site, Visit};
use axum::Router;
use chrono::{Days, NaiveDate};
use domain::id::CenterId;
use store::roster::monday_of;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(fill::routes())
        .merge(hole::routes())
        .merge(moves::routes())
        .merge(week::routes())
}

/// The Monday of the week that a form or an address names; the present one without it.
fn monday(visit: &Visit, form: &Form) -> NaiveDate {
    use chrono::Datelike as _;
    let said = form
        .get("week")
        .and_then(|text| text.parse::<NaiveDate>().ok());
    let around = |day: &NaiveDate| (2000..3000).contains(&day.year());
    match said.filter(around) {
        Some(day) => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        None => monday_of(visit.now),
    }
}

/// The address of a page of a week's roster.
fn address(center: &CenterId, page: &str, monday: NaiveDate) -> String {
    format!("/staff/centers/{center}/roster{page}?week={monday}")
}
