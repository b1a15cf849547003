//! The words of calendar files.

use super::date;
use crate::i18n::{Locale, td_string};
use domain::{activity::Kind, booking::State, casework, time::Timestamp};

/// What a subscribed calendar is called.
pub fn calendar_name(locale: Locale) -> &'static str {
    td_string!(locale, calendar.name)
}

/// What an appointment of casework is called where others may read along.
pub fn appointment(locale: Locale) -> &'static str {
    td_string!(locale, calendar.appointment)
}

/// What something is called in a calendar, which others may see: its title, or that it is an appointment.
pub fn event_title(locale: Locale, kind: Kind, title: &str) -> &str {
    casework::said(kind, title).unwrap_or_else(|| appointment(locale))
}

/// Where something is in a calendar: the center and the room, of casework the center alone.
pub fn event_place(kind: Kind, center: &str, room: &str) -> String {
    match casework::said(kind, room) {
        None | Some("") => center.to_owned(),
        Some(room) => format!("{center}, {room}"),
    }
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

/// What to bring, where something is; of casework it is only said on the person's own pages.
pub fn event_bring(locale: Locale, kind: Kind, things: &str) -> Option<String> {
    casework::said(kind, things)
        .filter(|things| !things.is_empty())
        .map(|things| td_string!(locale, calendar.bring, things))
}

/// The words of the reminder two hours before.
pub fn event_reminder(locale: Locale, title: &str) -> String {
    td_string!(locale, calendar.reminder, title)
}

/// The title of an entry for the moment when booking opens.
pub fn opening_summary(locale: Locale, title: &str) -> String {
    td_string!(locale, calendar.opens, title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_never_says_the_title_of_casework() {
        let title = "情绪疏导";
        for locale in [Locale::zh_CN, Locale::en] {
            assert_eq!(event_title(locale, Kind::Group, title), title);
            let said = event_title(locale, Kind::Casework, title);
            assert!(!said.is_empty() && !said.contains(title), "{said}");
            assert!(event_bring(locale, Kind::Group, "病历").is_some());
            assert_eq!(event_bring(locale, Kind::Casework, "病历"), None);
        }
        assert_eq!(
            event_place(Kind::Group, "渔民村", "手工室"),
            "渔民村, 手工室"
        );
        assert_eq!(event_place(Kind::Group, "渔民村", ""), "渔民村");
        assert_eq!(event_place(Kind::Casework, "渔民村", "谈心室"), "渔民村");
    }
}
