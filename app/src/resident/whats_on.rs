//! What is on at a center: by day, field, age and free places, also next door. The address holds
//! what was chosen.

mod chosen;

use self::chosen::{AHEAD, Chosen, LONGEST, WEEK, after};
use super::{gate, mine::Mine, place};
use crate::{
    i18n::{Locale, td_string},
    ui::{
        Card, Chip, DayHead, EmptyState, Field, Filters, NoticeBox, OccurrenceList, Pager,
        SelectField, StripDay, Tone, WeekStrip,
    },
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::{Days, NaiveDate};
use domain::{
    id::CenterId,
    opening::{Exception, Times},
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::{
    centers::{self, CenterSummary},
    menu::{self, Field as ServiceField},
    occurrences::OccurrenceView,
    page::{Cursor, Limit, Page, Part},
    whats_on::{self, Search},
};

/// How many stand on a page.
const MOST: usize = 60;
/// How many centers count as next door.
const NEXT_DOOR: usize = 8;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/centers/{id}/whats-on", get(show))
}

struct Loaded {
    /// What stands on the page.
    shown: Vec<OccurrenceView>,
    /// How many there are in all, where that is known.
    total: Option<usize>,
    /// The cursor of what follows.
    next: Option<Cursor>,
    /// How many each day of the strip holds, where that is known.
    counts: Option<Vec<u32>>,
    /// The first later one, where nothing is shown.
    later: Option<OccurrenceView>,
    fields: Vec<ServiceField>,
    mine: Mine,
    /// When the center itself is open otherwise than usual.
    exceptions: Vec<Exception>,
}

/// The day under which an occurrence stands: one that goes on since yesterday stands under today.
fn day_of(view: &OccurrenceView, today: NaiveDate) -> NaiveDate {
    view.starts_at.day().max(today)
}

async fn load(visit: &Visit, centers: Vec<CenterId>, chosen: &Chosen) -> store::Result<Loaded> {
    let exceptions = match centers.first() {
        Some(center) => centers::exceptions(visit.db(), center).await?,
        None => Vec::new(),
    };
    let (now, today) = (visit.now, visit.now.day());
    let start = Timestamp::start_of(chosen.first);
    let end = start.plus(WEEK as i64 * DAY);
    let week = whats_on::list(visit.db(), &chosen.search(centers.clone(), start, end, now)).await?;
    let complete = week.next.is_none();
    let counts = complete.then(|| {
        let count = |n| {
            week.items
                .iter()
                .filter(|o| day_of(o, today) == after(chosen.first, n))
                .count() as u32
        };
        (0..WEEK).map(count).collect()
    });
    let mut shown = week.items;
    if let Some(day) = chosen.day {
        shown.retain(|o| day_of(o, today) == day);
    }
    let mut total = complete.then_some(shown.len());
    let mut next = None;
    // Too much for one page, or for one answer: the part that was asked for.
    if !complete || shown.len() > MOST {
        let (from, to) = chosen.day.map_or((start, end), |day| {
            (Timestamp::start_of(day), Timestamp::start_of(day).plus(DAY))
        });
        let part = Part {
            limit: Limit::of(MOST as u32),
            after: chosen.cursor.clone(),
        };
        let search = Search {
            part,
            ..chosen.search(centers.clone(), from, to, now)
        };
        let Page { items, next: more } = whats_on::list(visit.db(), &search).await?;
        total = total.filter(|_| complete);
        (shown, next) = (items, more);
    }
    let mut later = None;
    if shown.is_empty() {
        let from = chosen
            .day
            .map_or(end, |day| Timestamp::start_of(day).plus(DAY));
        let search = Search {
            part: Part::first(Limit::of(1)),
            ..chosen.search(centers, from, from.plus(31 * DAY), now)
        };
        later = whats_on::list(visit.db(), &search).await?.items.pop();
    }
    Ok(Loaded {
        shown,
        total,
        next,
        counts,
        later,
        fields: menu::fields(visit.db()).await?,
        mine: Mine::of(visit).await?,
        exceptions,
    })
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center_summary(&visit, &id).await?;
    let chosen = Chosen::of(&form, visit.now.day());
    let near = match chosen.next_door {
        true => place::around(&visit.site.centers(), &center.id, NEXT_DOOR),
        false => Vec::new(),
    };
    let mut centers = vec![center.id.clone()];
    centers.extend(near.iter().map(|near| near.id.clone()));
    let loaded = load(&visit, centers, &chosen).await?;
    Ok(page(&visit, center, chosen, near, loaded))
}

fn page(
    visit: &Visit,
    center: CenterSummary,
    chosen: Chosen,
    near: Vec<place::Near>,
    loaded: Loaded,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let today = now.day();
    visit.page(td_string!(locale, nav.whats_on)).render(move || {
        let id = center.id.clone();
        let strip: Vec<_> = (0..WEEK)
            .map(|n| {
                let day = after(chosen.first, n);
                let count = loaded.counts.as_ref().and_then(|counts| counts.get(n as usize).copied());
                let current = chosen.day == Some(day);
                StripDay { day, href: chosen.at(Some(day), chosen.first).href(&id, today), count, current }
            })
            .collect();
        let filters = filters(locale, &id, &chosen, today, &loaded.fields);
        let summary = summary(locale, &chosen, &loaded, now);
        let whole_week = chosen.day.map(|_| {
            let href = chosen.at(None, chosen.first).href(&id, today);
            view! { <a href=href>{td_string!(locale, on.whole_week)}</a> }
        });
        let times = Times::new(center.status, None, loaded.exceptions.iter().cloned());
        let shown = chosen.day.map_or((chosen.first, WEEK), |day| (day, 1));
        let closed: Vec<_> = words::otherwise(locale, &times, shown, now)
            .into_iter()
            .map(|title| view! { <NoticeBox title tone=Tone::Warn /> })
            .collect();
        let pager = pager(locale, &id, &chosen, today, loaded.next.clone());
        let body = if loaded.shown.is_empty() {
            empty(locale, &id, &chosen, today, loaded.later.as_ref(), now).into_any()
        } else {
            days(locale, &id, &loaded, &near, now).into_any()
        };
        view! {
            <div class="on-head">
                <div class="page-head">
                    <h1>{td_string!(locale, nav.whats_on)}</h1>
                    <p class="lead"><a class="plain" href=format!("/centers/{id}")>{center.name.clone()}</a></p>
                </div>
                <WeekStrip locale days=strip now />
                <div class="on-bar">
                    <p class="cluster"><span class="lead" role="status">{summary}</span>{whole_week}</p>
                    {filters}
                </div>
            </div>
            {closed}
            {body}
            {pager}
        }
    })
}

fn filters(
    locale: Locale,
    center: &CenterId,
    chosen: &Chosen,
    today: NaiveDate,
    fields: &[ServiceField],
) -> impl IntoView + use<> {
    let mut options = vec![(String::new(), td_string!(locale, ui.all).to_owned())];
    options.extend(
        fields
            .iter()
            .map(|field| (field.code.clone(), words::field_name(locale, field))),
    );
    let (day, from) = match chosen.day {
        Some(day) => (Some(day.to_string()), None),
        None => (
            None,
            (chosen.first > today).then(|| chosen.first.to_string()),
        ),
    };
    let age = chosen.age.map(|age| age.to_string()).unwrap_or_default();
    let (free, next_door) = (chosen.free, chosen.next_door);
    let (selected, q) = (chosen.field.clone(), chosen.q.clone());
    let more = view! {
        <Chip name="free" value="1" label=td_string!(locale, on.free) checked=free />
        <Chip name="next_door" value="1" label=td_string!(locale, on.next_door) checked=next_door />
    };
    view! {
        <Filters locale action=format!("/centers/{center}/whats-on") label=td_string!(locale, on.filter)
            more=more.into_any() folded=chosen.filters()>
            {day.map(|day| view! { <input type="hidden" name="day" value=day /> })}
            {from.map(|from| view! { <input type="hidden" name="from" value=from /> })}
            <SelectField name="field" label=td_string!(locale, field.service_field) options selected />
            <Field name="age" label=td_string!(locale, on.age) value=age inputmode="numeric" maxlength=3 />
            <Field name="q" label=td_string!(locale, on.title) value=q kind="search" maxlength=LONGEST as u16 />
        </Filters>
    }
}

fn summary(locale: Locale, chosen: &Chosen, loaded: &Loaded, now: Timestamp) -> String {
    let when = match chosen.day {
        Some(day) => words::day_near(locale, day, now),
        None if chosen.first == now.day() => td_string!(locale, on.this_week).to_owned(),
        None => td_string!(
            locale,
            on.week_from,
            day = words::day_short(locale, chosen.first)
        ),
    };
    match loaded.total {
        Some(total) => {
            let items = words::items(locale, u32::try_from(total).unwrap_or(u32::MAX));
            td_string!(locale, on.count, when, items)
        }
        None => when,
    }
}

fn days(
    locale: Locale,
    center: &CenterId,
    loaded: &Loaded,
    near: &[place::Near],
    now: Timestamp,
) -> impl IntoView + use<> {
    let today = now.day();
    let card = |view: &OccurrenceView| -> Card {
        let card = loaded.mine.card(locale, view, now);
        if view.center_id == *center {
            return card;
        }
        let metres = near
            .iter()
            .find(|n| n.id == view.center_id)
            .and_then(|n| n.metres);
        let distance =
            metres.map(|metres| format!(" · {}", words::distance(locale, f64::from(metres))));
        card.noted(format!(
            "{}{}",
            view.center_name,
            distance.unwrap_or_default()
        ))
    };
    loaded
        .shown
        .chunk_by(|a, b| day_of(a, today) == day_of(b, today))
        .map(|group| {
            let day = day_of(&group[0], today);
            let id = format!("d{day}");
            let label = id.clone();
            let cards: Vec<_> = group.iter().map(card).collect();
            view! {
                <section class="section" aria-labelledby=label>
                    <DayHead locale day now id />
                    <OccurrenceList locale cards />
                </section>
            }
        })
        .collect_view()
}

fn empty(
    locale: Locale,
    center: &CenterId,
    chosen: &Chosen,
    today: NaiveDate,
    later: Option<&OccurrenceView>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let title = if chosen.is_filtered() {
        td_string!(locale, on.none_fitting)
    } else {
        td_string!(locale, on.none)
    };
    let text = match later {
        Some(view) => {
            let moment = words::moment(locale, view.starts_at, now);
            td_string!(locale, on.nearest, moment, title = view.title.as_str())
        }
        None => td_string!(locale, on.none_hint).to_owned(),
    };
    let to_later = later.map(|view| {
        let href = chosen
            .at(Some(view.starts_at.day()), chosen.first)
            .href(center, today);
        view! { <a class="button button-main" href=href>{td_string!(locale, on.to_nearest)}</a> }
    });
    let unfiltered = chosen.is_filtered().then(|| {
        let next_door = if chosen.next_door { "?next_door=1" } else { "" };
        view! { <a class="button" href=format!("/centers/{center}/whats-on{next_door}")>{td_string!(locale, on.unfiltered)}</a> }
    });
    let next_door = (!chosen.next_door).then(|| {
        let href = Chosen {
            next_door: true,
            cursor: None,
            ..chosen.clone()
        }
        .href(center, today);
        view! { <a class="button" href=href>{td_string!(locale, on.next_door)}</a> }
    });
    view! {
        <EmptyState title text><p class="cluster">{to_later}{unfiltered}{next_door}</p></EmptyState>
    }
}

fn pager(
    locale: Locale,
    center: &CenterId,
    chosen: &Chosen,
    today: NaiveDate,
    next: Option<Cursor>,
) -> impl IntoView + use<> {
    let week = |first| chosen.at(None, first).href(center, today);
    let before = chosen
        .first
        .checked_sub_days(Days::new(WEEK))
        .filter(|day| *day >= today);
    let beyond = after(chosen.first, WEEK);
    let (previous, on) = match (&next, &chosen.cursor) {
        // Within a part: on by the cursor, back to its beginning.
        (Some(_), _) | (None, Some(_)) => (
            chosen.cursor.as_ref().map(|_| {
                Chosen {
                    cursor: None,
                    ..chosen.clone()
                }
                .href(center, today)
            }),
            next.map(|cursor| {
                Chosen {
                    cursor: Some(cursor),
                    ..chosen.clone()
                }
                .href(center, today)
            }),
        ),
        (None, None) => (
            before.map(week),
            (beyond <= after(today, AHEAD)).then(|| week(beyond)),
        ),
    };
    let by_week =
        chosen.cursor.is_none() && on.as_ref().is_none_or(|href| !href.contains("cursor="));
    if by_week {
        view! {
            <Pager locale previous next=on previous_words=td_string!(locale, on.week_before) next_words=td_string!(locale, on.week_after) />
        }
        .into_any()
    } else {
        view! { <Pager locale previous next=on previous_words=td_string!(locale, on.first_page) /> }
            .into_any()
    }
}
