//! Opening hours, for the week and for now.

use super::date;
use crate::i18n::{Locale, td_string};
use chrono::{Days, NaiveDate};
use domain::{
    opening::{Day, Exception, MINUTES, Opening as Stretch, Run, State, Times, Week, Why, runs},
    time::Timestamp,
};

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
        td_string!(
            locale,
            hours.line,
            days,
            hours = openings_of(locale, openings)
        )
    };
    week.runs().into_iter().map(line).collect()
}

/// The openings of a day: `08:30–12:00、14:00–18:00`, `休息`.
fn openings_of(locale: Locale, openings: &[Stretch]) -> String {
    let spans: Vec<String> = openings.iter().map(|o| stretch(locale, *o)).collect();
    match spans.is_empty() {
        true => td_string!(locale, hours.off).to_owned(),
        false => spans.join(td_string!(locale, hours.join)),
    }
}

/// Whether it is open at that moment, and until when or when next; none where nobody knows.
pub fn opening(locale: Locale, times: &Times, now: Timestamp) -> Option<Opening> {
    Some(match times.at(now)? {
        State::Always => Opening {
            is_open: true,
            words: td_string!(locale, hours.always).to_owned(),
        },
        State::Open { until } => Opening {
            is_open: true,
            words: open_until(locale, until, now),
        },
        State::Closed {
            why: Why::FurtherNotice,
            ..
        } => Opening {
            is_open: false,
            words: td_string!(locale, hours.further_notice).to_owned(),
        },
        State::Closed { opens, why } => {
            let words = opens_at(locale, opens, now);
            Opening {
                is_open: false,
                words: match why.exception() {
                    Some(of) => {
                        td_string!(locale, hours.because, words, reason = of.reason.clone())
                    }
                    None => words,
                },
            }
        }
    })
}

fn open_until(locale: Locale, until: Timestamp, now: Timestamp) -> String {
    // The end of a day is 24:00 of it, not 00:00 of the next.
    let day = until.plus(-1).day();
    let clock = match until == Timestamp::start_of(until.day()) {
        true => minute_clock(locale, MINUTES),
        false => date::clock(locale, until),
    };
    match (day - now.day()).num_days() {
        ..1 => td_string!(locale, hours.open_until, clock),
        1 => td_string!(locale, hours.open_until_tomorrow, clock),
        _ => td_string!(locale, hours.open).to_owned(),
    }
}

fn opens_at(locale: Locale, opens: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = opens else {
        return td_string!(locale, hours.closed).to_owned();
    };
    let clock = date::clock(locale, at);
    match (at.day() - now.day()).num_days() {
        ..1 => td_string!(locale, hours.opens_today, clock),
        1 => td_string!(locale, hours.opens_tomorrow, clock),
        2..7 => {
            let weekday = date::weekday(locale, at.day());
            td_string!(locale, hours.opens_on, weekday, clock)
        }
        _ => {
            let day = date::day_near(locale, at.day(), now);
            td_string!(locale, hours.opens_on_day, day, clock)
        }
    }
}

/// A day on which a center is not open as ever, with why: `12月24日 周四不开放：盘点`.
pub fn exception(locale: Locale, of: &Exception, now: Timestamp) -> String {
    runs([of])
        .first()
        .map(|run| exceptions(locale, run, now))
        .unwrap_or_default()
}

/// The same of neighbouring days.
pub fn exceptions(locale: Locale, run: &Run, now: Timestamp) -> String {
    let day = days(locale, (run.from, run.to), now);
    let reason = run.reason.clone();
    match run.openings.is_empty() {
        true => td_string!(locale, hours.closed_on, day, reason),
        false => {
            let hours = openings_of(locale, &run.openings);
            td_string!(locale, hours.open_on, day, hours, reason)
        }
    }
}

/// What there is to say of these days, so many from a first one on, where they are not as ever.
pub fn otherwise(
    locale: Locale,
    times: &Times,
    (from, many): (NaiveDate, u64),
    now: Timestamp,
) -> Vec<String> {
    if times
        .on(from)
        .is_some_and(|on| on.why == Why::FurtherNotice)
    {
        return vec![td_string!(locale, hours.further_notice).to_owned()];
    }
    let last = from.checked_add_days(Days::new(many.saturating_sub(1)));
    let days = times.exceptions(from, last.unwrap_or(from));
    let say = |run: &Run| exceptions(locale, run, now);
    runs(days).iter().map(say).collect()
}

/// A day, or the first and the last of several.
pub fn days(locale: Locale, (from, to): (NaiveDate, NaiveDate), now: Timestamp) -> String {
    let first = date::day_near(locale, from, now);
    match from == to {
        true => first,
        false => td_string!(
            locale,
            hours.days,
            from = first,
            to = date::day_near(locale, to, now)
        ),
    }
}

fn is_always(week: &Week) -> bool {
    let whole = Stretch {
        from: 0,
        until: MINUTES,
    };
    Day::ALL.iter().all(|day| week.on(*day) == [whole])
}

/// A clock time of minutes after midnight; the end of a day is 24:00.
fn minute_clock(locale: Locale, minutes: u16) -> String {
    date::clock_of(locale, u32::from(minutes / 60), u32::from(minutes % 60))
}

fn stretch(locale: Locale, opening: Stretch) -> String {
    let from = minute_clock(locale, opening.from);
    if opening.until > MINUTES {
        let to = minute_clock(locale, opening.until - MINUTES);
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
    use domain::{opening::parse_openings, place::CenterStatus};

    fn said(text: &str, now: &str) -> Opening {
        let times = Times::new(CenterStatus::Open, text.parse().ok(), []);
        opening(zh, &times, at(now)).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn closed(on: &str, hours: &str) -> Exception {
        Exception {
            on: on.parse().unwrap(),
            openings: parse_openings(hours).unwrap(),
            reason: "盘点".into(),
        }
    }

    #[test]
    fn an_exception_is_said_with_its_reason() {
        let now = at("2026-11-25T12:00");
        let day = closed("2026-12-24", "");
        assert_eq!(exception(zh, &day, now), "12月24日 周四不开放：盘点");
        assert_eq!(exception(en, &day, now), "Closed Thu 24 Dec: 盘点");
        let short = closed("2026-11-26", "9:00-12:00");
        assert_eq!(exception(zh, &short, now), "明天只开放 09:00–12:00：盘点");
        let next = closed("2026-12-25", "");
        let run = &runs([&day, &next])[0];
        assert_eq!(
            exceptions(zh, run, now),
            "12月24日 周四至12月25日 周五不开放：盘点"
        );
        let week = "Mo-Su 09:00-21:00".parse().ok();
        let days = (0..9).map(|n| Exception {
            on: now.day() + chrono::Duration::days(n),
            ..closed("2026-11-25", "")
        });
        let times = |status| Times::new(status, week.clone(), days.clone());
        let said = opening(zh, &times(CenterStatus::Open), now).unwrap();
        assert_eq!(said.words, "现在休息，12月4日 周五 09:00 开门（盘点）");
        let told = otherwise(zh, &times(CenterStatus::Open), (now.day(), 2), now);
        assert_eq!(told, ["今天至明天不开放：盘点"]);
        let shut = times(CenterStatus::Closed);
        assert_eq!(otherwise(zh, &shut, (now.day(), 2), now).len(), 1);
        let said = opening(zh, &shut, now).unwrap();
        assert_eq!(
            (said.is_open, said.words.as_str()),
            (false, "暂停开放，恢复时间另行通知")
        );
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
