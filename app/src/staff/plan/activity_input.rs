//! From the form of an activity to typed values. Times are Shanghai's; what decides about booking
//! is entered relative to the start, so that it holds for every date (C-64).

use super::{
    room_field, series_dates, slot_fields,
    term_lines::{self, Before, Entry},
    training_field,
};
use crate::{
    ui::Problems,
    web::{Form, Visit},
};
use chrono::{Days, NaiveDate, NaiveTime, Weekday};
use domain::{
    Reason, Refusal,
    activity::Enrolment,
    holiday::Put,
    recurrence::{End, Pattern},
    slots::Cutting,
    text,
    time::Timestamp,
};
use store::{
    activities::{Dates, NewOccurrence},
    occurrences::TermsEdit,
};

/// How a series is booked.
pub(super) fn enrolment(form: &Form) -> Enrolment {
    if form.is_on("series") {
        Enrolment::Series
    } else {
        Enrolment::Single
    }
}

/// The dates with their terms, some of them put elsewhere; what is wrong with them is noted.
pub(super) fn dates(
    visit: &Visit,
    form: &Form,
    put: &[Put],
    problems: &mut Problems,
) -> Option<Dates> {
    let (locale, now) = (visit.locale, visit.now);
    let hours = problems.keep(locale, now, hours(form));
    let terms = terms(visit, form, problems);
    let days = problems.keep(locale, now, days(form, now));
    let slots = problems.keep(locale, now, slot_fields::read(form));
    let (hours, terms, slots) = (hours?, terms?, slots?);
    let room = room_field::chosen(form).to_owned();
    let at = |day: NaiveDate| occurrence(day, hours, &terms, &room);
    let whole = put_on(days?, put, at);
    match slots {
        None => Some(whole),
        Some(cutting) => {
            let cut = cut(&whole, cutting, &terms, now);
            problems.keep(locale, now, cut)
        }
    }
}

/// Each stretch as the appointments that it is cut into; those that have begun are left out.
fn cut(whole: &Dates, cutting: Cutting, terms: &Entered, now: Timestamp) -> Result<Dates, Refusal> {
    let mut slots = Vec::new();
    for stretch in whole.plan(now)? {
        let ahead = cutting.cut(stretch.span)?.into_iter();
        slots.extend(
            ahead
                .filter(|slot| slot.start() > now)
                .map(|slot| NewOccurrence {
                    starts_at: slot.start(),
                    ends_at: slot.end(),
                    room: stretch.room.clone(),
                    terms: terms.at(slot.start()),
                }),
        );
    }
    Ok(Dates::List(slots))
}

/// The dates on the days that are meant.
fn put_on(days: When, put: &[Put], at: impl Fn(NaiveDate) -> NewOccurrence) -> Dates {
    match days {
        When::Days(days) if put.is_empty() => Dates::List(days.into_iter().map(at).collect()),
        When::Days(_) => {
            let days = put.iter().filter_map(|put| put.to);
            Dates::List(days.map(at).collect())
        }
        When::Rule {
            first,
            rule,
            mut excluded,
        } => {
            let (skipped, moved) = series_dates::changes(put);
            excluded.extend(skipped);
            Dates::Rule {
                rule,
                first: at(first),
                excluded,
                moved,
            }
        }
    }
}

enum When {
    Days(Vec<NaiveDate>),
    Rule {
        first: NaiveDate,
        rule: String,
        excluded: Vec<NaiveDate>,
    },
}

fn occurrence(
    day: NaiveDate,
    (from, to): (NaiveTime, NaiveTime),
    terms: &Entered,
    room: &str,
) -> NewOccurrence {
    let starts_at = Timestamp::from_local(day.and_time(from));
    // An end before the start is on the next morning.
    let last = if to <= from {
        day.checked_add_days(Days::new(1)).unwrap_or(day)
    } else {
        day
    };
    NewOccurrence {
        starts_at,
        ends_at: Timestamp::from_local(last.and_time(to)),
        room: room.to_owned(),
        terms: terms.at(starts_at),
    }
}

fn clock(form: &Form, name: &str) -> Result<NaiveTime, Refusal> {
    text::clock(form.need(name)?).ok_or_else(|| Refusal::invalid(name, Reason::NotATimeOfDay))
}

