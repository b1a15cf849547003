//! Reading evaluations.

use super::Which;
use crate::{Db, Result, Tx, centers::place};
use domain::{
    Refusal,
    access::{Action, Caller},
    evaluation::{Findings, Stage},
    id::CenterId,
    place::CenterPlace,
    time::Timestamp,
};

/// An evaluation as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// What was found so far.
    pub findings: Findings,
    /// Who saved it last, and when; absent before the first time.
    pub saved: Option<(String, Timestamp)>,
    /// When it was handed in; until then only evaluators see it.
    pub handed_in_at: Option<Timestamp>,
    /// What the center says to it.
    pub reply: Option<Reply>,
    /// Rises with every change; 0 before the first (C-69).
    pub revision: i64,
    /// Whether the caller may write it.
    pub may_write: bool,
    /// Whether the caller may reply for the center.
    pub may_reply: bool,
}

/// What a center says to its evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What.
    pub text: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    findings: String,
    saved_by: String,
    saved_at: Timestamp,
    pub(super) handed_in_at: Option<Timestamp>,
    reply: String,
    replied_by: Option<String>,
    replied_at: Option<Timestamp>,
    pub(super) revision: i64,
}

pub(super) async fn row_in(tx: &mut Tx, which: &Which) -> Result<Option<Row>> {
    tx.sql(
        "SELECT e.findings, s.name AS saved_by, e.saved_at, e.handed_in_at, e.reply,
             r.name AS replied_by, e.replied_at, e.revision
         FROM evaluation e JOIN staff s ON s.id = e.saved_by LEFT JOIN staff r ON r.id = e.replied_by
         WHERE e.center_id = $1 AND e.year = $2 AND e.stage = $3",
    )
    .bind(&which.center)
    .bind(i64::from(which.year))
    .bind(which.stage)
    .optional()
    .await
}

/// One evaluation. For whoever may write it there always is one, empty at first.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none, or none that was handed in, for others;
/// [`Refusal::Forbidden`] unless the caller sees the center's plans.
pub async fn find(db: &Db, caller: &Caller, which: &Which) -> Result<Evaluation> {
    let mut tx = db.read().await?;
    let at = place(&mut tx, &which.center).await?;
    caller.may(Action::ViewPlans, &at)?;
    let row = row_in(&mut tx, which).await?;
    seen(caller, &at, row)
}

fn seen(caller: &Caller, at: &CenterPlace, row: Option<Row>) -> Result<Evaluation> {
    let evaluates = caller.may(Action::Evaluate, at).is_ok();
    let Some(row) = row.filter(|row| evaluates || row.handed_in_at.is_some()) else {
        return match evaluates {
            true => Ok(Evaluation {
                findings: Findings::default(),
                saved: None,
                handed_in_at: None,
                reply: None,
                revision: 0,
                may_write: true,
                may_reply: false,
            }),
            false => Err(Refusal::NotFound.into()),
        };
    };
    let reply = row.replied_by.zip(row.replied_at).map(|(by, at)| Reply {
        text: row.reply,
        by,
        at,
    });
    let handed_in = row.handed_in_at.is_some();
    Ok(Evaluation {
        findings: serde_json::from_str(&row.findings)?,
        saved: Some((row.saved_by, row.saved_at)),
        handed_in_at: row.handed_in_at,
        may_reply: handed_in && reply.is_none() && caller.may(Action::SetPolicy, at).is_ok(),
        reply,
        revision: row.revision,
        may_write: evaluates && !handed_in,
    })
}

/// How an evaluation of a center stands, for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Which center.
    pub center: CenterId,
    /// At which stage.
    pub stage: Stage,
    /// When it was handed in; absent for a draft.
    pub at: Option<Timestamp>,
    /// Whether the center has replied.
    pub replied: bool,
}

/// The evaluations of a year that the caller sees: those handed in, of drafts only their own to write.
///
/// # Errors
/// Database errors.
pub async fn list(db: &Db, caller: &Caller, year: i32) -> Result<Vec<Handed>> {
    type Found = (
        CenterId,
        String,
        String,
        String,
        Stage,
        Option<Timestamp>,
        Option<Timestamp>,
    );
    let mut tx = db.read().await?;
    let rows: Vec<Found> = tx
        .sql(
            "SELECT c.id, c.district_code, c.subdistrict_code, c.community, e.stage, e.handed_in_at,
                 e.replied_at
             FROM evaluation e JOIN center c ON c.id = e.center_id WHERE e.year = $1
             ORDER BY c.id, e.stage",
        )
        .bind(i64::from(year))
        .all()
        .await?;
    let found = rows.into_iter().filter_map(
        |(center, district, subdistrict, community, stage, at, replied)| {
            let place = CenterPlace::new(center, district, subdistrict, &community);
            let wanted = match at {
                Some(_) => Action::ViewPlans,
                None => Action::Evaluate,
            };
            caller.may(wanted, &place).is_ok().then_some(Handed {
                center: place.center,
                stage,
                at,
                replied: replied.is_some(),
            })
        },
    );
    Ok(found.collect())
}
