//! Secrets that the database keeps for this program are sealed with a key from outside of it
//! (XChaCha20-Poly1305): whoever has only the database, or a backup of it, can sign no ticket, pass
//! for no second factor and draw no wall code. The key is a file of the operator's; a value that is
//! sealed with it shows whether a key is the right one.

use crate::{Act, Db, Error, Ids, Locks, Op, Result, Tx, settings};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64URL_NOPAD;
use domain::{access::Caller, time::Timestamp};
use std::sync::Arc;

/// The key that the database's secrets are sealed with, or none: then nothing is sealed or opened.
#[derive(Clone, Default)]
pub struct Vault(Option<Arc<XChaCha20Poly1305>>);

/// What is sealed. The names belong to the sealed values, so that none can stand in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The secret half of a ticket key.
    TicketKey,
    /// A member of staff's second factor.
    SecondFactor,
    /// What a kiosk's wall codes are made of.
    WallSecret,
    /// What codes sent to people are hashed with.
    CodeSecret,
    /// The value by which the key is known.
    Proof,
}

impl Kept {
    const fn name(self) -> &'static str {
        match self {
            Self::TicketKey => "ticket_key.secret",
            Self::SecondFactor => "staff.totp_secret",
            Self::WallSecret => "kiosk.wall_secret",
            Self::CodeSecret => "setting.code_secret",
            Self::Proof => "setting.sealed_by",
        }
    }
}

/// What a sealed value begins with; nothing that was stored before could.
const MARK: &str = "sealed1.";
const NONCE: usize = 24;

/// The setting that proves a key.
pub const PROOF: &str = "sealed_by";
/// What is sealed in it.
const PROVEN: &str = "linli";

impl Vault {
    /// Seals with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Some(Arc::new(XChaCha20Poly1305::new(&Key::from(*key)))))
    }

    fn cipher(&self) -> Result<&XChaCha20Poly1305> {
        self.0.as_deref().ok_or(Error::Sealed)
    }

    pub(crate) fn seal(&self, what: Kept, secret: &str, ids: &Ids) -> Result<String> {
        let nonce = ids.random::<NONCE>();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: what.name().as_bytes(),
        };
        let sealed = self.cipher()?.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Sealed)?;
        let text = BASE64URL_NOPAD.encode(&[nonce.as_slice(), &sealed].concat());
        Ok(format!("{MARK}{text}"))
    }

    pub(crate) fn open(&self, what: Kept, stored: &str) -> Result<String> {
        let cipher = self.cipher()?;
        let corrupt = || Error::Corrupt(what.name());
        let text = stored.strip_prefix(MARK).ok_or_else(corrupt)?;
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| corrupt())?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(corrupt)?;
        let payload = Payload {
            msg: sealed,
            aad: what.name().as_bytes(),
        };
        let secret = cipher.decrypt(&XNonce::from(*nonce), payload);
        let secret = secret.map_err(|_| Error::Sealed)?;
        String::from_utf8(secret).map_err(|_| corrupt())
    }
}

/// Whether the database's secrets are sealed at all: not before [`prepare`].
///
/// # Errors
/// Database errors.
pub async fn is_sealed(db: &Db) -> Result<bool> {
    Ok(settings::find(db, PROOF).await?.is_some())
}

/// Whether the key that the database was opened with is the one that its secrets were sealed with.
///
/// # Errors
/// [`Error::Sealed`] where it is another one, or there is none.
pub async fn prove(db: &Db) -> Result<()> {
    let found = settings::find(db, PROOF).await?.ok_or(Error::Sealed)?;
    opens(db.vault(), &found)
}

/// Whether the key is the one that a proof was made with, as [`PROOF`] keeps it.
///
/// # Errors
/// [`Error::Sealed`].
pub fn opens(vault: &Vault, proof: &str) -> Result<()> {
    match vault.open(Kept::Proof, proof) {
        Ok(text) if text == PROVEN => Ok(()),
        _ => Err(Error::Sealed),
    }
}

