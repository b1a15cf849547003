//! Importing a plan of activities: a look at what it would do, and doing exactly that (C-63, C-159).

use crate::{
    Act, Db, Lock, Locks, Op, Replay, Result, Tx,
    activities::{Dates, NewActivity, NewOccurrence, add_in, create_in},
    centers,
    menu::Field,
    occurrences::TermsEdit,
    rooms::{self, Occupied},
};
use data_encoding::HEXLOWER;
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Enrolment, MAX_DURATION, Status},
    id::{ActivityId, CenterId, OccurrenceId},
    plan_import::{
        Facts, FieldNames, News, Read, Rooms, Row, ThereDate, ToMake, ToMakeDate, decide, to_make,
    },
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What a plan would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// For each row, in their order.
    pub news: Vec<News>,
    /// Stands for all that would be made.
    pub seen: String,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New drafts.
    pub activities: usize,
    /// Drafts that were there and got more dates.
    pub extended: usize,
    /// New dates in all.
    pub dates: usize,
}

/// The service fields by all their names, as a plan may name them.
pub fn field_names(fields: &[Field]) -> Vec<FieldNames> {
    let named = |field: &Field| FieldNames {
        code: field.code.clone(),
        names: vec![field.name_zh.clone(), field.name_en.clone()],
    };
    fields.iter().map(named).collect()
}

/// What a plan would do at a center; nothing is written.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center, [`Refusal::Forbidden`] unless the caller manages its
/// activities.
pub async fn look(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    plan: &Read,
    now: Timestamp,
) -> Result<Look> {
    let mut tx = db.read().await?;
    let (news, made) = decided(&mut tx, caller, center, plan, now).await?;
    Ok(Look {
        news,
        seen: fingerprint(&made),
    })
}

/// Makes drafts of the rows that are new, all of them or nothing, if that is what was last seen. The same
/// again makes nothing.
///
/// # Errors
/// As [`look`]; [`Refusal::Stale`] where something else would be made than what `seen` stands for.
pub async fn bring_in(
    db: &Db,
    act: &Act,
    center: &CenterId,
    plan: Read,
    seen: String,
) -> Result<Imported> {
    let op = BringIn {
        center: center.clone(),
        plan,
        seen,
    };
    // Two who import into one center come one after the other.
    db.write(act, Locks::of([center]), op).await
}

struct BringIn {
    center: CenterId,
    plan: Read,
    seen: String,
}

#[async_trait::async_trait]
impl Op for BringIn {
    type Out = Imported;
    fn replay() -> Replay<Imported> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Imported> {
        let (_, made) = decided(tx, &act.caller, &self.center, &self.plan, act.now).await?;
        if fingerprint(&made) != self.seen {
            return Err(Refusal::Stale.into());
        }
        lock(tx, &self.center, &made).await?;
        let mut done = Imported::default();
        for one in made {
            done.dates += one.dates.len();
            let dates = Dates::List(one.dates.into_iter().map(date).collect());
            match &one.onto {
                Some(draft) => {
                    add_in(tx, act, draft, &dates, None).await?;
                    done.extended += 1;
                }
                None => {
                    let new = NewActivity {
                        center: self.center.clone(),
                        texts: one.texts,
                        enrolment: Enrolment::Single,
                        dates,
                        publish: false,
                    };
                    create_in(tx, act, &new, false).await?;
                    done.activities += 1;
                }
            }
        }
        Ok(done)
    }
}

fn date(date: ToMakeDate) -> NewOccurrence {
    NewOccurrence {
        starts_at: date.span.start(),
        ends_at: date.span.end(),
        room: date.room,
        terms: TermsEdit {
            capacity: date.places,
            bring: Some(date.bring),
            ..TermsEdit::default()
        },
    }
}

async fn decided(
    tx: &mut Tx,
    caller: &Caller,
    center: &CenterId,
    plan: &Read,
    now: Timestamp,
) -> Result<(Vec<News>, Vec<ToMake>)> {
    let place = centers::place(tx, center).await?;
    caller.may(Action::ManageActivities, &place)?;
    let facts = facts(tx, center, &plan.rows).await?;
    let news = decide(&plan.rows, &facts, now);
    let made = to_make(&plan.rows, &news);
    Ok((news, made))
}

/// What would be made, in a few characters.
fn fingerprint(made: &[ToMake]) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("{made:?}")))
}

/// Asks at once for all rows that drafts and rooms will want, so that what was decided is decided under
/// them.
async fn lock(tx: &mut Tx, center: &CenterId, made: &[ToMake]) -> Result<()> {
    let mut locks: Vec<Lock> = Vec::new();
    for draft in made.iter().filter_map(|one| one.onto.as_ref()) {
        let dates: Vec<(OccurrenceId,)> = tx
            .sql("SELECT id FROM occurrence WHERE activity_id = $1")
            .bind(draft)
            .all()
            .await?;
        locks.push(draft.into());
        locks.extend(dates.into_iter().map(|(id,)| Lock::from(id)));
    }
    let rooms = rooms::of_center(tx, center).await?;
    let named = made
        .iter()
        .flat_map(|one| &one.dates)
        .map(|date| &date.room);
    let named: BTreeSet<&String> = named.collect();
    let wanted = named.into_iter().filter_map(|name| rooms.by_name.get(name));
    locks.extend(wanted.map(|room| Lock::from(rooms.tree.outermost(room))));
    tx.need(locks)
}

#[derive(sqlx::FromRow)]
struct DateRow {
    activity: ActivityId,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    room: String,
    capacity: i64,
    status: Status,
    activity_status: Status,
}

impl From<DateRow> for ThereDate {
    fn from(row: DateRow) -> Self {
        Self {
            activity: row.activity,
            title: row.title,
            span: Span::kept(row.starts_at, row.ends_at),
            room: row.room,
            places: u32::try_from(row.capacity).unwrap_or(u32::MAX),
            is_called_off: [row.status, row.activity_status].contains(&Status::Cancelled),
        }
    }
}

/// What is there, as long as the plan lasts.
async fn facts(tx: &mut Tx, center: &CenterId, rows: &[Row]) -> Result<Facts> {
    let entries = rows.iter().filter_map(|row| row.entry.as_ref().ok());
    let spans: Vec<Span> = entries.map(|entry| entry.span).collect();
    let (Some(from), Some(to)) = (
        spans.iter().map(|span| span.start()).min(),
        spans.iter().map(|span| span.end()).max(),
    ) else {
        return Ok(Facts::default());
    };
    let dates: Vec<DateRow> = tx
        .sql(
            "SELECT o.activity_id AS activity, a.title, o.starts_at, o.ends_at,
                COALESCE(r.name, '') AS room, o.capacity, o.status, a.status AS activity_status
             FROM occurrence o
             JOIN activity a ON a.id = o.activity_id
             LEFT JOIN room r ON r.id = o.room_id
             WHERE o.center_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3
             ORDER BY o.starts_at, o.id",
        )
        .bind(center)
        .bind(from.plus(-MAX_DURATION))
        .bind(to)
        .all()
        .await?;
    let drafts = tx
        .sql(
            "SELECT id, title FROM activity WHERE center_id = $1 AND status = $2
             ORDER BY created_at, id",
        )
        .bind(center)
        .bind(Status::Draft)
        .all()
        .await?;
    let Occupied { rooms, uses } = Occupied::during(tx, center, &spans).await?;
    Ok(Facts {
        dates: dates.into_iter().map(ThereDate::from).collect(),
        drafts,
        rooms: Rooms {
            tree: rooms.tree,
            by_name: rooms.by_name,
            retired: rooms.retired,
            uses,
        },
    })
}
