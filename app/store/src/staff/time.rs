//! When members of staff are at work, as they say it themselves: leave, part time, nights.

use super::record;
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    assignments::leads_of,
    audit::{self, CenterLook},
    centers, outcome,
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    availability::Availability,
    id::{CenterId, StaffId},
};
use serde_json::json;
use std::collections::HashMap;

/// When the caller is at work; none where they have said nothing.
///
/// # Errors
/// [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`] for who is not staff.
pub async fn own_time(db: &Db, caller: &Caller) -> Result<Option<Availability>> {
    let staff = caller.staff()?;
    let mut tx = db.read().await?;
    let mut found = times_of(&mut tx, [staff.as_str()]).await?;
    Ok(found.remove(staff))
}

/// Notes when the caller is at work; days that are over are forgotten. Places as lead that they have
/// stay theirs: the shifts are shown as being at risk.
///
/// # Errors
/// [`Refusal::Invalid`]; as [`own_time`].
pub async fn set_own_time(db: &Db, act: &Act, mut said: Availability) -> Result<()> {
    let staff = act.caller.staff()?.clone();
    let today = act.now.day();
    said.away.retain(|day| *day >= today);
    said.check()?;
    let locks = Locks::of([&staff]);
    Ok(db.write(act, locks, SetTime { staff, said }).await??)
}

struct SetTime {
    staff: StaffId,
    said: Availability,
}

#[async_trait::async_trait]
impl Op for SetTime {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.set(tx, act).await)
    }
}

impl SetTime {
    async fn set(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.need([&self.staff])?;
        let known = tx
            .sql("SELECT COUNT(*) FROM staff WHERE id = $1")
            .bind(&self.staff)
            .count()
            .await?;
        if known == 0 {
            return Err(Refusal::NotFound.into());
        }
        tx.sql(
            "INSERT INTO staff_time (staff_id, availability) VALUES ($1, $2)
             ON CONFLICT (staff_id) DO UPDATE SET availability = excluded.availability",
        )
        .bind(&self.staff)
        .bind(serde_json::to_string(&self.said)?)
        .run()
        .await?;
        let detail = json!({ "parts": self.said.slots.len(), "days": self.said.away.len() });
        record(tx, act, &self.staff, Verb::StaffTime, detail).await
    }
}

/// When each of these is at work; who has said nothing is not in it.
pub(crate) async fn times_of<'a>(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<StaffId, Availability>> {
    let text = format!(
        "SELECT staff_id, availability FROM staff_time WHERE staff_id {}",
        tx.one_of("$1")
    );
    let rows: Vec<(StaffId, String)> = tx.sql_built(text).bind_list(ids).all().await?;
    let read = rows
        .into_iter()
        .map(|(staff, said)| Ok((staff, serde_json::from_str(&said)?)));
    read.collect()
}

/// A social worker of a center, and when they are at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtWork {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// What they have said; none where they have said nothing.
    pub said: Option<Availability>,
}

/// When those who lead at a center are at work, by name, for whoever manages its staff. The look is put
/// on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn times(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<AtWork>> {
    let look = CenterLook {
        center,
        action: Verb::StaffViewTime,
        page: "staff-time",
        detail: json!({}),
    };
    let place = centers::place(&mut db.read().await?, center).await?;
    act.caller.may(Action::ManageStaff, &place)?;
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    let known = leads_of(&mut tx, center, act.now).await?;
    let mut said = times_of(&mut tx, known.iter().map(|of| of.id.as_str())).await?;
    let known = known.into_iter().map(|of| AtWork {
        said: said.remove(&of.id),
        staff: of.id,
        name: of.name,
    });
    Ok(known.collect())
}
