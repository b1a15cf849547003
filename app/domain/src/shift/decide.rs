//! The decision on a place in a shift.

use super::{Joining, ShiftFacts};
use crate::{
    Reason, Refusal,
    activity::Status,
    availability::Availability,
    commitment::Clash,
    id::{AssignmentId, PersonId},
    person::{AgeRange, BirthYear},
    time::{Span, Timestamp},
    volunteer::Standing,
};
use std::{collections::BTreeSet, iter::once_with};

/// A person as far as a place for volunteers asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volunteering {
    /// Who.
    pub person: PersonId,
    /// How far they are as a volunteer; `None` for somebody who never applied.
    pub standing: Option<Standing>,
    /// Birth year.
    pub birth_year: BirthYear,
    /// Whether a grown person of their household holds a place in the same shift.
    pub has_guardian: bool,
    /// Their skills.
    pub skills: BTreeSet<String>,
    /// Trainings of theirs that are valid on the day of the shift, with those that these include
    /// (C-83).
    pub trainings: BTreeSet<String>,
    /// The version of the shift's text of risks that they have confirmed.
    pub risks_version: Option<u32>,
    /// A live assignment of theirs in this shift (C-78).
    pub live: Option<AssignmentId>,
    /// Something that they have promised to be at, at that time (C-79).
    pub clash: Option<Clash>,
}

/// How a place is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The position by name; any will do without one.
    pub position: Option<&'a str>,
    /// Whether a place in line will do.
    pub may_wait: bool,
    /// Whether the staff ask, who invite and accept: then nobody has to answer.
    pub by_staff: bool,
    /// Whether the staff say, with a reason that is recorded, that rules that can be set aside are
    /// ([`can_be_overridden`]).
    pub overrides: bool,
}

/// What somebody gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// A place, in the `nth` position if the shift has any.
    Confirm(Option<usize>),
    /// A place in line.
    Wait,
    /// A request, which a lead answers.
    Request,
}

/// Decides on a place for a volunteer.
///
/// # Errors
/// All rules that are not met, the closest first.
pub fn decide(
    shift: &ShiftFacts,
    who: &Volunteering,
    ask: Ask<'_>,
    now: Timestamp,
) -> Result<Placement, Vec<Refusal>> {
    let mut unmet: Vec<Refusal> = unmet_aside_room(shift, who, ask, now);
    if ask.overrides {
        unmet.retain(|refusal| !can_be_overridden(refusal));
    }
    let placement = place(shift, who, ask);
    match (unmet.is_empty(), placement) {
        (true, Ok(placement)) => Ok(placement),
        (false, Ok(_)) => Err(unmet),
        (_, Err(_)) if unmet.first().is_some_and(stands_alone) => Err(unmet),
        (_, Err(refusal)) => {
            unmet.push(refusal);
            Err(unmet)
        }
    }
}

/// Every rule that keeps somebody from a place, the closest first; none where [`decide`] places them.
pub fn unmet(shift: &ShiftFacts, who: &Volunteering, ask: Ask<'_>, now: Timestamp) -> Vec<Refusal> {
    decide(shift, who, ask, now).err().unwrap_or_default()
}

/// Whether nothing else matters beside it.
const fn stands_alone(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::NotFound | Refusal::ShiftCancelled | Refusal::AlreadyAssigned { .. }
    )
}

/// Whether the staff may set a rule aside, with a reason that is recorded. Not who somebody is or how
/// old, not how many fit in, and nobody can be in two places (C-07, C-81, C-96).
pub const fn can_be_overridden(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::MissingTraining { .. }
            | Refusal::MissingSkill { .. }
            | Refusal::RisksUnread { .. }
            | Refusal::AlreadyStarted { .. }
            | Refusal::NotAtWork
    )
}

/// Whether places in the shift are given at all.
pub(super) fn admit_status(shift: &ShiftFacts) -> Result<(), Refusal> {
    match shift.status {
        Status::Draft => Err(Refusal::NotFound),
        Status::Cancelled => Err(Refusal::ShiftCancelled),
        Status::Published => Ok(()),
    }
}

