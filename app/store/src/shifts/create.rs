//! Planning shifts: one, or a series by a rule.

use super::columns::bind_needs;
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, outcome, rooms,
};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::Action,
    activity::{Status, check_horizon, check_series, check_times},
    audit::Verb,
    id::{CenterId, OccurrenceId, ShiftId},
    recurrence,
    shift::{Duty, Joining, Needs},
    text,
    time::{Span, Timestamp},
};
use serde_json::json;

/// The longest title, in characters.
pub(super) const LONGEST_TITLE: usize = 80;

/// A shift to be, or with a rule a series of them.
#[derive(Clone, Debug)]
pub struct NewShift {
    /// At which center.
    pub center: CenterId,
    /// What it is called.
    pub title: String,
    /// When the first one starts.
    pub starts_at: Timestamp,
    /// When the first one ends; may lie on the next day (C-52).
    pub ends_at: Timestamp,
    /// A rule of RFC 5545 with COUNT or UNTIL.
    pub rule: Option<String>,
    /// Days that the rule leaves out.
    pub excluded: Vec<NaiveDate>,
    /// Days of the rule, and the days on which the shift is instead.
    pub moved: Vec<(NaiveDate, NaiveDate)>,
    /// The occurrence that it belongs to.
    pub occurrence: Option<OccurrenceId>,
    /// What it is for, if it is the center's own.
    pub duty: Option<Duty>,
    /// Where; may be empty.
    pub place: String,
    /// How volunteers get in.
    pub joining: Joining,
    /// What it needs.
    pub needs: Needs,
    /// Open to volunteers at once, or a draft.
    pub publish: bool,
}

impl NewShift {
    /// Exactly the shifts that would be made at that time, in order.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what [`recurrence::expand`] refuses, for times in the past or over
    /// three years ahead, and for needs that cannot be met.
    pub fn plan(&self, now: Timestamp) -> std::result::Result<Vec<Span>, Refusal> {
        let first = check_times(self.starts_at, self.ends_at)?;
        self.needs.check()?;
        let spans = match &self.rule {
            Some(_) if self.occurrence.is_some() => {
                return Err(Refusal::invalid("rrule", Reason::Alone));
            }
            Some(rule) => {
                let spans = recurrence::expand(rule, first, &self.excluded)?;
                recurrence::moved(spans, &self.moved)?
            }
            None => vec![first],
        };
        if spans.iter().any(|span| span.end() <= now) {
            return Err(Refusal::invalid("starts_at", Reason::InThePast));
        }
        for span in &spans {
            check_horizon("starts_at", span.start(), now)?;
        }
        check_series(&spans)?;
        Ok(spans)
    }
}

/// Makes the shifts, all or none.
///
/// # Errors
/// As [`NewShift::plan`]; [`Refusal::NotFound`] for a center that does not exist, or an occurrence
/// that is not the center's; [`Refusal::Forbidden`].
pub async fn create(db: &Db, act: &Act, new: NewShift) -> Result<Vec<ShiftId>> {
    Ok(db.write(act, Locks::none(), Create { new }).await??)
}

struct Create {
    new: NewShift,
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = Outcome<Vec<ShiftId>>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(create_in(tx, act, &self.new, false).await)
    }
}

pub(crate) async fn create_in(
    tx: &mut Tx,
    act: &Act,
    new: &NewShift,
    demo: bool,
) -> Result<Vec<ShiftId>> {
    let place = centers::place(tx, &new.center).await?;
    act.caller.may(Action::ManageActivities, &place)?;
    let title = text::name("title", &new.title, LONGEST_TITLE)?;
    let meeting_point = rooms::check_name(&new.place)?;
    let needs = new.needs.tidied()?;
    let spans = new.plan(act.now)?;
    if let Some(occurrence) = &new.occurrence {
        check_occurrence(tx, &new.center, occurrence).await?;
    }
    let status = match new.publish {
        true => Status::Published,
        false => Status::Draft,
    };
    let mut made: Vec<ShiftId> = Vec::with_capacity(spans.len());
    for span in spans {
        let id: ShiftId = act.ids.make(act.now);
        let insert = tx.sql(
            "INSERT INTO shift (id, center_id, occurrence_id, duty, title, starts_at, ends_at, place,
                 joining, leads_min, volunteers_min, volunteers_max, waitlist_capacity, positions,
                 skills, trainings, min_age, guardian_below, risks, risks_version, status, demo,
                 created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20, $21, $22, $23)",
        );
        let insert = insert
            .bind(&id)
            .bind(&new.center)
            .bind(new.occurrence.as_ref())
            .bind(new.duty)
            .bind(&title)
            .bind(span.start())
            .bind(span.end())
            .bind(&meeting_point)
            .bind(new.joining);
        bind_needs(insert, &needs)?
            .bind(status)
            .bind(demo)
            .bind(act.now)
            .run()
            .await?;
        tx.changed(Change::Shift(id.clone()));
        made.push(id);
    }
    let first = made.first().ok_or(Refusal::NotFound)?;
    let entry = Entry {
        action: Verb::ShiftCreate,
        subject: ("shift", first.as_str()),
        center: Some(&new.center),
        detail: json!({ "shifts": made.len(), "published": new.publish }),
    };
    audit::record(tx, act, entry).await?;
    tx.changed(Change::Center(new.center.clone()));
    Ok(made)
}

/// Whether the occurrence is one of the center's that stands.
async fn check_occurrence(tx: &mut Tx, center: &CenterId, id: &OccurrenceId) -> Result<()> {
    let found: Option<(String,)> = tx
        .sql("SELECT id FROM occurrence WHERE id = $1 AND center_id = $2 AND status <> 'cancelled'")
        .bind(id)
        .bind(center)
        .optional()
        .await?;
    found.ok_or_else(|| Refusal::invalid("occurrence_id", Reason::UnknownValue))?;
    Ok(())
}
