//! What is on: published occurrences of a center or of those next door, and what else there is for
//! somebody who was refused.

mod alternatives;

pub use alternatives::alternatives;

use crate::{
    Db, Result, Tx,
    occurrences::{OccurrenceView, VIEW},
    page::{Cursor, Page, Part},
};
use domain::{
    Reason, Refusal,
    activity::MAX_DURATION,
    id::{CenterId, MenuItemId},
    time::Timestamp,
};
use gazetteer::{MAX_QUERY, query_words};
use std::fmt::Write as _;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// At these centers, at most 100.
    Centers(Vec<CenterId>),
    /// At all centers of a subdistrict, by its code.
    Subdistrict(String),
    /// In the whole city.
    City,
}

/// Which dates of an activity are listed; the other conditions choose among those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// All of them.
    #[default]
    All,
    /// Of casework, an afternoon of appointments, one of each day: the first that is free.
    OneSlotADay,
    /// The next of each activity; of casework the next that is free.
    Next,
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Where.
    pub place: Where,
    /// Only what ends after this …
    pub from: Timestamp,
    /// … and starts before this.
    pub to: Timestamp,
    /// The time of asking, for what is free.
    pub now: Timestamp,
    /// Code of a field.
    pub field: Option<String>,
    /// What an entry of the menu leads to.
    pub menu_item: Option<MenuItemId>,
    /// For somebody of that age in years.
    pub age: Option<u8>,
    /// Only what can still be booked online, and drop-in.
    pub free_only: bool,
    /// Which dates of an activity.
    pub dates: Dates,
    /// Part of the title; letter case does not matter for ASCII.
    pub text: Option<String>,
    /// Which part of what is found.
    pub part: Part,
}

impl Search {
    /// Everything at one center in that time, the first fifty.
    pub fn at(center: CenterId, from: Timestamp, to: Timestamp, now: Timestamp) -> Self {
        Self {
            place: Where::Centers(vec![center]),
            from,
            to,
            now,
            field: None,
            menu_item: None,
            age: None,
            free_only: false,
            dates: Dates::All,
            text: None,
            part: Part::default(),
        }
    }
}

/// A condition under construction, and its values in order.
struct Conditions {
    text: String,
    values: Vec<Bound>,
}

enum Bound {
    Text(String),
    Number(i64),
}

impl Conditions {
    fn text(&mut self, value: impl Into<String>) -> String {
        self.values.push(Bound::Text(value.into()));
        format!("${}", self.values.len())
    }

    fn number(&mut self, value: i64) -> String {
        self.values.push(Bound::Number(value));
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
    }
}

