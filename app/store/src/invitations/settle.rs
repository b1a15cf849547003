//! What time alone does to invitations.

use super::end::{end, open_of_shift};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    assignments::{promote_in, recount},
    shifts::ShiftView,
};
use domain::{id::ShiftId, shift::Ended};

/// Ends the invitations into a shift whose time is over; whether there was any, after which what was
/// loaded of the shift no longer holds. Under the shift's lock, before anything is decided about it.
pub(crate) async fn expire(tx: &mut Tx, act: &Act, shift: &ShiftView) -> Result<bool> {
    if shift.kept == 0 {
        return Ok(false);
    }
    let mut over = open_of_shift(tx, &shift.id).await?;
    over.retain(|open| open.until <= act.now);
    if over.is_empty() {
        return Ok(false);
    }
    end(tx, act, &over, Ended::Expired).await?;
    recount(tx, act, &shift.id).await?;
    Ok(true)
}

struct Settle {
    shift: ShiftId,
}

#[async_trait::async_trait]
impl Op for Settle {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        // It ends what is over before it looks at the line.
        promote_in(tx, act, &self.shift).await
    }
}

/// Ends invitations whose time is over, and gives their places to whoever waits; how many shifts that
/// concerned. Run every few seconds; whatever is decided in between does the same for its own shift.
///
/// # Errors
/// Database errors; shifts are settled one by one.
pub async fn settle(db: &Db, act: &Act) -> Result<u32> {
    let mut tx = db.read().await?;
    let over: Vec<(ShiftId,)> = tx
        .sql(
            "SELECT DISTINCT shift_id FROM invitation WHERE ended IS NULL AND until <= $1
             ORDER BY shift_id LIMIT 500",
        )
        .bind(act.now)
        .all()
        .await?;
    drop(tx);
    let mut settled = 0;
    for (shift,) in over {
        let locks = Locks::of([&shift]);
        db.write(act, locks, Settle { shift }).await?;
        settled += 1;
    }
    Ok(settled)
}
