//! Validating: a lead who was there says that what the scans show was so.

use super::{
    insert::{NewEntry, add, counted},
    read::EntryView,
    sheet::{SheetRow, check, rows_in},
};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx, assignments, centers, outcome,
    shifts::{self, ShiftView},
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    hours::{Kind, approval, validated},
    id::{AccountId, AssignmentId, PersonId, ShiftId, StaffId},
    shift::{AssignmentState, Role},
};

/// Minutes that a lead says somebody served, where it is fewer than was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whose place.
    pub assignment: AssignmentId,
    /// How many.
    pub minutes: u32,
}

/// Validates the hours of a shift: of everybody who was there, as computed unless told. Whoever held a
/// place and did not come is a no-show from now on. Closing again validates who was missed. The
/// ledger's entries of the shift.
///
/// # Errors
/// [`Refusal::OwnHours`], [`Refusal::WasNotThere`], [`Refusal::NotOver`], [`Refusal::Invalid`] for more
/// minutes than were computed, [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn close(db: &Db, act: &Act, shift: &ShiftId, said: Vec<Said>) -> Result<Vec<EntryView>> {
    let op = Close {
        shift: shift.clone(),
        said,
        only: None,
    };
    run(db, act, op).await
}

/// Validates the hours of one place in a shift; the entry.
///
/// # Errors
/// As [`close`], and [`Refusal::Invalid`] for somebody who was not there.
pub async fn validate(
    db: &Db,
    act: &Act,
    assignment: &AssignmentId,
    minutes: Option<u32>,
) -> Result<EntryView> {
    let mut tx = db.read().await?;
    let found: Option<(ShiftId,)> = tx
        .sql("SELECT shift_id FROM assignment WHERE id = $1")
        .bind(assignment)
        .optional()
        .await?;
    drop(tx);
    let (shift,) = found.ok_or(Refusal::NotFound)?;
    let said = minutes.map(|minutes| Said {
        assignment: assignment.clone(),
        minutes,
    });
    let op = Close {
        shift,
        said: said.into_iter().collect(),
        only: Some(assignment.clone()),
    };
    let entries = run(db, act, op).await?;
    let mut of = entries
        .into_iter()
        .filter(|entry| entry.assignment_id == *assignment && entry.kind == Kind::Verified);
    let none = || Refusal::invalid("assignment_id", Reason::NotAdmitted);
    Ok(of.next().ok_or_else(none)?)
}

async fn run(db: &Db, act: &Act, op: Close) -> Result<Vec<EntryView>> {
    let mut tx = db.read().await?;
    let accounts: Vec<(AccountId,)> = tx
        .sql(
            "SELECT DISTINCT account_id FROM assignment WHERE shift_id = $1
             AND account_id IS NOT NULL
             AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated', 'no_show')",
        )
        .bind(&op.shift)
        .all()
        .await?;
    drop(tx);
    let locks = Locks::of(accounts.iter().map(|(account,)| account)).and([&op.shift]);
    Ok(db.write(act, locks, op).await??)
}

struct Close {
    shift: ShiftId,
    said: Vec<Said>,
    only: Option<AssignmentId>,
}

#[async_trait::async_trait]
impl Op for Close {
    type Out = Outcome<Vec<EntryView>>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.close_in(tx, act).await)
    }
}

impl Close {
    async fn close_in(&self, tx: &mut Tx, act: &Act) -> Result<Vec<EntryView>> {
        tx.need([&self.shift])?;
        let shift = shifts::view_in(tx, &self.shift).await?;
        let shift = shift.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &shift.center_id).await?;
        let rows = rows_in(tx, &shift).await?;
        tx.need(rows.iter().filter_map(|row| row.account.as_ref()))?;
        let checked = check(&act.caller, &shift, &rows, act.now);
        if checked == Err(Refusal::OwnHours) {
            return Err(Refusal::OwnHours.into());
        }
        act.caller.may(Action::BookForOthers, &place)?;
        checked?;
        self.check_said(&rows)?;
        let author = act.caller.staff()?;
        for row in rows.iter().filter(|row| row.role == Role::Volunteer) {
            if self
                .only
                .as_ref()
                .is_none_or(|only| *only == row.assignment)
            {
                self.settle(tx, act, &shift, row, author).await?;
            }
        }
        if self.only.is_none() {
            self.mark_closed(tx, act, author).await?;
        }
        assignments::recount(tx, act, &self.shift).await?;
        tx.changed(Change::Shift(self.shift.clone()));
        super::read::of_shift_in(tx, &self.shift).await
    }

    /// Everything that could be wrong with what was said, before anything is written.
    fn check_said(&self, rows: &[SheetRow]) -> Result<()> {
        for said in &self.said {
            let row = rows.iter().find(|row| row.assignment == said.assignment);
            let credit = row.and_then(|row| row.credit.as_ref());
            let unknown = || Refusal::invalid("assignment_id", Reason::UnknownValue);
            validated(credit.ok_or_else(unknown)?.minutes, Some(said.minutes))?;
        }
        Ok(())
    }

    async fn settle(
        &self,
        tx: &mut Tx,
        act: &Act,
        shift: &ShiftView,
        row: &SheetRow,
        author: &StaffId,
    ) -> Result<()> {
        let (Some(person), Some(credit)) = (&row.person, &row.credit) else {
            return Ok(());
        };
        if row.entries.iter().any(|entry| entry.kind == Kind::Verified) {
            return Ok(());
        }
        if !row.attendance.is_present() {
            if self.only.is_none() && row.state == AssignmentState::Confirmed {
                set_state(tx, &row.assignment, AssignmentState::NoShow).await?;
            }
            return Ok(());
        }
        let said = self
            .said
            .iter()
            .find(|said| said.assignment == row.assignment);
        let minutes = validated(credit.minutes, said.map(|said| said.minutes))?;
        let day = day_so_far(tx, person, shift).await? + i64::from(minutes);
        let new = NewEntry {
            shift,
            assignment: &row.assignment,
            person,
            kind: Kind::Verified,
            counts_as: Kind::Verified,
            minutes: i64::from(minutes),
            spans: &credit.spans,
            approval: approval(u32::try_from(day).unwrap_or(0)),
            reason: "",
            corrects: None,
            author: Some(author),
            verb: Verb::HoursValidate,
            demo: shift.demo,
        };
        add(tx, act, new).await?;
        set_state(tx, &row.assignment, AssignmentState::Validated).await
    }

    async fn mark_closed(&self, tx: &mut Tx, act: &Act, author: &StaffId) -> Result<()> {
        tx.sql(
            "UPDATE shift SET closed_at = $1, closed_by = $2, revision = revision + 1
             WHERE id = $3 AND closed_at IS NULL",
        )
        .bind(act.now)
        .bind(author)
        .bind(&self.shift)
        .run()
        .await
        .map(drop)
    }
}

/// The minutes that somebody's day has before the shift.
pub(super) async fn day_so_far(tx: &mut Tx, person: &PersonId, shift: &ShiftView) -> Result<i64> {
    let counted = counted(tx, &[person], shift.span).await?;
    Ok(counted.get(person).map_or(0, |counted| counted.day))
}

async fn set_state(tx: &mut Tx, assignment: &AssignmentId, state: AssignmentState) -> Result<()> {
    tx.sql("UPDATE assignment SET state = $1 WHERE id = $2")
        .bind(state)
        .bind(assignment)
        .run()
        .await
        .map(drop)
}
