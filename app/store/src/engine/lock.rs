//! The rows that a decision depends on, and the one order in which they are locked.

use domain::{
    commitment::Event,
    id::{AccountId, ActivityId, CenterId, OccurrenceId, RoomId, ShiftId, StaffId},
};
use std::collections::BTreeSet;

/// A row that is locked before anything is read that a decision depends on (C-03).
///
/// The order of the variants is the order in which locks are taken, and within a variant the order
/// of the ids (C-06): two operations that want the same rows never wait for each other in a circle.
/// A new kind of row is one more variant with its table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lock {
    /// An account whose people book, are booked for, or are assigned.
    Account(AccountId),
    /// A member of staff whose account or duties change.
    Staff(StaffId),
    /// An activity whose texts, status or set of dates changes.
    Activity(ActivityId),
    /// An occurrence whose places or terms change.
    Occurrence(OccurrenceId),
    /// A shift whose places or terms change.
    Shift(ShiftId),
    /// A center whose settings change, or that gets a room.
    Center(CenterId),
    /// A room that something is put into.
    Room(RoomId),
}

impl Lock {
    /// The table of the row.
    pub(super) const fn table(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Staff(_) => "staff",
            Self::Activity(_) => "activity",
            Self::Occurrence(_) => "occurrence",
            Self::Shift(_) => "shift",
            Self::Center(_) => "center",
            Self::Room(_) => "room",
        }
    }

    /// The id of the row.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Account(id) => id.as_str(),
            Self::Staff(id) => id.as_str(),
            Self::Activity(id) => id.as_str(),
            Self::Occurrence(id) => id.as_str(),
            Self::Shift(id) => id.as_str(),
            Self::Center(id) => id.as_str(),
            Self::Room(id) => id.as_str(),
        }
    }

    /// Whether many want this same row at the same moment, so that they had better share a
    /// transaction than wait for each other.
    const fn is_contended(&self) -> bool {
        matches!(self, Self::Occurrence(_) | Self::Shift(_))
    }
}

macro_rules! lock_of {
    ($($id:ty => $variant:ident,)+) => {$(
        impl From<$id> for Lock {
            fn from(id: $id) -> Self { Self::$variant(id) }
        }
        impl From<&$id> for Lock {
            fn from(id: &$id) -> Self { Self::$variant(id.clone()) }
        }
    )+};
}

lock_of! {
    AccountId => Account,
    StaffId => Staff,
    ActivityId => Activity,
    OccurrenceId => Occurrence,
    ShiftId => Shift,
    CenterId => Center,
    RoomId => Room,
}

impl From<&Event> for Lock {
    fn from(event: &Event) -> Self {
        match event {
            Event::Occurrence(id) => id.into(),
            Event::Shift(id) => id.into(),
        }
    }
}

/// A set of locks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locks(BTreeSet<Lock>);

impl Locks {
    /// None: the statement itself is enough, or the tables are not contended.
    pub fn none() -> Self {
        Self::default()
    }

    /// These.
    pub fn of<L: Into<Lock>>(rows: impl IntoIterator<Item = L>) -> Self {
        Self::none().and(rows)
    }

    /// And these.
    #[must_use]
    pub fn and<L: Into<Lock>>(mut self, rows: impl IntoIterator<Item = L>) -> Self {
        self.0.extend(rows.into_iter().map(Into::into));
        self
    }

    /// All of both.
    #[must_use]
    pub(crate) fn joined(mut self, others: Self) -> Self {
        self.add(others);
        self
    }

    /// All of both.
    pub(super) fn add(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(super) fn contains(&self, lock: &Lock) -> bool {
        self.0.contains(lock)
    }

    /// The row by which operations that should share a transaction find each other.
    pub(super) fn contended(&self) -> Option<&Lock> {
        self.0.iter().find(|lock| lock.is_contended())
    }

    /// The ids by table, in the order in which they are locked.
    pub(super) fn by_table(&self) -> Vec<(&'static str, Vec<&str>)> {
        let mut tables: Vec<(&'static str, Vec<&str>)> = Vec::new();
        for lock in &self.0 {
            match tables.last_mut() {
                Some((table, ids)) if *table == lock.table() => ids.push(lock.id()),
                _ => tables.push((lock.table(), vec![lock.id()])),
            }
        }
        tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    /// C-06: a swap of three shifts between three people names its rows in any order and locks
    /// them in one.
    #[test]
    fn locks_are_taken_in_one_order_whatever_order_they_are_named_in() {
        let shifts = [3, 1, 2].map(id::<ShiftId>);
        let people = [9, 7, 8].map(id::<AccountId>);
        let one = Locks::of(&shifts).and(&people);
        let other = Locks::of(people.iter().rev()).and(shifts.iter().rev());
        assert_eq!(one, other);
        let tables = one.by_table();
        assert_eq!(tables.len(), 2);
        assert_eq!(tables[0].0, "account");
        assert_eq!(tables[1].0, "shift");
        for (_, ids) in tables {
            assert!(ids.is_sorted());
            assert_eq!(ids.len(), 3);
        }
    }

    #[test]
    fn what_many_want_at_once_chooses_the_lane() {
        let none = Locks::of([id::<AccountId>(1)]).and([id::<ActivityId>(2)]);
        assert_eq!(none.contended(), None);
        let occurrence: OccurrenceId = id(5);
        let some = none.and([&occurrence]);
        assert_eq!(some.contended(), Some(&Lock::Occurrence(occurrence)));
    }
}
