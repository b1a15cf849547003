//! Asking to be a volunteer, changing what is known of one, and leaving.

use super::read::{VolunteerView, of_person_in};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, outcome, people,
};
use domain::{
    Reason, Refusal,
    access::Identity,
    audit::Verb,
    id::{AccountId, CenterId, PersonId, VolunteerId},
    shift::LONGEST_NAME,
    text,
    volunteer::{Standing, admit, after_applying},
};
use serde_json::json;
use std::collections::BTreeSet;

/// The most skills that somebody names.
const MOST_SKILLS: usize = 30;

/// Who asks, and what they say of themselves.
#[derive(Clone, Debug)]
pub struct Application {
    /// Whose people.
    pub account: AccountId,
    /// Who of them; the holder without one.
    pub person: Option<PersonId>,
    /// Where they would like to help first; the account's own center without one.
    pub center: Option<CenterId>,
    /// Their skills; without them those stay that are on record.
    pub skills: Option<BTreeSet<String>>,
}

/// Asks to be a volunteer. Whoever has asked, or is one, stays what they are, and changes skills and
/// center.
///
/// # Errors
/// [`Refusal::TooYoung`], [`Refusal::ConsentRequired`], [`Refusal::NotFound`] for somebody of another
/// account, [`Refusal::Invalid`].
pub async fn apply(db: &Db, act: &Act, application: Application) -> Result<VolunteerView> {
    let locks = Locks::of([&application.account]);
    Ok(db.write(act, locks, Apply { application }).await??)
}

struct Apply {
    application: Application,
}

#[async_trait::async_trait]
impl Op for Apply {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(apply_in(tx, act, &self.application).await)
    }
}

pub(super) fn authorise(act: &Act, account: &AccountId) -> Result<()> {
    match &act.caller.identity {
        Identity::System => Ok(()),
        Identity::Resident(own) if own == account => Ok(()),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        _ => Err(Refusal::Forbidden.into()),
    }
}

/// What is on record of a volunteer of the account's who has not left, under the account's lock.
pub(super) async fn own_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
) -> Result<VolunteerView> {
    authorise(act, account)?;
    tx.need([account])?;
    let person = people::find_in(tx, account, person).await?;
    let known = of_person_in(tx, &person.id).await?;
    let standing = known.as_ref().map(|volunteer| volunteer.standing);
    let known = known.filter(|volunteer| volunteer.standing != Standing::Left);
    Ok(known.ok_or(Refusal::NotAVolunteer { standing })?)
}

async fn apply_in(tx: &mut Tx, act: &Act, application: &Application) -> Result<VolunteerView> {
    let Application { account, .. } = application;
    authorise(act, account)?;
    tx.need([account])?;
    let person = match &application.person {
        Some(person) => people::find_in(tx, account, person).await?,
        None => {
            let holder = people::holder_in(tx, account).await?;
            holder.ok_or_else(|| Refusal::invalid("name", Reason::Missing))?
        }
    };
    admit(person.birth_year, person.consent_at.is_some(), act.now)?;
    let center = match &application.center {
        Some(center) => Some(centers::place(tx, center).await?.center),
        None => own_center(tx, account).await?,
    };
    let skills = application.skills.as_ref().map(tidy).transpose()?;
    let before = of_person_in(tx, &person.id).await?;
    let standing = after_applying(before.as_ref().map(|volunteer| volunteer.standing));
    let kept = before.as_ref().map(|volunteer| volunteer.skills.clone());
    let skills = serde_json::to_string(&skills.or(kept).unwrap_or_default())?;
    match &before {
        None => {
            let id: VolunteerId = act.ids.make(act.now);
            tx.sql(
                "INSERT INTO volunteer (id, person_id, center_id, standing, skills, applied_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(id)
            .bind(&person.id)
            .bind(center.as_ref())
            .bind(standing)
            .bind(skills)
            .bind(act.now)
            .run()
            .await?;
        }
        Some(volunteer) => {
            tx.sql(
                "UPDATE volunteer SET standing = $1, skills = $2, center_id = COALESCE($3, center_id),
                 applied_at = CASE WHEN left_at IS NULL THEN applied_at ELSE $4 END,
                 left_at = NULL, revision = revision + 1 WHERE id = $5",
            )
            .bind(standing)
            .bind(skills)
            .bind(center.as_ref())
            .bind(act.now)
            .bind(&volunteer.id)
            .run()
            .await?;
        }
    }
    record(tx, act, Verb::VolunteerApply, &person.id, center.as_ref()).await?;
    let now = of_person_in(tx, &person.id).await?;
    now.ok_or(Error::Corrupt("volunteer"))
}

async fn own_center(tx: &mut Tx, account: &AccountId) -> Result<Option<CenterId>> {
    let found: Option<(Option<CenterId>,)> = tx
        .sql("SELECT center_id FROM account WHERE id = $1")
        .bind(account)
        .optional()
        .await?;
    Ok(found.and_then(|(center,)| center))
}

fn tidy(skills: &BTreeSet<String>) -> std::result::Result<BTreeSet<String>, Refusal> {
    if skills.len() > MOST_SKILLS {
        return Err(Refusal::invalid("skills", Reason::RepeatedOrTooMany));
    }
    let names = skills
        .iter()
        .map(|skill| text::name("skills", skill, LONGEST_NAME));
    names.collect()
}

pub(super) async fn record(
    tx: &mut Tx,
    act: &Act,
    action: Verb,
    person: &PersonId,
    center: Option<&CenterId>,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("person", person.as_str()),
        center,
        detail: json!({}),
    };
    audit::record(tx, act, entry).await
}

/// Leaves the volunteers: one step. What was done stays on record; shifts that are still to come are
/// given back by their own road first.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::HasBookings`] while places in shifts are held.
pub async fn leave(
    db: &Db,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
) -> Result<VolunteerView> {
    let op = Leave {
        account: account.clone(),
        person: person.clone(),
    };
    Ok(db.write(act, Locks::of([account]), op).await??)
}

struct Leave {
    account: AccountId,
    person: PersonId,
}

#[async_trait::async_trait]
impl Op for Leave {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.leave_in(tx, act).await)
    }
}

impl Leave {
    async fn leave_in(&self, tx: &mut Tx, act: &Act) -> Result<VolunteerView> {
        authorise(act, &self.account)?;
        tx.need([&self.account])?;
        people::find_in(tx, &self.account, &self.person).await?;
        let before = of_person_in(tx, &self.person)
            .await?
            .ok_or(Refusal::NotFound)?;
        let live = tx
            .sql(
                "SELECT COUNT(*) FROM assignment WHERE person_id = $1
                 AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')",
            )
            .bind(&self.person)
            .count()
            .await?;
        if live > 0 {
            return Err(Refusal::HasBookings { live }.into());
        }
        tx.sql(
            "UPDATE volunteer SET standing = $1, left_at = $2, revision = revision + 1
             WHERE id = $3",
        )
        .bind(Standing::Left)
        .bind(act.now)
        .bind(&before.id)
        .run()
        .await?;
        record(
            tx,
            act,
            Verb::VolunteerLeave,
            &self.person,
            before.center_id.as_ref(),
        )
        .await?;
        let now = of_person_in(tx, &self.person).await?;
        now.ok_or(Error::Corrupt("volunteer"))
    }
}
