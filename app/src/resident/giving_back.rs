//! The ways to give a booking back, the same wherever it is shown. Each does as much as it says: of a
//! series one date is missed, or the whole is left (C-195).

use crate::i18n::{Locale, td_string};
use domain::{booking::State, time::Timestamp};
use leptos::prelude::*;
use store::bookings::BookingView;

/// What is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The booking.
    Booking,
    /// One date of a series.
    Date,
    /// All dates of a series that are still to come.
    Series,
    /// A place in line.
    Line,
}

impl Way {
    /// The ways that there are for a booking.
    pub(super) fn of(booking: &BookingView, now: Timestamp) -> &'static [Self] {
        if !booking.may_be_given_back(now) {
            return &[];
        }
        match (booking.state, &booking.enrolment_id) {
            (State::Waitlisted, _) => &[Self::Line],
            (_, Some(_)) => &[Self::Date, Self::Series],
            (_, None) => &[Self::Booking],
        }
    }

    /// What the address of the answer calls it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Booking => "1",
            Self::Date => "date",
            Self::Series => "series",
            Self::Line => "line",
        }
    }

    /// The way that an address names.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Booking, Self::Date, Self::Series, Self::Line];
        all.into_iter().find(|way| way.as_str() == text)
    }

    /// What its button says.
    pub(super) fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::Booking => td_string!(locale, mine.cancel),
            Self::Date => td_string!(locale, mine.miss),
            Self::Series => td_string!(locale, mine.leave_series),
            Self::Line => td_string!(locale, mine.leave_line),
        }
    }

    /// The page that asks.
    pub(super) fn href(self, booking: &BookingView) -> String {
        let only = if self == Self::Date { "?only=1" } else { "" };
        format!("/bookings/{}/cancel{only}", booking.id)
    }

    /// Its link.
    pub(super) fn link(
        self,
        locale: Locale,
        booking: &BookingView,
        named: bool,
    ) -> impl IntoView + use<> {
        let name = named.then(|| format!(" {}", booking.person_name));
        view! { <a class="button button-quiet" href=self.href(booking)>{self.words(locale)}{name}</a> }
    }
}

/// The links of a booking; named where several people stand side by side.
pub(super) fn links(
    locale: Locale,
    booking: &BookingView,
    now: Timestamp,
    named: bool,
) -> Vec<impl IntoView + use<>> {
    let ways = Way::of(booking, now).iter();
    ways.map(|way| way.link(locale, booking, named)).collect()
}
