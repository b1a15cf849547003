//! Shifts for me: what suits one's skills, age, time and turn, with the reason why; for the others,
//! everything that keeps one from them and how to get it.

mod month;
mod wanted;

use self::{month::calendar, wanted::Wanted};
use super::super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Choice, EmptyState, Markup, SelectField, Tone, shift_need},
    web::{Answer, Fault, Form, Site, Visit},
    words,
};
use axum::{Router, http::HeaderMap, response::Response, routing::get};
use domain::{
    Refusal,
    shift::{Placement, Why},
};
use leptos::prelude::*;
use store::{
    page::{Limit, Page, Part},
    people::Person,
    shifts::{self, ForMe, Search},
};

/// How many are looked at for a page.
const MOST: Limit = Limit::of(50);

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/shifts", get(show))
}

async fn show(visit: Visit, headers: HeaderMap, form: Form) -> Answer {
    let people = gate::own_people(&visit).await?;
    let mut wanted = Wanted::read(&form, &headers)?;
    if wanted.calendar && wanted.center.is_none() {
        // A month of the whole city is nothing that somebody could look through.
        wanted.center = visit.likely_center().cloned();
    }
    let found = find(&visit, &people, &wanted).await?;
    let names: Vec<(String, String)> = people
        .into_iter()
        .map(|person| (person.id.to_string(), person.name.as_str().to_owned()))
        .collect();
    let secure = visit.site.settings().secure_cookies;
    Ok(wanted.remember(page(&visit, &wanted, names, found), secure))
}

/// A part of the list, or all that the calendar of a month shows.
async fn find(visit: &Visit, people: &[Person], wanted: &Wanted) -> Result<Page<ForMe>, Fault> {
    let mut those = people.iter();
    let person = match &wanted.person {
        Some(id) => those.find(|person| person.id == *id),
        None => those.next(),
    };
    let person = person.ok_or(Refusal::NotFound)?;
    let (from, to) = wanted.span(visit.now);
    let whole = wanted.calendar && wanted.day.is_none();
    let search = Search {
        center: wanted.center.clone(),
        from,
        to,
        part: Part {
            limit: if whole { Limit::MOST } else { MOST },
            after: wanted.after.as_deref().and_then(|text| text.parse().ok()),
        },
    };
    let (db, now) = (visit.db(), visit.now);
    Ok(match whole {
        true => shifts::all_for_own(db, person, &search, wanted.fits, now).await?,
        false => shifts::for_own(db, person, &search, wanted.fits, now).await?,
    })
}

fn page(
    visit: &Visit,
    wanted: &Wanted,
    people: Vec<(String, String)>,
    found: Page<ForMe>,
) -> Response {
    let locale = visit.locale;
    let monthly = wanted.calendar && wanted.day.is_none();
    let next = found.next.as_ref().filter(|_| !monthly);
    let next = next.map(|cursor| wanted.href("after", &cursor.to_string()));
    let filter = filter(visit, wanted, people);
    let month = monthly.then(|| calendar(visit, wanted, &found.items));
    let day = wanted.day.map(|day| {
        let all = wanted.href("month", &day.format("%Y-%m").to_string());
        let title = words::day(locale, day);
        view! { <h2>{title}</h2><p><a class="button" href=all>{td_string!(locale, shift.all_days)}</a></p> }
    });
    let reader = visit.clone();
    let title = td_string!(locale, shift.for_me);
    visit.page(title).narrow().render(move || {
        let empty = found.items.is_empty() && !monthly;
        let mut cards = Markup::default();
        for of in found.items.iter().filter(|_| !monthly) {
            card(&reader, of, &mut cards);
        }
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, shift.for_me_intro)}</p>
            </div>
            {filter}
            {month}
            {day}
            {empty.then(|| view! { <EmptyState title=td_string!(locale, shift.none) text=td_string!(locale, shift.none_for_me) /> })}
            {(!empty && !monthly).then(|| view! { <ul class="stack" inner_html=cards.into_html()></ul> })}
            {next.map(|href| view! { <p><a class="button" href=href>{td_string!(locale, shift.more)}</a></p> })}
        }
    })
}

