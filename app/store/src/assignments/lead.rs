//! Social workers as leads of shifts.

use super::{
    Unmet,
    end::give_up,
    facts,
    place::check_reason,
    read::{AssignmentView, view_in},
    recount, unmet,
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    bookings::short_code,
    centers,
    staff::{holds, scopes_around, times_of},
};
use domain::{
    Reason, Refusal,
    access::{Action, Caller, Role, Scope, StaffStatus},
    activity::Channel,
    audit::Verb,
    commitment::{Clash, Subject},
    id::{AssignmentId, CenterId, ShiftId, StaffId},
    shift::{Leading, ShiftFacts, at_work, decide_lead},
    time::{Span, Timestamp},
};
use serde_json::json;

/// Somebody who can lead shifts of a center.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Candidate {
    /// Their id.
    pub id: StaffId,
    /// Their name.
    pub name: String,
}

/// The members of staff who can lead shifts of a center, by name.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`] for those who do not see the center's plans; database
/// errors.
pub async fn can_lead(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Candidate>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewBookings, &place)?;
    leads_of(&mut tx, center, now).await
}

pub(crate) async fn leads_of(
    tx: &mut Tx,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Candidate>> {
    let scopes = scopes_around(tx, &Scope::Center(center.clone())).await?;
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let roles: Vec<&str> = Role::ALL
        .iter()
        .filter(|role| role.leads())
        .map(|role| role.as_str())
        .collect();
    let text = format!(
        "SELECT DISTINCT s.id, s.name FROM staff s JOIN role_grant g ON g.staff_id = s.id
         WHERE s.status = $1 AND g.scope {} AND g.role {} AND {}
         ORDER BY s.name, s.id",
        tx.one_of("$2"),
        tx.one_of("$3"),
        holds!("g.", "$4")
    );
    tx.sql_built(text)
        .bind(StaffStatus::Active)
        .bind_list(scopes.iter().map(String::as_str))
        .bind_list(roles)
        .bind(now)
        .all()
        .await
}

/// Makes a member of staff a lead of a shift.
///
/// # Errors
/// Database errors; the answer is what is in the way.
pub async fn assign_lead(
    db: &Db,
    act: &Act,
    shift: ShiftId,
    staff: StaffId,
) -> Result<Unmet<AssignmentView>> {
    assign_lead_despite(db, act, shift, staff, None).await
}

/// The same; with a reason where rules that can be set aside are, which is recorded (C-81).
///
/// # Errors
/// As [`assign_lead`].
pub async fn assign_lead_despite(
    db: &Db,
    act: &Act,
    shift: ShiftId,
    staff: StaffId,
    override_reason: Option<String>,
) -> Result<Unmet<AssignmentView>> {
    if let Some(refusal) = check_reason(override_reason.as_deref()) {
        return Ok(Err(vec![refusal]));
    }
    let locks = Locks::of([&staff]).and([&shift]);
    let op = AssignLead {
        shift,
        staff,
        override_reason,
    };
    db.write(act, locks, op).await
}

pub(super) struct AssignLead {
    pub(super) shift: ShiftId,
    pub(super) staff: StaffId,
    pub(super) override_reason: Option<String>,
}

#[async_trait::async_trait]
impl Op for AssignLead {
    type Out = Unmet<AssignmentView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        unmet(self.assign(tx, act, None).await)
    }
}

