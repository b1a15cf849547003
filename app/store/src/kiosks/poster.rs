//! A printed code that never changes, if a center allows one. Off by default: anybody with a photo of
//! it can claim to be there.

use super::may_manage;
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use data_encoding::HEXLOWER;
use domain::{access::Caller, audit::Verb, id::CenterId};
use serde_json::json;

/// What every poster's code begins with; no wall code is as long.
pub(crate) const PREFIX: &str = "poster-";

/// The code of the center's poster; none where it is not allowed.
///
/// # Errors
/// [`domain::Refusal::Forbidden`] unless the caller manages kiosks there.
pub async fn poster(db: &Db, caller: &Caller, center: &CenterId) -> Result<Option<String>> {
    let mut tx = db.read().await?;
    may_manage(&mut tx, caller, center).await?;
    let found: Option<(Option<String>,)> = tx
        .sql("SELECT poster_secret FROM door_policy WHERE center_id = $1")
        .bind(center)
        .optional()
        .await?;
    Ok(found.and_then(|(secret,)| secret))
}

/// Allows the poster with a new code, so that old prints open nothing, or forbids it.
///
/// # Errors
/// [`domain::Refusal::Forbidden`] unless the caller manages kiosks there.
pub async fn set_poster(db: &Db, act: &Act, center: &CenterId, on: bool) -> Result<()> {
    let secret = HEXLOWER.encode(&act.ids.random::<16>());
    let op = SetPoster {
        center: center.clone(),
        secret: on.then(|| format!("{PREFIX}{secret}")),
    };
    db.write(act, Locks::none(), op).await
}

struct SetPoster {
    center: CenterId,
    secret: Option<String>,
}

#[async_trait::async_trait]
impl Op for SetPoster {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        may_manage(tx, &act.caller, &self.center).await?;
        tx.sql(
            "INSERT INTO door_policy (center_id, poster_secret, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (center_id) DO UPDATE SET poster_secret = excluded.poster_secret,
             changed_at = excluded.changed_at",
        )
        .bind(&self.center)
        .bind(self.secret.as_deref())
        .bind(act.now)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::KioskPoster,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "on": self.secret.is_some() }),
        };
        audit::record(tx, act, entry).await
    }
}
