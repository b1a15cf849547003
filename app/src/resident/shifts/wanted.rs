//! The invitation to help that other pages carry: which shifts of a center have too few volunteers.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Row, Tone},
    web::Visit,
    words,
};
use domain::{
    id::CenterId,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::shifts::{self, Short};

/// How far ahead is looked.
const AHEAD: i64 = 7 * DAY;
/// How many are named.
const MOST: u32 = 3;

/// The next shifts of a center that have too few volunteers.
pub(in crate::resident) async fn wanted(
    visit: &Visit,
    center: &CenterId,
) -> store::Result<Vec<Short>> {
    let (db, now) = (visit.db(), visit.now);
    shifts::short(db, center, now, now.plus(AHEAD), MOST).await
}

/// The invitation, with the ways to all shifts and to becoming a volunteer.
pub(in crate::resident) fn invitation(
    locale: Locale,
    center: &CenterId,
    wanted: &[Short],
    now: Timestamp,
) -> impl IntoView + use<> {
    let rows: Vec<_> = wanted
        .iter()
        .map(|shift| {
            let note = words::span_near(locale, shift.span, now);
            let href = format!("/shifts/{}", shift.id);
            let text = td_string!(locale, shift.needs, count = shift.missing);
            view! { <Row href title=shift.title.clone() note><Badge text tone=Tone::Warn /></Row> }
        })
        .collect();
    let wants = !rows.is_empty();
    view! {
        <section class="section" aria-labelledby="help">
            <h2 id="help">{td_string!(locale, shift.helping)}</h2>
            <p>{td_string!(locale, shift.intro)}</p>
            {wants.then(|| view! { <ul class="row-list">{rows}</ul> })}
            <p class="cluster">
                <a class="button" href=format!("/centers/{center}/shifts")>{td_string!(locale, shift.find)}</a>
                <a class="button button-quiet" href="/volunteer">{td_string!(locale, volunteer.about)}</a>
            </p>
        </section>
    }
}
