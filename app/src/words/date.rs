//! Days, clock times and stretches of time.

use crate::i18n::{Locale, td_string};
use chrono::{Datelike, Days, NaiveDate, Timelike};
use domain::time::{Span, Timestamp};

/// `14:30`.
pub fn clock(locale: Locale, at: Timestamp) -> String {
    let time = at.local();
    clock_of(locale, time.hour(), time.minute())
}

pub(super) fn clock_of(locale: Locale, hour: u32, minute: u32) -> String {
    let (hour, minute) = (format!("{hour:02}"), format!("{minute:02}"));
    td_string!(locale, date.clock, hour, minute)
}

/// `周六`, `Sat`.
pub fn weekday(locale: Locale, date: NaiveDate) -> &'static str {
    weekday_of(locale, date.weekday().num_days_from_monday())
}

pub(super) fn weekday_of(locale: Locale, days_from_monday: u32) -> &'static str {
    match days_from_monday {
        0 => td_string!(locale, weekday.mo),
        1 => td_string!(locale, weekday.tu),
        2 => td_string!(locale, weekday.we),
        3 => td_string!(locale, weekday.th),
        4 => td_string!(locale, weekday.fr),
        5 => td_string!(locale, weekday.sa),
        _ => td_string!(locale, weekday.su),
    }
}

/// The month as a date of this language writes it (`11`, `Nov`).
fn month_part(locale: Locale, date: NaiveDate) -> &'static str {
    match date.month() {
        1 => td_string!(locale, month.jan),
        2 => td_string!(locale, month.feb),
        3 => td_string!(locale, month.mar),
        4 => td_string!(locale, month.apr),
        5 => td_string!(locale, month.may),
        6 => td_string!(locale, month.jun),
        7 => td_string!(locale, month.jul),
        8 => td_string!(locale, month.aug),
        9 => td_string!(locale, month.sep),
        10 => td_string!(locale, month.oct),
        11 => td_string!(locale, month.nov),
        _ => td_string!(locale, month.dec),
    }
}

/// `11月`, `Nov`.
pub fn month(locale: Locale, date: NaiveDate) -> String {
    td_string!(locale, date.month_alone, month = month_part(locale, date))
}

/// `11月28日`, `28 Nov`.
pub fn day_short(locale: Locale, date: NaiveDate) -> String {
    td_string!(
        locale,
        date.month_day,
        month = month_part(locale, date),
        day = date.day()
    )
}

/// `11月28日 周六`, `Sat 28 Nov`.
pub fn day(locale: Locale, date: NaiveDate) -> String {
    let (month, weekday) = (month_part(locale, date), weekday(locale, date));
    td_string!(locale, date.day, month, day = date.day(), weekday)
}

/// `2026年11月28日 周六`, `Sat 28 Nov 2026`.
pub fn day_full(locale: Locale, date: NaiveDate) -> String {
    let (month, weekday) = (month_part(locale, date), weekday(locale, date));
    td_string!(
        locale,
        date.full,
        year = date.year(),
        month,
        day = date.day(),
        weekday
    )
}

/// `2026年11月28日`, `28 Nov 2026`: a day as papers have it.
pub fn day_plain(locale: Locale, date: NaiveDate) -> String {
    let month = month_part(locale, date);
    td_string!(
        locale,
        date.plain,
        year = date.year(),
        month,
        day = date.day()
    )
}

/// Yesterday, today or tomorrow, where the day is one of them (`今天`, `today`).
pub fn relative_day(locale: Locale, date: NaiveDate, now: Timestamp) -> Option<&'static str> {
    let today = now.day();
    if date == today {
        Some(td_string!(locale, date.today))
    } else if today.checked_add_days(Days::new(1)) == Some(date) {
        Some(td_string!(locale, date.tomorrow))
    } else if today.checked_sub_days(Days::new(1)) == Some(date) {
        Some(td_string!(locale, date.yesterday))
    } else {
        None
    }
}

/// The day as one would say it now: `今天`, `11月28日 周六`, with the year where it is another one.
pub fn day_near(locale: Locale, date: NaiveDate, now: Timestamp) -> String {
    match relative_day(locale, date, now) {
        Some(word) => word.to_owned(),
        None if date.year() == now.day().year() => day(locale, date),
        None => day_full(locale, date),
    }
}

/// The two halves of a heading over a day: (`今天`, `11月25日 周三`), (`周六`, `11月28日`).
pub fn day_head(locale: Locale, date: NaiveDate, now: Timestamp) -> (&'static str, String) {
    let today = now.day();
    let word = if date == today {
        td_string!(locale, date.today_head)
    } else if today.checked_add_days(Days::new(1)) == Some(date) {
        td_string!(locale, date.tomorrow_head)
    } else if today.checked_sub_days(Days::new(1)) == Some(date) {
        td_string!(locale, date.yesterday_head)
    } else {
        return (weekday(locale, date), day_short(locale, date));
    };
    (word, day(locale, date))
}

/// An instant as one would say it now: `今天 13:00`, `11月28日 周六 09:00`.
pub fn moment(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let day = day_near(locale, at.day(), now);
    td_string!(locale, date.moment, day, clock = clock(locale, at))
}

/// An instant for tables and print, the same in every language: `2026-11-25 18:05`.
pub fn stamp(at: Timestamp) -> String {
    at.local().format("%Y-%m-%d %H:%M").to_string()
}

