//! Whom the staff could ask to help out: whoever could sign up for a shift and has time.

use super::{
    team::{Member, members},
    week::week_in,
    whether::{loads, monday_of},
};
use crate::{Result, Tx, shifts::ShiftView};
use domain::{
    Refusal,
    id::{AccountId, PersonId},
    shift::{Ask, decide, may_be_asked},
    time::Timestamp,
};

/// Somebody who could be asked.
pub(crate) struct Suits {
    /// Who.
    pub(crate) person: PersonId,
    /// Their account.
    pub(crate) account: AccountId,
    /// Their name.
    pub(crate) name: String,
}

/// How they would sign up themselves; a place in line helps nobody.
const THEMSELVES: Ask<'static> = Ask {
    position: None,
    may_wait: false,
    by_staff: false,
    overrides: false,
};

/// The volunteers of the center who could sign up for the shift now, by the decision that gives the
/// place, and have time; of them whoever has served less first.
pub(crate) async fn who_suits(
    tx: &mut Tx,
    shift: &ShiftView,
    now: Timestamp,
) -> Result<Vec<Suits>> {
    let monday = monday_of(shift.span.start());
    let week = week_in(tx, &shift.center_id, monday).await?;
    let here = week.rows.iter().find(|row| row.shift.id == shift.id);
    let shift = &here.ok_or(Refusal::NotFound)?.shift;
    let counts = loads(&week);
    let facts = shift.facts();
    let suits = |member: &Member, this_week: u32| {
        may_be_asked(&member.said, shift.span, this_week)
            && decide(&facts, &member.person.of(shift), THEMSELVES, now).is_ok()
    };
    let mut found: Vec<(u32, Suits)> = Vec::new();
    for member in members(tx, &shift.center_id, &week, now).await? {
        let this_week = counts.get(member.who.id()).copied().unwrap_or_default();
        if !suits(&member, this_week) {
            continue;
        }
        let super::Who::Volunteer { person, account } = member.who else {
            continue;
        };
        let of = Suits {
            person,
            account,
            name: member.name,
        };
        found.push((member.served_before + this_week, of));
    }
    // Stable: of equals the order of names stays.
    found.sort_by_key(|(served, _)| *served);
    Ok(found.into_iter().map(|(_, of)| of).collect())
}
