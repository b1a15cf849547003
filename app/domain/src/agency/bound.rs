//! What contracts mean for the roles of an agency's people: a role at a center ends with the agency's
//! contract for it at the latest. The role's own end says so; nothing else is asked at each request.

use super::{Term, unbroken};
use crate::{Refusal, access::TimedGrant, time::Timestamp};

/// A role at one center, and whether a contract decides when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The role as it holds.
    pub timed: TimedGrant,
    /// Whether a contract ends it earlier than it was given for.
    pub cut: Option<Cut>,
}

/// What a role was given for that a contract ends earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// When it was to end; not at all where there is none.
    pub wanted: Option<Timestamp>,
}

impl Bound {
    /// One that no contract ends.
    pub const fn free(timed: TimedGrant) -> Self {
        Self { timed, cut: None }
    }

    /// When it would end without contracts.
    fn wanted(&self) -> Option<Timestamp> {
        self.cut.map_or(self.timed.ends_at, |cut| cut.wanted)
    }
}

/// What an agency has at one center.
#[derive(Clone, Copy, Debug)]
pub struct Contracts<'a> {
    /// What the agency is called for short.
    pub agency: &'a str,
    /// Its contracts for the center.
    pub terms: &'a [Term],
}

impl Contracts<'_> {
    /// The instant at which they end that hold when the role begins; none where none holds then.
    fn end(&self, timed: &TimedGrant, now: Timestamp) -> Option<Timestamp> {
        let begins = timed.begins_at.map_or(now, |at| at.max(now));
        unbroken(self.terms, begins.day()).map(Timestamp::after)
    }

    fn missing(&self) -> Refusal {
        Refusal::NoContract {
            agency: self.agency.to_owned(),
        }
    }
}

/// A role that somebody of the agency is given. Without an end it ends with the contract, and goes on
/// with it when the contract does. `before` is what they have there already.
///
/// # Errors
/// [`Refusal::NoContract`] where the agency does not run the center when the role begins,
/// [`Refusal::ContractEnds`] for an end after the contract's.
pub fn give(
    asked: TimedGrant,
    before: Option<&Bound>,
    contracts: Contracts<'_>,
    now: Timestamp,
) -> Result<Bound, Refusal> {
    let end = contracts
        .end(&asked, now)
        .ok_or_else(|| contracts.missing())?;
    // A form that shows the day on which the contract ends it says that day again.
    let same = before.filter(|of| of.cut.is_some() && of.timed.ends_at == asked.ends_at);
    let wanted = same.map_or(asked.ends_at, Bound::wanted);
    match asked.ends_at {
        Some(at) if at > end => Err(Refusal::ContractEnds {
            agency: contracts.agency.to_owned(),
            on: end.plus(-1).day(),
        }),
        _ => Ok(ended(asked, wanted, end)),
    }
}

/// A role of somebody who comes to the agency and has it already.
///
/// # Errors
/// [`Refusal::NoContract`] where it is not over, and the agency does not run the center.
pub fn join(held: &Bound, contracts: Contracts<'_>, now: Timestamp) -> Result<Bound, Refusal> {
    match contracts.end(&held.timed, now) {
        None if !held.timed.has_ended(now) => Err(contracts.missing()),
        _ => Ok(settle(held, contracts, now)),
    }
}

/// A role after the agency's contracts have changed: it ends with them where it went beyond, and what
/// they had cut goes on as far as they let it. One that is over stays so.
pub fn settle(held: &Bound, contracts: Contracts<'_>, now: Timestamp) -> Bound {
    if held.timed.has_ended(now) {
        return held.clone();
    }
    match contracts.end(&held.timed, now) {
        Some(end) => ended(held.timed.clone(), held.wanted(), end),
        None => Bound::free(TimedGrant {
            ends_at: Some(now),
            ..held.timed.clone()
        }),
    }
}

fn ended(timed: TimedGrant, wanted: Option<Timestamp>, end: Timestamp) -> Bound {
    match wanted {
        Some(at) if at <= end => Bound::free(TimedGrant {
            ends_at: Some(at),
            ..timed
        }),
        _ => Bound {
            timed: TimedGrant {
                ends_at: Some(end),
                ..timed
            },
            cut: Some(Cut { wanted }),
        },
    }
}