fn admit_once(live: Option<&AssignmentId>) -> Result<(), Refusal> {
    match live {
        None => Ok(()),
        Some(id) => Err(Refusal::AlreadyAssigned {
            assignment_id: id.clone(),
        }),
    }
}

fn in_the_way(clash: &Clash) -> Refusal {
    Refusal::Overlaps {
        title: clash.title.clone(),
        starts_at: clash.span.start(),
        ends_at: clash.span.end(),
    }
}

/// All rules but whether there is room.
pub(super) fn unmet_aside_room(
    shift: &ShiftFacts,
    who: &Volunteering,
    ask: Ask<'_>,
    now: Timestamp,
) -> Vec<Refusal> {
    let alone = admit_once(who.live.as_ref()).and_then(|()| admit_status(shift));
    if let Err(refusal) = alone {
        return vec![refusal];
    }
    let since = shift.span.start();
    let started = move || (now >= since).then_some(Refusal::AlreadyStarted { since });
    let invited = || {
        let shut = shift.joining == Joining::Invite && !ask.by_staff;
        shut.then_some(Refusal::InvitationOnly)
    };
    once_with(started)
        .chain(once_with(invited))
        .flatten()
        .chain(unmet_by_person(shift, who, ask))
        .collect()
}

/// The rules about the person that are not met, in their fixed order. A newcomer and somebody who
/// waits pass the same gate.
pub(super) fn unmet_by_person(
    shift: &ShiftFacts,
    who: &Volunteering,
    ask: Ask<'_>,
) -> Vec<Refusal> {
    let needs = &shift.needs;
    let on = shift.span.start();
    let mut unmet = Vec::new();
    if !who.standing.is_some_and(Standing::serves) {
        unmet.push(Refusal::NotAVolunteer {
            standing: who.standing,
        });
    }
    let ages = AgeRange {
        min: needs.min_age,
        max: None,
    };
    unmet.extend(ages.admit(who.birth_year, on).err());
    if lacks_guardian(shift, who) {
        unmet.push(Refusal::GuardianRequired {
            below: needs.guardian_below,
        });
    }
    let lacking = |asked: &BTreeSet<String>, held: &BTreeSet<String>| -> Vec<String> {
        asked.difference(held).cloned().collect()
    };
    let trainings = lacking(&needs.trainings, &who.trainings);
    if !trainings.is_empty() {
        unmet.push(Refusal::MissingTraining { trainings });
    }
    let mut skills = needs.skills.clone();
    let position = ask.position.and_then(|name| needs.position(name));
    let position = position.and_then(|nth| needs.positions.get(nth));
    skills.extend(position.and_then(|position| position.skill.clone()));
    let skills = lacking(&skills, &who.skills);
    if !skills.is_empty() {
        unmet.push(Refusal::MissingSkill { skills });
    }
    if !needs.risks.text.is_empty() && who.risks_version != Some(needs.risks.version) {
        unmet.push(Refusal::RisksUnread {
            version: needs.risks.version,
        });
    }
    unmet.extend(who.clash.as_ref().map(in_the_way));
    unmet
}

/// Whether somebody is too young to be in the shift without a guardian, and has none there. A birth
/// year leaves two ages; a child is in doubt the younger one (C-96).
pub fn lacks_guardian(shift: &ShiftFacts, who: &Volunteering) -> bool {
    let (youngest, _) = who.birth_year.ages_on(shift.span.start());
    youngest < i64::from(shift.needs.guardian_below) && !who.has_guardian
}

/// Whether somebody has what a position takes.
fn is_able(shift: &ShiftFacts, nth: usize, who: &Volunteering) -> bool {
    let position = shift.needs.positions.get(nth);
    let skill = position.and_then(|position| position.skill.as_ref());
    skill.is_none_or(|skill| who.skills.contains(skill))
}

