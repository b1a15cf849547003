//! Opening hours, for the week and for now.

use super::date;
use crate::i18n::{Locale, td_string};
use chrono::{Datelike, Timelike};
use domain::time::Timestamp;
use gazetteer::hours::{DAY, Day, Opening as Stretch, Week};

/// Whether a center is open, and what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whether it is open now.
    pub is_open: bool,
    /// `开放中，到 21:00`; `现在休息，明天 09:00 开门`.
    pub words: String,
}

/// The week in as few lines as say it: `周一至周五 08:30–12:00、14:00–18:00`, `周日 休息`.
pub fn week(locale: Locale, week: &Week) -> Vec<String> {
    if is_always(week) {
        return vec![td_string!(locale, hours.always).to_owned()];
    }
    let line = |(first, last, openings): (Day, Day, &[Stretch])| {
        let name = |day: Day| date::weekday_of(locale, day as u32);
        let days = if first == last {
            name(first).to_owned()
        } else {
            td_string!(locale, hours.days, from = name(first), to = name(last))
        };
        let spans: Vec<String> = openings.iter().map(|o| stretch(locale, *o)).collect();
        let hours = if spans.is_empty() {
            td_string!(locale, hours.off).to_owned()
        } else {
            spans.join(td_string!(locale, hours.join))
        };
        td_string!(locale, hours.line, days, hours)
    };
    week.runs().into_iter().map(line).collect()
}

/// Whether it is open at that moment, and until when or when next.
pub fn opening(locale: Locale, week: &Week, now: Timestamp) -> Opening {
    let local = now.local();
    let today = Day::from_monday(local.weekday().num_days_from_monday() as usize);
    let minutes = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
    let open = |words: String| Opening {
        is_open: true,
        words,
    };
    let closed = |words: String| Opening {
        is_open: false,
        words,
    };
    if is_always(week) {
        return open(td_string!(locale, hours.always).to_owned());
    }
    if let Some(until) = open_until(week, today, minutes) {
        return open(match until / DAY {
            0 => td_string!(
                locale,
                hours.open_until,
                clock = minute_clock(locale, until)
            ),
            1 if until == DAY => {
                td_string!(
                    locale,
                    hours.open_until,
                    clock = minute_clock(locale, until)
                )
            }
            1 => {
                let clock = minute_clock(locale, until - DAY);
                td_string!(locale, hours.open_until_tomorrow, clock)
            }
            _ => td_string!(locale, hours.open).to_owned(),
        });
    }
    closed(match week.next_opening(today, minutes) {
        None => td_string!(locale, hours.closed).to_owned(),
        Some((later, next)) => {
            let clock = minute_clock(locale, next.from);
            match later {
                0 => td_string!(locale, hours.opens_today, clock),
                1 => td_string!(locale, hours.opens_tomorrow, clock),
                _ => {
                    let day = Day::from_monday(today as usize + later);
                    let weekday = date::weekday_of(locale, day as u32);
                    td_string!(locale, hours.opens_on, weekday, clock)
                }
            }
        }
    })
}

fn is_always(week: &Week) -> bool {
    let whole = Stretch {
        from: 0,
        until: DAY,
    };
    Day::ALL.iter().all(|day| week.on(*day) == [whole])
}

/// Until how many minutes after today's midnight it stays open without a break; none where it is
/// closed now. What runs on from yesterday and what begins at midnight count.
fn open_until(week: &Week, today: Day, minutes: u16) -> Option<u16> {
    let within = |o: &&Stretch, m: u16| o.from <= m && m < o.until;
    let of_today = week
        .on(today)
        .iter()
        .find(|o| within(o, minutes))
        .map(|o| o.until);
    let run_on = || {
        let yesterday = week
            .on(today.before())
            .iter()
            .find(|o| within(o, minutes + DAY));
        yesterday.map(|o| o.until - DAY)
    };
    let until = of_today.or_else(run_on)?;
    if until != DAY {
        return Some(until);
    }
    let tomorrow = week
        .on(Day::from_monday(today as usize + 1))
        .first()
        .filter(|o| o.from == 0);
    Some(tomorrow.map_or(until, |o| DAY + o.until))
}

/// A clock time of minutes after midnight; the end of a day is 24:00.
fn minute_clock(locale: Locale, minutes: u16) -> String {
    date::clock_of(locale, u32::from(minutes / 60), u32::from(minutes % 60))
}

fn stretch(locale: Locale, opening: Stretch) -> String {
    let from = minute_clock(locale, opening.from);
    if opening.until > DAY {
        let to = minute_clock(locale, opening.until - DAY);
        td_string!(locale, date.hours_next_day, from, to)
    } else {
        td_string!(
            locale,
            date.hours,
            from,
            to = minute_clock(locale, opening.until)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    fn said(text: &str, now: &str) -> Opening {
        opening(
            zh,
            &Week::parse(text).unwrap(),
            Timestamp::parse(now).unwrap(),
        )
    }

    #[test]
    fn a_week_is_said_in_runs_of_days() {
        let hours = Week::parse("Mo-Fr 08:30-12:00,14:00-18:00; Sa 09:00-17:00").unwrap();
        assert_eq!(
            week(zh, &hours),
            [
                "周一至周五 08:30–12:00、14:00–18:00",
                "周六 09:00–17:00",
                "周日 休息"
            ]
        );
        assert_eq!(week(en, &hours)[0], "Mon to Fri 08:30–12:00, 14:00–18:00");
        assert_eq!(
            week(zh, &Week::parse("Mo-Su 09:00-21:00").unwrap()),
            ["周一至周日 09:00–21:00"]
        );
        assert_eq!(week(zh, &Week::parse("24/7").unwrap()), ["全天开放"]);
    }

    #[test]
    fn now_is_open_until_or_closed_till() {
        // 2026-11-25 is a Wednesday.
        let hours = "Mo-Fr 08:30-12:00,14:00-18:00";
        assert_eq!(said(hours, "2026-11-25T09:00").words, "开放中，到 12:00");
        assert!(said(hours, "2026-11-25T09:00").is_open);
        assert_eq!(
            said(hours, "2026-11-25T12:00").words,
            "现在休息，今天 14:00 开门"
        );
        assert_eq!(
            said(hours, "2026-11-25T18:00").words,
            "现在休息，明天 08:30 开门"
        );
        assert_eq!(
            said(hours, "2026-11-27T19:00").words,
            "现在休息，周一 08:30 开门"
        );
        assert_eq!(said("Mo off", "2026-11-27T19:00").words, "现在休息");
    }

    #[test]
    fn what_runs_past_midnight_is_one_stretch() {
        assert_eq!(
            said("We 20:00-02:00", "2026-11-25T21:00").words,
            "开放中，到次日 02:00"
        );
        assert_eq!(
            said("We 20:00-02:00", "2026-11-26T01:00").words,
            "开放中，到 02:00"
        );
        let two = "We 20:00-24:00; Th 00:00-03:00";
        assert_eq!(said(two, "2026-11-25T21:00").words, "开放中，到次日 03:00");
        assert_eq!(
            said("We 20:00-24:00", "2026-11-25T21:00").words,
            "开放中，到 24:00"
        );
        assert_eq!(said("24/7", "2026-11-25T21:00").words, "全天开放");
    }
}