fn filter(visit: &Visit, wanted: &Wanted, people: Vec<(String, String)>) -> AnyView {
    let locale = visit.locale;
    let own = visit.likely_center().cloned();
    let name = own.as_ref().and_then(|id| {
        let centers = visit.site.centers();
        centers.get(id.as_str()).map(|center| center.name.clone())
    });
    let centers = own.zip(name).map(|(id, name)| {
        let here = wanted.center.as_ref() == Some(&id);
        view! { <Choice name="center" value=id.to_string() label=name note=td_string!(locale, shift.only_here) checked=here /> }
    });
    let several = people.len() > 1;
    let person = wanted.person.as_ref().map(ToString::to_string);
    view! {
        <form class="form shift-filter" method="get" action="/shifts">
            <input type="hidden" name="set" value="1" />
            {several.then(|| view! { <SelectField name="person" label=td_string!(locale, shift.who) options=people selected=person.unwrap_or_default() /> })}
            {centers}
            <Choice name="fits" value="1" label=td_string!(locale, shift.only_fits) note=td_string!(locale, shift.only_fits_note) checked=wanted.fits />
            <Choice name="view" value="calendar" label=td_string!(locale, shift.as_calendar) note=td_string!(locale, shift.as_calendar_note) checked=wanted.calendar />
            <button class="button" type="submit">{td_string!(locale, shift.filter)}</button>
        </form>
    }
    .into_any()
}

/// Why a shift suits somebody, in words.
fn why(locale: Locale, why: &Why) -> String {
    match why {
        Why::Partner { names } => {
            let names = words::list(locale, names);
            td_string!(locale, shift.why_partner, names)
        }
        Why::Needed { missing } => {
            td_string!(locale, shift.why_needed, count = *missing).to_string()
        }
        Why::OwnCenter => td_string!(locale, shift.why_own_center).to_owned(),
        Why::LikedCenter => td_string!(locale, shift.why_liked_center).to_owned(),
        Why::Skills { skills } => {
            let list = words::list(locale, skills);
            td_string!(locale, shift.why_skills, list)
        }
        Why::Led => td_string!(locale, shift.why_led).to_owned(),
        Why::Turn => td_string!(locale, shift.why_turn).to_owned(),
    }
}

/// Written as text: a page has fifty of them.
fn card(visit: &Visit, of: &ForMe, html: &mut Markup) {
    let locale = visit.locale;
    let shift = &of.shift;
    let (tone, text) = shift_need(locale, shift, visit.now);
    html.tags("<li class=\"card\"><h2><a href=\"/shifts/")
        .text(shift.id.as_str());
    html.tags("\">").text(&shift.title);
    html.tags("</a></h2><p class=\"clock\">")
        .text(&words::span_near(locale, shift.span, visit.now));
    html.tags("</p><p>").text(&shift.center_name);
    html.tags("</p><p class=\"cluster\">").badge(&text, tone);
    if shift.demo {
        html.badge(td_string!(locale, site.demo), Tone::Warn);
    }
    html.tags("</p>");
    match &of.outcome {
        Ok((placement, reasons)) => {
            let reasons = reasons.iter().map(|reason| why(locale, reason));
            list(reasons, html);
            let words = match placement {
                Placement::Confirm(_) => td_string!(locale, shift.sign_up),
                Placement::Request => td_string!(locale, shift.ask),
                Placement::Wait => td_string!(locale, shift.wait),
            };
            html.tags("<p><a class=\"button\" href=\"/shifts/")
                .text(shift.id.as_str());
            html.tags("\">").text(words);
            html.unseen(&shift.title).tags("</a></p>");
        }
        Err(unmet) => {
            html.tags("<p>")
                .badge(td_string!(locale, shift.not_yet), Tone::Plain)
                .tags("</p><ul class=\"reasons\">");
            for refusal in unmet {
                let told = words::refusal(locale, refusal, visit.now);
                html.tags("<li><strong>").text(&told.title);
                html.tags("</strong> ").text(&told.next).tags("</li>");
            }
            html.tags("</ul>");
        }
    }
    html.tags("</li>");
}

/// Reasons; nothing where there are none.
fn list(reasons: impl Iterator<Item = String>, html: &mut Markup) {
    let mut any = false;
    for reason in reasons {
        if !any {
            html.tags("<ul class=\"reasons\">");
        }
        any = true;
        html.tags("<li>").text(&reason).tags("</li>");
    }
    if any {
        html.tags("</ul>");
    }
}
