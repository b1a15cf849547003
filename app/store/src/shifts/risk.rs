//! The shifts of a center that are at risk in the next days, each with the facts and with what asking
//! for help has brought. Counts, no names.

use super::{ShiftView, all_in};
use crate::{
    Db, Result, Tx,
    assignments::risks::KNOWS_RISKS,
    centers,
    cover::{Effect, effects},
    staff::times_of,
};
use domain::{
    access::{Action, Caller},
    id::{CenterId, ShiftId, StaffId},
    shift::{Crew, LATELY, RISK_AHEAD, Risk, at_work, is_ahead, risks},
    time::Timestamp,
};
use std::collections::HashMap;

/// A shift at risk.
#[derive(Clone, Debug)]
pub struct AtRisk {
    /// The shift.
    pub shift: ShiftView,
    /// What puts it at risk; at least one fact.
    pub risks: Vec<Risk>,
    /// What asking for help has brought so far.
    pub effect: Effect,
}

/// The shifts of a center that are at risk in the next 72 hours, by start.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn at_risk(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<AtRisk>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let mut ahead = all_in(&mut tx, center, now, now.plus(RISK_AHEAD)).await?;
    ahead.retain(|shift| is_ahead(&shift.facts(), now));
    if ahead.is_empty() {
        return Ok(Vec::new());
    }
    let mut crews = crews(&mut tx, &ahead, now).await?;
    for (shift, leads) in leads_away(&mut tx, &ahead).await? {
        crews.entry(shift).or_default().leads_away = leads;
    }
    let mut effects = effects(&mut tx, &ahead).await?;
    let judged = ahead.into_iter().map(|shift| AtRisk {
        risks: risks(
            &shift.facts(),
            &crews.remove(&shift.id).unwrap_or_default(),
            now,
        ),
        effect: effects.remove(&shift.id).unwrap_or_default(),
        shift,
    });
    Ok(judged.filter(|of| !of.risks.is_empty()).collect())
}

/// The volunteers of each of these shifts as its risks ask about them.
async fn crews(
    tx: &mut Tx,
    shifts: &[ShiftView],
    now: Timestamp,
) -> Result<HashMap<ShiftId, Crew>> {
    let ids = || shifts.iter().map(|shift| shift.id.as_str());
    let text = format!(
        "SELECT a.shift_id,
            EXISTS (SELECT 1 FROM assignment o WHERE o.person_id = a.person_id
                AND o.shift_id <> a.shift_id
                AND o.state IN ('checked_in', 'checked_out', 'validated')) AS experienced,
            {KNOWS_RISKS} AS confirmed
         FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.shift_id {} AND a.role = 'volunteer'
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')",
        tx.one_of("$1")
    );
    let rows: Vec<(ShiftId, bool, bool)> = tx.sql_built(text).bind_list(ids()).all().await?;
    let mut found: HashMap<ShiftId, Crew> = HashMap::new();
    for (shift, experienced, confirmed) in rows {
        let crew = found.entry(shift).or_default();
        crew.experienced += u32::from(experienced);
        crew.unconfirmed += u32::from(!confirmed);
    }
    let text = format!(
        "SELECT shift_id, MAX(ended_at) FROM assignment
         WHERE shift_id {} AND role = 'volunteer' AND state IN ('withdrawn', 'declined')
         AND confirmed_at IS NOT NULL AND ended_at > $2
         GROUP BY shift_id",
        tx.one_of("$1")
    );
    let given_back: Vec<(ShiftId, Timestamp)> = tx
        .sql_built(text)
        .bind_list(ids())
        .bind(now.plus(-LATELY))
        .all()
        .await?;
    for (shift, at) in given_back {
        found.entry(shift).or_default().given_back_at = Some(at);
    }
    Ok(found)
}

/// How many leads of each of these shifts have said that they are not at work then. Of whoever was asked
/// all the same, with a reason, it is known.
async fn leads_away(tx: &mut Tx, shifts: &[ShiftView]) -> Result<HashMap<ShiftId, u32>> {
    let text = format!(
        "SELECT a.shift_id, a.staff_id FROM assignment a
         WHERE a.shift_id {} AND a.role = 'lead' AND a.state = 'confirmed'
         AND a.override_reason IS NULL",
        tx.one_of("$1")
    );
    let ids = shifts.iter().map(|shift| shift.id.as_str());
    let leads: Vec<(ShiftId, StaffId)> = tx.sql_built(text).bind_list(ids).all().await?;
    let said = times_of(tx, leads.iter().map(|(_, staff)| staff.as_str())).await?;
    let mut away: HashMap<ShiftId, u32> = HashMap::new();
    for (id, staff) in leads {
        let shift = shifts.iter().find(|shift| shift.id == id);
        if shift.is_some_and(|shift| !at_work(said.get(&staff), shift.span)) {
            *away.entry(id).or_default() += 1;
        }
    }
    Ok(away)
}
