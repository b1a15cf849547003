//! Reading kiosks: one's own as the device, those of a center as its staff.

use super::may_manage;
use crate::{Db, Result, Tx, sealed::Kept};
use domain::{
    Refusal,
    access::{Caller, Identity},
    id::{CenterId, KioskId, TokenId},
    kiosk::{Part, Told},
    time::Timestamp,
};

/// What a kiosk knows of itself.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Own {
    /// Its id.
    pub id: KioskId,
    /// Its center.
    pub center_id: CenterId,
    /// What staff call it.
    pub name: String,
    /// The secret of its wall codes, 64 hexadecimal digits.
    pub wall_secret: String,
}

/// The kiosk that asks.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for nobody, [`Refusal::Forbidden`] for whoever is no paired kiosk.
pub async fn own(db: &Db, caller: &Caller) -> Result<Own> {
    let mut tx = db.read().await?;
    let own = own_in(&mut tx, caller).await?;
    let wall_secret = db.vault().open(Kept::WallSecret, &own.wall_secret)?;
    Ok(Own { wall_secret, ..own })
}

/// The same as it is stored, its secret sealed.
pub(super) async fn own_in(tx: &mut Tx, caller: &Caller) -> Result<Own> {
    let token = match &caller.identity {
        Identity::Program(token) => token,
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ => return Err(Refusal::Forbidden.into()),
    };
    let found: Option<Own> = tx
        .sql(
            "SELECT k.id, k.center_id, k.name, k.wall_secret FROM kiosk k
             JOIN token t ON t.id = k.token_id WHERE k.token_id = $1 AND t.revoked_at IS NULL",
        )
        .bind(token)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::Forbidden)?)
}

/// A kiosk as its center's staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskView {
    /// Its id.
    pub id: KioskId,
    /// What they call it.
    pub name: String,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// When it was revoked or let go.
    pub revoked_at: Option<Timestamp>,
    /// The version of the program that it told last; may be empty.
    pub version: String,
    /// What it told last.
    pub told: Told,
    /// Whether somebody before it asks to have it let go now.
    pub wants_out: bool,
}

#[derive(sqlx::FromRow)]
struct Found {
    id: KioskId,
    name: String,
    paired_at: Timestamp,
    revoked_at: Option<Timestamp>,
    version: String,
    seen_at: Option<Timestamp>,
    clock_off_ms: Option<i64>,
    camera: Part,
    scanner: Part,
    checks: String,
    checked_at: Option<Timestamp>,
    out_until: Option<Timestamp>,
}

/// The kiosks of a center, those in use first, by name.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::Forbidden`] unless the caller manages kiosks there.
pub async fn list(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<KioskView>> {
    let mut tx = db.read().await?;
    may_manage(&mut tx, caller, center).await?;
    let found: Vec<Found> = tx
        .sql(
            "SELECT k.id, k.name, k.paired_at, t.revoked_at, k.version, k.seen_at, k.clock_off_ms,
             k.camera, k.scanner, k.checks, k.checked_at, e.expires_at AS out_until
             FROM kiosk k JOIN token t ON t.id = k.token_id
             LEFT JOIN kiosk_exit e ON e.kiosk_id = k.id
             WHERE k.center_id = $1 ORDER BY t.revoked_at IS NOT NULL, k.name, k.id",
        )
        .bind(center)
        .all()
        .await?;
    let view = |found: Found| {
        Ok(KioskView {
            id: found.id,
            name: found.name,
            paired_at: found.paired_at,
            revoked_at: found.revoked_at,
            version: found.version,
            told: Told {
                seen_at: found.seen_at,
                clock_off_ms: found.clock_off_ms,
                camera: found.camera,
                scanner: found.scanner,
                checks: serde_json::from_str(&found.checks)?,
                checked_at: found.checked_at,
            },
            wants_out: found.revoked_at.is_none()
                && found.out_until.is_some_and(|until| now < until),
        })
    };
    found.into_iter().map(view).collect()
}

/// The token and center of a kiosk.
pub(super) async fn token_in(tx: &mut Tx, kiosk: &KioskId) -> Result<(TokenId, CenterId, String)> {
    let found: Option<(TokenId, CenterId, String)> = tx
        .sql("SELECT token_id, center_id, name FROM kiosk WHERE id = $1")
        .bind(kiosk)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}