/// The position with room that somebody can take: first one that has not reached its minimum.
fn open_position(shift: &ShiftFacts, who: &Volunteering) -> Option<usize> {
    let short = |nth: &usize| {
        let least = shift
            .needs
            .positions
            .get(*nth)
            .map_or(0, |position| position.min);
        shift.taken.get(*nth).copied().unwrap_or(0) < least
    };
    let open = |nth: &usize| shift.free_in(*nth) > 0 && is_able(shift, *nth, who);
    let all = 0..shift.needs.positions.len();
    let mut able = all.filter(open);
    let first = able.clone().next();
    able.find(short).or(first)
}

/// A place that is free for somebody now.
///
/// # Errors
/// [`Refusal::Invalid`] for a position that the shift does not have, [`Refusal::Full`].
pub(super) fn room(
    shift: &ShiftFacts,
    who: &Volunteering,
    position: Option<&str>,
) -> Result<Option<usize>, Refusal> {
    let wanted = match position {
        None => None,
        Some(name) => {
            let nth = shift.needs.position(name);
            let unknown = || Refusal::invalid("position", Reason::UnknownValue);
            Some(nth.ok_or_else(unknown)?)
        }
    };
    if shift.free() == 0 {
        return Err(Refusal::Full);
    }
    if shift.needs.positions.is_empty() {
        return Ok(None);
    }
    let found = match wanted {
        Some(nth) => (shift.free_in(nth) > 0).then_some(nth),
        None => open_position(shift, who),
    };
    found.map(Some).ok_or(Refusal::Full)
}

fn place(shift: &ShiftFacts, who: &Volunteering, ask: Ask<'_>) -> Result<Placement, Refusal> {
    if shift.joining == Joining::Ask && !ask.by_staff {
        // What is asked for is decided when it is answered; a position must exist all the same.
        return match room(shift, who, ask.position) {
            Err(invalid @ Refusal::Invalid { .. }) => Err(invalid),
            _ => Ok(Placement::Request),
        };
    }
    match room(shift, who, ask.position) {
        Ok(position) => Ok(Placement::Confirm(position)),
        Err(Refusal::Full) if ask.may_wait && shift.waiting < shift.needs.waitlist_capacity => {
            Ok(Placement::Wait)
        }
        Err(refusal) => Err(refusal),
    }
}

/// A social worker as far as a place as lead asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leading<'a> {
    /// A live assignment of theirs in this shift.
    pub live: Option<&'a AssignmentId>,
    /// Another shift that they lead at that time.
    pub clash: Option<&'a Clash>,
    /// Whether they are at work then, as they said themselves ([`at_work`]).
    pub at_work: bool,
}

/// Whether a social worker is at work for all of a span. Who has said nothing is.
pub fn at_work(said: Option<&Availability>, span: Span) -> bool {
    said.is_none_or(|said| said.covers(span))
}

/// Decides on a place as lead. Whether somebody is a social worker of the center is a right
/// ([`crate::access`]), not a rule of the shift. `overrides` is as in [`Ask`].
///
/// # Errors
/// All rules that are not met, the closest first.
pub fn decide_lead(
    shift: &ShiftFacts,
    who: Leading<'_>,
    overrides: bool,
    now: Timestamp,
) -> Result<(), Vec<Refusal>> {
    let alone = || {
        admit_once(who.live)?;
        match shift.status {
            Status::Cancelled => Err(Refusal::ShiftCancelled),
            Status::Draft | Status::Published => Ok(()),
        }
    };
    alone().map_err(|refusal| vec![refusal])?;
    let mut unmet = Vec::new();
    // Another lead may step up while the shift is running.
    if now >= shift.span.end() {
        unmet.push(Refusal::Closed {
            since: shift.span.end(),
        });
    }
    unmet.extend(who.clash.map(in_the_way));
    if !who.at_work {
        unmet.push(Refusal::NotAtWork);
    }
    unmet.retain(|refusal| !(overrides && can_be_overridden(refusal)));
    match unmet.is_empty() {
        true => Ok(()),
        false => Err(unmet),
    }
}
