//! What somebody watches.

use crate::{Act, Db, Locks, Op, Result, Tx, bookings::small, centers, shifts};
use domain::{
    Reason, Refusal,
    activity::Status,
    id::{AccountId, CenterId, ShiftId, WatchId},
    shift::ShiftKind,
    time::{Span, Timestamp},
};

/// The most that an account watches at a time.
const MOST: u32 = 30;

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// One shift.
    Shift(ShiftId),
    /// The shifts of a kind at a center; all of them without one.
    Kind(CenterId, Option<ShiftKind>),
}

/// Begins to watch for the caller; what is watched already stays as it is.
///
/// # Errors
/// [`Refusal::NotFound`] for what nobody sees, [`Refusal::AlreadyStarted`],
/// [`Refusal::ShiftCancelled`], [`Refusal::Invalid`] for one too many; database errors.
pub async fn watch(db: &Db, act: &Act, what: What) -> Result<()> {
    let account = act.caller.account()?.clone();
    let locks = Locks::of([&account]);
    db.write(act, locks, Begin { account, what }).await
}

struct Begin {
    account: AccountId,
    what: What,
}

#[async_trait::async_trait]
impl Op for Begin {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (shift, center, kind) = match &self.what {
            What::Shift(id) => {
                admit(tx, id, act.now).await?;
                (Some(id.as_str()), None, None)
            }
            What::Kind(center, kind) => {
                centers::place(tx, center).await?;
                (None, Some(center.as_str()), *kind)
            }
        };
        let many = live(tx, &self.account, act.now).await?.len();
        let id: WatchId = act.ids.make(act.now);
        let added = tx
            .sql(
                "INSERT INTO watch (id, account_id, shift_id, center_id, kind, since)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(&id)
            .bind(&self.account)
            .bind(shift)
            .bind(center)
            .bind(kind.map(ShiftKind::as_str))
            .bind(act.now)
            .run()
            .await?;
        match added > 0 && many >= MOST as usize {
            true => Err(Refusal::invalid("watch", Reason::TooMany).into()),
            false => Ok(()),
        }
    }
}

/// Whether a shift can be watched: it is to come.
async fn admit(tx: &mut Tx, id: &ShiftId, now: Timestamp) -> Result<()> {
    let view = shifts::view_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    let since = view.span.start();
    match view.status {
        Status::Draft => Err(Refusal::NotFound.into()),
        Status::Cancelled => Err(Refusal::ShiftCancelled.into()),
        Status::Published if now >= since => Err(Refusal::AlreadyStarted { since }.into()),
        Status::Published => Ok(()),
    }
}

/// Ends a watch of the caller's; one that has ended already, or somebody else's, stays as it is.
///
/// # Errors
/// [`Refusal`] for callers without an account; database errors.
pub async fn end(db: &Db, act: &Act, watch: &WatchId) -> Result<()> {
    let account = act.caller.account()?.clone();
    let locks = Locks::of([&account]);
    let watch = watch.clone();
    db.write(act, locks, End { account, watch }).await
}

struct End {
    account: AccountId,
    watch: WatchId,
}

#[async_trait::async_trait]
impl Op for End {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.sql("DELETE FROM watch WHERE id = $1 AND account_id = $2")
            .bind(&self.watch)
            .bind(&self.account)
            .run()
            .await
            .map(drop)
    }
}

/// Something that is watched, with what it brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Which.
    pub id: WatchId,
    /// What.
    pub what: What,
    /// The shift's title, or the center's name.
    pub name: String,
    /// When a shift is.
    pub span: Option<Span>,
    /// How many messages it brought.
    pub told: u32,
    /// How many places were taken after one.
    pub came: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: WatchId,
    shift_id: Option<ShiftId>,
    center_id: Option<CenterId>,
    kind: Option<ShiftKind>,
    name: String,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    told: i64,
    came: i64,
}

impl Row {
    fn read(self) -> Result<Watch> {
        let what = match (self.shift_id, self.center_id) {
            (Some(shift), _) => What::Shift(shift),
            (None, Some(center)) => What::Kind(center, self.kind),
            (None, None) => return Err(crate::Error::Corrupt("watch")),
        };
        let span = self.starts_at.zip(self.ends_at);
        Ok(Watch {
            id: self.id,
            what,
            name: self.name,
            span: span.map(|(starts_at, ends_at)| Span::kept(starts_at, ends_at)),
            told: small(self.told)?,
            came: small(self.came)?,
        })
    }
}

/// What an account watches, shifts that have begun left out; the oldest first.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<Watch>> {
    live(&mut db.read().await?, account, now).await
}

async fn live(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<Vec<Watch>> {
    // Each half has an index of its own.
    let rows: Vec<Row> = tx
        .sql(
            "SELECT w.id AS id, w.shift_id, w.center_id, w.kind, s.title AS name, s.starts_at, s.ends_at,
                w.told, w.came, w.since AS since
             FROM watch w JOIN shift s ON s.id = w.shift_id
             WHERE w.account_id = $1 AND w.shift_id IS NOT NULL AND s.starts_at > $2
             AND s.status = 'published'
             UNION ALL
             SELECT w.id, w.shift_id, w.center_id, w.kind, c.name, NULL, NULL, w.told, w.came, w.since
             FROM watch w JOIN center c ON c.id = w.center_id
             WHERE w.account_id = $1 AND w.center_id IS NOT NULL AND w.kind IS NOT NULL
             UNION ALL
             SELECT w.id, w.shift_id, w.center_id, w.kind, c.name, NULL, NULL, w.told, w.came, w.since
             FROM watch w JOIN center c ON c.id = w.center_id
             WHERE w.account_id = $1 AND w.center_id IS NOT NULL AND w.kind IS NULL
             ORDER BY since, id",
        )
        .bind(account)
        .bind(now)
        .all()
        .await?;
    rows.into_iter().map(Row::read).collect()
}
