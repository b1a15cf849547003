//! What a merge would do, before anybody presses.

use super::facts::{Row, half_in, known_in};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    people::{self, Person},
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{CenterId, PersonId},
    merging::{Conflict, Plan, decide},
    person::Phone,
};
use serde_json::json;

/// Two entries side by side, with what merging them would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Who would be gone.
    pub gone: Person,
    /// How to reach their account's holder; shown masked.
    pub gone_phone: Option<Phone>,
    /// Who stays.
    pub kept: Person,
    /// How to reach their account's holder; shown masked.
    pub kept_phone: Option<Phone>,
    /// What moves, or what has to be settled first.
    pub decision: std::result::Result<Plan, Vec<Conflict>>,
}

/// What merging `gone` into `kept` would do, for staff who may book for others at a center where both are
/// known: the decision that [`super::merge`] takes, on what is there now. The look is in the audit log.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever is not known there or not there any more, and for one person twice;
/// [`Refusal::Forbidden`].
pub async fn preview(
    db: &Db,
    act: &Act,
    center: &CenterId,
    gone: &PersonId,
    kept: &PersonId,
) -> Result<Preview> {
    let op = Look {
        center: center.clone(),
        gone: gone.clone(),
        kept: kept.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Look {
    center: CenterId,
    gone: PersonId,
    kept: PersonId,
}

/// The two entries of a merge, where the caller may merge.
pub(super) async fn both_in(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    (gone, kept): (&PersonId, &PersonId),
) -> Result<(Row, Row)> {
    let place = centers::place(tx, center).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    if gone == kept {
        return Err(Refusal::NotFound.into());
    }
    Ok((
        known_in(tx, center, gone).await?,
        known_in(tx, center, kept).await?,
    ))
}

#[async_trait::async_trait]
impl Op for Look {
    type Out = Preview;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Preview> {
        let pair = (&self.gone, &self.kept);
        let (gone, kept) = both_in(tx, act, &self.center, pair).await?;
        let (one, other) = (
            half_in(tx, &gone, act.now).await?,
            half_in(tx, &kept, act.now).await?,
        );
        let entry = Entry {
            action: Verb::PersonView,
            subject: ("person", self.gone.as_str()),
            center: Some(&self.center),
            detail: json!({ "for": "merge", "into": self.kept }),
        };
        audit::record_look(tx, act, self.kept.as_str(), entry).await?;
        Ok(Preview {
            decision: decide(&one, &other, act.now),
            gone: people::find_in(tx, &gone.account_id, &gone.id).await?,
            gone_phone: gone.phone,
            kept: people::find_in(tx, &kept.account_id, &kept.id).await?,
            kept_phone: kept.phone,
        })
    }
}
