//! The keys that tickets are signed with. They live in the database, so that every server process
//! and every backup has them (C-173). Rotation adds a key; old ones go on verifying; a revoked
//! one does not (C-99).

use crate::{Act, Db, Error, Locks, Op, Result, Tx, audit, audit::Entry, sealed::Kept};
use domain::{Reason, Refusal, audit::Verb, time::Timestamp};
use serde_json::json;

/// A key. The secret is hexadecimal text; it never leaves the server, and is stored sealed.
#[derive(Clone, sqlx::FromRow)]
pub struct TicketKey {
    /// Its number in the ticket, 0 to 255.
    pub kid: i64,
    /// The secret half, 64 hexadecimal digits.
    pub secret: String,
    /// The public half, 64 hexadecimal digits.
    pub public: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a newer key took its place.
    pub retired_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// All keys, oldest first.
///
/// # Errors
/// Database errors.
pub async fn all(db: &Db) -> Result<Vec<TicketKey>> {
    let mut keys = all_in(&mut db.read().await?).await?;
    for key in &mut keys {
        key.secret = db.vault().open(Kept::TicketKey, &key.secret)?;
    }
    Ok(keys)
}

/// As they are stored, their secrets sealed.
async fn all_in(tx: &mut Tx) -> Result<Vec<TicketKey>> {
    tx.sql(
        "SELECT kid, secret, public, created_at, retired_at, revoked_at FROM ticket_key
         ORDER BY created_at, kid",
    )
    .all()
    .await
}

/// Adds a key and retires the one that signed until now. With `only_first` nothing happens where
/// there is a key already (two servers that start together make one).
///
/// # Errors
/// [`Refusal::Invalid`] where all 256 numbers are used.
pub async fn add(
    db: &Db,
    act: &Act,
    secret: String,
    public: String,
    only_first: bool,
) -> Result<()> {
    db.write(
        act,
        Locks::none(),
        Add {
            secret: db.vault().seal(Kept::TicketKey, &secret, &act.ids)?,
            public,
            only_first,
        },
    )
    .await
}

struct Add {
    secret: String,
    public: String,
    only_first: bool,
}

#[async_trait::async_trait]
impl Op for Add {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let keys = all_in(tx).await?;
        if self.only_first && !keys.is_empty() {
            return Ok(());
        }
        let kid = (0..=255).find(|kid| keys.iter().all(|k| k.kid != *kid));
        let kid = kid.ok_or(Refusal::invalid("kid", Reason::AllUsed))?;
        tx.sql(
            "UPDATE ticket_key SET retired_at = $1 WHERE retired_at IS NULL AND revoked_at IS NULL",
        )
        .bind(act.now)
        .run()
        .await?;
        let added = tx
            .sql(
                "INSERT INTO ticket_key (kid, secret, public, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (kid) DO NOTHING",
            )
            .bind(kid)
            .bind(&self.secret)
            .bind(&self.public)
            .bind(act.now)
            .run()
            .await?;
        if added == 0 {
            return if self.only_first {
                Ok(())
            } else {
                Err(Refusal::Stale.into())
            };
        }
        record(tx, act, Verb::TicketKeyAdd, kid).await
    }
}

/// Revokes a key: tickets signed with it are forged from now on, and are shown anew with the key
/// that signs now.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for the key that signs, which is rotated first.
pub async fn revoke(db: &Db, act: &Act, kid: i64) -> Result<()> {
    db.write(act, Locks::none(), Revoke { kid }).await
}

struct Revoke {
    kid: i64,
}

#[async_trait::async_trait]
impl Op for Revoke {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let found: Option<(Option<Timestamp>,)> = tx
            .sql("SELECT retired_at FROM ticket_key WHERE kid = $1")
            .bind(self.kid)
            .optional()
            .await?;
        match found {
            None => return Err(Refusal::NotFound.into()),
            Some((None,)) => return Err(Refusal::invalid("kid", Reason::StillSigns).into()),
            Some((Some(_),)) => {}
        }
        tx.sql("UPDATE ticket_key SET revoked_at = $1 WHERE kid = $2 AND revoked_at IS NULL")
            .bind(act.now)
            .bind(self.kid)
            .run()
            .await?;
        record(tx, act, Verb::TicketKeyRevoke, self.kid).await
    }
}

async fn record(tx: &mut Tx, act: &Act, action: Verb, kid: i64) -> Result<()> {
    let subject = kid.to_string();
    let entry = Entry {
        action,
        subject: ("ticket_key", &subject),
        center: None,
        detail: json!({}),
    };
    audit::record(tx, act, entry).await
}

/// The key that signs now.
///
/// # Errors
/// [`Error::Corrupt`] where there is none.
pub fn signing(keys: &[TicketKey]) -> Result<&TicketKey> {
    keys.iter()
        .rev()
        .find(|k| k.retired_at.is_none() && k.revoked_at.is_none())
        .ok_or(Error::Corrupt("ticket_key"))
}
