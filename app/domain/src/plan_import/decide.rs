//! What a plan would do: for each row whether it becomes a date, is there already, or why not.

use super::{Entry, Row, Wrong, folded, make};
use crate::{
    activity::check_horizon,
    id::{ActivityId, RoomId},
    recurrence::MAX_SITTINGS,
    room::{self, RoomTree, RoomUse},
    texts::MAX_SUMMARY,
    time::{Span, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};

/// A date that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThereDate {
    /// Of which activity.
    pub activity: ActivityId,
    /// That one's title.
    pub title: String,
    /// When.
    pub span: Span,
    /// Where; empty for nowhere.
    pub room: String,
    /// For how many.
    pub places: u32,
    /// Whether it was called off.
    pub is_called_off: bool,
}

/// The rooms of a center.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rooms {
    /// Which lies in which.
    pub tree: RoomTree,
    /// What they are called.
    pub by_name: BTreeMap<String, RoomId>,
    /// Those that are used no more.
    pub retired: BTreeSet<RoomId>,
    /// What has them, as long as the plan lasts.
    pub uses: Vec<RoomUse>,
}

/// What is there at the center, as far as a plan asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The dates, called off or not, as long as the plan lasts.
    pub dates: Vec<ThereDate>,
    /// Drafts with their titles, the latest last.
    pub drafts: Vec<(ActivityId, String)>,
    /// The rooms.
    pub rooms: Rooms,
}

/// What a row is to what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It becomes a date.
    New {
        /// Of a draft of that title that is there; else of a new one.
        onto: Option<ActivityId>,
        /// The room, as it is written at the center.
        room: String,
        /// Whether the center has no room of that name yet.
        is_new_room: bool,
    },
    /// It is there.
    Same {
        /// In which activity.
        activity: ActivityId,
    },
    /// It is there otherwise, and stays so.
    Changed {
        /// As it is there.
        was: Box<ThereDate>,
    },
    /// It is there and was called off.
    CalledOff {
        /// In which activity.
        activity: ActivityId,
    },
    /// It is over.
    Over,
    /// It cannot be used.
    Wrong(Wrong),
}

impl News {
    /// Whether a date comes of it.
    pub const fn is_new(&self) -> bool {
        matches!(self, Self::New { .. })
    }
}

/// A row that becomes a date.
struct Taken<'r> {
    number: usize,
    title: String,
    entry: &'r Entry,
    room: Place,
}

/// A room that is there, or one that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    None,
    There(RoomId),
    New(String),
}

struct Deciding<'f, 'r> {
    facts: &'f Facts,
    now: Timestamp,
    /// What is there, by title and start. One that takes place says more than one that was called off.
    there: BTreeMap<(String, Timestamp), &'f ThereDate>,
    /// The latest draft of each title.
    drafts: BTreeMap<String, &'f ActivityId>,
    /// The room's names by their folded form: those of the center, then those of the plan.
    rooms: BTreeMap<String, String>,
    /// Titles and starts of the rows so far, with the row.
    seen: BTreeMap<(String, Timestamp), usize>,
    taken: Vec<Taken<'r>>,
}

/// What each row would do, in their order: what is new in one row counts for the next.
pub fn decide(rows: &[Row], facts: &Facts, now: Timestamp) -> Vec<News> {
    let named = facts.rooms.by_name.keys();
    let mut dates: Vec<&ThereDate> = facts.dates.iter().collect();
    dates.sort_by_key(|date| !date.is_called_off);
    let drafts = facts.drafts.iter();
    let mut deciding = Deciding {
        facts,
        now,
        there: dates
            .into_iter()
            .map(|date| ((folded(&date.title), date.span.start()), date))
            .collect(),
        drafts: drafts.map(|(id, title)| (folded(title), id)).collect(),
        rooms: named.map(|name| (folded(name), name.clone())).collect(),
        seen: BTreeMap::new(),
        taken: Vec::new(),
    };
    rows.iter()
        .map(|row| match &row.entry {
            Err(wrong) => News::Wrong(wrong.clone()),
            Ok(entry) => deciding.row(row.number, entry),
        })
        .collect()
}

/// What a row is to a date of its title that starts at the same time.
fn compared(date: &ThereDate, entry: &Entry) -> News {
    let activity = date.activity.clone();
    let same_room = entry.room.is_empty() || folded(&entry.room) == folded(&date.room);
    let same_places = entry.places.is_none_or(|places| places == date.places);
    match () {
        () if date.is_called_off => News::CalledOff { activity },
        () if same_room && same_places && entry.span == date.span => News::Same { activity },
        () => News::Changed {
            was: Box::new(date.clone()),
        },
    }
}

