//! Whether somebody could be in a shift, and if not everything that keeps them from it: by the decision
//! that also gives the place.

use super::{
    team::{Lead, Member, Who, leads, members},
    week::{WeekRow, WeekView, look, week_in},
};
use crate::{
    Act, Db, Result,
    assignments::Person,
    centers,
    shifts::{self, ShiftView},
};
use domain::{
    Refusal,
    access::Action,
    id::{AssignmentId, ShiftId},
    preferences::Language,
    shift::{Ask, Leading, Role, Why, at_work, decide, decide_lead, reasons},
    time::Timestamp,
};
use std::collections::{BTreeSet, HashMap};

/// Somebody who could be put into a shift.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub who: Who,
    /// Their name.
    pub name: String,
    /// What speaks for them; or every rule that is not met.
    pub outcome: std::result::Result<Vec<Why>, Vec<Refusal>>,
    /// What they speak.
    pub languages: BTreeSet<Language>,
    /// Whether they have said that they have time then. Social workers are asked by their colleagues.
    pub offered: bool,
    /// Shifts of theirs in the week.
    pub this_week: u32,
    /// The most that they take a week; none where nobody has said.
    pub most: Option<u32>,
}

impl Candidate {
    /// Whether they could come, have time, and take one more shift that week.
    pub fn suits(&self) -> bool {
        let room = self.most.is_none_or(|most| self.this_week < most);
        self.outcome.is_ok() && self.offered && room
    }
}

/// A shift, and who could be in it.
#[derive(Clone, Debug)]
pub struct Hole {
    /// The shift's week.
    pub week: WeekView,
    /// Its place in the week.
    pub nth: usize,
    /// Those who suit first, then those who could come, then the others; of equals whoever has served
    /// less.
    pub candidates: Vec<Candidate>,
}

/// How the staff ask for a place from the roster.
pub(super) const ASK: Ask<'static> = Ask {
    position: None,
    may_wait: false,
    by_staff: true,
    overrides: false,
};

/// Whether a volunteer could be in a shift; what speaks for it.
fn volunteer(
    person: &Person,
    shift: &ShiftView,
    leaving: Option<&AssignmentId>,
    now: Timestamp,
) -> std::result::Result<Vec<Why>, Vec<Refusal>> {
    let (facts, who) = (shift.facts(), person.for_staff(shift, leaving));
    decide(&facts, &who, ASK, now)?;
    let leanings = person.leanings(&shift.id);
    Ok(reasons(&facts, &shift.center_id, &who, &leanings))
}

/// Whether a social worker could lead a shift.
pub(super) fn lead(
    lead: &Lead,
    shift: &ShiftView,
    leaving: Option<&AssignmentId>,
    now: Timestamp,
) -> std::result::Result<(), Vec<Refusal>> {
    let clash = lead.clash(shift, leaving);
    let who = Leading {
        live: lead.live(&shift.id),
        clash: clash.as_ref(),
        at_work: at_work(lead.said.as_ref(), shift.span),
    };
    decide_lead(&shift.facts(), who, false, now)
}

/// How many shifts of the week each holds a place in.
pub(super) fn loads(week: &WeekView) -> HashMap<&str, u32> {
    let mut loads = HashMap::new();
    for seat in week.rows.iter().flat_map(|row| &row.seats) {
        if seat.state.holds_place() {
            *loads.entry(seat.who.id()).or_default() += 1;
        }
    }
    loads
}

