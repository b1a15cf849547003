//! Saving an evaluation, handing it in, and replying to it. Whoever writes has the center's lock, so that
//! of two who save what they opened together one is told (C-69).

use super::{Which, read::row_in};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers::place,
    outcome,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    evaluation::{Findings, MAX_SUMMARY},
    text,
};
use serde_json::json;

/// Saves what was found; with `hand_in` for good, where nothing is lacking any more. The revision then.
///
/// # Errors
/// [`Refusal::Invalid`] on a note, on `summary`, or with `hand_in` on the first thing that is lacking
/// ([`Findings::lacking`]); [`Refusal::Stale`] where somebody else has saved it, or handed it in;
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn save(
    db: &Db,
    act: &Act,
    which: &Which,
    findings: Findings,
    revision: i64,
    hand_in: bool,
) -> Result<i64> {
    let findings = findings.checked()?;
    let lacking = findings.lacking().into_iter().next();
    if let Some(lacking) = lacking.filter(|_| hand_in) {
        return Err(lacking.into());
    }
    let op = Save {
        which: which.clone(),
        findings: serde_json::to_string(&findings)?,
        revision,
        hand_in,
    };
    Ok(db.write(act, Locks::of([&which.center]), op).await??)
}

struct Save {
    which: Which,
    findings: String,
    revision: i64,
    hand_in: bool,
}

#[async_trait::async_trait]
impl Op for Save {
    type Out = Outcome<i64>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.save_in(tx, act).await)
    }
}

impl Save {
    async fn save_in(&self, tx: &mut Tx, act: &Act) -> Result<i64> {
        let at = place(tx, &self.which.center).await?;
        act.caller.may(Action::Evaluate, &at)?;
        let by = act.caller.staff()?;
        let before = row_in(tx, &self.which).await?;
        let now = before.as_ref().map_or(0, |row| row.revision);
        let handed_in = before.is_some_and(|row| row.handed_in_at.is_some());
        if now != self.revision || handed_in {
            return Err(Refusal::Stale.into());
        }
        let revision = now + 1;
        tx.sql(
            "INSERT INTO evaluation (center_id, year, stage, findings, saved_by, saved_at,
                 handed_in_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (center_id, year, stage) DO UPDATE SET findings = excluded.findings,
                 saved_by = excluded.saved_by, saved_at = excluded.saved_at,
                 handed_in_at = excluded.handed_in_at, revision = excluded.revision",
        )
        .bind(&self.which.center)
        .bind(i64::from(self.which.year))
        .bind(self.which.stage)
        .bind(&self.findings)
        .bind(by)
        .bind(act.now)
        .bind(self.hand_in.then_some(act.now))
        .bind(revision)
        .run()
        .await?;
        let action = match self.hand_in {
            true => Verb::EvaluationHandIn,
            false => Verb::EvaluationSave,
        };
        record(tx, act, action, &self.which).await?;
        Ok(revision)
    }
}

async fn record(tx: &mut Tx, act: &Act, action: Verb, which: &Which) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("center", which.center.as_str()),
        center: Some(&which.center),
        detail: json!({ "year": which.year, "stage": which.stage }),
    };
    audit::record(tx, act, entry).await
}

/// Says what the center says to its evaluation, once.
///
/// # Errors
/// [`Refusal::Invalid`] on `reply`; [`Refusal::Stale`] where it has replied; [`Refusal::NotFound`] where
/// nothing was handed in; [`Refusal::Forbidden`].
pub async fn reply(db: &Db, act: &Act, which: &Which, reply: &str) -> Result<()> {
    let reply = text::lines("reply", reply, MAX_SUMMARY)?;
    text::name("reply", &reply, MAX_SUMMARY)?;
    let op = Say {
        which: which.clone(),
        reply,
    };
    Ok(db.write(act, Locks::of([&which.center]), op).await??)
}

struct Say {
    which: Which,
    reply: String,
}

#[async_trait::async_trait]
impl Op for Say {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        outcome(self.say_in(tx, act).await)
    }
}

impl Say {
    async fn say_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let at = place(tx, &self.which.center).await?;
        act.caller.may(Action::SetPolicy, &at)?;
        let by = act.caller.staff()?;
        let before = row_in(tx, &self.which).await?;
        before
            .filter(|row| row.handed_in_at.is_some())
            .ok_or(Refusal::NotFound)?;
        let said = tx
            .sql(
                "UPDATE evaluation SET reply = $1, replied_by = $2, replied_at = $3,
                     revision = revision + 1
                 WHERE center_id = $4 AND year = $5 AND stage = $6 AND replied_at IS NULL",
            )
            .bind(&self.reply)
            .bind(by)
            .bind(act.now)
            .bind(&self.which.center)
            .bind(i64::from(self.which.year))
            .bind(self.which.stage)
            .run()
            .await?;
        if said == 0 {
            return Err(Refusal::Stale.into());
        }
        record(tx, act, Verb::EvaluationReply, &self.which).await
    }
}
