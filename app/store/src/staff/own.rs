//! What members of staff do with their own account while they are signed in.

use super::{StaffView, list, sign_in};
use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::{Refusal, access::Caller, id::StaffId, time::Timestamp};

/// The caller's own account.
///
/// # Errors
/// [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`] for who is not staff.
pub async fn own(db: &Db, caller: &Caller, now: Timestamp) -> Result<StaffView> {
    let staff = caller.staff()?;
    let mut tx = db.read().await?;
    let username: Option<(String,)> = tx
        .sql("SELECT username FROM staff WHERE id = $1")
        .bind(staff)
        .optional()
        .await?;
    drop(tx);
    let (username,) = username.ok_or(Refusal::NotFound)?;
    list::find(db, caller, &username, now).await
}

/// Forgets the failures in a row after the caller has proved their own password again: the try
/// that [`super::begin_sign_in`] counted was none.
///
/// # Errors
/// As [`own`].
pub async fn proved(db: &Db, act: &Act) -> Result<()> {
    let op = Proved {
        staff: act.caller.staff()?.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Proved {
    staff: StaffId,
}

#[async_trait::async_trait]
impl Op for Proved {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let username: Option<(String,)> = tx
            .sql("SELECT username FROM staff WHERE id = $1")
            .bind(&self.staff)
            .optional()
            .await?;
        let (username,) = username.ok_or(Refusal::NotFound)?;
        sign_in::forgive(tx, act, &username).await
    }
}