/// Who could take part in a shift; the look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn candidates(db: &Db, act: &Act, id: &ShiftId, role: Role) -> Result<Hole> {
    let shift = shifts::find_for_staff(db, &act.caller, id).await?;
    let place = look(db, act, &shift.center_id, "candidates").await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let monday = monday_of(shift.span.start());
    let mut tx = db.read().await?;
    let week = week_in(&mut tx, &shift.center_id, monday).await?;
    let nth = week.rows.iter().position(|row| row.shift.id == *id);
    let nth = nth.ok_or(Refusal::NotFound)?;
    let shift = &week.rows[nth].shift;
    let counts = loads(&week);
    let load = |id: &str| counts.get(id).copied().unwrap_or_default();
    let mut found: Vec<(u32, Candidate)> = match role {
        Role::Volunteer => {
            let members = members(&mut tx, &shift.center_id, &week, act.now).await?;
            let of = |member: Member| {
                let this_week = load(member.who.id());
                let candidate = Candidate {
                    outcome: volunteer(&member.person, shift, None, act.now),
                    languages: member.person.languages,
                    offered: member.said.covers(shift.span),
                    this_week,
                    most: Some(member.said.most_shifts),
                    who: member.who,
                    name: member.name,
                };
                (member.served_before + this_week, candidate)
            };
            members.into_iter().map(of).collect()
        }
        Role::Lead => {
            let leads = leads(&mut tx, &shift.center_id, &week, act.now).await?;
            let of = |of: Lead| {
                let this_week = load(of.staff.as_str());
                let candidate = Candidate {
                    outcome: lead(&of, shift, None, act.now).map(|()| Vec::new()),
                    languages: BTreeSet::new(),
                    offered: true,
                    this_week,
                    most: None,
                    who: Who::Lead { staff: of.staff },
                    name: of.name,
                };
                (of.served_before + this_week, candidate)
            };
            leads.into_iter().map(of).collect()
        }
    };
    drop(tx);
    // Stable: of equals the order of names stays.
    found.sort_by_key(|(served, of)| (!of.suits(), of.outcome.is_err(), *served));
    Ok(Hole {
        candidates: found.into_iter().map(|(_, of)| of).collect(),
        nth,
        week,
    })
}

/// The Monday of the week in Shenzhen in which an instant lies.
pub fn monday_of(at: Timestamp) -> chrono::NaiveDate {
    use chrono::Datelike as _;
    let day = at.day();
    day - chrono::Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// Somebody who was picked up.
#[derive(Clone, Debug)]
pub struct Picked {
    /// Who.
    pub who: Who,
    /// Their name.
    pub name: String,
    /// The shift that they would leave, by its place in the week.
    pub from: usize,
    /// For each shift of the week, whether they could be put there.
    pub outcomes: Vec<std::result::Result<(), Vec<Refusal>>>,
}

/// Whether each shift of a week could take somebody who is in one of its shifts and would leave that one.
/// None where nobody in the week is meant; the week itself has put the look on record.
///
/// # Errors
/// [`Refusal::Forbidden`]; database errors.
pub async fn targets(
    db: &Db,
    act: &Act,
    week: &WeekView,
    assignment: &AssignmentId,
) -> Result<Option<Picked>> {
    let seat_in = |row: &'_ WeekRow| row.seats.iter().position(|seat| seat.id == *assignment);
    let found = week
        .rows
        .iter()
        .enumerate()
        .find_map(|(from, row)| Some((from, seat_in(row)?)));
    let Some((from, nth)) = found else {
        return Ok(None);
    };
    let seat = &week.rows[from].seats[nth];
    let center = &week.rows[from].shift.center_id;
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let leaving = Some(&seat.id);
    let outcomes = match &seat.who {
        Who::Lead { staff } => {
            let leads = leads(&mut tx, center, week, act.now).await?;
            let Some(of) = leads.into_iter().find(|of| of.staff == *staff) else {
                return Ok(None);
            };
            let of = |row: &WeekRow| lead(&of, &row.shift, leaving, act.now);
            week.rows.iter().map(of).collect()
        }
        Who::Volunteer { person, .. } => {
            let shifts: Vec<ShiftView> = week.rows.iter().map(|row| row.shift.clone()).collect();
            let person = Person::load(&mut tx, person, &shifts, act.now).await?;
            let of = |shift: &ShiftView| volunteer(&person, shift, leaving, act.now).map(drop);
            shifts.iter().map(of).collect()
        }
    };
    Ok(Some(Picked {
        who: seat.who.clone(),
        name: seat.name.clone(),
        from,
        outcomes,
    }))
}