/// From when to when, without the day: `10:00–11:30`, `22:00–次日 01:00`. Over several days the
/// days are said.
pub fn hours(locale: Locale, span: Span) -> String {
    let (start, end) = (span.start(), span.end());
    let (from, to) = (clock(locale, start), clock(locale, end));
    let nights = end.day().signed_duration_since(start.day()).num_days();
    match nights {
        0 => td_string!(locale, date.hours, from, to),
        1 => td_string!(locale, date.hours_next_day, from, to),
        _ => {
            let full = |at: Timestamp| {
                td_string!(
                    locale,
                    date.moment,
                    day = day(locale, at.day()),
                    clock = clock(locale, at)
                )
            };
            td_string!(locale, date.long, from = full(start), to = full(end))
        }
    }
}

/// `至 11:30`: the end beside a start that stands elsewhere.
pub fn ends(locale: Locale, span: Span) -> String {
    let end = span.end();
    if end.day() == span.start().day() {
        td_string!(locale, date.to, clock = clock(locale, end))
    } else {
        let day = day_short(locale, end.day());
        let clock = td_string!(locale, date.moment, day, clock = clock(locale, end));
        td_string!(locale, date.to, clock)
    }
}

/// Day and hours: `11月28日 周六 10:00–11:30`.
pub fn span(locale: Locale, span: Span) -> String {
    with_day(locale, span, day(locale, span.start().day()))
}

/// Day and hours as one would say them now: `今天 15:00–16:30`.
pub fn span_near(locale: Locale, span: Span, now: Timestamp) -> String {
    with_day(locale, span, day_near(locale, span.start().day(), now))
}

/// Day with its year, and hours: `2027年1月8日 周五 15:00–16:30`.
pub fn span_full(locale: Locale, span: Span) -> String {
    with_day(locale, span, day_full(locale, span.start().day()))
}

fn with_day(locale: Locale, span: Span, day: String) -> String {
    let nights = span
        .end()
        .day()
        .signed_duration_since(span.start().day())
        .num_days();
    let hours = hours(locale, span);
    // Over several days the hours say their days themselves.
    if nights > 1 {
        hours
    } else {
        td_string!(locale, date.span, day, hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn between(from: &str, to: &str) -> Span {
        Span::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn a_day_is_said_as_people_say_it() {
        let date = at("2026-11-28T10:00").day();
        assert_eq!(day(zh, date), "11月28日 周六");
        assert_eq!(day(en, date), "Sat 28 Nov");
        assert_eq!(day_short(zh, date), "11月28日");
        assert_eq!(day_full(zh, date), "2026年11月28日 周六");
        assert_eq!(day_full(en, date), "Sat 28 Nov 2026");
        assert_eq!(day_plain(zh, date), "2026年11月28日");
        assert_eq!(day_plain(en, date), "28 Nov 2026");
        assert_eq!(month(zh, date), "11月");
        assert_eq!(month(en, date), "Nov");
    }

    #[test]
    fn today_and_tomorrow_are_those_of_shanghai_over_the_ends_of_months_and_years() {
        let now = at("2026-12-31T23:59");
        assert_eq!(moment(zh, at("2026-12-31T00:00"), now), "今天 00:00");
        assert_eq!(moment(zh, at("2027-01-01T00:00"), now), "明天 00:00");
        assert_eq!(moment(en, at("2027-01-01T09:05"), now), "tomorrow, 09:05");
        assert_eq!(
            moment(zh, at("2027-01-02T09:00"), now),
            "2027年1月2日 周六 09:00"
        );
        assert_eq!(moment(zh, at("2026-12-30T09:00"), now), "昨天 09:00");
        // 16:30 UTC is the next day in Shanghai.
        let utc = Timestamp::parse("2026-11-30T16:30:00Z").unwrap();
        assert_eq!(moment(zh, utc, at("2026-11-30T20:00")), "明天 00:30");
        let leap = at("2028-02-28T12:00");
        assert_eq!(moment(zh, at("2028-02-29T12:00"), leap), "明天 12:00");
        assert_eq!(moment(en, at("2028-03-01T12:00"), leap), "Wed 1 Mar, 12:00");
    }

    #[test]
    fn a_heading_says_the_word_first_and_the_date_beside_it() {
        let now = at("2026-11-25T08:00");
        let head = |text: &str| day_head(zh, at(text).day(), now);
        assert_eq!(
            head("2026-11-25T10:00"),
            ("今天", "11月25日 周三".to_owned())
        );
        assert_eq!(
            head("2026-11-26T10:00"),
            ("明天", "11月26日 周四".to_owned())
        );
        assert_eq!(head("2026-11-28T10:00"), ("周六", "11月28日".to_owned()));
        assert_eq!(
            day_head(en, now.day(), now),
            ("Today", "Wed 25 Nov".to_owned())
        );
    }

    #[test]
    fn a_span_says_its_end_also_past_midnight_and_over_days() {
        let plain = between("2026-11-28T10:00", "2026-11-28T11:30");
        assert_eq!(span(zh, plain), "11月28日 周六 10:00–11:30");
        assert_eq!(span(en, plain), "Sat 28 Nov, 10:00–11:30");
        assert_eq!(
            span_near(zh, plain, at("2026-11-28T08:00")),
            "今天 10:00–11:30"
        );
        assert_eq!(ends(zh, plain), "至 11:30");
        let night = between("2026-12-31T22:00", "2027-01-01T01:00");
        assert_eq!(span(zh, night), "12月31日 周四 22:00–次日 01:00");
        assert_eq!(ends(zh, night), "至 1月1日 01:00");
        let camp = between("2026-12-30T09:00", "2027-01-02T16:00");
        assert_eq!(span(zh, camp), "12月30日 周三 09:00 至 1月2日 周六 16:00");
        assert_eq!(span(en, camp), "Wed 30 Dec, 09:00 to Sat 2 Jan, 16:00");
    }

    #[test]
    fn print_has_the_same_date_in_every_language() {
        assert_eq!(stamp(at("2026-01-05T08:05")), "2026-01-05 08:05");
    }
}
