//! Handing over to a colleague: the shifts that somebody leads from a day on, each by the rules by which a
//! lead is given, all that can be in one transaction. What can't be stays with whoever has it, and says why.

use super::{Unmet, lead::AssignLead, leads_of, read::view_in};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    bookings::small,
    centers, outcome,
};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::{Action, Caller},
    audit::Verb,
    id::{AssignmentId, CenterId, ShiftId, StaffId},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Who hands over to whom, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handing {
    /// Whose shifts: those of this center.
    pub center: CenterId,
    /// Who leads them.
    pub from: StaffId,
    /// Who is to.
    pub to: StaffId,
    /// Those that begin from this day on …
    pub first: NaiveDate,
    /// … until this one, which is in it; all of them without it.
    pub last: Option<NaiveDate>,
}

impl Handing {
    /// When the shifts begin; nothing that has begun already.
    fn window(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let after = self.last.and_then(|day| day.succ_opt());
        let until = after.map_or(Timestamp(i64::MAX), Timestamp::start_of);
        (Timestamp::start_of(self.first).max(now), until)
    }

    fn check(&self) -> std::result::Result<(), Refusal> {
        if self.from == self.to {
            return Err(Refusal::invalid("colleague", Reason::RepeatedOrTooMany));
        }
        match self.last {
            Some(last) if last < self.first => Err(Refusal::invalid("last", Reason::BeforeFrom)),
            _ => Ok(()),
        }
    }
}

/// Somebody who leads shifts to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// How many shifts.
    pub shifts: u32,
    /// Whether they still may: a role can end, and an account be suspended.
    pub may_lead: bool,
}

/// A shift that would be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub shift: ShiftId,
    /// What it is called.
    pub title: String,
    /// When.
    pub span: Span,
    /// What is in the way; nothing of what can be handed over.
    pub unmet: Vec<Refusal>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// What was handed over.
    pub moved: Vec<ShiftId>,
    /// How many of those that were asked for were not.
    pub left: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AssignmentId,
    shift_id: ShiftId,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

async fn may(tx: &mut Tx, caller: &Caller, center: &CenterId) -> Result<()> {
    let place = centers::place(tx, center).await?;
    caller.may(Action::ManageActivities, &place)?;
    Ok(caller.may(Action::BookForOthers, &place)?)
}

/// Whether the caller may hand over there, and whoever it is to could lead there at all.
async fn check(tx: &mut Tx, act: &Act, handing: &Handing) -> Result<()> {
    may(tx, &act.caller, &handing.center).await?;
    let can = leads_of(tx, &handing.center, act.now).await?;
    match can.iter().any(|one| one.id == handing.to) {
        true => Ok(()),
        false => Err(Refusal::invalid("colleague", Reason::UnknownValue).into()),
    }
}

/// Everybody who leads shifts of a center that are to come, whoever no longer may first, then by name.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn leading(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<Led>> {
    let mut tx = db.read().await?;
    may(&mut tx, &act.caller, center).await?;
    let rows: Vec<(StaffId, String, i64)> = tx
        .sql(
            "SELECT p.id, p.name, COUNT(*) FROM shift s
             JOIN assignment a ON a.shift_id = s.id AND a.role = 'lead' AND a.state = 'confirmed'
             JOIN staff p ON p.id = a.staff_id
             WHERE s.center_id = $1 AND s.starts_at > $2 AND s.status <> 'cancelled'
             GROUP BY p.id, p.name ORDER BY p.name, p.id",
        )
        .bind(center)
        .bind(act.now)
        .all()
        .await?;
    let can = leads_of(&mut tx, center, act.now).await?;
    let read = rows.into_iter().map(|(id, name, shifts)| {
        Ok(Led {
            may_lead: can.iter().any(|one| one.id == id),
            shifts: small(shifts)?,
            id,
            name,
        })
    });
    let mut led = read.collect::<Result<Vec<_>>>()?;
    led.sort_by_key(|one| one.may_lead);
    Ok(led)
}

