//! Notes of the staff at a booking: what those at the door need to know that day. Whoever is booked may
//! read them, and they are deleted some time after.

use super::read::view_in;
use crate::{
    Act, Change, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{Refusal, access::Action, audit::Verb, id::BookingId, text};
use serde_json::json;

/// Most characters of a note.
pub const MAX_NOTE: usize = 200;

/// Notes something at a booking, in place of what was noted before; an empty text takes it away. The audit
/// log has that it was done, not what was written, so that deleting it deletes it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`] for whoever may not book for others there,
/// [`Refusal::Invalid`] for what is too long; database errors.
pub async fn note(db: &Db, act: &Act, booking: BookingId, written: &str) -> Result<()> {
    let text = text::line("note", written, MAX_NOTE)?;
    db.write(act, Locks::none(), Note { booking, text }).await
}

struct Note {
    booking: BookingId,
    text: String,
}

#[async_trait::async_trait]
impl Op for Note {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let view = view_in(tx, &self.booking).await?;
        let view = view.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &view.center_id).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let query = match self.text.is_empty() {
            true => tx
                .sql("DELETE FROM booking_note WHERE booking_id = $1")
                .bind(&self.booking),
            false => tx
                .sql(
                    "INSERT INTO booking_note (booking_id, text, at) VALUES ($1, $2, $3)
                     ON CONFLICT (booking_id) DO UPDATE SET text = excluded.text, at = excluded.at",
                )
                .bind(&self.booking)
                .bind(&self.text)
                .bind(act.now),
        };
        query.run().await?;
        let entry = Entry {
            action: Verb::BookingNote,
            subject: ("booking", self.booking.as_str()),
            center: Some(&view.center_id),
            detail: json!({ "occurrence": view.occurrence_id, "cleared": self.text.is_empty() }),
        };
        audit::record(tx, act, entry).await?;
        tx.changed(Change::Occurrence(view.occurrence_id));
        Ok(())
    }
}

/// What is noted at a booking; empty where nothing is.
///
/// # Errors
/// Database errors.
pub async fn noted(db: &Db, booking: &BookingId) -> Result<String> {
    let found: Option<(String,)> = db
        .read()
        .await?
        .sql("SELECT text FROM booking_note WHERE booking_id = $1")
        .bind(booking)
        .optional()
        .await?;
    Ok(found.map(|(text,)| text).unwrap_or_default())
}
