//! Who and what is missing.

use crate::{
    i18n::{Locale, td_string},
    staff::today::dashboard::alarm,
    ui::{Badge, Row, Tone},
    words,
};
use domain::{desk_today::Gap, shift::Half, time::Timestamp};
use leptos::prelude::*;
use store::desk_today::{DeskToday, NoRoom, Short, SilentKiosk};

pub(super) fn section(
    locale: Locale,
    here: &str,
    desk: &DeskToday,
    now: Timestamp,
) -> impl IntoView + use<> {
    let short = desk.short.iter();
    let mut rows: Vec<AnyView> = short
        .map(|of| shift(locale, here, of, now).into_any())
        .collect();
    let alerts = desk.alerts.iter();
    rows.extend(alerts.map(|of| alarm(locale, of, now).into_any()));
    let rooms = desk.no_room.iter();
    rows.extend(rooms.map(|of| room(locale, of, now).into_any()));
    let kiosks = desk.kiosks.iter();
    rows.extend(kiosks.map(|of| kiosk(locale, here, of, now).into_any()));
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="missing">
                <h2 id="missing">{td_string!(locale, desk_today.missing)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}

/// To where somebody can be named as lead; where only volunteers are missing and there is time, to where
/// they are asked.
fn shift(locale: Locale, here: &str, of: &Short, now: Timestamp) -> impl IntoView + use<> {
    let is_lead = of.gaps.iter().any(|gap| gap.half == Half::Lead);
    let is_open = of.gaps.iter().any(|gap| !gap.is_planned);
    let href = match (is_lead, is_open && now < of.span.start()) {
        (true, _) => format!("/staff/shifts/{}#add-lead", of.shift),
        (false, true) => format!("{here}/risk#shift-{}", of.shift),
        (false, false) => format!("/staff/shifts/{}", of.shift),
    };
    let said: Vec<String> = of.gaps.iter().map(|gap| lacks(locale, *gap)).collect();
    let note = words::span_near(locale, of.span, now);
    view! {
        <Row href title=of.title.clone() note><Badge text=words::list(locale, &said) tone=Tone::Bad /></Row>
    }
}

fn lacks(locale: Locale, gap: Gap) -> String {
    let count = gap.missing;
    match (gap.half, gap.is_planned) {
        (Half::Lead, false) => td_string!(locale, day.holes.lead).to_owned(),
        (Half::Lead, true) => td_string!(locale, desk_today.lead_not_here).to_owned(),
        (Half::Volunteers, false) => td_string!(locale, day.holes.volunteers, count),
        (Half::Volunteers, true) => td_string!(locale, desk_today.volunteers_not_here, count),
    }
}

fn room(locale: Locale, of: &NoRoom, now: Timestamp) -> impl IntoView + use<> {
    let href = format!("/staff/occurrences/{}/edit#room", of.id);
    let note = words::span_near(locale, of.span, now);
    view! {
        <Row href title=of.title.clone() note><Badge text=td_string!(locale, desk_today.no_room) tone=Tone::Warn /></Row>
    }
}

fn kiosk(locale: Locale, here: &str, of: &SilentKiosk, now: Timestamp) -> impl IntoView + use<> {
    let said = match (of.is_clock, of.seen_at) {
        (true, _) => td_string!(locale, desk_today.kiosk_clock).to_owned(),
        (false, Some(at)) => {
            let since = words::moment(locale, at, now);
            td_string!(locale, desk_today.kiosk_silent, since)
        }
        (false, None) => td_string!(locale, desk_today.kiosk_never).to_owned(),
    };
    let title = td_string!(locale, desk_today.kiosk, name = of.name.clone());
    view! { <Row href=format!("{here}/kiosks") title><Badge text=said tone=Tone::Warn /></Row> }
}