/// How many shifts to come have a lead who no longer may lead there, and when the first of them begins.
pub(crate) async fn count_without_right(
    tx: &mut Tx,
    center: &CenterId,
    now: Timestamp,
) -> Result<(u32, Option<Timestamp>)> {
    let can = leads_of(tx, center, now).await?;
    let text = format!(
        "SELECT COUNT(DISTINCT s.id), MIN(s.starts_at) FROM shift s
         JOIN assignment a ON a.shift_id = s.id AND a.role = 'lead' AND a.state = 'confirmed'
         WHERE s.center_id = $1 AND s.starts_at > $2 AND s.status <> 'cancelled'
         AND NOT (a.staff_id {})",
        tx.one_of("$3")
    );
    let (many, first): (i64, Option<Timestamp>) = tx
        .sql_built(text)
        .bind(center)
        .bind(now)
        .bind_list(can.iter().map(|one| one.id.as_str()))
        .one()
        .await?;
    Ok((small(many)?, first))
}

/// The shifts that would be handed over, in order of time, each with what is in its way.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] for the same person twice, a last day
/// before the first, and somebody who can't lead shifts of the center; database errors.
pub async fn look(db: &Db, act: &Act, handing: &Handing) -> Result<Vec<Line>> {
    handing.check()?;
    let mut tx = db.read().await?;
    check(&mut tx, act, handing).await?;
    let mut lines = Vec::new();
    for row in rows(&mut tx, handing, act.now).await? {
        let lead = led_by(&row.shift_id, &handing.to);
        let decided = lead.decide(&mut tx, act, Some(&row.id)).await?;
        lines.push(Line {
            span: Span::new(row.starts_at, row.ends_at)?,
            unmet: decided.err().unwrap_or_default(),
            shift: row.shift_id,
            title: row.title,
        });
    }
    Ok(lines)
}

fn led_by(shift: &ShiftId, staff: &StaffId) -> AssignLead {
    AssignLead {
        shift: shift.clone(),
        staff: staff.clone(),
        override_reason: None,
    }
}

/// What somebody leads there and then.
async fn rows(tx: &mut Tx, handing: &Handing, now: Timestamp) -> Result<Vec<Row>> {
    let (from, until) = handing.window(now);
    tx.sql(
        "SELECT a.id, s.id AS shift_id, s.title, s.starts_at, s.ends_at FROM shift s
         JOIN assignment a ON a.shift_id = s.id AND a.role = 'lead' AND a.state = 'confirmed'
         WHERE s.center_id = $1 AND s.starts_at > $2 AND s.starts_at < $3
             AND s.status <> 'cancelled' AND a.staff_id = $4
         ORDER BY s.starts_at, s.id",
    )
    .bind(&handing.center)
    .bind(from.plus(-1))
    .bind(until)
    .bind(&handing.from)
    .all()
    .await
}

/// Hands these shifts over, as many of them as can be.
///
/// # Errors
/// As [`look`].
pub async fn hand_over(
    db: &Db,
    act: &Act,
    handing: Handing,
    shifts: Vec<ShiftId>,
) -> Result<HandedOver> {
    handing.check()?;
    let locks = Locks::of([&handing.from, &handing.to]).and(shifts.iter());
    let op = HandOver { handing, shifts };
    Ok(db.write(act, locks, op).await??)
}

struct HandOver {
    handing: Handing,
    shifts: Vec<ShiftId>,
}

#[async_trait::async_trait]
impl Op for HandOver {
    type Out = Outcome<HandedOver>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.run_in(tx, act).await)
    }
}

impl HandOver {
    async fn run_in(&self, tx: &mut Tx, act: &Act) -> Result<HandedOver> {
        let Handing {
            center, from, to, ..
        } = &self.handing;
        check(tx, act, &self.handing).await?;
        tx.need([from, to])?;
        tx.need(&self.shifts)?;
        let mut done = HandedOver::default();
        for row in rows(tx, &self.handing, act.now).await? {
            if !self.shifts.contains(&row.shift_id) {
                continue;
            }
            let view = view_in(tx, &row.id).await?.ok_or(Refusal::NotFound)?;
            let lead = led_by(&row.shift_id, to);
            let given: Unmet<_> = lead.assign(tx, act, Some(&view)).await?;
            match given {
                Ok(_) => done.moved.push(row.shift_id),
                Err(_) => done.left += 1,
            }
        }
        if done.moved.is_empty() {
            return Ok(done);
        }
        let entry = Entry {
            action: Verb::LeadHandOver,
            subject: ("staff", from.as_str()),
            center: Some(center),
            detail: json!({ "to": to, "shifts": done.moved }),
        };
        audit::record(tx, act, entry).await?;
        tx.changed(Change::Center(center.clone()));
        Ok(done)
    }
}
