//! What is looked for among shifts: the address says it, and the browser remembers the filters.

use super::super::super::gate;
use crate::web::{Form, cookie, with_cookie};
use axum::{http::HeaderMap, response::Response};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use domain::{
    Refusal,
    id::{CenterId, PersonId},
    time::{DAY, Timestamp},
};

/// How far ahead a list looks.
const AHEAD: i64 = 31 * DAY;
/// How many months ahead the calendar shows.
const MONTHS: u32 = 3;
/// The cookie that holds the filters, and for how many seconds.
const COOKIE: &str = "shifts";
const REMEMBERED: i64 = 180 * 24 * 3600;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) center: Option<CenterId>,
    pub(super) person: Option<PersonId>,
    pub(super) fits: bool,
    pub(super) after: Option<String>,
    /// As a calendar instead of a list.
    pub(super) calendar: bool,
    /// The first day of the month that the calendar shows.
    pub(super) month: Option<NaiveDate>,
    /// One day alone.
    pub(super) day: Option<NaiveDate>,
    /// Whether the filters were chosen just now.
    chosen: bool,
}

fn date(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

impl Wanted {
    /// What the address says; of the filters what the browser remembers, where it says nothing of them.
    pub(super) fn read(form: &Form, headers: &HeaderMap) -> Result<Self, Refusal> {
        let remembered = cookie(headers, COOKIE).map(|text| Form::parse(text.as_bytes()));
        let chosen = form.is_on("set");
        let filters = match remembered.as_ref().filter(|_| !chosen) {
            Some(remembered) => remembered,
            None => form,
        };
        // What a browser kept may be of a center that is no more.
        let center = filters.get("center").map(str::parse);
        let center = match chosen {
            true => center.transpose()?,
            false => center.and_then(Result::ok),
        };
        Ok(Self {
            center,
            person: form.get("person").map(str::parse).transpose()?,
            fits: filters.is_on("fits"),
            calendar: filters.get("view") == Some("calendar"),
            after: form.get("after").map(ToOwned::to_owned),
            month: form
                .get("month")
                .and_then(|text| date(&format!("{text}-01"))),
            day: form.get("day").and_then(date),
            chosen,
        })
    }

    /// The filters as the address and the cookie hold them.
    fn filters(&self) -> String {
        let pairs = [
            ("center", self.center.as_ref().map(CenterId::as_str)),
            ("fits", self.fits.then_some("1")),
            ("view", self.calendar.then_some("calendar")),
        ];
        let pairs = pairs
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| gate::query(name, value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The address of the same with this.
    pub(super) fn href(&self, name: &str, value: &str) -> String {
        let mut query = vec!["set=1".to_owned(), self.filters()];
        if let Some(person) = &self.person {
            query.push(gate::query("person", person.as_str()));
        }
        query.push(gate::query(name, value));
        query.retain(|part| !part.is_empty());
        format!("/shifts?{}", query.join("&"))
    }

    /// Remembers the filters that were chosen just now.
    pub(super) fn remember(&self, response: Response, secure: bool) -> Response {
        match self.chosen {
            true => with_cookie(response, COOKIE, &self.filters(), REMEMBERED, secure),
            false => response,
        }
    }

    /// The month that the calendar shows: this one, or one of the next.
    pub(super) fn shown_month(&self, now: Timestamp) -> NaiveDate {
        let this = first_of(now.day());
        let last = this.checked_add_months(Months::new(MONTHS)).unwrap_or(this);
        self.month.unwrap_or(this).clamp(this, last)
    }

    /// The months before and after it that can be shown.
    pub(super) fn around(&self, now: Timestamp) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let (this, shown) = (first_of(now.day()), self.shown_month(now));
        let last = this.checked_add_months(Months::new(MONTHS)).unwrap_or(this);
        let before = shown.checked_sub_months(Months::new(1));
        let after = shown.checked_add_months(Months::new(1));
        (
            before.filter(|month| *month >= this),
            after.filter(|month| *month <= last),
        )
    }

    /// From when to when shifts are looked for.
    pub(super) fn span(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let (from, to) = match (self.day, self.calendar) {
            (Some(day), _) => (
                Timestamp::start_of(day),
                Timestamp::start_of(day.checked_add_days(Days::new(1)).unwrap_or(day)),
            ),
            (None, true) => {
                let month = self.shown_month(now);
                let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
                (Timestamp::start_of(month), Timestamp::start_of(next))
            }
            (None, false) => (now, now.plus(AHEAD)),
        };
        (from.max(now), to.max(now))
    }
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, kept: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        if !kept.is_empty() {
            headers.insert("cookie", format!("shifts={kept}").parse().unwrap());
        }
        Wanted::read(&Form::parse(query.as_bytes()), &headers).unwrap()
    }

    #[test]
    fn filters_are_remembered_until_others_are_chosen() {
        let chosen = read("set=1&center=SZ440303001-01&fits=1&view=calendar", "");
        let kept = chosen.filters();
        let again = read("", &kept);
        assert_eq!(again.center, chosen.center);
        assert!(again.fits && again.calendar);
        let none = read("set=1", &kept);
        assert!(none.center.is_none() && !none.fits && !none.calendar);
        // What a browser brings is never trusted to be an id.
        assert_eq!(read("", "center=<b>&fits=1").center, None);
    }

    #[test]
    fn the_calendar_shows_this_month_and_the_next_ones() {
        let now = Timestamp::start_of(date("2026-11-30").unwrap());
        let month = |text: &str| {
            read(&format!("month={text}"), "")
                .shown_month(now)
                .to_string()
        };
        assert_eq!(month("2026-12"), "2026-12-01");
        assert_eq!(month("2020-01"), "2026-11-01");
        assert_eq!(month("2031-01"), "2027-02-01");
        assert_eq!(month("nonsense"), "2026-11-01");
        let (before, after) = read("", "").around(now);
        assert_eq!((before, after), (None, date("2026-12-01")));
        let (from, to) = read("day=2026-11-30", "").span(now.plus(DAY / 2));
        assert_eq!((from, to), (now.plus(DAY / 2), now.plus(DAY)));
    }
}