impl AssignLead {
    /// Whether they may lead it, who leave another shift for it if there is one.
    pub(super) async fn decide(
        &self,
        tx: &mut Tx,
        act: &Act,
        leaving: Option<&AssignmentId>,
    ) -> Result<Unmet<CenterId>> {
        let loaded = facts::shift(tx, &self.shift).await?;
        act.caller.may(Action::ManageActivities, &loaded.place)?;
        act.caller.may(Action::BookForOthers, &loaded.place)?;
        tx.need([&self.staff])?;
        let leads = leads_of(tx, &loaded.place.center, act.now).await?;
        if leads.iter().all(|lead| lead.id != self.staff) {
            return Err(Refusal::invalid("staff_id", Reason::UnknownValue).into());
        }
        let live: Option<(AssignmentId,)> = tx
            .sql(
                "SELECT id FROM assignment WHERE shift_id = $1 AND staff_id = $2
                 AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                     'checked_out', 'validated')",
            )
            .bind(&self.shift)
            .bind(&self.staff)
            .optional()
            .await?;
        let live = live.map(|(id,)| id);
        let clash = leads_elsewhere(tx, &self.staff, &loaded.facts, leaving).await?;
        let said = times_of(tx, [self.staff.as_str()]).await?;
        let who = Leading {
            live: live.as_ref(),
            clash: clash.as_ref(),
            at_work: at_work(said.get(&self.staff), loaded.facts.span),
        };
        let overrides = self.override_reason.is_some();
        let decided = decide_lead(&loaded.facts, who, overrides, act.now);
        Ok(decided.map(|()| loaded.place.center))
    }

    /// Makes them a lead, who leaves another shift for it if there is one, or whose colleague leaves this
    /// one: both or neither.
    pub(super) async fn assign(
        &self,
        tx: &mut Tx,
        act: &Act,
        leaving: Option<&AssignmentView>,
    ) -> Result<Unmet<AssignmentView>> {
        let other = leaving.map(|leaving| &leaving.id);
        let center = match self.decide(tx, act, other).await? {
            Ok(center) => center,
            Err(unmet) => return Ok(Err(unmet)),
        };
        let overrides = self.override_reason.is_some();
        let id: AssignmentId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO assignment (id, shift_id, role, staff_id, state, channel, short_code,
                 asked_at, confirmed_at, override_reason)
             VALUES ($1, $2, 'lead', $3, 'confirmed', $4, $5, $6, $6, $7)",
        )
        .bind(&id)
        .bind(&self.shift)
        .bind(&self.staff)
        .bind(Channel::Desk)
        .bind(short_code(act)?)
        .bind(act.now)
        .bind(self.override_reason.as_deref())
        .run()
        .await?;
        recount(tx, act, &self.shift).await?;
        let entry = Entry {
            action: Verb::AssignmentPlace,
            subject: ("assignment", id.as_str()),
            center: Some(&center),
            detail: json!({ "shift": self.shift, "staff": self.staff, "override": overrides }),
        };
        audit::record(tx, act, entry).await?;
        tx.changed(Change::Shift(self.shift.clone()));
        if let Some(leaving) = leaving {
            give_up(tx, act, leaving).await?;
        }
        let view = view_in(tx, &id).await?;
        Ok(Ok(view.ok_or(Error::Corrupt("assignment"))?))
    }
}

#[derive(sqlx::FromRow)]
struct Elsewhere {
    id: AssignmentId,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

/// Another shift that somebody leads at that time (rule 2).
async fn leads_elsewhere(
    tx: &mut Tx,
    staff: &StaffId,
    shift: &ShiftFacts,
    leaving: Option<&AssignmentId>,
) -> Result<Option<Clash>> {
    let found: Option<Elsewhere> = tx
        .sql(
            "SELECT a.id, s.title, s.starts_at, s.ends_at FROM assignment a
             JOIN shift s ON s.id = a.shift_id
             WHERE a.staff_id = $1 AND a.shift_id <> $2 AND a.state IN ('confirmed', 'checked_in')
             AND s.starts_at < $3 AND s.ends_at > $4 AND a.id <> $5
             ORDER BY s.starts_at, a.id LIMIT 1",
        )
        .bind(staff)
        .bind(&shift.id)
        .bind(shift.span.end())
        .bind(shift.span.start())
        .bind(leaving.map_or("", AssignmentId::as_str))
        .optional()
        .await?;
    let clash = found.map(|other| {
        Ok::<_, Refusal>(Clash {
            subject: Subject::Assignment(other.id),
            title: other.title,
            span: Span::new(other.starts_at, other.ends_at)?,
        })
    });
    Ok(clash.transpose()?)
}
