//! Who may change the rights of whom. One function answers, [`decide`]: nobody gives or takes more
//! than they hold themselves, nobody changes their own account by this way, and the city never ends
//! up without somebody who administers it.

use super::{Action, Caller, Grant, Identity, Role, Scope, StaffStatus};
use crate::{
    Reason, Refusal,
    id::StaffId,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long somebody may sign in with a password that others made for them, before they choose one
/// of their own (milliseconds).
pub const FIRST_PASSWORD_LIFE: i64 = 7 * DAY;

/// A role at a place, and the time in which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedGrant {
    /// What and where.
    pub grant: Grant,
    /// When it begins; at once where there is none.
    #[serde(default)]
    pub begins_at: Option<Timestamp>,
    /// When it ends: from that instant on it grants nothing.
    pub ends_at: Option<Timestamp>,
}

impl TimedGrant {
    /// One that holds at once and does not end by itself.
    pub const fn for_good(grant: Grant) -> Self {
        Self {
            grant,
            begins_at: None,
            ends_at: None,
        }
    }

    /// Whether it grants anything now.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.has_begun(now) && !self.has_ended(now)
    }

    /// Whether it began before now, or now.
    pub fn has_begun(&self, now: Timestamp) -> bool {
        self.begins_at.is_none_or(|at| at <= now)
    }

    /// Whether it is over.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|at| at <= now)
    }

    /// Whether it can be given now: one that is over already, or that ends before it begins, is a
    /// mistake.
    fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.has_ended(now) {
            return Err(Refusal::invalid("to", Reason::InThePast));
        }
        match (self.begins_at, self.ends_at) {
            (Some(from), Some(to)) if to <= from => {
                Err(Refusal::invalid("to", Reason::NotAfterStart))
            }
            _ => Ok(()),
        }
    }
}

/// A grant, and every scope that contains its own, itself first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The grant.
    pub timed: TimedGrant,
    /// Where it lies.
    pub within: Vec<Scope>,
}

/// How long somebody, or a city, has an administrator of the whole city, as far as is known now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Administered {
    /// Not at all.
    #[default]
    Not,
    /// Until then.
    Until(Timestamp),
    /// Until somebody changes it.
    ForGood,
}

impl Administered {
    /// By an account of that status with these grants. One that has yet to begin doesn't count: who
    /// knows whether it does.
    pub fn by<'a>(
        status: StaffStatus,
        grants: impl IntoIterator<Item = &'a TimedGrant>,
        now: Timestamp,
    ) -> Self {
        let counts = |timed: &&TimedGrant| {
            timed.grant.role == Role::Admin && timed.grant.scope == Scope::City && timed.holds(now)
        };
        let until = |timed: &TimedGrant| timed.ends_at.map_or(Self::ForGood, Self::Until);
        match status {
            StaffStatus::Active => {
                let grants = grants.into_iter().filter(counts);
                grants.map(until).max().unwrap_or_default()
            }
            StaffStatus::Suspended | StaffStatus::Closed => Self::Not,
        }
    }
}

