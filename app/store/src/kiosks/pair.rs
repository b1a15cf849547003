//! Pairing a device: staff make a code, the device enters it once.

use super::may_manage;
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    attempts::{self, Limit},
    audit::{self, Entry},
    sealed::{Kept, Vault},
    sign_in::CodeKey,
    tokens::{self, NewToken},
};
use data_encoding::HEXLOWER;
use domain::{
    Refusal,
    access::{Role, Scope},
    audit::Verb,
    id::{CenterId, KioskId},
    kiosk::PAIRING_LIFE,
    text,
    time::{HOUR, Timestamp},
};
use serde_json::json;
use ticket::ShortCode;

/// So many codes a center may make.
pub const INVITING: [Limit; 1] = [Limit {
    tries: 200,
    window: HOUR,
}];
/// So many codes may be tried in all, right or wrong: of thousands of millions a handful is good at
/// any moment.
pub const PAIRING: [Limit; 1] = [Limit {
    tries: 600,
    window: HOUR,
}];

/// A code by which one device is paired, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Pairing {
    /// `XXXX-XXXX`.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// A device that has just been paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// The kiosk.
    pub kiosk: KioskId,
    /// Its center.
    pub center: CenterId,
}

/// What a kiosk may be called: 1 to 40 characters, e.g. `一楼大厅`.
fn named(name: &str) -> std::result::Result<String, Refusal> {
    text::name("kiosk_name", name, 40)
}

/// Makes a code for a device of the center that will be called `name`. Only a keyed hash is kept.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`] for the name, [`Refusal::RateLimited`] beyond
/// [`INVITING`].
pub async fn invite(
    db: &Db,
    act: &Act,
    key: &CodeKey,
    center: &CenterId,
    name: &str,
) -> Result<Pairing> {
    let code = ShortCode::from_random(&act.ids.random::<32>())
        .map_err(|_| Error::Corrupt("the source of random bytes"))?;
    let op = Invite {
        center: center.clone(),
        name: named(name)?,
        code_hash: hash(key, &code)?,
    };
    let expires_at = db.write(act, Locks::none(), op).await?;
    Ok(Pairing {
        code: code.to_string(),
        expires_at,
    })
}

fn hash(key: &CodeKey, code: &ShortCode) -> Result<String> {
    key.keyed(&["pairing", &code.compact()])
}

struct Invite {
    center: CenterId,
    name: String,
    code_hash: String,
}

#[async_trait::async_trait]
impl Op for Invite {
    type Out = Timestamp;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Timestamp> {
        may_manage(tx, &act.caller, &self.center).await?;
        let subject = format!("invite:{}", self.center);
        attempts::guard(tx, &subject, act.now).await?;
        attempts::check(tx, &subject, &INVITING, act.now).await?;
        attempts::count(tx, &subject, act.now).await?;
        let expires_at = act.now.plus(PAIRING_LIFE);
        let id: uuid::Uuid = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO pairing (id, code_hash, center_id, name, made_by, made_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.hyphenated().to_string())
        .bind(&self.code_hash)
        .bind(&self.center)
        .bind(&self.name)
        .bind(act.caller.key())
        .bind(act.now)
        .bind(expires_at)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::KioskInvite,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "name": self.name, "until": expires_at }),
        };
        audit::record(tx, act, entry).await?;
        Ok(expires_at)
    }
}

/// Pairs the device that sends the code: from now on `secret`, a whole token, opens what a kiosk
/// of that center may.
///
/// # Errors
/// [`Refusal::WrongCode`] for a wrong, expired or used code, which of these is not told;
/// [`Refusal::RateLimited`] beyond [`PAIRING`].
pub async fn pair(db: &Db, act: &Act, key: &CodeKey, code: &str, secret: &str) -> Result<Paired> {
    // Counted also where it turns out wrong, so not in the same transaction.
    attempts::take(db, act, &tried_from(act), &PAIRING).await?;
    let code = ShortCode::parse(code).map_err(|_| Refusal::WrongCode)?;
    let op = Pair {
        code_hash: hash(key, &code)?,
        secret: secret.to_owned(),
        vault: db.vault().clone(),
    };
    db.write(act, Locks::none(), op).await
}

/// Whose tries are counted: those of one network. The codes live for minutes and are long; a stranger
/// must not be able to keep a whole city's centers from pairing.
fn tried_from(act: &Act) -> String {
    match act.asker().network() {
        Some(network) => format!("pair:{network}"),
        None => "pair".to_owned(),
    }
}

struct Pair {
    code_hash: String,
    secret: String,
    vault: Vault,
}

#[async_trait::async_trait]
impl Op for Pair {
    type Out = Paired;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Paired> {
        let used: Option<(CenterId, String, String)> = tx
            .sql(
                "UPDATE pairing SET used_at = $1
                 WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1
                 RETURNING center_id, name, made_by",
            )
            .bind(act.now)
            .bind(&self.code_hash)
            .optional()
            .await?;
        let (center, name, made_by) = used.ok_or(Refusal::WrongCode)?;
        let kiosk: KioskId = act.ids.make(act.now);
        let token = NewToken {
            label: name.clone(),
            role: Role::Kiosk,
            scope: Scope::Center(center.clone()),
            account: None,
            volunteers: false,
            staff: None,
        };
        let token = tokens::insert_in(tx, act, &token, None, &self.secret).await?;
        let wall = HEXLOWER.encode(&act.ids.random::<32>());
        tx.sql(
            "INSERT INTO kiosk (id, center_id, name, token_id, wall_secret, paired_by, paired_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&kiosk)
        .bind(&center)
        .bind(&name)
        .bind(&token)
        .bind(self.vault.seal(Kept::WallSecret, &wall, &act.ids)?)
        .bind(&made_by)
        .bind(act.now)
        .run()
        .await?;
        let entry = Entry {
            action: Verb::KioskPair,
            subject: ("kiosk", kiosk.as_str()),
            center: Some(&center),
            detail: json!({ "name": name, "invited_by": made_by, "token": token }),
        };
        audit::record(tx, act, entry).await?;
        Ok(Paired { kiosk, center })
    }
}
