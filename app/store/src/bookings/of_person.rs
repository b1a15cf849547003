//! What somebody has booked and attended at a center.

use super::read::{BOOKING, BookingView};
use crate::{Result, Tx, known::Here, states::live};

/// Their bookings that still stand, the next one first.
pub(crate) async fn coming_of(tx: &mut Tx, of: Here<'_>, most: i64) -> Result<Vec<BookingView>> {
    let live = live!();
    let text = format!(
        "{BOOKING} WHERE b.person_id = $1 AND o.center_id = $2 AND o.ends_at > $3
         AND b.state IN {live} ORDER BY o.starts_at, b.id LIMIT {most}"
    );
    let query = tx.sql_built(text).bind(of.person).bind(of.center);
    query.bind(of.now).all().await
}

/// Those that are over, the last one first; cancelled ones left out.
pub(crate) async fn past_of(tx: &mut Tx, of: Here<'_>, most: i64) -> Result<Vec<BookingView>> {
    let text = format!(
        "{BOOKING} WHERE b.person_id = $1 AND o.center_id = $2 AND o.ends_at <= $3
         AND b.state IN ('confirmed', 'checked_in', 'no_show')
         ORDER BY o.starts_at DESC, b.id LIMIT {most}"
    );
    let query = tx.sql_built(text).bind(of.person).bind(of.center);
    query.bind(of.now).all().await
}

/// How many dates they came to, and for how many they had a place and did not come.
pub(crate) async fn attended(tx: &mut Tx, of: Here<'_>) -> Result<(u32, u32)> {
    let mut counts = [0; 2];
    for (count, state) in counts.iter_mut().zip(["checked_in", "no_show"]) {
        *count = tx
            .sql(
                "SELECT COUNT(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE b.person_id = $1 AND o.center_id = $2 AND b.state = $3",
            )
            .bind(of.person)
            .bind(of.center)
            .bind(state)
            .count()
            .await?;
    }
    let [came, missed] = counts;
    Ok((came, missed))
}