/// What somebody wants to do with a staff account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Make one that holds these from the start.
    Create(&'a [Placed]),
    /// Give a grant, or change when it begins and ends.
    Give(&'a Placed),
    /// End a grant now.
    End(&'a Placed),
    /// Switch it off until somebody switches it on again.
    Suspend,
    /// Switch it on again.
    Resume,
    /// Close it for good.
    Close,
    /// Make a new first password for somebody who can't sign in any more.
    ResetPassword,
    /// Correct the name.
    Rename,
    /// Note which agency somebody works for.
    SetAgency,
    /// Note on which step of the ladder of supervision somebody is.
    SetGrade,
}

/// What the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who wants to do it.
    pub caller: &'a Caller,
    /// Whose account it is; none for one that is to be made.
    pub subject: Option<&'a StaffId>,
    /// How the account stands.
    pub status: StaffStatus,
    /// All that it holds, held or will hold.
    pub held: &'a [Placed],
    /// How long the city has an administrator without this account.
    pub others: Administered,
}

/// Whether the caller may do it.
///
/// # Errors
/// In this order: [`Refusal::Unauthenticated`]; [`Refusal::NotFound`] for an account that is closed;
/// [`Refusal::Forbidden`] for one's own and for what is beyond the caller's own roles and scopes;
/// [`Refusal::Invalid`] for a role that is never granted and for dates that grant nothing;
/// [`Refusal::LastAdministrator`].
pub fn decide(facts: &Facts<'_>, deed: Deed<'_>, now: Timestamp) -> Result<(), Refusal> {
    if facts.caller.identity == Identity::Anonymous {
        return Err(Refusal::Unauthenticated);
    }
    if facts.status == StaffStatus::Closed {
        return Err(Refusal::NotFound);
    }
    if let (Identity::Staff(own), Some(subject)) = (&facts.caller.identity, facts.subject)
        && own == subject
    {
        return Err(Refusal::Forbidden);
    }
    rights(facts, deed)?;
    match deed {
        Deed::Create([]) => return Err(Refusal::invalid("grants", Reason::Missing)),
        Deed::Create(grants) => grants
            .iter()
            .try_for_each(|placed| placed.timed.check(now))?,
        Deed::Give(placed) => placed.timed.check(now)?,
        _ => {}
    }
    stays_administered(facts, deed, now)
}

/// Whether the caller's own roles and scopes reach that far.
fn rights(facts: &Facts<'_>, deed: Deed<'_>) -> Result<(), Refusal> {
    let may_give = |placed: &Placed| match placed.timed.grant.role {
        // Devices are paired, not appointed.
        Role::Kiosk => Err(Refusal::invalid("role", Reason::NotGrantable)),
        _ => facts.caller.may_grant(&placed.timed.grant, &placed.within),
    };
    match deed {
        Deed::Create(grants) => grants.iter().try_for_each(may_give),
        Deed::Give(placed) | Deed::End(placed) => may_give(placed),
        Deed::Suspend | Deed::Resume | Deed::Close | Deed::ResetPassword | Deed::Rename => {
            may_manage(facts.caller, facts.held)
        }
        Deed::SetGrade | Deed::SetAgency => {
            may_manage(facts.caller, facts.held)?;
            match oversees(facts.caller, facts.held) {
                true => Ok(()),
                false => Err(Refusal::Forbidden),
            }
        }
    }
}

/// Whether the caller sees how social workers are supervised wherever the account has a role: a
/// grade counts in those figures, so no center notes its own, and none takes its own people out of the
/// contract that ends what they may do.
fn oversees(caller: &Caller, held: &[Placed]) -> bool {
    let overseen = |placed: &Placed| {
        let mut own = caller.grants.iter();
        own.any(|own| {
            own.role.includes(Action::ViewSupervision) && placed.within.contains(&own.scope)
        })
    };
    caller.identity == Identity::System || held.iter().all(overseen)
}

/// Whether the whole account is the caller's to manage: every role that it holds, held or will hold
/// is one that they could give. One without any role is the city's.
fn may_manage(caller: &Caller, held: &[Placed]) -> Result<(), Refusal> {
    held.iter()
        .try_for_each(|placed| caller.may_grant(&placed.timed.grant, &placed.within))?;
    match sees(caller, held) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

/// Whether the caller sees the account: some role of it lies where they manage staff. One without
/// any role is the city's.
pub fn sees(caller: &Caller, held: &[Placed]) -> bool {
    if caller.identity == Identity::System {
        return true;
    }
    let mut managing = caller
        .grants
        .iter()
        .filter(|own| own.role.includes(Action::ManageStaff));
    managing.any(|own| {
        own.scope == Scope::City || held.iter().any(|placed| placed.within.contains(&own.scope))
    })
}

/// No change shortens the time for which the city has an administrator.
fn stays_administered(facts: &Facts<'_>, deed: Deed<'_>, now: Timestamp) -> Result<(), Refusal> {
    let held = || facts.held.iter().map(|placed| &placed.timed);
    let without = |grant: &'_ Grant| {
        let others: Vec<&TimedGrant> = held().filter(|timed| timed.grant != *grant).collect();
        others
    };
    let before = Administered::by(facts.status, held(), now);
    let after = match deed {
        Deed::Suspend | Deed::Close => Administered::Not,
        Deed::End(placed) => Administered::by(facts.status, without(&placed.timed.grant), now),
        Deed::Give(placed) => {
            let mut grants = without(&placed.timed.grant);
            grants.push(&placed.timed);
            Administered::by(facts.status, grants, now)
        }
        Deed::Create(_)
        | Deed::Resume
        | Deed::ResetPassword
        | Deed::Rename
        | Deed::SetAgency
        | Deed::SetGrade => return Ok(()),
    };
    match after.max(facts.others) < before.max(facts.others) {
        true => Err(Refusal::LastAdministrator),
        false => Ok(()),
    }
}

/// The roles that the caller could give somewhere, in the order of the list.
pub fn grantable(caller: &Caller) -> Vec<Role> {
    let could = |role: &Role| {
        let Some(rank) = role.rank().filter(|_| *role != Role::Kiosk) else {
            return false;
        };
        caller.identity == Identity::System
            || caller
                .grants
                .iter()
                .any(|own| own.role.includes(Action::ManageStaff) && own.role.rank() >= Some(rank))
    };
    Role::ALL.iter().copied().filter(could).collect()
}

#[cfg(test)]
mod tests;