impl<'r> Deciding<'_, 'r> {
    fn row(&mut self, number: usize, entry: &'r Entry) -> News {
        let title = folded(&entry.title);
        let key = (title.clone(), entry.span.start());
        if let Some(row) = self.seen.get(&key) {
            return News::Wrong(Wrong::Twice { row: *row });
        }
        if let Some(date) = self.there.get(&key) {
            self.seen.insert(key, number);
            return compared(date, entry);
        }
        self.seen.insert(key, number);
        if entry.span.end() <= self.now {
            return News::Over;
        }
        self.taken(number, title, entry).unwrap_or_else(News::Wrong)
    }

    /// The row as a new date.
    fn taken(&mut self, number: usize, title: String, entry: &'r Entry) -> Result<News, Wrong> {
        check_horizon("on", entry.span.start(), self.now).map_err(|_| Wrong::TooFarAhead)?;
        let onto = self.drafts.get(&title).map(|id| (*id).clone());
        self.fits_its_title(&title, entry, onto.as_ref())?;
        let (room, name, is_new_room) = self.room(entry)?;
        self.taken.push(Taken {
            number,
            title,
            entry,
            room,
        });
        Ok(News::New {
            onto,
            room: name,
            is_new_room,
        })
    }

    /// Whether the row can be one of the dates of its title.
    fn fits_its_title(
        &self,
        title: &str,
        entry: &Entry,
        onto: Option<&ActivityId>,
    ) -> Result<(), Wrong> {
        let own: Vec<&Taken<'_>> = self.taken.iter().filter(|of| of.title == title).collect();
        if own.len() >= MAX_SITTINGS {
            return Err(Wrong::TooManyDates);
        }
        if let Some(first) = own.first()
            && (&first.entry.field, first.entry.kind) != (&entry.field, entry.kind)
        {
            return Err(Wrong::OtherSubject { row: first.number });
        }
        if let Some(other) = own.iter().find(|of| of.entry.span.overlaps(entry.span)) {
            return Err(Wrong::Overlaps { row: other.number });
        }
        let of_draft = |date: &&ThereDate| Some(&date.activity) == onto && !date.is_called_off;
        let mut dates = self.facts.dates.iter().filter(of_draft);
        if let Some(date) = dates.find(|date| date.span.overlaps(entry.span)) {
            return Err(Wrong::OverlapsDraft { span: date.span });
        }
        let entries = own.iter().map(|of| of.entry).chain([entry]);
        match make::summary(entries).chars().count() > MAX_SUMMARY {
            true => Err(Wrong::Text),
            false => Ok(()),
        }
    }

    /// The room, what it is called, and whether it is new, where nothing else has it at the time (C-70).
    fn room(&mut self, entry: &Entry) -> Result<(Place, String, bool), Wrong> {
        if entry.room.is_empty() {
            return Ok((Place::None, String::new(), false));
        }
        let key = folded(&entry.room);
        let name = self
            .rooms
            .entry(key.clone())
            .or_insert_with(|| entry.room.clone());
        let rooms = &self.facts.rooms;
        let place = match rooms.by_name.get(name) {
            Some(id) if rooms.retired.contains(id) => return Err(Wrong::RoomRetired),
            Some(id) => Place::There(id.clone()),
            None => Place::New(key),
        };
        let name = name.clone();
        if let Some((title, span)) = self.in_the_way(&place, entry.span) {
            return Err(Wrong::RoomTaken { title, span });
        }
        let is_new = matches!(place, Place::New(_));
        Ok((place, name, is_new))
    }

    /// What has the room then, among what is there and the rows before.
    fn in_the_way(&self, place: &Place, span: Span) -> Option<(String, Span)> {
        let rooms = &self.facts.rooms;
        if let Place::There(id) = place
            && let Some(of) = room::in_the_way(&rooms.tree, id, span, &rooms.uses)
        {
            return Some((of.title.clone(), of.span));
        }
        let share = |other: &Place| match (place, other) {
            (Place::There(one), Place::There(other)) => rooms.tree.share(one, other),
            (Place::New(one), Place::New(other)) => one == other,
            _ => false,
        };
        let mut before = self.taken.iter();
        let of = before.find(|of| of.entry.span.overlaps(span) && share(&of.room))?;
        Some((of.entry.title.clone(), of.entry.span))
    }
}
