//! Contracted agencies (社工机构): who runs which center, from which day to which. Agencies change at
//! each tender; on the day on which a contract ends, so does what its people may do there (PIPL
//! art. 21). What that means for their roles is in [`bound`].

pub mod bound;
mod credit_code;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use credit_code::CreditCode;

use crate::{
    Reason, Refusal,
    access::{Action, Caller, Identity},
    place::{CenterPlace, telephone},
    text,
    time::Timestamp,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most characters of an agency's name.
const NAME: usize = 60;
/// Most characters of its short name.
const SHORT: usize = 16;
/// Most characters of a contract's number.
const NUMBER: usize = 40;
/// So many days before nobody runs a center any more, somebody should look at it.
const SOON: i64 = 60;

/// An agency as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its whole name, as on its contracts: no other agency has it.
    pub name: String,
    /// What people call it.
    pub short_name: String,
    /// Its unified social credit code, where known.
    pub credit_code: Option<CreditCode>,
    /// The telephone of its office; empty for unknown.
    pub phone: String,
}

impl Agency {
    /// Reads what somebody wrote; without a short name the whole name is cut to one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `agency_name`, `short_name`, `credit_code` or `telephone`.
    pub fn read(
        name: &str,
        short_name: &str,
        credit_code: &str,
        phone: &str,
    ) -> Result<Self, Refusal> {
        let name = text::name("agency_name", name, NAME)?;
        let short = text::line("short_name", short_name, SHORT)?;
        let short_name = match short.is_empty() {
            true => name.chars().take(SHORT).collect(),
            false => short,
        };
        Ok(Self {
            short_name,
            credit_code: CreditCode::read(credit_code)?,
            phone: telephone("telephone", phone)?,
            name,
        })
    }
}

/// The number of a contract as it is stored; it may be empty.
///
/// # Errors
/// [`Refusal::Invalid`] on `contract_number`.
pub fn number(written: &str) -> Result<String, Refusal> {
    text::line("contract_number", written, NUMBER)
}

/// Days in a row, both ends among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    from: NaiveDate,
    to: NaiveDate,
}

/// How a term lies to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It holds.
    Now,
    /// It has yet to begin.
    ToCome,
    /// It has ended.
    Over,
}

impl Term {
    /// From that day to that day.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `to`, which must not lie before `from`.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        match from <= to {
            true => Ok(Self { from, to }),
            false => Err(Refusal::invalid("to", Reason::BeforeFrom)),
        }
    }

    /// Its first day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// Its last day.
    pub const fn to(self) -> NaiveDate {
        self.to
    }

    /// Whether the day is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Whether they have a day in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// How it lies to that day.
    pub fn standing(self, today: NaiveDate) -> Standing {
        match self {
            of if today < of.from => Standing::ToCome,
            of if of.to < today => Standing::Over,
            _ => Standing::Now,
        }
    }
}

/// A contract of a center, whoever's it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What its agency is called for short.
    pub agency: String,
    /// Its days.
    pub term: Term,
}

/// Whether a contract with these days can be added to those that the center has.
///
/// # Errors
/// [`Refusal::Invalid`] on `to` for one that is over already; [`Refusal::ContractOverlaps`] with the
/// first that has a day of it.
pub fn add(term: Term, there: &[Taken], today: NaiveDate) -> Result<(), Refusal> {
    if term.standing(today) == Standing::Over {
        return Err(Refusal::invalid("to", Reason::InThePast));
    }
    let in_the_way = there.iter().filter(|of| of.term.overlaps(term));
    match in_the_way.min_by_key(|of| of.term) {
        None => Ok(()),
        Some(of) => Err(Refusal::ContractOverlaps {
            agency: of.agency.clone(),
            from: of.term.from,
            to: of.term.to,
        }),
    }
}

/// The days of a contract that ends on another day than it did. `others` are the center's other
/// contracts.
///
/// # Errors
/// [`Refusal::ContractOver`] for one that has ended; else as of [`Term::new`] and [`add`].
pub fn move_end(
    term: Term,
    to: NaiveDate,
    others: &[Taken],
    today: NaiveDate,
) -> Result<Term, Refusal> {
    if term.standing(today) == Standing::Over {
        return Err(Refusal::ContractOver { to: term.to });
    }
    let moved = Term::new(term.from, to)?;
    add(moved, others, today)?;
    Ok(moved)
}

/// Whether a contract can be taken off the list: only one that nobody has worked under.
///
/// # Errors
/// [`Refusal::ContractBegun`].
pub fn take_back(term: Term, today: NaiveDate) -> Result<(), Refusal> {
    match term.standing(today) {
        Standing::ToCome => Ok(()),
        Standing::Now | Standing::Over => Err(Refusal::ContractBegun { from: term.from }),
    }
}

/// Until which day terms go on without a gap from that day on; none where no term has it.
pub fn unbroken(terms: &[Term], day: NaiveDate) -> Option<NaiveDate> {
    let mut last = terms.iter().find(|term| term.contains(day))?.to;
    while let Some(next) = terms.iter().find(|term| Some(term.from) == last.succ_opt()) {
        last = next.to;
    }
    Some(last)
}

/// The last day of a center's contract, where it is near and no other contract follows. `terms` are
/// all that the center has.
pub fn runs_out(terms: &[Term], now: Timestamp) -> Option<NaiveDate> {
    let today = now.day();
    let last = unbroken(terms, today)?;
    (last.signed_duration_since(today).num_days() <= SOON).then_some(last)
}

/// Whether the caller may change an agency that has contracts for these centers, or contracts of
/// these centers: whoever opens and edits centers there.
///
/// # Errors
/// [`Refusal::Unauthenticated`] where nobody is signed in, else [`Refusal::Forbidden`].
pub fn may_change(caller: &Caller, places: &[CenterPlace]) -> Result<(), Refusal> {
    match &caller.identity {
        Identity::System => return Ok(()),
        Identity::Anonymous => return Err(Refusal::Unauthenticated),
        _ if caller.may_somewhere(Action::ManageCenters) => {}
        _ => return Err(Refusal::Forbidden),
    }
    let mut places = places.iter();
    places.try_for_each(|place| caller.may(Action::ManageCenters, place))
}
