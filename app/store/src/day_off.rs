//! A whole day of a center cancelled in one act, as for a typhoon: everything of that day in one
//! transaction, and everybody told once of all that they lose.

use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    aftermath::{Aftermath, Gathered},
    audit::{self, Entry},
    bookings::small,
    centers,
    occurrences::{LoadedOccurrence, call_off_one, check_reason, head, locks_of, of_activity},
    outcome, shifts,
};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::Status,
    audit::Verb,
    commitment::Event,
    id::{AccountId, ActivityId, CenterId, OccurrenceId, ShiftId},
    time::{DAY, Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Something of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub event: Event,
    /// What it is called.
    pub title: String,
    /// Where; may be empty.
    pub room: String,
    /// When.
    pub span: Span,
    /// How many people it concerns: with a place or in line, and leads.
    pub people: u32,
}

/// What there is on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What is published, begins on that day and is not over, and shifts that belong to it, in order of
    /// time.
    pub items: Vec<Item>,
    /// How many accounts would be told.
    pub accounts: u32,
}

/// What is on at a center on a day and would be cancelled with it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn preview(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    day: NaiveDate,
    now: Timestamp,
) -> Result<Planned> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ManageActivities, &place)?;
    let (dates, shifts) = load(&mut tx, center, whole(day), now).await?;
    let accounts = accounts(&mut tx, &dates, &shifts).await?;
    let items = items(dates, shifts)?;
    Ok(Planned { items, accounts })
}

/// What is published at a center, begins in that time and is not over, in order of time.
pub(crate) async fn standing(
    tx: &mut Tx,
    center: &CenterId,
    within: Span,
    now: Timestamp,
) -> Result<Vec<Item>> {
    let (dates, shifts) = load(tx, center, within, now).await?;
    items(dates, shifts)
}

fn items(dates: Vec<Date>, shifts: Vec<Duty>) -> Result<Vec<Item>> {
    let dates = dates.into_iter().map(Date::item);
    let shifts = shifts.into_iter().map(Duty::item);
    let mut items: Vec<Item> = dates.chain(shifts).collect::<Result<_>>()?;
    items.sort_by_key(|item| (item.span.start(), item.span.end()));
    Ok(items)
}

/// The whole of a day.
fn whole(day: NaiveDate) -> Span {
    let from = Timestamp::start_of(day);
    Span::kept(from, from.plus(DAY))
}

/// What cancelling a day did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOff {
    /// How many dates of activities were called off.
    pub occurrences: u32,
    /// How many shifts were cancelled, those that went with their date among them.
    pub shifts: u32,
    /// How many accounts were told.
    pub told: u32,
}

/// Cancels what was seen of a day, all or nothing: who has a place or waits is told once, of everything.
/// What is over or cancelled by now stays as it is, and so does what was not seen.
///
/// # Errors
/// [`Refusal::Invalid`] for the reason; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn cancel(
    db: &Db,
    act: &Act,
    center: &CenterId,
    day: NaiveDate,
    reason: &str,
    seen: Vec<Event>,
) -> Result<DayOff> {
    let op = Cancel {
        center: center.clone(),
        day,
        reason: check_reason(reason)?,
        seen,
    };
    let locks = op.locks(db, act.now).await?;
    Ok(db.write(act, locks, op).await??)
}

#[derive(sqlx::FromRow)]
struct Date {
    id: OccurrenceId,
    activity_id: ActivityId,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    people: i64,
}

#[derive(sqlx::FromRow)]
struct Duty {
    id: ShiftId,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    people: i64,
}

impl Date {
    fn item(self) -> Result<Item> {
        Ok(Item {
            event: Event::Occurrence(self.id),
            title: self.title,
            room: self.room,
            span: Span::new(self.starts_at, self.ends_at)?,
            people: small(self.people)?,
        })
    }
}

impl Duty {
    fn item(self) -> Result<Item> {
        Ok(Item {
            event: Event::Shift(self.id),
            title: self.title,
            room: self.room,
            span: Span::new(self.starts_at, self.ends_at)?,
            people: small(self.people)?,
        })
    }
}

/// The dates and the shifts that stand and begin in that time.
async fn load(
    tx: &mut Tx,
    center: &CenterId,
    within: Span,
    now: Timestamp,
) -> Result<(Vec<Date>, Vec<Duty>)> {
    let dates: Vec<Date> = tx
        .sql(
            "SELECT o.id, o.activity_id, a.title, COALESCE(r.name, '') AS room, o.starts_at, o.ends_at,
                (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id
                    AND b.state IN ('waitlisted', 'confirmed')) AS people
             FROM occurrence o JOIN activity a ON a.id = o.activity_id
             LEFT JOIN room r ON r.id = o.room_id
             WHERE o.center_id = $1 AND o.status = 'published' AND a.status <> 'cancelled'
             AND o.starts_at >= $2 AND o.starts_at < $3 AND o.ends_at > $4
             ORDER BY o.starts_at, o.id",
        )
        .bind(center)
        .bind(within.start())
        .bind(within.end())
        .bind(now)
        .all()
        .await?;
    let with = tx.one_of("$5");
    let shifts: Vec<Duty> = tx
        .sql_built(format!(
            "SELECT s.id, s.title, s.place AS room, s.starts_at, s.ends_at,
                (SELECT COUNT(*) FROM assignment a WHERE a.shift_id = s.id
                    AND a.state IN ('waitlisted', 'requested', 'confirmed')) AS people
             FROM shift s
             WHERE s.center_id = $1 AND s.status = 'published' AND s.ends_at > $4
             AND ((s.starts_at >= $2 AND s.starts_at < $3) OR s.occurrence_id {with})
             ORDER BY s.starts_at, s.id"
        ))
        .bind(center)
        .bind(within.start())
        .bind(within.end())
        .bind(now)
        .bind_list(dates.iter().map(|date| date.id.as_str()))
        .all()
        .await?;
    Ok((dates, shifts))
}

