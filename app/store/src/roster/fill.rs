//! What is to be filled of a week, as the domain's search needs it.

use super::{
    team::{Who, leads, members},
    week::{WeekView, look, week_in},
    whether::{self, ASK, loads},
};
use crate::{Act, Db, Result, assignments::Person, shifts::ShiftView};
use chrono::NaiveDate;
use domain::{
    access::Action,
    fill::{Line, Offer, Person as Offering, Positions, Shift, Week},
    id::{CenterId, ShiftId},
    shift::{Role, decide},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A week that can be filled, with who stands behind its numbers.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The week as it is.
    pub view: WeekView,
    /// What the search needs of it: the shifts in the order of [`WeekView::rows`].
    pub week: Week,
    /// Who stands behind each person of the week, and their name.
    pub people: Vec<(Who, String)>,
    /// Which shifts have not begun, and can be filled.
    pub open: Vec<bool>,
}

/// Reads a center's week for the search: volunteers as they have offered time, social workers for at most
/// `led` shifts each; the look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound),
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden); database errors.
pub async fn fillable(
    db: &Db,
    act: &Act,
    center: &CenterId,
    monday: NaiveDate,
    led: u32,
) -> Result<Filling> {
    let place = look(db, act, center, "fill").await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let mut tx = db.read().await?;
    let view = week_in(&mut tx, center, monday).await?;
    let shifts: Vec<&ShiftView> = view.rows.iter().map(|row| &row.shift).collect();
    let here: BTreeSet<&ShiftId> = shifts.iter().map(|shift| &shift.id).collect();
    let mut people: Vec<(Who, String)> = Vec::new();
    let mut offering: Vec<Offering> = Vec::new();
    let mut positions = open_positions(&shifts);
    for lead in leads(&mut tx, center, &view, act.now).await? {
        let could = shifts.iter().enumerate().filter(|(_, shift)| {
            act.now < shift.span.start() && whether::lead(&lead, shift, None, act.now).is_ok()
        });
        let offers = could
            .map(|(nth, _)| offer(nth, Role::Lead, false))
            .collect();
        offering.push(Offering {
            most_shifts: led.saturating_sub(lead.elsewhere(&here)),
            served_before: lead.served_before,
            offers,
        });
        people.push((Who::Lead { staff: lead.staff }, lead.name));
    }
    for member in members(&mut tx, center, &view, act.now).await? {
        let could = shifts.iter().enumerate().filter(|(_, shift)| {
            let facts = shift.facts();
            member.said.covers(shift.span)
                && decide(&facts, &member.person.for_staff(shift, None), ASK, act.now).is_ok()
        });
        // What they like to do, and to be where their partner is already.
        let likes = |shift: &ShiftView| {
            let duty = shift.duty;
            duty.is_some_and(|duty| member.said.likes.contains(&duty))
                || !member.person.leanings(&shift.id).partners.is_empty()
        };
        let could: Vec<(usize, &&ShiftView)> = could.collect();
        for (nth, shift) in &could {
            if let Some(of) = positions.get_mut(nth) {
                let skills = member.person.for_staff(shift, None).skills;
                of.able.insert(people.len(), able_bits(shift, &skills));
            }
        }
        let could = could.into_iter();
        let offers = could.map(|(nth, shift)| offer(nth, Role::Volunteer, likes(shift)));
        let elsewhere = elsewhere(&member.person, &here);
        offering.push(Offering {
            offers: offers.collect(),
            most_shifts: member.said.most_shifts.saturating_sub(elsewhere),
            served_before: member.served_before,
        });
        people.push((member.who, member.name));
    }
    let fixed = fixed(&view, &mut people, &mut offering);
    let open = shifts
        .iter()
        .map(|shift| act.now < shift.span.start())
        .collect();
    let week = Week {
        shifts: shifts.iter().map(|shift| need(shift)).collect(),
        people: offering,
        fixed,
        positions,
    };
    Ok(Filling {
        view,
        week,
        people,
        open,
    })
}

const fn offer(shift: usize, role: Role, liked: bool) -> Offer {
    Offer { shift, role, liked }
}

fn need(shift: &ShiftView) -> Shift {
    Shift {
        span: shift.span,
        leads_min: shift.needs.leads_min,
        volunteers_min: shift.needs.volunteers_min,
        // What is kept for somebody's friend is not the roster's to give.
        volunteers_max: shift.needs.volunteers_max.saturating_sub(shift.kept),
    }
}

/// The free seats in the positions of those shifts that have any, first what they miss for their minimum;
/// shifts by their place in the week.
fn open_positions(shifts: &[&ShiftView]) -> BTreeMap<usize, Positions> {
    let with = shifts.iter().enumerate();
    let with = with.filter(|(_, shift)| !shift.needs.positions.is_empty());
    let of = |shift: &ShiftView| {
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for (nth, position) in shift.needs.positions.iter().enumerate() {
            let taken = shift.taken.get(nth).copied().unwrap_or(0);
            let free = position.max.saturating_sub(taken) as usize;
            let missing = (position.min.saturating_sub(taken) as usize).min(free);
            first.extend(std::iter::repeat_n(nth, missing));
            then.extend(std::iter::repeat_n(nth, free - missing));
        }
        first.append(&mut then);
        Positions {
            seats: first,
            able: BTreeMap::new(),
        }
    };
    with.map(|(nth, shift)| (nth, of(shift))).collect()
}

/// The positions of a shift that somebody with these skills can take, a bit each.
fn able_bits(shift: &ShiftView, skills: &BTreeSet<String>) -> u64 {
    let positions = shift.needs.positions.iter().enumerate();
    let able = positions.filter(|(_, position)| {
        let skill = position.skill.as_ref();
        skill.is_none_or(|skill| skills.contains(skill))
    });
    able.fold(0, |bits, (nth, _)| bits | 1 << nth)
}

/// Shifts of somebody's that are not in the week of the center.
fn elsewhere(person: &Person, here: &BTreeSet<&ShiftId>) -> u32 {
    let others = person.shifts_held().filter(|shift| !here.contains(shift));
    others.count() as u32
}

/// Whoever holds a place already. Those who are not of the center join the people of the week, with
/// nothing to offer.
fn fixed(
    view: &WeekView,
    people: &mut Vec<(Who, String)>,
    offering: &mut Vec<Offering>,
) -> Vec<Line> {
    let mut numbers: HashMap<String, usize> = people
        .iter()
        .enumerate()
        .map(|(nth, (who, _))| (who.id().to_owned(), nth))
        .collect();
    let counts = loads(view);
    let mut lines = Vec::new();
    for (shift, row) in view.rows.iter().enumerate() {
        for seat in row.seats.iter().filter(|seat| seat.state.holds_place()) {
            let id = seat.who.id();
            let person = *numbers.entry(id.to_owned()).or_insert_with(|| {
                people.push((seat.who.clone(), seat.name.clone()));
                offering.push(Offering {
                    most_shifts: counts.get(id).copied().unwrap_or_default(),
                    served_before: 0,
                    offers: Vec::new(),
                });
                people.len() - 1
            });
            lines.push(Line {
                shift,
                person,
                role: seat.role,
            });
        }
    }
    lines
}
