//! What becomes of the dates of a series that fall on days that are not as others: the staff say it
//! for each of them, because the activity decides and not the calendar.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What the staff say of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It takes place all the same.
    Keep,
    /// It is left out.
    Skip,
    /// It takes place on that day instead.
    Move(NaiveDate),
}

/// What becomes of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// The date that the pattern makes.
    pub on: NaiveDate,
    /// When it takes place; none where it is left out.
    pub to: Option<NaiveDate>,
}

/// What becomes of each date, in the order in which they are given. Of what nobody has said anything
/// takes place as it is.
pub fn put(days: &[NaiveDate], choices: &BTreeMap<NaiveDate, Choice>) -> Vec<Put> {
    let of = |on: &NaiveDate| {
        let to = match choices.get(on) {
            None | Some(Choice::Keep) => Some(*on),
            Some(Choice::Skip) => None,
            Some(Choice::Move(to)) => Some(*to),
        };
        Put { on: *on, to }
    };
    days.iter().map(of).collect()
}
