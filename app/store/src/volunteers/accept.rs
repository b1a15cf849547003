//! Accepting an application: from then on somebody is on probation, with a number.

use super::{
    apply::record,
    read::{VolunteerView, find_in, of_person_in},
};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, centers, hours::totals_in, notices,
    outcome,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    hours::check_probation,
    id::{AccountId, CenterId, PersonId, VolunteerId},
    notice::Notice,
    volunteer::{Standing, after_accepting},
};

/// Accepts an application at a center: the one that was named in it, or where none was, the one that
/// accepts. Accepting again changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn accept(
    db: &Db,
    act: &Act,
    center: &CenterId,
    volunteer: &VolunteerId,
) -> Result<VolunteerView> {
    let mut tx = db.read().await?;
    let found = find_in(&mut tx, volunteer).await?;
    drop(tx);
    let account = found.ok_or(Refusal::NotFound)?.account_id;
    let op = Accept {
        volunteer: volunteer.clone(),
        center: center.clone(),
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Accept {
    volunteer: VolunteerId,
    center: CenterId,
}

#[async_trait::async_trait]
impl Op for Accept {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.accept_in(tx, act).await)
    }
}

impl Accept {
    async fn accept_in(&self, tx: &mut Tx, act: &Act) -> Result<VolunteerView> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let view = find_in(tx, &self.volunteer)
            .await?
            .ok_or(Refusal::NotFound)?;
        if view
            .center_id
            .as_ref()
            .is_some_and(|named| *named != self.center)
        {
            return Err(Refusal::NotFound.into());
        }
        tx.need([&view.account_id])?;
        let standing = after_accepting(view.standing)?;
        if standing == view.standing {
            return Ok(view);
        }
        let number = match &view.probation_no {
            Some(number) => number.clone(),
            None => number(act, 'P', 9),
        };
        tx.sql(
            "UPDATE volunteer SET standing = $1, probation_no = $2, accepted_at = $3, center_id = $4,
             revision = revision + 1 WHERE id = $5",
        )
        .bind(standing)
        .bind(&number)
        .bind(act.now)
        .bind(&self.center)
        .bind(&self.volunteer)
        .run()
        .await?;
        record(
            tx,
            act,
            Verb::VolunteerAccept,
            &view.person_id,
            Some(&self.center),
        )
        .await?;
        let notice = Notice::VolunteerAccepted {
            person: view.name.clone(),
            number,
        };
        notices::tell(tx, act, &view.account_id, &notice, self.volunteer.as_str()).await?;
        let now = find_in(tx, &self.volunteer).await?;
        now.ok_or(Error::Corrupt("volunteer"))
    }
}

/// Gives the formal number to somebody on probation who has the hours for it (`domain.md` 3.4). Again
/// changes nothing.
///
/// # Errors
/// [`Refusal::HoursMissing`], [`Refusal::NotFound`] for somebody who is not on probation at that center,
/// [`Refusal::Forbidden`].
pub async fn make_formal(
    db: &Db,
    act: &Act,
    center: &CenterId,
    volunteer: &VolunteerId,
) -> Result<VolunteerView> {
    let mut tx = db.read().await?;
    let found = find_in(&mut tx, volunteer).await?;
    drop(tx);
    let account = found.ok_or(Refusal::NotFound)?.account_id;
    let op = MakeFormal {
        volunteer: volunteer.clone(),
        center: center.clone(),
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct MakeFormal {
    volunteer: VolunteerId,
    center: CenterId,
}

#[async_trait::async_trait]
impl Op for MakeFormal {
    type Out = Outcome<VolunteerView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.make_in(tx, act).await)
    }
}

impl MakeFormal {
    async fn make_in(&self, tx: &mut Tx, act: &Act) -> Result<VolunteerView> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let view = find_in(tx, &self.volunteer)
            .await?
            .filter(|view| view.center_id.as_ref() == Some(&self.center))
            .ok_or(Refusal::NotFound)?;
        tx.need([&view.account_id])?;
        match view.standing {
            Standing::Formal => return Ok(view),
            Standing::Probationary => {}
            Standing::Applied | Standing::Left => return Err(Refusal::NotFound.into()),
        }
        check_probation(&totals_in(tx, &view.person_id).await?)?;
        let number = match &view.formal_no {
            Some(number) => number.clone(),
            None => number(act, '1', 9),
        };
        tx.sql(
            "UPDATE volunteer SET standing = $1, formal_no = $2, formal_at = $3,
             revision = revision + 1 WHERE id = $4",
        )
        .bind(Standing::Formal)
        .bind(&number)
        .bind(act.now)
        .bind(&self.volunteer)
        .run()
        .await?;
        let center = Some(&self.center);
        record(tx, act, Verb::VolunteerFormal, &view.person_id, center).await?;
        let notice = Notice::VolunteerFormal {
            person: view.name.clone(),
            number,
        };
        notices::tell(tx, act, &view.account_id, &notice, self.volunteer.as_str()).await?;
        let now = find_in(tx, &self.volunteer).await?;
        now.ok_or(Error::Corrupt("volunteer"))
    }
}

/// A number of that many random digits. One that exists already, one of hundreds of millions, fails
/// the write; the caller tries again.
fn number(act: &Act, mark: char, digits: usize) -> String {
    let random = u64::from_le_bytes(act.ids.random::<8>());
    let most = 10_u64.pow(u32::try_from(digits).unwrap_or(9));
    format!("{mark}{:0digits$}", random % most)
}

/// Makes somebody a formal volunteer, for programs that measure and for demo data.
pub(crate) async fn make_formal_in(
    tx: &mut Tx,
    act: &Act,
    account: &AccountId,
    person: &PersonId,
) -> Result<()> {
    let known = of_person_in(tx, person).await?;
    if known.is_some_and(|volunteer| volunteer.standing == Standing::Formal) {
        return Ok(());
    }
    tx.need([account])?;
    let id: VolunteerId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO volunteer (id, person_id, standing, probation_no, formal_no, applied_at,
             accepted_at, formal_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
         ON CONFLICT (person_id) DO UPDATE SET standing = excluded.standing,
             formal_no = excluded.formal_no, formal_at = excluded.formal_at, left_at = NULL",
    )
    .bind(id)
    .bind(person)
    .bind(Standing::Formal)
    .bind(number(act, 'P', 9))
    .bind(number(act, '1', 9))
    .bind(act.now)
    .run()
    .await?;
    record(tx, act, Verb::VolunteerAccept, person, None).await
}