/// Seals what an older program left open. Repeated, and at the same time from several processes, it
/// comes to the same.
///
/// # Errors
/// [`Error::Sealed`] where the database was sealed with another key.
pub async fn prepare(db: &Db, ids: &Ids) -> Result<()> {
    let act = Act::new(Caller::system(), Timestamp::default(), ids.clone());
    let proof = db.vault().seal(Kept::Proof, PROVEN, ids)?;
    let kept = settings::keep_first(db, &act, PROOF, proof).await?;
    opens(db.vault(), &kept)?;
    let op = SealAll {
        vault: db.vault().clone(),
    };
    db.write(&act, Locks::none(), op).await
}

/// What codes that are sent to people are hashed with: `fresh` where there is none yet.
///
/// # Errors
/// [`Error::Sealed`], database errors.
pub async fn code_secret(db: &Db, act: &Act, fresh: &str) -> Result<String> {
    let sealed = db.vault().seal(Kept::CodeSecret, fresh, &act.ids)?;
    let kept = settings::keep_first(db, act, "code_secret", sealed).await?;
    db.vault().open(Kept::CodeSecret, &kept)
}

struct SealAll {
    vault: Vault,
}

/// What is sealed, where it is kept, and by what a row is told from others.
const OPEN: [(Kept, &str, &str); 4] = [
    (
        Kept::TicketKey,
        "SELECT CAST(kid AS TEXT), secret FROM ticket_key",
        "UPDATE ticket_key SET secret = $1 WHERE CAST(kid AS TEXT) = $2 AND secret = $3",
    ),
    (
        Kept::SecondFactor,
        "SELECT id, totp_secret FROM staff WHERE totp_secret IS NOT NULL",
        "UPDATE staff SET totp_secret = $1 WHERE id = $2 AND totp_secret = $3",
    ),
    (
        Kept::WallSecret,
        "SELECT id, wall_secret FROM kiosk",
        "UPDATE kiosk SET wall_secret = $1 WHERE id = $2 AND wall_secret = $3",
    ),
    (
        Kept::CodeSecret,
        "SELECT name, value FROM setting WHERE name = 'code_secret'",
        "UPDATE setting SET value = $1 WHERE name = $2 AND value = $3",
    ),
];

#[async_trait::async_trait]
impl Op for SealAll {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        for (what, read, write) in OPEN {
            let rows: Vec<(String, String)> = tx.sql(read).all().await?;
            for (row, stored) in rows {
                if stored.starts_with(MARK) {
                    continue;
                }
                let sealed = self.vault.seal(what, &stored, &act.ids)?;
                tx.sql(write)
                    .bind(sealed)
                    .bind(row)
                    .bind(stored)
                    .run()
                    .await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Ids {
        Ids::repeatable(3)
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_and_nowhere_else() {
        let (vault, ids) = (Vault::new(&[1; 32]), ids());
        let sealed = vault.seal(Kept::TicketKey, "9f86d081", &ids).unwrap();
        assert!(!sealed.contains("9f86d081"));
        assert_eq!(vault.open(Kept::TicketKey, &sealed).unwrap(), "9f86d081");
        let again = vault.seal(Kept::TicketKey, "9f86d081", &ids).unwrap();
        assert_ne!(
            sealed, again,
            "two seals of one secret cannot be told from others"
        );
        let other = Vault::new(&[2; 32]).open(Kept::TicketKey, &sealed);
        assert!(matches!(other, Err(Error::Sealed)));
        let misplaced = vault.open(Kept::WallSecret, &sealed);
        assert!(matches!(misplaced, Err(Error::Sealed)));
        assert!(matches!(
            Vault::default().open(Kept::TicketKey, &sealed),
            Err(Error::Sealed)
        ));
        assert!(matches!(
            Vault::default().seal(Kept::TicketKey, "x", &ids),
            Err(Error::Sealed)
        ));
        for damaged in [
            "",
            "9f86d081",
            MARK,
            "sealed1.!",
            &sealed[..20],
            &sealed[1..],
        ] {
            assert!(vault.open(Kept::TicketKey, damaged).is_err(), "{damaged}");
        }
        let mut bytes = sealed.clone().into_bytes();
        let last = bytes.len() - 3;
        bytes[last] = if bytes[last] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(vault.open(Kept::TicketKey, &changed).is_err());
    }
}
