//! What booking would answer now, before anybody taps: the same facts and the same decision, read
//! without locks. It promises nothing; [`super::book`] decides (C-02).

use super::facts;
use crate::{Act, Db, Result};
use domain::{
    Refusal,
    activity::{Channel, Status, Terms},
    booking::{Fit, PartyRequest, Placement, decide},
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    person::{BirthYear, Relation},
    place::CommunityKey,
    time::Span,
};

/// A person with what they would get.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonPreview {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they are to the holder.
    pub relation: Relation,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// A place, a place in line, or why not.
    pub outcome: std::result::Result<Placement, Refusal>,
}

/// An occurrence as the booking form needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Which.
    pub occurrence: OccurrenceId,
    /// Title of the activity.
    pub title: String,
    /// At which center.
    pub center: CenterId,
    /// That center's name.
    pub center_name: String,
    /// The room, may be empty.
    pub room: String,
    /// When; with one enrolment the first sitting that is still to come.
    pub span: Span,
    /// Of the whole series, with one enrolment: when each sitting is.
    pub sittings: Vec<Span>,
    /// The terms of the first of them.
    pub terms: Terms,
    /// Whether it can be booked at all.
    pub status: Status,
    /// Places free for who books online.
    pub free: u32,
    /// How many wait.
    pub waitlisted: u32,
    /// The community that may come first.
    pub community: CommunityKey,
    /// The family, the holder first.
    pub people: Vec<PersonPreview>,
}

/// Previews the booking of an occurrence for each person of an account.
///
/// # Errors
/// [`Refusal::NotFound`] where the occurrence does not exist or is a draft, or the account has no
/// holder yet.
pub async fn preview(
    db: &Db,
    act: &Act,
    occurrence: &OccurrenceId,
    account: &AccountId,
    channel: Channel,
) -> Result<Preview> {
    let mut tx = db.read().await?;
    let loaded = facts::offer(&mut tx, occurrence, act.now).await?;
    let first = loaded.offer.first();
    if first.status == Status::Draft {
        return Err(Refusal::NotFound.into());
    }
    let family: Vec<(PersonId, Relation)> = tx
        .sql(
            "SELECT id, relation FROM person WHERE account_id = $1 AND status = 'active'
             ORDER BY CASE WHEN relation = 'self' THEN 0 ELSE 1 END, created_at, id",
        )
        .bind(account)
        .all()
        .await?;
    let wanted: Vec<PersonId> = family.iter().map(|(id, _)| id.clone()).collect();
    let people = facts::people(&mut tx, &loaded, account, &wanted).await?;
    let request = PartyRequest {
        channel,
        fit: Fit::AsManyAsFit,
        may_wait: true,
        queue_stands: first.waitlisted > 0,
        at_door: None,
    };
    let people = people
        .into_iter()
        .zip(family)
        .map(|(person, (_, relation))| {
            let decided = decide(
                &loaded.offer,
                std::slice::from_ref(&person.facts),
                request,
                act.now,
            );
            PersonPreview {
                outcome: decided.and_then(|mut all| all.pop().unwrap_or(Err(Refusal::NotFound))),
                relation,
                birth_year: person.facts.birth_year,
                name: person.name,
                person: person.facts.person,
            }
        });
    Ok(Preview {
        people: people.collect(),
        occurrence: occurrence.clone(),
        center: loaded.place.center.clone(),
        community: loaded.place.community.clone(),
        span: first.span,
        sittings: loaded.offer.occurrences().map(|o| o.span).collect(),
        terms: first.terms.clone(),
        status: first.status,
        free: loaded.offer.free(channel, act.now),
        waitlisted: first.waitlisted,
        title: loaded.title,
        center_name: loaded.center_name,
        room: loaded.room,
    })
}
