//! The words of calendar files.

use super::date;
use crate::i18n::{Locale, td_string};
use domain::{booking::State, time::Timestamp};

/// What a subscribed calendar is called.
pub fn calendar_name(locale: Locale) -> &'static str {
    td_string!(locale, calendar.name)
}

/// The title of a booking's entry: `亲子搭一搭（陈小雨）`, for who waits `候补：…`.
pub fn event_summary(locale: Locale, state: State, title: &str, person: &str) -> String {
    match state {
        State::Waitlisted => td_string!(locale, calendar.summary_waiting, title, person),
        _ => td_string!(locale, calendar.summary, title, person),
    }
}

/// What the entry says below its title; nothing once the booking is over.
pub fn event_description(locale: Locale, state: State, cancel_until: Timestamp) -> Option<String> {
    match state {
        State::Confirmed => {
            // An entry is read on any day, so the day is said in full.
            let (day, clock) = (
                date::day_full(locale, cancel_until.day()),
                date::clock(locale, cancel_until),
            );
            let until = td_string!(locale, date.moment, day, clock);
            Some(td_string!(locale, calendar.description, until))
        }
        State::Waitlisted => Some(td_string!(locale, calendar.description_waiting).to_owned()),
        State::CheckedIn | State::Cancelled | State::NoShow => None,
    }
}

/// What to bring, where something is.
pub fn event_bring(locale: Locale, things: &str) -> Option<String> {
    (!things.is_empty()).then(|| td_string!(locale, calendar.bring, things))
}

/// The words of the reminder two hours before.
pub fn event_reminder(locale: Locale, title: &str) -> String {
    td_string!(locale, calendar.reminder, title)
}

/// The title of an entry for the moment when booking opens.
pub fn opening_summary(locale: Locale, title: &str) -> String {
    td_string!(locale, calendar.opens, title)
}
