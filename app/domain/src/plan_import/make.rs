//! Which activities come of the rows that are new.

use super::{Entry, News, Row, folded};
use crate::{id::ActivityId, texts::Texts, time::Span};

/// A date of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToMakeDate {
    /// When.
    pub span: Span,
    /// Where; empty for nowhere.
    pub room: String,
    /// For how many, where that is said.
    pub places: Option<u32>,
    /// What to bring; may be empty.
    pub bring: String,
}

/// An activity to be made, or a draft that gets more dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToMake {
    /// The draft; none for a new activity.
    pub onto: Option<ActivityId>,
    /// What a new one says of itself.
    pub texts: Texts,
    /// Its dates, in the order of the rows.
    pub dates: Vec<ToMakeDate>,
}

/// What all of them say, each text once, in their order.
pub(super) fn summary<'e>(entries: impl Iterator<Item = &'e Entry>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for entry in entries {
        let text = entry.summary.as_str();
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join("\n")
}

/// The rows of one title that are new.
struct Group<'r> {
    title: String,
    onto: Option<ActivityId>,
    first: &'r Entry,
    /// With the room as it is written at the center.
    dates: Vec<(&'r Entry, &'r str)>,
}

impl Group<'_> {
    fn made(self) -> ToMake {
        let date = |(entry, room): &(&Entry, &str)| ToMakeDate {
            span: entry.span,
            room: (*room).to_owned(),
            places: entry.places,
            bring: entry.bring.clone(),
        };
        ToMake {
            onto: self.onto,
            texts: Texts {
                title: self.first.title.clone(),
                summary: summary(self.dates.iter().map(|(entry, _)| *entry)),
                kind: self.first.kind,
                field: self.first.field.clone(),
                menu_item_id: None,
            },
            dates: self.dates.iter().map(date).collect(),
        }
    }
}

/// What is to be made of the rows that are new, as [`super::decide`] says.
pub fn to_make(rows: &[Row], news: &[News]) -> Vec<ToMake> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (row, news) in rows.iter().zip(news) {
        let (Ok(entry), News::New { onto, room, .. }) = (&row.entry, news) else {
            continue;
        };
        let title = folded(&entry.title);
        match groups.iter_mut().find(|of| of.title == title) {
            Some(of) => of.dates.push((entry, room)),
            None => groups.push(Group {
                title,
                onto: onto.clone(),
                first: entry,
                dates: vec![(entry, room)],
            }),
        }
    }
    groups.into_iter().map(Group::made).collect()
}
