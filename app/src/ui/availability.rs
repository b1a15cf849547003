//! Whether there is a place, in one word for the style sheet, in words and as a bar.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{
    activity::{Allocation, Channel, Kind, Status, Unit},
    booking::is_few,
    time::Timestamp,
};
use leptos::prelude::*;
use store::occurrences::OccurrenceView;

/// What somebody who would book finds. The window comes before the count: what cannot be
/// booked does not say how much room it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Called off.
    Cancelled,
    /// It is over.
    Past,
    /// No booking needed.
    DropIn,
    /// Booking opens then.
    Later {
        /// When.
        opens_at: Timestamp,
    },
    /// Booking has closed.
    Closed,
    /// There is room.
    Open {
        /// Places that can be booked.
        free: u32,
        /// Whether that is few.
        few: bool,
    },
    /// What is left is kept for kiosk, desk and telephone.
    Kept,
    /// No room, but a line to stand in.
    Waitlist {
        /// How many stand in it.
        waiting: u32,
    },
    /// No room and no line.
    Full,
}

impl Availability {
    /// Of an occurrence at this moment, for who books online.
    pub fn of(view: &OccurrenceView, now: Timestamp) -> Self {
        Self::by(Channel::Online, view, now)
    }

    /// The same for who books by another channel: some places may be kept for it.
    pub fn by(channel: Channel, view: &OccurrenceView, now: Timestamp) -> Self {
        if view.status == Status::Cancelled {
            return Self::Cancelled;
        }
        if view.ends_at <= now {
            return Self::Past;
        }
        if view.terms.allocation == Allocation::DropIn {
            return Self::DropIn;
        }
        if now < view.terms.booking_opens_at {
            return Self::Later {
                opens_at: view.terms.booking_opens_at,
            };
        }
        if view.terms.booking_closes_at <= now {
            return Self::Closed;
        }
        match view.free(channel, now) {
            free if free > 0 => {
                let free = count(free);
                let few = is_few(free, view.terms.capacity);
                Self::Open { free, few }
            }
            _ if view.waitlisted < i64::from(view.terms.waitlist_capacity) => Self::Waitlist {
                waiting: count(view.waitlisted),
            },
            _ if view.free(Channel::Desk, now) > 0 => Self::Kept,
            _ => Self::Full,
        }
    }

    /// The `data-state` of a place count.
    pub const fn state(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Past | Self::Closed => "closed",
            Self::DropIn => "drop-in",
            Self::Later { .. } => "later",
            Self::Open { few: true, .. } => "few",
            Self::Open { few: false, .. } => "open",
            Self::Kept | Self::Waitlist { .. } | Self::Full => "full",
        }
    }

    /// The `data-state` of a card or of the head of a page.
    pub const fn card_state(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::DropIn | Self::Open { .. } => "open",
            _ => self.state(),
        }
    }

    /// In words: `还有 9 个名额`.
    pub fn words(self, locale: Locale, unit: Unit, now: Timestamp) -> String {
        match self {
            Self::Cancelled => td_string!(locale, places.cancelled).to_owned(),
            Self::Past => td_string!(locale, places.past).to_owned(),
            Self::DropIn => td_string!(locale, places.drop_in).to_owned(),
            Self::Later { opens_at } => {
                td_string!(
                    locale,
                    places.later,
                    moment = words::moment(locale, opens_at, now)
                )
            }
            Self::Closed => td_string!(locale, places.closed).to_owned(),
            Self::Open { free, few } => words::places_left(locale, unit, free, few),
            Self::Kept => td_string!(locale, places.held).to_owned(),
            Self::Waitlist { waiting: 0 } => td_string!(locale, places.full_may_wait).to_owned(),
            Self::Waitlist { waiting } => {
                let waiting = words::short_count(locale, unit, waiting);
                td_string!(locale, places.full_waiting, waiting)
            }
            Self::Full => td_string!(locale, places.full_both).to_owned(),
        }
    }
}

/// A count of the database as one that pages show.
fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// What a card or a page says of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceCount {
    /// The `data-state` of the line.
    pub state: &'static str,
    /// The line.
    pub words: String,
    /// Capacity and places taken, where a bar says something.
    pub bar: Option<(u32, u32)>,
}

impl PlaceCount {
    /// Of an occurrence at this moment.
    pub fn of(locale: Locale, view: &OccurrenceView, now: Timestamp) -> Self {
        Self::by(Channel::Online, locale, view, now)
    }

    /// The same for who books by another channel.
    pub fn by(channel: Channel, locale: Locale, view: &OccurrenceView, now: Timestamp) -> Self {
        let availability = Availability::by(channel, view, now);
        let capacity = view.terms.capacity;
        // The one place of an appointment is not the last of many.
        if let (Kind::Casework, 1, Availability::Open { .. }) = (view.kind, capacity, availability)
        {
            return Self {
                state: "open",
                words: td_string!(locale, casework.free).to_owned(),
                bar: None,
            };
        }
        let bar = match availability {
            Availability::Open { free, .. } => Some((capacity, capacity.saturating_sub(free))),
            Availability::Waitlist { .. } | Availability::Full => Some((capacity, capacity)),
            _ => None,
        };
        Self {
            state: availability.state(),
            words: availability.words(locale, view.terms.unit, now),
            bar: bar.filter(|_| capacity > 0),
        }
    }

    /// The reader has a place.
    pub fn booked(locale: Locale) -> Self {
        let words = td_string!(locale, places.booked).to_owned();
        Self {
            state: "booked",
            words,
            bar: None,
        }
    }

    /// The reader stands in line, from 1.
    pub fn waiting(locale: Locale, position: u32) -> Self {
        Self {
            state: "full",
            words: words::position(locale, position),
            bar: None,
        }
    }
}

/// The places of an occurrence: in words, and as a bar that says nothing to a screen reader.
#[component]
pub fn Places(
    /// What to say.
    count: PlaceCount,
) -> impl IntoView {
    let bar = count.bar.map(|(capacity, taken)| {
        view! {
            <svg class="place-bar" viewBox=format!("0 0 {capacity} 1") preserveAspectRatio="none" aria-hidden="true">
                <rect width=taken.min(capacity).to_string() height="1" />
            </svg>
        }
    });
    view! { <p class="place-count" data-state=count.state><span>{count.words}</span>{bar}</p> }
}
