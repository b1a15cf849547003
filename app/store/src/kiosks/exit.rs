//! Leaving kiosk mode: only with staff's proof, but never a trap (C-134).

use super::{
    may_manage,
    read::{own_in, token_in},
};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    attempts::{self, Limit},
    audit::{self, Entry},
};
use domain::{
    Refusal,
    audit::Verb,
    id::{CenterId, KioskId},
    kiosk::EXIT_LIFE,
    text,
    time::{MINUTE, Timestamp},
};
use serde_json::json;

/// How many numbers one member of staff may try.
const LETTING_OUT: [Limit; 1] = [Limit {
    tries: 10,
    window: 10 * MINUTE,
}];

/// The number that a kiosk shows for staff to confirm.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Exit {
    /// Six digits.
    pub number: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Asks for the kiosk to be released. Returns a number for staff to confirm, the same one while it is
/// valid.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever is no paired kiosk.
pub async fn ask_out(db: &Db, act: &Act) -> Result<Exit> {
    let drawn = u32::from_le_bytes(act.ids.random()) % 1_000_000;
    let op = AskOut {
        number: format!("{drawn:06}"),
    };
    db.write(act, Locks::none(), op).await
}

struct AskOut {
    number: String,
}

#[async_trait::async_trait]
impl Op for AskOut {
    type Out = Exit;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Exit> {
        let now = act.now;
        let own = own_in(tx, &act.caller).await?;
        tx.sql(
            "INSERT INTO kiosk_exit (kiosk_id, number, asked_at, expires_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT (kiosk_id) DO UPDATE SET
             number = CASE WHEN kiosk_exit.expires_at > excluded.asked_at
                THEN kiosk_exit.number ELSE excluded.number END,
             expires_at = CASE WHEN kiosk_exit.expires_at > excluded.asked_at
                THEN kiosk_exit.expires_at ELSE excluded.expires_at END,
             asked_at = excluded.asked_at
             RETURNING number, expires_at",
        )
        .bind(&own.id)
        .bind(&self.number)
        .bind(now)
        .bind(now.plus(EXIT_LIFE))
        .one()
        .await
    }
}

/// Releases the center's kiosk that shows the number. It has to be paired again to come back.
///
/// # Errors
/// [`Refusal::WrongCode`] where no kiosk of the center shows it now, [`Refusal::Forbidden`],
/// [`Refusal::RateLimited`].
pub async fn let_out(db: &Db, act: &Act, center: &CenterId, number: &str) -> Result<KioskId> {
    let mut tx = db.read().await?;
    may_manage(&mut tx, &act.caller, center).await?;
    drop(tx);
    // Counted also where the number turns out wrong, so not in the same transaction.
    let subject = format!("let-out:{}", act.caller.key());
    attempts::take(db, act, &subject, &LETTING_OUT).await?;
    let op = LetOut {
        center: center.clone(),
        number: text::code(number),
    };
    db.write(act, Locks::none(), op).await
}

struct LetOut {
    center: CenterId,
    number: String,
}

#[async_trait::async_trait]
impl Op for LetOut {
    type Out = KioskId;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<KioskId> {
        may_manage(tx, &act.caller, &self.center).await?;
        let found: Option<(KioskId,)> = tx
            .sql(
                "SELECT k.id FROM kiosk_exit e JOIN kiosk k ON k.id = e.kiosk_id
                 JOIN token t ON t.id = k.token_id
                 WHERE k.center_id = $1 AND e.number = $2 AND e.expires_at > $3
                 AND t.revoked_at IS NULL ORDER BY e.asked_at DESC LIMIT 1",
            )
            .bind(&self.center)
            .bind(&self.number)
            .bind(act.now)
            .optional()
            .await?;
        let (kiosk,) = found.ok_or(Refusal::WrongCode)?;
        end_in(tx, act, &kiosk, Verb::KioskLetOut).await?;
        Ok(kiosk)
    }
}

/// Revokes a kiosk: it opens nothing from the next request on (C-128). Once more changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for one that does not exist or that the caller does not manage.
pub async fn revoke(db: &Db, act: &Act, kiosk: &KioskId) -> Result<()> {
    let op = Revoke {
        kiosk: kiosk.clone(),
    };
    db.write(act, Locks::none(), op).await
}

struct Revoke {
    kiosk: KioskId,
}

#[async_trait::async_trait]
impl Op for Revoke {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (_, center, _) = token_in(tx, &self.kiosk).await?;
        may_manage(tx, &act.caller, &center)
            .await
            .map_err(|_| Refusal::NotFound)?;
        end_in(tx, act, &self.kiosk, Verb::KioskRevoke).await
    }
}

async fn end_in(tx: &mut Tx, act: &Act, kiosk: &KioskId, action: Verb) -> Result<()> {
    let (token, center, name) = token_in(tx, kiosk).await?;
    let revoked = tx
        .sql("UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
        .bind(act.now)
        .bind(&token)
        .run()
        .await?;
    for statement in [
        "DELETE FROM kiosk_exit WHERE kiosk_id = $1",
        "DELETE FROM kiosk_visit WHERE kiosk_id = $1",
    ] {
        tx.sql(statement).bind(kiosk).run().await?;
    }
    if revoked == 1 {
        let entry = Entry {
            action,
            subject: ("kiosk", kiosk.as_str()),
            center: Some(&center),
            detail: json!({ "name": name }),
        };
        audit::record(tx, act, entry).await?;
    }
    Ok(())
}
