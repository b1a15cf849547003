//! Signs that codes are passed on, for the staff to see.

use crate::{Db, Result, centers};
use domain::{
    access::{Action, Caller},
    id::CenterId,
    kiosk::{Redemption, Sign, signs as signs_of},
    time::Timestamp,
};

/// The signs at one kiosk, or at the poster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskSigns {
    /// What staff call the kiosk; none for the poster.
    pub kiosk: Option<String>,
    /// How many codes were redeemed there.
    pub redeemed: usize,
    /// The signs, the oldest first.
    pub signs: Vec<Sign>,
}

#[derive(sqlx::FromRow)]
struct Found {
    kiosk: Option<String>,
    step: Option<i64>,
    scanned_at: Timestamp,
    late_ms: i64,
    device_hash: String,
    account_id: Option<String>,
}

/// What was redeemed at the center since then, kiosk by kiosk.
///
/// # Errors
/// [`domain::Refusal::Forbidden`] unless the caller manages kiosks there.
pub async fn signs(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    since: Timestamp,
) -> Result<Vec<KioskSigns>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ManageKiosks, &place)?;
    let found: Vec<Found> = tx
        .sql(
            "SELECT k.name AS kiosk, m.step, m.scanned_at, m.late_ms, m.device_hash, m.account_id
             FROM claim m LEFT JOIN kiosk k ON k.id = m.kiosk_id
             WHERE m.center_id = $1 AND m.scanned_at >= $2
             ORDER BY m.kiosk_id, m.scanned_at, m.id",
        )
        .bind(center)
        .bind(since)
        .all()
        .await?;
    let all = found.chunk_by(|a, b| a.kiosk == b.kiosk).map(|group| {
        let redemptions: Vec<_> = group
            .iter()
            .map(|one| Redemption {
                step: one.step,
                at: one.scanned_at,
                late_ms: one.late_ms,
                device: one.device_hash.clone(),
                account: one.account_id.clone(),
            })
            .collect();
        KioskSigns {
            kiosk: group.first().and_then(|one| one.kiosk.clone()),
            redeemed: group.len(),
            signs: signs_of(&redemptions),
        }
    });
    Ok(all.collect())
}
