//! Volunteer hours: what of somebody's presence counts, who says so, and what the ledger adds up to.
//! Every number that is shown anywhere comes from [`totals`] (C-90), every credit from [`credit`]
//! (C-86, C-87).

mod credit;
mod late;
mod ledger;
mod milestone;
mod star;

pub use credit::{Credit, Doubt, credit};
pub use late::Late;
pub use ledger::{
    Approval, Entry, Kind, State, Totals, approval, check_approver, correction_kind, totals,
};
pub use milestone::{Milestone, Way, reached_with, way};

pub use star::{STARS, StarRule, check_granter, star_reached};

use crate::{
    Reason, Refusal,
    id::{AccountId, StaffId},
    time::{MINUTE, Span, Timestamp},
};

/// Before the lead comes, and after the lead has gone, so much of a volunteer's time still counts: for
/// setting up and putting away.
pub const SETUP_MARGIN: i64 = 15 * MINUTE;
/// Up to so many minutes a day count without more ado (C-88).
pub const DAY_USUAL: u32 = 8 * 60;
/// More than so many minutes a day take the higher approval (C-88).
pub const DAY_LONG: u32 = 12 * 60;
/// So many verified minutes lie before the formal number (`domain.md` 3.4).
pub const PROBATION: u32 = 10 * 60;
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 200;

/// Who validates, as far as the rule asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator<'a> {
    /// The member of staff, where it is one.
    pub staff: Option<&'a StaffId>,
    /// The resident, where it is one.
    pub account: Option<&'a AccountId>,
}

/// A shift as far as validating its hours asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// When it was.
    pub span: Span,
    /// Its leads who were there.
    pub leads: Vec<StaffId>,
    /// Whose people were in it.
    pub accounts: Vec<AccountId>,
    /// Whether a volunteer is still inside.
    pub is_anybody_inside: bool,
}

/// Whether somebody may validate the hours of a shift: a lead of it who was there, after the end or
/// when everybody has gone. Nobody validates their own.
///
/// # Errors
/// [`Refusal::OwnHours`], [`Refusal::WasNotThere`], [`Refusal::NotOver`].
pub fn check_validator(done: &Done, who: &Validator<'_>, now: Timestamp) -> Result<(), Refusal> {
    if who.account.is_some_and(|own| done.accounts.contains(own)) {
        return Err(Refusal::OwnHours);
    }
    if !who.staff.is_some_and(|staff| done.leads.contains(staff)) {
        return Err(Refusal::WasNotThere);
    }
    let until = done.span.end();
    match now >= until || (now > done.span.start() && !done.is_anybody_inside) {
        true => Ok(()),
        false => Err(Refusal::NotOver { until }),
    }
}

/// The minutes that a lead validates: those that were computed, or fewer. What nobody's scan shows is
/// entered, not verified (C-89).
///
/// # Errors
/// [`Refusal::Invalid`] for more than was computed.
pub fn validated(computed: u32, said: Option<u32>) -> Result<u32, Refusal> {
    match said {
        Some(said) if said > computed => Err(Refusal::invalid("minutes", Reason::OutOfRange)),
        Some(said) => Ok(said),
        None => Ok(computed),
    }
}

/// Minutes that are entered by hand: at least one, and not more than the shift lasted (C-89).
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_entered(minutes: u32, shift: Span) -> Result<(), Refusal> {
    let lasted = (shift.end().0 - shift.start().0) / MINUTE;
    match minutes >= 1 && i64::from(minutes) <= lasted {
        true => Ok(()),
        false => Err(Refusal::invalid("minutes", Reason::OutOfRange)),
    }
}

/// Whether somebody on probation has what the formal number takes.
///
/// # Errors
/// [`Refusal::HoursMissing`].
pub fn check_probation(totals: &Totals) -> Result<(), Refusal> {
    let have = u32::try_from(totals.verified).unwrap_or(0);
    match have >= PROBATION {
        true => Ok(()),
        false => Err(Refusal::HoursMissing {
            missing: PROBATION - have,
        }),
    }
}

#[cfg(test)]
mod tests;
