//! When a volunteer usually has time, as they say it.

use super::{
    apply::{own_in, record},
    read::{VolunteerView, of_person_in},
};
use crate::{Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, outcome};
use domain::{
    audit::Verb,
    availability::Availability,
    id::{AccountId, PersonId},
};

/// Notes when one of an account's people usually has time; days that are over are forgotten.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for somebody of another account, [`domain::Refusal::NotAVolunteer`],
/// [`domain::Refusal::Invalid`].
pub async fn set_availability(
    db: &Db,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
    mut availability: Availability,
) -> Result<VolunteerView> {
    let today = act.now.day();
    availability.away.retain(|day| *day >= today);
    availability.check()?;
    let op = SetAvailability {
        account: account.clone(),
        person: person.clone(),
        availability,
    };
    Ok(db.write(act, Locks::of([account]), op).await??)
}

struct SetAvailability {
    account: AccountId,
    person: PersonId,
    availability: Availability,
}

#[async_trait::async_trait]
impl Op for SetAvailability {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.set(tx, act).await)
    }
}

impl SetAvailability {
    async fn set(&self, tx: &mut Tx, act: &Act) -> Result<VolunteerView> {
        let known = own_in(tx, act, &self.account, &self.person).await?;
        tx.sql("UPDATE volunteer SET availability = $1, revision = revision + 1 WHERE id = $2")
            .bind(serde_json::to_string(&self.availability)?)
            .bind(&known.id)
            .run()
            .await?;
        let center = known.center_id.as_ref();
        record(
            tx,
            act,
            Verb::VolunteerAvailability,
            &known.person_id,
            center,
        )
        .await?;
        let now = of_person_in(tx, &known.person_id).await?;
        now.ok_or(Error::Corrupt("volunteer"))
    }
}
