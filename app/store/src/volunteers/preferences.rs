//! Where a volunteer likes to serve and what they speak, as they say it.

use super::{
    apply::{own_in, record},
    read::{VolunteerView, of_person_in},
};
use crate::{Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, outcome};
use domain::{
    Reason, Refusal,
    audit::Verb,
    id::{AccountId, CenterId, PersonId},
    preferences::Preferences,
};

/// Notes where one of an account's people likes to serve, and the languages that they speak.
///
/// # Errors
/// [`Refusal::NotFound`] for somebody of another account, [`Refusal::NotAVolunteer`],
/// [`Refusal::Invalid`] for too many centers, or one that there is not.
pub async fn set_preferences(
    db: &Db,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
    preferences: Preferences,
) -> Result<VolunteerView> {
    preferences.check()?;
    let op = SetPreferences {
        account: account.clone(),
        person: person.clone(),
        preferences,
    };
    Ok(db.write(act, Locks::of([account]), op).await??)
}

struct SetPreferences {
    account: AccountId,
    person: PersonId,
    preferences: Preferences,
}

#[async_trait::async_trait]
impl Op for SetPreferences {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.set(tx, act).await)
    }
}

impl SetPreferences {
    async fn set(&self, tx: &mut Tx, act: &Act) -> Result<VolunteerView> {
        let known = own_in(tx, act, &self.account, &self.person).await?;
        self.check_centers(tx).await?;
        tx.sql(
            "UPDATE volunteer SET centers = $1, languages = $2, revision = revision + 1
             WHERE id = $3",
        )
        .bind(serde_json::to_string(&self.preferences.centers)?)
        .bind(serde_json::to_string(&self.preferences.languages)?)
        .bind(&known.id)
        .run()
        .await?;
        let center = known.center_id.as_ref();
        record(
            tx,
            act,
            Verb::VolunteerPreferences,
            &known.person_id,
            center,
        )
        .await?;
        let now = of_person_in(tx, &known.person_id).await?;
        now.ok_or(Error::Corrupt("volunteer"))
    }

    /// Whether all of the centers are there.
    async fn check_centers(&self, tx: &mut Tx) -> Result<()> {
        let wanted = &self.preferences.centers;
        if wanted.is_empty() {
            return Ok(());
        }
        let text = format!("SELECT COUNT(*) FROM center WHERE id {}", tx.one_of("$1"));
        let found = tx
            .sql_built(text)
            .bind_list(wanted.iter().map(CenterId::as_str))
            .count()
            .await?;
        match found as usize == wanted.len() {
            true => Ok(()),
            false => Err(Refusal::invalid("centers", Reason::UnknownValue).into()),
        }
    }
}