/// How many accounts have somebody in any of these.
async fn accounts(tx: &mut Tx, dates: &[Date], shifts: &[Duty]) -> Result<u32> {
    let (booked, assigned) = (tx.one_of("$1"), tx.one_of("$2"));
    tx.sql_built(format!(
        "SELECT COUNT(*) FROM (
                SELECT account_id FROM booking WHERE occurrence_id {booked}
                    AND state IN ('waitlisted', 'confirmed')
                UNION
                SELECT account_id FROM assignment WHERE shift_id {assigned}
                    AND account_id IS NOT NULL
                    AND state IN ('waitlisted', 'requested', 'confirmed')) AS told"
    ))
    .bind_list(dates.iter().map(|date| date.id.as_str()))
    .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
    .count()
    .await
}

struct Cancel {
    center: CenterId,
    day: NaiveDate,
    reason: String,
    seen: Vec<Event>,
}

#[async_trait::async_trait]
impl Op for Cancel {
    type Out = Outcome<DayOff>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.cancel_in(tx, act).await)
    }
}

impl Cancel {
    /// What of the day was seen.
    async fn seen_in(&self, tx: &mut Tx, now: Timestamp) -> Result<(Vec<Date>, Vec<Duty>)> {
        let (mut dates, mut shifts) = load(tx, &self.center, whole(self.day), now).await?;
        let seen = |event: Event| self.seen.contains(&event);
        dates.retain(|date| seen(Event::Occurrence(date.id.clone())));
        shifts.retain(|shift| seen(Event::Shift(shift.id.clone())));
        Ok((dates, shifts))
    }

    /// What it needs locked, as far as can be told before.
    async fn locks(&self, db: &Db, now: Timestamp) -> Result<Locks> {
        let mut tx = db.read().await?;
        let (dates, shifts) = self.seen_in(&mut tx, now).await?;
        let assigned = tx.one_of("$1");
        let inside: Vec<(AccountId,)> = tx
            .sql_built(format!(
                "SELECT DISTINCT account_id FROM assignment WHERE shift_id {assigned}
                 AND account_id IS NOT NULL
                 AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')"
            ))
            .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
            .all()
            .await?;
        drop(tx);
        let mut locks = Locks::of(inside.iter().map(|(account,)| account))
            .and(shifts.iter().map(|shift| &shift.id));
        for date in &dates {
            locks = locks.joined(locks_of(db, &date.activity_id).await?);
        }
        Ok(locks)
    }

    async fn cancel_in(&self, tx: &mut Tx, act: &Act) -> Result<DayOff> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ManageActivities, &place)?;
        let name = self.center_name(tx).await?;
        let (dates, duties) = self.seen_in(tx, act.now).await?;
        tx.need(duties.iter().map(|shift| &shift.id))?;
        // All of it is locked before anything is written.
        let mut heads = Vec::with_capacity(dates.len());
        for date in &dates {
            let (head, _) = head(tx, &act.caller, &date.activity_id).await?;
            let all = of_activity(tx, &head.id).await?;
            let target = all.into_iter().find(|of| of.id == date.id);
            heads.push((head, target.ok_or(Refusal::NotFound)?));
        }
        let mut after = Aftermath::Gathered(Gathered::default());
        let mut done = DayOff::default();
        let stands = |of: &LoadedOccurrence| of.status == Status::Published;
        for (head, target) in heads.iter().filter(|(_, target)| stands(target)) {
            call_off_one(tx, act, head, target, &self.reason, &mut after).await?;
            done.occurrences += 1;
        }
        for duty in &duties {
            let view = shifts::view_in(tx, &duty.id).await?;
            let view = view.ok_or(Error::Corrupt("shift"))?;
            done.shifts += 1;
            // Others went with their date.
            if view.status == Status::Published {
                shifts::cancel_view(tx, act, &view, &self.reason, &mut after).await?;
            }
        }
        let day = Timestamp::start_of(self.day);
        if let Aftermath::Gathered(all) = after {
            done.told = all.of_day(tx, act, (&name, day), &self.reason).await?;
        }
        self.record(tx, act, done).await?;
        Ok(done)
    }

    async fn center_name(&self, tx: &mut Tx) -> Result<String> {
        let found: Option<(String,)> = tx
            .sql("SELECT name FROM center WHERE id = $1")
            .bind(&self.center)
            .optional()
            .await?;
        Ok(found.ok_or(Refusal::NotFound)?.0)
    }

    async fn record(&self, tx: &mut Tx, act: &Act, done: DayOff) -> Result<()> {
        let entry = Entry {
            action: Verb::CenterDayOff,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({
                "day": self.day.to_string(),
                "occurrences": done.occurrences,
                "shifts": done.shifts,
                "told": done.told,
            }),
        };
        audit::record(tx, act, entry).await
    }
}