fn conditions(search: &Search) -> Conditions {
    let mut c = Conditions {
        text: "o.status = 'published' AND a.status = 'published'".to_owned(),
        values: Vec::new(),
    };
    match &search.place {
        Where::Centers(centers) => {
            let mut list = String::new();
            for center in centers {
                let value = c.text(center.as_str());
                let comma = if list.is_empty() { "" } else { ", " };
                // Writing to a String cannot fail.
                let _ = write!(list, "{comma}{value}");
            }
            c.and(&format!("o.center_id IN ({list})"));
        }
        Where::Subdistrict(code) => {
            let code = c.text(code);
            c.and(&format!("c.subdistrict_code = {code}"));
        }
        Where::City => {}
    }
    let (from, to) = (c.number(search.from.0), c.number(search.to.0));
    // The bound on the start lets the index skip what ended long ago.
    let earliest = c.number(search.from.plus(-MAX_DURATION).0);
    c.and(&format!(
        "o.ends_at > {from} AND o.starts_at < {to} AND o.starts_at >= {earliest}"
    ));
    if let Some(field) = &search.field {
        let field = c.text(field);
        c.and(&format!("a.field = {field}"));
    }
    if let Some(item) = &search.menu_item {
        let item = c.text(item.as_str());
        c.and(&format!("a.menu_item_id = {item}"));
    }
    if let Some(age) = search.age {
        let age = c.number(i64::from(age));
        c.and(&format!(
            "COALESCE(o.min_age, 0) <= {age} AND COALESCE(o.max_age, 200) >= {age}"
        ));
    }
    if search.free_only {
        let now = c.number(search.now.0);
        c.and(&format!(
            "(o.allocation = 'drop_in' OR o.booking_closes_at > {now})"
        ));
    }
    let slot = |day: &str| {
        format!(
            "(o.kind <> 'casework' OR o.id = (SELECT e.id FROM occurrence e
                WHERE e.activity_id = o.activity_id AND e.status = 'published' AND e.ends_at > {from}
                    AND e.starts_at < {to} AND e.starts_at >= {earliest}{day}
                ORDER BY CASE WHEN e.has_room AND e.booking_closes_at > {from} THEN 0 ELSE 1 END,
                    e.starts_at, e.id LIMIT 1))"
        )
    };
    match search.dates {
        Dates::All => {}
        Dates::OneSlotADay => c.and(&slot(
            " AND (e.starts_at + 28800000) / 86400000 = (o.starts_at + 28800000) / 86400000",
        )),
        Dates::Next => {
            c.and(&slot(""));
            c.and(&format!(
                "(o.kind = 'casework' OR NOT EXISTS (SELECT 1 FROM occurrence e
                    WHERE e.activity_id = o.activity_id AND e.status = 'published'
                    AND e.ends_at > {from} AND e.starts_at >= {earliest}
                    AND (e.starts_at < o.starts_at OR (e.starts_at = o.starts_at AND e.id < o.id))))"
            ));
        }
    }
    for word in query_words(search.text.as_deref().unwrap_or_default()) {
        let escaped: String = word
            .chars()
            .flat_map(|ch| {
                matches!(ch, '%' | '_' | '!')
                    .then_some('!')
                    .into_iter()
                    .chain([ch])
            })
            .collect();
        let pattern = c.text(format!("%{escaped}%"));
        c.and(&format!("a.search LIKE {pattern} ESCAPE '!'"));
    }
    if let Some(cursor) = &search.part.after {
        let (at, id) = (c.number(cursor.at.0), c.text(cursor.id.as_str()));
        c.and(&format!(
            "(o.starts_at > {at} OR (o.starts_at = {at} AND o.id > {id}))"
        ));
    }
    c
}

/// What is on, by start, with how many are booked and wait.
///
/// # Errors
/// [`Refusal::Invalid`] for over 100 centers, or a search text of over [`MAX_QUERY`] characters.
pub async fn list(db: &Db, search: &Search) -> Result<Page<OccurrenceView>> {
    let text = search.text.as_deref().unwrap_or_default();
    if text.chars().count() > MAX_QUERY {
        return Err(Refusal::invalid("q", Reason::TooLong).into());
    }
    match &search.place {
        Where::Centers(centers) if centers.len() > 100 => {
            return Err(Refusal::invalid("center", Reason::TooMany).into());
        }
        Where::Centers(centers) if centers.is_empty() => {
            return Ok(Page::default());
        }
        _ => {}
    }
    let mut tx = db.read().await?;
    let asked = search.part.limit.and_one();
    let most = match search.free_only {
        true => asked.max(STRETCH),
        false => asked,
    };
    let cursor = |last: &OccurrenceView| Cursor::after(last.starts_at, &last.id);
    let mut search = search.clone();
    let mut found = Vec::new();
    loop {
        let stretch = stretch(&mut tx, &search, most).await?;
        let is_last = (stretch.len() as i64) < most;
        let part = stretch.last().map(cursor);
        let fits = |o: &OccurrenceView| !search.free_only || o.has_room(search.now);
        found.extend(stretch.into_iter().filter(fits));
        if is_last || found.len() as i64 >= asked {
            return Ok(search.part.of_rows(found, cursor));
        }
        search.part.after = part;
    }
}

/// So many occurrences are looked at together for some with a free place.
const STRETCH: i64 = 100;

/// The first that meet the conditions, at most so many.
async fn stretch(tx: &mut Tx, search: &Search, most: i64) -> Result<Vec<OccurrenceView>> {
    let mut c = conditions(search);
    let most = c.number(most);
    // Choose first: only of what is shown everything is read.
    let mut query = tx.sql_built(format!(
        "{VIEW} WHERE o.id IN (SELECT o.id FROM occurrence o
             JOIN activity a ON a.id = o.activity_id JOIN center c ON c.id = o.center_id
             WHERE {} ORDER BY o.starts_at, o.id LIMIT {most})
         ORDER BY o.starts_at, o.id",
        c.text
    ));
    for value in c.values {
        query = match value {
            Bound::Text(text) => query.bind(text),
            Bound::Number(number) => query.bind(number),
        };
    }
    query.all().await
}
