//! Days and times of day as people write them in a plan.

use super::Wrong;
use crate::text;
use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, Weekday};

/// Words that say that the hours after them are later than noon.
const LATER: [&str; 4] = ["下午", "晚上", "中午", "傍晚"];

/// What parts a beginning from an end.
const PARTS: [char; 10] = ['-', '–', '—', '―', '−', '‐', '~', '〜', '至', '到'];

/// From when to when: `14:00-15:30`, `下午2点至4点`.
pub(super) fn range(cell: &str) -> Option<(NaiveTime, NaiveTime)> {
    let plain = text::plain(cell);
    let (from, to) = plain.split_once(PARTS)?;
    ends(from, to.trim_start_matches(PARTS))
}

/// From when and until when, each in its own words. An end without `下午` is of the beginning's half of the day.
pub(super) fn ends(from: &str, to: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (start, end) = (text::clock(from)?, text::clock(to)?);
    let later = LATER.iter().any(|word| text::plain(from).starts_with(word));
    let half = text::plain(to)
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_digit());
    let end = match later && half && end <= start {
        true => end.overflowing_add_signed(chrono::TimeDelta::hours(12)).0,
        false => end,
    };
    (start != end).then_some((start, end))
}

/// A weekday as it stands beside a day: `周六`, `星期日`, `Sat`.
fn weekday(text: &str) -> Option<Weekday> {
    let name = ["星期", "礼拜", "周"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let Some(name) = name else {
        return text.parse().ok();
    };
    let names = ["一", "二", "三", "四", "五", "六"];
    let place = names.iter().position(|one| *one == name);
    match (place, name) {
        (Some(place), _) => Weekday::try_from(u8::try_from(place).ok()?).ok(),
        (None, "日" | "天") => Some(Weekday::Sun),
        _ => None,
    }
}

/// A day, and what of the cell stands behind it.
pub(super) struct OnDay {
    pub(super) day: NaiveDate,
    pub(super) rest: String,
}

/// A day as people write it, perhaps with its weekday, perhaps with the times behind it. One without a
/// year is of `year`.
///
/// # Errors
/// [`Wrong::Day`]; [`Wrong::Weekday`] where the row says another one.
pub(super) fn day(cell: &str, year: i32) -> Result<OnDay, Wrong> {
    let plain = text::plain(cell).replace(['(', ')', '[', ']', '【', '】', ','], " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    // As many words as make a day: `2026 年 12 月 5 日`.
    let found = (1..=words.len().min(6)).rev().find_map(|most| {
        let (first, rest) = words.split_at(most);
        Some((one_day(&first.concat(), year)?, rest))
    });
    let (found, rest) = match found {
        Some((day, rest)) => (day, rest.join(" ")),
        // `12月5日周六` is one word.
        None => beside_weekday(&plain, year).ok_or(Wrong::Day)?,
    };
    let (said, rest) = match rest.split_once(' ').unwrap_or((rest.as_str(), "")) {
        (word, after) if weekday(word).is_some() => (weekday(word), after.to_owned()),
        _ => (None, rest.clone()),
    };
    match said {
        Some(said) if said != found.weekday() => Err(Wrong::Weekday),
        _ => Ok(OnDay { day: found, rest }),
    }
}

fn beside_weekday(plain: &str, year: i32) -> Option<(NaiveDate, String)> {
    let words = ["星期", "礼拜", "周"];
    let at = words.iter().filter_map(|word| plain.find(word)).min()?;
    let (day, rest) = plain.split_at(at);
    Some((one_day(day, year)?, rest.to_owned()))
}

/// A day of the years that plans are made for.
fn one_day(text: &str, year: i32) -> Option<NaiveDate> {
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let day = text::day(text, first(year)?)?;
    let says_year = text::day(text, first(year.saturating_add(9))?) == Some(day);
    let fits = (2000..2200).contains(&day.year()) && (says_year || day.year() == year);
    fits.then_some(day)
}

/// The same weekday a year later: 52 weeks.
pub(super) fn a_year_later(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(7 * 52)).unwrap_or(day)
}