fn hours(form: &Form) -> Result<(NaiveTime, NaiveTime), Refusal> {
    let (from, to) = (clock(form, "starts_at")?, clock(form, "ends_at")?);
    if from == to {
        Err(Refusal::invalid("ends_at", Reason::NotAfterStart))
    } else {
        Ok((from, to))
    }
}

/// All days of a text, by space, comma or line; those without a year are the next from `near` on.
fn day_list(name: &str, text: &str, near: NaiveDate) -> Result<Vec<NaiveDate>, Refusal> {
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'));
    let mut days: Vec<NaiveDate> = words
        .filter(|word| !word.is_empty())
        .map(|word| text::day(word, near).ok_or_else(|| Refusal::invalid(name, Reason::NotADay)))
        .collect::<Result<_, _>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// The day that was chosen for the first date of a rule; the rule may begin later (C-196).
pub(super) fn first_of_rule(form: &Form, now: Timestamp) -> Option<NaiveDate> {
    let is_rule = form.get("mode") == Some("rule");
    is_rule
        .then(|| form.need_day("starts_on", now.day()).ok())
        .flatten()
}

fn days(form: &Form, now: Timestamp) -> Result<When, Refusal> {
    match form.get("mode") {
        Some("list") => {
            let days = day_list("occurrences", form.need("occurrences")?, now.day())?;
            Ok(When::Days(days))
        }
        Some("rule") => {
            let from = form.need_day("starts_on", now.day())?;
            let pattern = pattern(form)?;
            let rule = pattern.rrule(end(form, from)?)?;
            // The first sitting is on the first day of the pattern, not on a day outside of it.
            let first = from
                .iter_days()
                .take(800)
                .find(|day| pattern.falls_on(*day, *day))
                .ok_or_else(|| Refusal::invalid("starts_on", Reason::OutOfRange))?;
            let excluded = day_list("excluded", form.text("excluded"), first)?;
            Ok(When::Rule {
                first,
                rule,
                excluded,
            })
        }
        _ => {
            let day = form.need_day("starts_on", now.day())?;
            if day < now.day() {
                return Err(Refusal::invalid("starts_on", Reason::InThePast));
            }
            Ok(When::Days(vec![day]))
        }
    }
}

/// A weekday by its number from Monday, 0 to 6.
fn weekday(text: &str) -> Option<Weekday> {
    Weekday::try_from(text.parse::<u8>().ok()?).ok()
}

fn pattern(form: &Form) -> Result<Pattern, Refusal> {
    let every = form.number("every")?.unwrap_or(1);
    Ok(match form.text("freq") {
        "daily" => Pattern::Daily { every },
        "monthly_weekday" => Pattern::MonthlyNthWeekday {
            nth: form.number("nth")?.unwrap_or(1),
            weekday: weekday(form.text("nth_weekday"))
                .ok_or_else(|| Refusal::invalid("weekdays", Reason::Missing))?,
        },
        "monthly_day" => Pattern::MonthlyDay {
            day: form
                .number("day")?
                .ok_or_else(|| Refusal::invalid("day", Reason::Missing))?,
        },
        _ => Pattern::Weekly {
            every,
            weekdays: form.all("weekdays").filter_map(weekday).collect(),
        },
    })
}

/// A pattern as the form has it: what [`pattern`] reads.
pub(super) fn of_pattern(pattern: &Pattern) -> Vec<(&'static str, String)> {
    let number = |weekday: &Weekday| weekday.num_days_from_monday().to_string();
    match pattern {
        Pattern::Daily { every } => vec![("freq", "daily".into()), ("every", every.to_string())],
        Pattern::Weekly { every, weekdays } => {
            let days = weekdays.iter().map(|day| ("weekdays", number(day)));
            let freq = [("freq", "weekly".into()), ("every", every.to_string())];
            freq.into_iter().chain(days).collect()
        }
        Pattern::MonthlyNthWeekday { nth, weekday } => vec![
            ("freq", "monthly_weekday".into()),
            ("nth", nth.to_string()),
            ("nth_weekday", number(weekday)),
        ],
        Pattern::MonthlyDay { day } => {
            vec![("freq", "monthly_day".into()), ("day", day.to_string())]
        }
    }
}

fn end(form: &Form, from: NaiveDate) -> Result<End, Refusal> {
    match form.get("end") {
        Some("until") => form.need_day("until", from).map(End::Until),
        _ => {
            let count = form.number("count")?;
            Ok(End::Count(count.ok_or_else(|| {
                Refusal::invalid("count", Reason::Missing)
            })?))
        }
    }
}

/// The terms as they were entered: instants as so long before the start.
#[derive(Default)]
struct Entered {
    base: TermsEdit,
    instants: Vec<(&'static Before, i64)>,
    /// The time of day at which booking opens, days before.
    opens: NaiveTime,
}

impl Entered {
    /// As instants, for a sitting that starts then.
    fn at(&self, start: Timestamp) -> TermsEdit {
        let mut terms = self.base.clone();
        for (before, units) in &self.instants {
            (before.set)(&mut terms, start.plus(-units * before.unit));
        }
        // Booking opens at a time of its own, on a day before the start.
        terms.booking_opens_at = terms
            .booking_opens_at
            .map(|at| Timestamp::from_local(at.day().and_time(self.opens)));
        terms
    }
}

fn terms(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<Entered> {
    let (locale, now) = (visit.locale, visit.now);
    let form = &training_field::settled(form.clone());
    let mut entered = Entered::default();
    let mut fine = true;
    for line in term_lines::lines() {
        let read = match &line.entry {
            Entry::Instant(before) => before.units(form, line.name).map(|units| {
                entered.instants.extend(units.map(|units| (before, units)));
            }),
            _ => (line.read)(form, line.name, &mut entered.base).map(drop),
        };
        fine &= problems.keep(locale, now, read).is_some();
    }
    let opens = match form.get("opens_time") {
        Some(_) => clock(form, "opens_time"),
        None => Ok(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()),
    };
    entered.opens = problems.keep(locale, now, opens)?;
    fine.then_some(entered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes())
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-25T12:00").unwrap()
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let near = now().day();
        let written = "2026-12-03，2026/12/1\n2026年12月3日、1月1日";
        let days = day_list("occurrences", written, near).unwrap();
        let texts: Vec<String> = days.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["2026-12-01", "2026-12-03", "2027-01-01"]);
        assert_eq!(
            day_list("excluded", "next week", near),
            Err(Refusal::invalid("excluded", Reason::NotADay))
        );
    }

    #[test]
    fn c63_a_pattern_begins_on_its_own_first_day() {
        // Wednesday, and every Tuesday and Thursday.
        let form = form(
            "mode=rule&starts_on=2026-11-25&freq=weekly&weekdays=1&weekdays=3&end=count&count=4",
        );
        let Ok(When::Rule { first, rule, .. }) = days(&form, now()) else {
            panic!("a rule")
        };
        assert_eq!(first.to_string(), "2026-11-26");
        assert!(
            rule.contains("BYDAY=TU,TH") && rule.ends_with("COUNT=4"),
            "{rule}"
        );
    }

    #[test]
    fn a_single_day_in_the_past_is_refused() {
        assert!(days(&form("mode=one&starts_on=2026-11-24"), now()).is_err());
        assert!(days(&form("mode=one&starts_on=2026-11-25"), now()).is_ok());
    }

    #[test]
    fn an_evening_may_end_after_midnight() {
        let hours = hours(&form("starts_at=22:00&ends_at=01:00")).unwrap();
        let entered = form("booking_closes_at=60&cancel_until=120");
        let mut terms = Entered::default();
        for line in term_lines::lines() {
            if let Entry::Instant(before) = &line.entry {
                let units = before.units(&entered, line.name).unwrap();
                terms.instants.extend(units.map(|units| (before, units)));
            }
        }
        let made = occurrence(
            NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            hours,
            &terms,
            "",
        );
        assert_eq!(made.ends_at.form_value(), "2027-01-01T01:00");
        assert_eq!(
            made.terms.booking_closes_at.unwrap().form_value(),
            "2026-12-31T21:00"
        );
        assert_eq!(
            made.terms.cancel_until.unwrap().form_value(),
            "2026-12-31T20:00"
        );
    }
}
