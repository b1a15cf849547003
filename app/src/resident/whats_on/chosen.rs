//! What a reader has chosen to see, as the address holds it.

use crate::web::Form;
use chrono::{Days, NaiveDate};
use domain::{id::CenterId, time::Timestamp};
use store::{
    page::{Cursor, Limit, Part},
    whats_on::{Dates, Search, Where},
};

/// How many days ahead one may look.
pub(super) const AHEAD: u64 = 92;
/// Days in a strip.
pub(super) const WEEK: u64 = 7;
/// The longest text that is looked for, in characters.
pub(super) const LONGEST: usize = 40;

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The first day of the strip.
    pub(super) first: NaiveDate,
    /// One day of it; none for all.
    pub(super) day: Option<NaiveDate>,
    pub(super) field: String,
    pub(super) age: Option<u8>,
    pub(super) free: bool,
    pub(super) next_door: bool,
    pub(super) q: String,
    pub(super) cursor: Option<Cursor>,
}

impl Chosen {
    pub(super) fn of(form: &Form, today: NaiveDate) -> Self {
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let last = after(today, AHEAD);
        let day = match form.get("day") {
            Some("today") => Some(today),
            Some(text) => date(text).map(|day| day.clamp(today, last)),
            None => None,
        };
        // A strip begins today or a whole number of weeks later.
        let wanted = day
            .or_else(|| form.get("from").and_then(date))
            .unwrap_or(today)
            .clamp(today, last);
        let weeks = (wanted - today).num_days().max(0) as u64 / WEEK;
        Self {
            first: after(today, weeks * WEEK),
            day,
            field: form.text("field").to_owned(),
            age: form.number("age").ok().flatten(),
            free: form.is_on("free"),
            next_door: form.is_on("next_door"),
            q: form.text("q").chars().take(LONGEST).collect(),
            cursor: form.get("cursor").and_then(|text| text.parse().ok()),
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        !self.field.is_empty() || self.age.is_some() || self.free || !self.q.is_empty()
    }

    /// How many filters are set.
    pub(super) fn filters(&self) -> usize {
        let set = [
            !self.field.is_empty(),
            self.age.is_some(),
            self.free,
            self.next_door,
            !self.q.is_empty(),
        ];
        set.into_iter().filter(|set| *set).count()
    }

    /// The address of the same choice.
    pub(super) fn href(&self, center: &CenterId, today: NaiveDate) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match self.day {
            Some(day) => drop(query.append_pair("day", &day.to_string())),
            None if self.first > today => drop(query.append_pair("from", &self.first.to_string())),
            None => {}
        }
        let age = self.age.map(|age| age.to_string()).unwrap_or_default();
        let on = |set: bool| if set { "1" } else { "" };
        let cursor = self.cursor.as_ref().map(ToString::to_string);
        let cursor = cursor.unwrap_or_default();
        let pairs = [
            ("field", self.field.as_str()),
            ("age", age.as_str()),
            ("free", on(self.free)),
            ("next_door", on(self.next_door)),
            ("q", self.q.as_str()),
            ("cursor", &cursor),
        ];
        for (name, value) in pairs {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/centers/{center}/whats-on{mark}{query}")
    }

    /// The same choice on another page of it.
    pub(super) fn at(&self, day: Option<NaiveDate>, first: NaiveDate) -> Self {
        Self {
            day,
            first,
            cursor: None,
            ..self.clone()
        }
    }

    pub(super) fn search(
        &self,
        centers: Vec<CenterId>,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Search {
        Search {
            place: Where::Centers(centers),
            from: from.max(now),
            to,
            now,
            field: Some(self.field.clone()).filter(|field| !field.is_empty()),
            menu_item: None,
            age: self.age,
            free_only: self.free,
            dates: Dates::OneSlotADay,
            text: Some(self.q.clone()).filter(|q| !q.is_empty()),
            part: Part::first(Limit::MOST),
        }
    }
}

/// That many days later.
pub(super) fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::Chosen;
    use crate::web::Form;
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn chosen(query: &str) -> Chosen {
        Chosen::of(&Form::parse(query.as_bytes()), day("2026-11-25"))
    }

    #[test]
    fn a_day_stands_in_the_week_that_holds_it() {
        assert_eq!(chosen("day=today").day, Some(day("2026-11-25")));
        assert_eq!(chosen("day=week").day, None);
        let later = chosen("day=2026-12-04");
        assert_eq!(
            (later.first, later.day),
            (day("2026-12-02"), Some(day("2026-12-04")))
        );
        assert_eq!(chosen("from=2026-12-03").first, day("2026-12-02"));
        assert_eq!(chosen("day=2020-01-01").day, Some(day("2026-11-25")));
    }

    #[test]
    fn the_address_holds_the_choice_and_reads_back_to_it() {
        let center = "SZ440303005-09".parse().unwrap();
        let query = "day=2026-11-28&field=elder&age=68&free=1&next_door=1&q=手机";
        let all = chosen(query);
        let href = all.href(&center, day("2026-11-25"));
        let (_, again) = href.split_once('?').unwrap();
        assert_eq!(chosen(again), all);
        assert_eq!(
            chosen("").href(&center, day("2026-11-25")),
            "/centers/SZ440303005-09/whats-on"
        );
    }
}
