//! From a code to a claim.

use crate::{
    Act, Db, Error, Locks, Op, Result, Tx, kiosks,
    logins::secret_hash,
    sealed::{Kept, Vault},
};
use domain::{
    Refusal,
    id::{CenterId, ClaimId, KioskId},
    kiosk::{CLAIM_LIFE, late},
    time::Timestamp,
};
use ticket::wall::{self, WallCode, WallKey};

/// A claim, as seen by whoever holds its secret.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Where they are.
    pub center_id: CenterId,
    /// What that is called.
    pub center_name: String,
    /// When they scanned.
    pub scanned_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Claim {
    /// Whether it can still be used to check in.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

/// Exchanges a code, as the address that was scanned has it, for a claim whose secret is
/// `secret`. `device` is a random text that the phone keeps for a day; only its hash is stored.
///
/// # Errors
/// [`Refusal::WrongCode`] for what is no code of now, which is not told from one that is over.
pub async fn redeem(db: &Db, act: &Act, code: &str, device: &str, secret: &str) -> Result<Claim> {
    let scanned = match WallCode::parse(code) {
        Some(code) => Scanned::Wall(code),
        None if code.starts_with(kiosks::POSTER_PREFIX) && code.len() <= 64 => {
            Scanned::Poster(code.to_owned())
        }
        None => return Err(Refusal::WrongCode.into()),
    };
    let op = Redeem {
        vault: db.vault().clone(),
        scanned,
        device_hash: secret_hash(device),
        secret_hash: secret_hash(secret),
    };
    db.write(act, Locks::none(), op).await
}

enum Scanned {
    Wall(WallCode),
    Poster(String),
}

struct Redeem {
    vault: Vault,
    scanned: Scanned,
    device_hash: String,
    secret_hash: String,
}

/// Where the code hangs, and the step that it is of.
struct Place {
    center: CenterId,
    kiosk: Option<KioskId>,
    step: Option<i64>,
}

impl Redeem {
    async fn place_in(&self, tx: &mut Tx, act: &Act) -> Result<Place> {
        let now = act.now;
        match &self.scanned {
            Scanned::Wall(code) => {
                let kiosk = KioskId::from(code.kiosk);
                let found: Option<(CenterId, String)> = tx
                    .sql(
                        "SELECT k.center_id, k.wall_secret FROM kiosk k
                         JOIN token t ON t.id = k.token_id
                         WHERE k.id = $1 AND t.revoked_at IS NULL",
                    )
                    .bind(&kiosk)
                    .optional()
                    .await?;
                let (center, secret) = found.ok_or(Refusal::WrongCode)?;
                let secret = self.vault.open(Kept::WallSecret, &secret)?;
                let key = WallKey::from_hex(code.kiosk, &secret)
                    .ok_or(Error::Corrupt("kiosk.wall_secret"))?;
                let step = key.check(code, now.0).ok_or(Refusal::WrongCode)?;
                Ok(Place {
                    center,
                    kiosk: Some(kiosk),
                    step: Some(step),
                })
            }
            Scanned::Poster(code) => {
                let found: Option<(CenterId,)> = tx
                    .sql("SELECT center_id FROM door_policy WHERE poster_secret = $1")
                    .bind(code)
                    .optional()
                    .await?;
                let (center,) = found.ok_or(Refusal::WrongCode)?;
                Ok(Place {
                    center,
                    kiosk: None,
                    step: None,
                })
            }
        }
    }
}

#[async_trait::async_trait]
impl Op for Redeem {
    type Out = Claim;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Claim> {
        let place = self.place_in(tx, act).await?;
        let late_ms = place
            .step
            .map_or(0, |step| late(wall::begins(step), wall::STEP, act.now));
        let id: ClaimId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO claim (id, secret_hash, center_id, kiosk_id, step, scanned_at, late_ms,
             expires_at, device_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&id)
        .bind(&self.secret_hash)
        .bind(&place.center)
        .bind(place.kiosk.as_ref().map(KioskId::as_str))
        .bind(place.step)
        .bind(act.now)
        .bind(late_ms)
        .bind(act.now.plus(CLAIM_LIFE))
        .bind(&self.device_hash)
        .run()
        .await?;
        find_in(tx, &self.secret_hash)
            .await?
            .ok_or(Error::Corrupt("claim"))
    }
}

/// The claim that the secret opens, also one that is over.
///
/// # Errors
/// Database errors.
pub async fn find(db: &Db, secret: &str) -> Result<Option<Claim>> {
    let mut tx = db.read().await?;
    find_in(&mut tx, &secret_hash(secret)).await
}

pub(super) async fn find_in(tx: &mut Tx, secret_hash: &str) -> Result<Option<Claim>> {
    tx.sql(
        "SELECT m.id, m.center_id, c.name AS center_name, m.scanned_at, m.expires_at, m.used_at
         FROM claim m JOIN center c ON c.id = m.center_id WHERE m.secret_hash = $1",
    )
    .bind(secret_hash)
    .optional()
    .await
}
