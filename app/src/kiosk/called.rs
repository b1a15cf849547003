//! What people are called on a screen that everybody sees.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use chrono::Datelike;
use domain::{
    person::{BirthYear, PersonName, Relation},
    time::Timestamp,
};
use store::{assignments, bookings};

/// Somebody of a family, as far as they are told from the others.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) relation: Relation,
    pub(super) birth_year: BirthYear,
}

impl<'a> From<&'a bookings::PersonPreview> for Named<'a> {
    fn from(one: &'a bookings::PersonPreview) -> Self {
        Self {
            name: &one.name,
            relation: one.relation,
            birth_year: one.birth_year,
        }
    }
}

impl<'a> From<&'a assignments::PersonPreview> for Named<'a> {
    fn from(one: &'a assignments::PersonPreview) -> Self {
        Self {
            name: &one.name,
            relation: one.relation,
            birth_year: one.birth_year,
        }
    }
}

pub(super) fn masked(name: &str) -> String {
    PersonName::parse(name).map_or_else(|_| "*".to_owned(), |name| name.masked())
}

/// Whose age is said with the relation.
const GROWN_UP: i64 = 18;

/// What each of the family is called here: by relation and masked name, children by their age too, so
/// that a grandmother tells them apart. Where two would still be called the same, adults are told by
/// birth year, and whoever remains by the end of the name (C-155).
pub(super) fn called<'a, P: Into<Named<'a>>>(
    locale: Locale,
    people: impl IntoIterator<Item = P>,
    now: Timestamp,
) -> Vec<(String, String)> {
    let people: Vec<Named<'a>> = people.into_iter().map(Into::into).collect();
    let year = i64::from(now.day().year());
    let plain = |one: &Named<'_>| {
        let relation = words::relation(locale, one.relation);
        let age = year - one.birth_year.year();
        let relation = match age < GROWN_UP {
            true => td_string!(locale, kiosk.aged, relation = relation, age = age),
            false => relation.to_owned(),
        };
        (masked(one.name), relation)
    };
    let dated = |one: &Named<'_>| {
        let (name, relation) = plain(one);
        let same = people.iter().filter(|other| plain(other) == plain(one));
        match same.count() {
            1 => (name, relation),
            _ => (name, format!("{relation} · {}", one.birth_year.year())),
        }
    };
    let told = |one: &Named<'_>| {
        let (name, relation) = dated(one);
        let same = people.iter().filter(|other| dated(other) == dated(one));
        match (same.count(), one.name.chars().last()) {
            (2.., Some(last)) => (format!("{name}{last}"), relation),
            _ => (name, relation),
        }
    };
    people.iter().map(told).collect()
}
