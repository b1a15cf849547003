//! What has been overtaken by the time it would be sent: a text that waited for the morning asks nobody
//! for what is not needed any more (C-94).

use crate::{Result, Tx, shifts};
use domain::{
    activity::Status,
    id::{CoverCallId, ShiftId},
    notice::Notice,
    shift::Footing,
    time::Timestamp,
};

/// Whether a message is better not sent any more.
pub(super) async fn is_outdated(tx: &mut Tx, notice: &Notice, now: Timestamp) -> Result<bool> {
    match notice {
        Notice::HelpAsked { call, .. } => Ok(!still_asked(tx, call, now).await?),
        Notice::ShiftStands { is, sitting, .. } => match sitting.event.shift() {
            Some(shift) => Ok(!still_stands(tx, shift, *is, now).await?),
            None => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Whether a shift stands as it was told, and has not begun.
async fn still_stands(tx: &mut Tx, shift: &ShiftId, is: Footing, now: Timestamp) -> Result<bool> {
    let view = shifts::view_in(tx, shift).await?;
    Ok(view.is_some_and(|view| {
        view.status == Status::Published && now < view.span.start() && view.facts().footing() == is
    }))
}

/// Whether somebody who was asked to help out has not answered yet, and can still take a place.
async fn still_asked(tx: &mut Tx, call: &CoverCallId, now: Timestamp) -> Result<bool> {
    let open = tx
        .sql(
            "SELECT COUNT(*) FROM cover_call c JOIN shift s ON s.id = c.shift_id
             WHERE c.id = $1 AND c.answer IS NULL AND s.status = 'published' AND s.starts_at > $2
             AND s.volunteers + s.kept < s.volunteers_max",
        )
        .bind(call)
        .bind(now)
        .count()
        .await?;
    Ok(open > 0)
}
