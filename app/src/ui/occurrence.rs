//! An occurrence in a list.

use super::{PlaceCount, Places, availability::Availability};
use crate::{
    i18n::{Locale, td_string},
    words,
};
use chrono::{Datelike, NaiveDate};
use domain::{
    person::AgeRange,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::occurrences::OccurrenceView;

/// What a card shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Where the whole card leads.
    pub href: String,
    /// The activity's title.
    pub title: String,
    /// When it is.
    pub span: Span,
    /// Whether the edge shows the date too; for lists that are not by day.
    pub dated: bool,
    /// Short facts: room, ages, center.
    pub meta: Vec<String>,
    /// The `data-state` of the card.
    pub state: &'static str,
    /// The places.
    pub places: PlaceCount,
}

impl Card {
    /// A card of an occurrence, with its room, unit and ages.
    pub fn of(locale: Locale, view: &OccurrenceView, now: Timestamp) -> Self {
        let room = Some(view.room.clone()).filter(|room| !room.is_empty());
        let unit = words::unit_note(locale, view.terms.unit).map(str::to_owned);
        let ages = words::age_note(locale, view.terms.unit, age_range(view));
        Self {
            href: format!("/occurrences/{}", view.id),
            title: view.title.clone(),
            span: view.span(),
            dated: false,
            meta: [room, unit, ages].into_iter().flatten().collect(),
            state: Availability::of(view, now).card_state(),
            places: PlaceCount::of(locale, view, now),
        }
    }

    /// The same with the date at its edge.
    #[must_use]
    pub fn dated(mut self) -> Self {
        self.dated = true;
        self
    }

    /// The same with one more fact, such as the center's name.
    #[must_use]
    pub fn noted(mut self, fact: impl Into<String>) -> Self {
        self.meta.push(fact.into());
        self
    }

    /// The same for a reader who has a place.
    #[must_use]
    pub fn booked(mut self, locale: Locale) -> Self {
        self.state = "booked";
        self.places = PlaceCount::booked(locale);
        self
    }

    /// The same for a reader who stands in line, from 1.
    #[must_use]
    pub fn waiting(mut self, locale: Locale, position: u32) -> Self {
        self.places = PlaceCount::waiting(locale, position);
        self
    }
}

/// The ages of an occurrence.
pub fn age_range(view: &OccurrenceView) -> AgeRange {
    view.terms.ages()
}

/// One card.
#[component]
pub fn OccurrenceCard(
    /// The language.
    locale: Locale,
    /// What it shows.
    card: Card,
    /// The level of its heading, 2 to 4.
    #[prop(default = 3)]
    level: u8,
) -> impl IntoView {
    let start = card.span.start();
    let clock = words::clock(locale, start);
    let when = if card.dated {
        let day = start.day();
        view! {
            <span>{words::weekday(locale, day)}</span>
            <b><span class="visually-hidden">{words::month(locale, day)}" "</span>{day.day()}</b>
            <time datetime=start.rfc3339()>{clock}</time>
        }
        .into_any()
    } else {
        let end = words::ends(locale, card.span);
        view! { <b><time datetime=start.rfc3339()>{clock}</time></b><span>{end}</span> }.into_any()
    };
    let link = view! { <a href=card.href>{card.title}</a> };
    let title = match level {
        2 => view! { <h2 class="occurrence-title">{link}</h2> }.into_any(),
        3 => view! { <h3 class="occurrence-title">{link}</h3> }.into_any(),
        _ => view! { <h4 class="occurrence-title">{link}</h4> }.into_any(),
    };
    let meta = (!card.meta.is_empty()).then(|| {
        let facts: Vec<_> = card
            .meta
            .into_iter()
            .map(|fact| view! { <span>{fact}</span> })
            .collect();
        view! { <p class="occurrence-meta">{facts}</p> }
    });
    view! {
        <article class="occurrence-card" data-state=card.state>
            <p class="occurrence-when">{when}</p>
            <div class="occurrence-body">{title} {meta} <Places count=card.places /></div>
        </article>
    }
}

/// A list of cards.
#[component]
pub fn OccurrenceList(
    /// The language.
    locale: Locale,
    /// The cards, in order.
    cards: Vec<Card>,
    /// The level of their headings, 2 to 4.
    #[prop(default = 3)]
    level: u8,
) -> impl IntoView {
    let rows: Vec<_> = cards
        .into_iter()
        .map(|card| view! { <li><OccurrenceCard locale card level /></li> })
        .collect();
    view! { <ol class="occurrence-list">{rows}</ol> }
}

/// What else there is (`beyond.md` 3); nothing where there is nothing.
#[component]
pub fn Alternatives(
    /// The language.
    locale: Locale,
    /// The cards, best first; they show their dates.
    cards: Vec<Card>,
) -> impl IntoView {
    (!cards.is_empty()).then(|| {
        let cards = cards.into_iter().map(Card::dated).collect();
        view! {
            <section class="alternatives" aria-labelledby="alternatives">
                <h3 id="alternatives">{td_string!(locale, ui.alternatives)}</h3>
                <OccurrenceList locale cards level=4 />
            </section>
        }
    })
}

/// The heading over a day of a list: `今天 11月25日 周三`.
#[component]
pub fn DayHead(
    /// The language.
    locale: Locale,
    /// The day.
    day: NaiveDate,
    /// The time now.
    now: Timestamp,
    /// The id of the heading, for the section that it labels.
    #[prop(into)]
    id: String,
    /// Its level, 2 or 3.
    #[prop(default = 2)]
    level: u8,
) -> impl IntoView {
    let (word, rest) = words::day_head(locale, day, now);
    let inner = view! { {word} " " <span>{rest}</span> };
    if level == 2 {
        view! { <h2 id=id class="day-head">{inner}</h2> }.into_any()
    } else {
        view! { <h3 id=id class="day-head">{inner}</h3> }.into_any()
    }
}
