//! What signing up would come to, for each of an account's people.

use super::facts;
use crate::{Act, Db, Result, invitations};
use domain::{
    Refusal,
    id::{AccountId, AssignmentId, PersonId, ShiftId},
    person::{BirthYear, Relation},
    shift::{Ask, Placement, decide},
    volunteer::Standing,
};

/// Somebody of the account, and what signing up would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPreview {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they are to the holder.
    pub relation: Relation,
    /// When they were born.
    pub birth_year: BirthYear,
    /// How far they are as a volunteer.
    pub standing: Option<Standing>,
    /// Their live assignment in the shift.
    pub live: Option<AssignmentId>,
    /// What they would get, or every rule that is not met.
    pub outcome: std::result::Result<Placement, Vec<Refusal>>,
}

/// What signing up by themselves would come to now, the holder first; the text of risks counts as
/// confirmed, which the form asks for.
///
/// # Errors
/// [`Refusal::NotFound`] for a shift that does not exist; database errors.
pub async fn preview(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    account: &AccountId,
) -> Result<Vec<PersonPreview>> {
    let mut tx = db.read().await?;
    let loaded = facts::shift(&mut tx, shift).await?;
    let rows: Vec<(PersonId, Relation)> = tx
        .sql(
            "SELECT id, relation FROM person WHERE account_id = $1 AND status = 'active'
             ORDER BY CASE WHEN relation = 'self' THEN 0 ELSE 1 END, created_at, id",
        )
        .bind(account)
        .all()
        .await?;
    let people: Vec<PersonId> = rows.iter().map(|(id, _)| id.clone()).collect();
    let mut found = facts::volunteers(&mut tx, &loaded.facts, &people).await?;
    let mut theirs = Vec::with_capacity(people.len());
    for person in &people {
        let kept = invitations::not_in_the_way(&mut tx, &loaded.view, person, act.now).await?;
        theirs.push(loaded.facts.clone().for_invited(kept));
    }
    let ask = Ask {
        position: None,
        may_wait: true,
        by_staff: false,
        overrides: false,
    };
    let previews = rows
        .into_iter()
        .zip(theirs)
        .filter_map(|((person, relation), shift)| {
            let mut who = found.remove(&person)?;
            who.facts.risks_version = Some(loaded.facts.needs.risks.version);
            Some(PersonPreview {
                outcome: decide(&shift, &who.facts, ask, act.now),
                standing: who.facts.standing,
                live: who.facts.live,
                birth_year: who.facts.birth_year,
                name: who.name,
                relation,
                person,
            })
        });
    Ok(previews.collect())
}
