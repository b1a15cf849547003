//! Hours that are typed in, and corrections: with a reason, and for whatever adds, a second person's
//! word (C-89, C-92).

use super::{
    close::day_so_far,
    insert::{NewEntry, add},
    read::{EntryView, find_in, of_shift_in},
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx, centers, outcome,
    shifts::{self, ShiftView},
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    hours::{Approval, Kind, LONGEST_REASON, approval, check_entered, correction_kind},
    id::{AccountId, AssignmentId, HourEntryId, PersonId, ShiftId},
    shift::Role,
    text,
};

/// Enters hours of a place in a shift that no scan shows. Somebody else approves them.
///
/// # Errors
/// [`Refusal::Invalid`] for a missing reason, more minutes than the shift lasted, or a place that has
/// hours already, which are corrected; [`Refusal::NotOver`], [`Refusal::NotFound`],
/// [`Refusal::Forbidden`].
pub async fn enter(
    db: &Db,
    act: &Act,
    assignment: &AssignmentId,
    minutes: u32,
    reason: &str,
) -> Result<EntryView> {
    let mut tx = db.read().await?;
    let found: Option<(ShiftId, Option<AccountId>)> = tx
        .sql("SELECT shift_id, account_id FROM assignment WHERE id = $1")
        .bind(assignment)
        .optional()
        .await?;
    drop(tx);
    let (shift, account) = found.ok_or(Refusal::NotFound)?;
    let op = Enter {
        assignment: assignment.clone(),
        minutes,
        reason: reason.to_owned(),
    };
    let locks = Locks::of(account.iter()).and([&shift]);
    Ok(db.write(act, locks, op).await??)
}

struct Enter {
    assignment: AssignmentId,
    minutes: u32,
    reason: String,
}

#[async_trait::async_trait]
impl Op for Enter {
    type Out = Outcome<EntryView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.enter_in(tx, act).await)
    }
}

#[derive(sqlx::FromRow)]
struct Place {
    shift_id: ShiftId,
    role: Role,
    person_id: Option<PersonId>,
    account_id: Option<AccountId>,
}

/// A shift that is over, whose center's staff the caller is.
async fn shift_that_is_over(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<ShiftView> {
    tx.need([shift])?;
    let view = shifts::view_in(tx, shift).await?.ok_or(Refusal::NotFound)?;
    let place = centers::place(tx, &view.center_id).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let until = view.span.end();
    match act.now < until {
        true => Err(Refusal::NotOver { until }.into()),
        false => Ok(view),
    }
}

impl Enter {
    async fn enter_in(&self, tx: &mut Tx, act: &Act) -> Result<EntryView> {
        let place: Option<Place> = tx
            .sql("SELECT shift_id, role, person_id, account_id FROM assignment WHERE id = $1")
            .bind(&self.assignment)
            .optional()
            .await?;
        let place = place.ok_or(Refusal::NotFound)?;
        let shift = shift_that_is_over(tx, act, &place.shift_id).await?;
        let author = act.caller.staff()?;
        tx.need(place.account_id.iter())?;
        let unknown = || Refusal::invalid("assignment_id", Reason::UnknownValue);
        let person = place.person_id.filter(|_| place.role == Role::Volunteer);
        let person = person.ok_or_else(unknown)?;
        check_entered(self.minutes, shift.span)?;
        let reason = text::name("reason", &self.reason, LONGEST_REASON)?;
        let entries = of_shift_in(tx, &shift.id).await?;
        let has_some = entries
            .iter()
            .any(|entry| entry.assignment_id == self.assignment && !entry.sum.is_refused);
        if has_some {
            return Err(Refusal::invalid("assignment_id", Reason::RepeatedOrTooMany).into());
        }
        let day = day_so_far(tx, &person, &shift).await? + i64::from(self.minutes);
        let least = approval(u32::try_from(day).unwrap_or(0));
        let new = NewEntry {
            shift: &shift,
            assignment: &self.assignment,
            person: &person,
            kind: Kind::Entered,
            counts_as: Kind::Entered,
            minutes: i64::from(self.minutes),
            spans: &[],
            approval: least.max(Approval::Second),
            reason: &reason,
            corrects: None,
            author: Some(author),
            verb: Verb::HoursEnter,
            demo: shift.demo,
        };
        let entry = add(tx, act, new).await?;
        tx.changed(Change::Shift(shift.id));
        Ok(entry)
    }
}

/// Corrects an entry by adding to the ledger: more minutes, or with a negative number fewer. The entry
/// stays as it was.
///
/// # Errors
/// [`Refusal::Invalid`] for a missing reason, nothing, or a sum below nothing or beyond the shift;
/// [`Refusal::NotFound`], also for what is itself a correction; [`Refusal::Forbidden`].
pub async fn correct(
    db: &Db,
    act: &Act,
    entry: &HourEntryId,
    minutes: i64,
    reason: &str,
) -> Result<EntryView> {
    let found = find_in(&mut db.read().await?, entry).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let op = Correct {
        entry: entry.clone(),
        minutes,
        reason: reason.to_owned(),
    };
    let locks = Locks::of([&found.account_id]).and([&found.shift_id]);
    Ok(db.write(act, locks, op).await??)
}

pub(super) struct Correct {
    pub(super) entry: HourEntryId,
    pub(super) minutes: i64,
    pub(super) reason: String,
}

#[async_trait::async_trait]
impl Op for Correct {
    type Out = Outcome<EntryView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.correct_in(tx, act).await)
    }
}

impl Correct {
    pub(super) async fn correct_in(&self, tx: &mut Tx, act: &Act) -> Result<EntryView> {
        let entry = find_in(tx, &self.entry).await?;
        let entry = entry.ok_or(Error::Corrupt("hour entry"))?;
        let shift = shift_that_is_over(tx, act, &entry.shift_id).await?;
        let author = act.caller.staff()?;
        tx.need([&entry.account_id])?;
        if entry.kind == Kind::Correction || entry.sum.is_refused {
            return Err(Refusal::NotFound.into());
        }
        let reason = text::name("reason", &self.reason, LONGEST_REASON)?;
        let all = of_shift_in(tx, &shift.id).await?;
        let of_it = all.iter().filter(|other| {
            (other.id == entry.id || other.corrects.as_ref() == Some(&entry.id))
                && !other.sum.is_refused
        });
        let before: i64 = of_it.map(|other| other.sum.minutes).sum();
        // What was sent may be any number.
        let sum = before.saturating_add(self.minutes);
        let most = (shift.span.end().0 - shift.span.start().0) / domain::time::MINUTE;
        if self.minutes == 0 || !(0..=most).contains(&sum) {
            return Err(Refusal::invalid("minutes", Reason::OutOfRange).into());
        }
        let (counts_as, approval) = correction_kind(entry.sum.counts_as, self.minutes);
        let new = NewEntry {
            shift: &shift,
            assignment: &entry.assignment_id,
            person: &entry.person_id,
            kind: Kind::Correction,
            counts_as,
            minutes: self.minutes,
            spans: &[],
            approval,
            reason: &reason,
            corrects: Some(&entry.id),
            author: Some(author),
            verb: Verb::HoursCorrect,
            demo: shift.demo,
        };
        let added = add(tx, act, new).await?;
        tx.changed(Change::Shift(shift.id));
        Ok(added)
    }
}
