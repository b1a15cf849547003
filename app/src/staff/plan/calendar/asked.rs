//! What of the calendar is asked for. The address holds all of it.

use crate::{staff::common::gate, web::Form};
use chrono::{Datelike as _, NaiveDate};
use domain::{
    id::{CenterId, OccurrenceId},
    planner::{By, View},
    time::Timestamp,
};
use leptos::prelude::*;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    center: CenterId,
    pub(super) view: View,
    pub(super) by: By,
    pub(super) on: NaiveDate,
    /// The days that are shown.
    pub(super) days: Vec<NaiveDate>,
    /// What is picked up.
    pub(super) take: Option<OccurrenceId>,
    /// Whether the caller sees who leads.
    may_see: bool,
}

impl Asked {
    /// As the form says it; whatever it does not say, or not so that it makes sense, is the usual.
    pub(super) fn of(center: &CenterId, form: &Form, now: Timestamp, may_see: bool) -> Self {
        let view = form.text("view").parse().unwrap_or(View::Week);
        let by = match form.text("by").parse() {
            Ok(By::Person) if !may_see => By::Time,
            Ok(by) => by,
            Err(_) => By::Time,
        };
        let said = form.day("on", now.day()).ok().flatten();
        let around = |day: &NaiveDate| (2000..2199).contains(&day.year());
        let on = said.filter(around).unwrap_or_else(|| now.day());
        Self {
            center: center.clone(),
            view,
            by,
            on,
            days: view.days(on),
            take: form.get("take").and_then(|id| id.parse().ok()),
            may_see,
        }
    }

    /// The same around another day.
    pub(super) fn on(&self, on: NaiveDate) -> Self {
        Self {
            on,
            days: self.view.days(on),
            ..self.clone()
        }
    }

    /// The same with more or less of it.
    pub(super) fn view(&self, view: View) -> Self {
        Self {
            view,
            days: view.days(self.on),
            ..self.clone()
        }
    }

    /// The same with other rows.
    pub(super) fn by(&self, by: By) -> Self {
        Self { by, ..self.clone() }
    }

    /// The same with something picked up, or nothing.
    pub(super) fn take(&self, take: Option<OccurrenceId>) -> Self {
        Self {
            take,
            ..self.clone()
        }
    }

    /// What the rows may be: none of a month, and leads only for who sees people.
    pub(super) fn choices(&self) -> impl Iterator<Item = By> + use<> {
        let (has_rows, may_see) = (self.view != View::Month, self.may_see);
        let all = By::ALL.iter().copied();
        all.filter(move |by| has_rows && (may_see || *by != By::Person))
    }

    /// Whether leads may be named.
    pub(super) const fn may_see(&self) -> bool {
        self.may_see
    }

    /// The address of a page below the calendar.
    pub(super) fn path(&self, page: &str) -> String {
        format!("/staff/centers/{}/calendar{page}", self.center)
    }

    /// The address of this.
    pub(super) fn address(&self) -> String {
        let path = self.path("");
        let take = self
            .take
            .as_ref()
            .map(|take| gate::query("take", take.as_str()));
        let take = take.map(|query| format!("&{query}")).unwrap_or_default();
        format!(
            "{path}?view={}&on={}&by={}{take}",
            self.view, self.on, self.by
        )
    }

    /// What a form says of it; the day only where the form does not ask for one.
    pub(super) fn fields(&self, with_day: bool) -> impl IntoView + use<> {
        let hidden = |name: &'static str, value: String| {
            view! { <input type="hidden" name=name value=value /> }
        };
        view! {
            {hidden("view", self.view.to_string())}
            {hidden("by", self.by.to_string())}
            {with_day.then(|| hidden("on", self.on.to_string()))}
            {self.take.as_ref().map(|take| hidden("take", take.to_string()))}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str, may_see: bool) -> String {
        let center: CenterId = "SZ440303001-01".parse().unwrap();
        let now = Timestamp::parse("2026-11-30T09:00").unwrap();
        Asked::of(&center, &Form::parse(query.as_bytes()), now, may_see).address()
    }

    #[test]
    fn the_address_says_all_and_nonsense_is_the_usual() {
        let usual = "/staff/centers/SZ440303001-01/calendar?view=week&on=2026-11-30&by=time";
        for query in [
            "",
            "view=x&on=yesterday&by=1&take=2",
            "on=0001-01-01",
            "on=9999-12-31",
        ] {
            assert_eq!(asked(query, true), usual, "{query}");
        }
        let day = "view=day&on=2027-02-01&by=person&take=0190a1b2-0000-7000-8000-000000000001";
        assert!(asked(day, true).ends_with(day));
        assert!(asked(day, false).contains("by=time"), "leads are people");
    }
}
