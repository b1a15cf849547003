//! Deleting accounts whose time has come, and again after a backup from before was restored.

use super::erase::Erase;
use crate::{Act, Db, Error, Locks, Op, Result, Tx, assignments, bookings, states::live};
use domain::{
    access::Caller,
    id::{AccountId, AssignmentId, BookingId},
    time::Timestamp,
};

/// So many accounts are read at a time.
const AT_ONCE: i64 = 50;

/// An account that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Deleted {
    /// Which.
    pub id: AccountId,
    /// When.
    pub deleted_at: Timestamp,
}

/// Deletes the accounts whose time has come, one by one; what they still have booked is given back by its
/// own road first. Whoever has something open that cannot be given back any more stays until it is over.
/// How many were deleted.
///
/// # Errors
/// Database errors.
pub async fn run_due(db: &Db, act: &Act) -> Result<u32> {
    let (mut deleted, mut after) = (0, String::new());
    // All of them, also behind those that wait.
    loop {
        let mut tx = db.read().await?;
        let due: Vec<(AccountId,)> = tx
            .sql("SELECT id FROM account WHERE delete_at <= $1 AND id > $2 ORDER BY id LIMIT $3")
            .bind(act.now)
            .bind(&after)
            .bind(AT_ONCE)
            .all()
            .await?;
        drop(tx);
        let Some((last,)) = due.last() else {
            return Ok(deleted);
        };
        after = last.to_string();
        for (account,) in due {
            give_back(db, act, &account).await?;
            let locks = Locks::of([&account]);
            let op = Erase { account };
            deleted += u32::from(db.write(act, locks, op).await?);
        }
    }
}

/// Gives back what the account's people have not begun yet, as they would themselves. What cannot be given
/// back any more stays.
async fn give_back(db: &Db, act: &Act, account: &AccountId) -> Result<()> {
    let mut tx = db.read().await?;
    let booked: Vec<(BookingId,)> = tx
        .sql(concat!(
            "SELECT b.id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
             WHERE b.account_id = $1 AND o.starts_at > $2 AND b.state IN ",
            live!(),
            " ORDER BY o.starts_at, b.id"
        ))
        .bind(account)
        .bind(act.now)
        .all()
        .await?;
    let placed: Vec<(AssignmentId,)> = tx
        .sql(
            "SELECT a.id FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE a.account_id = $1 AND s.starts_at > $2
             AND a.state IN ('waitlisted', 'requested', 'confirmed')
             ORDER BY s.starts_at, a.id",
        )
        .bind(account)
        .bind(act.now)
        .all()
        .await?;
    drop(tx);
    let act = act.by(Caller::resident(account.clone()));
    for (booking,) in booked {
        passed(bookings::cancel(db, &act, booking, String::new()).await)?;
    }
    for (place,) in placed {
        passed(assignments::withdraw(db, &act, place, "").await)?;
    }
    Ok(())
}

/// A refusal is no error: the place stays until it is over.
fn passed<T>(done: Result<T>) -> Result<()> {
    match done {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The accounts that were deleted, the last first: what a restored backup must forget again.
///
/// # Errors
/// Database errors.
pub async fn deleted(db: &Db) -> Result<Vec<Deleted>> {
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT id, deleted_at FROM account WHERE deleted_at IS NOT NULL
         ORDER BY deleted_at DESC, id",
    )
    .all()
    .await
}

/// Those of these accounts that are there and not deleted are deleted by the next [`run_due`] (C-169). How
/// many they are.
///
/// # Errors
/// Database errors.
pub async fn again(db: &Db, act: &Act, accounts: Vec<AccountId>) -> Result<u64> {
    db.write(act, Locks::none(), Again(accounts)).await
}

struct Again(Vec<AccountId>);

#[async_trait::async_trait]
impl Op for Again {
    type Out = u64;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u64> {
        let mut found = 0;
        for account in &self.0 {
            found += tx
                .sql("UPDATE account SET delete_at = $1 WHERE id = $2 AND deleted_at IS NULL")
                .bind(act.now)
                .bind(account)
                .run()
                .await?;
        }
        Ok(found)
    }
}
