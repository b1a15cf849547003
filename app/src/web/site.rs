//! The running site: what every request shares.

use super::secrets::Hashers;
use data_encoding::HEXLOWER;
use domain::{
    id::{AssignmentId, BookingId, CardId},
    time::Timestamp,
};
use paper::Font;
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};
use store::{
    Db, Ids,
    centers::Directory,
    sign_in::CodeKey,
    ticket_keys::{self, TicketKey},
};
use ticket::{Keyring, SigningKey, Status, Token, VerifyingKey};
use tokio::sync::OnceCell;

/// Where the time comes from: the system in service, a fixed instant in tests.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether browsers reach the site by TLS, so that cookies must be `Secure`.
    pub secure_cookies: bool,
    /// Whether the development pages (short messages that were "sent") are there.
    pub development: bool,
    /// Whether the data are demo data, which every page then says (演示数据).
    pub demo: bool,
    /// The site's own origin, e.g. `https://linli.example`, for links in calendars.
    pub origin: String,
    /// Millimetres to CSS pixels on kiosks (`domain.md` 5.4).
    pub kiosk_px_per_mm: f32,
    /// The font of certificates, and which of the faces in its file.
    pub font: (PathBuf, u32),
}

/// The keys of the tickets.
#[derive(Clone)]
pub struct Tickets {
    /// Signs new tickets.
    pub signer: Arc<SigningKey>,
    /// Verifies tickets.
    pub keyring: Arc<Keyring>,
}

impl Tickets {
    /// The keys as the database has them.
    ///
    /// # Errors
    /// [`store::Error::Corrupt`] where there is no key to sign with, or one cannot be read.
    pub fn from_keys(keys: &[TicketKey]) -> store::Result<Self> {
        let corrupt = || store::Error::Corrupt("ticket_key");
        let kid = |key: &TicketKey| u8::try_from(key.kid).map_err(|_| corrupt());
        let mut keyring = Keyring::new();
        for key in keys {
            let status = match (key.retired_at, key.revoked_at) {
                (_, Some(_)) => Status::Revoked,
                (Some(_), None) => Status::Retired,
                (None, None) => Status::Current,
            };
            let public = VerifyingKey::from_hex(&key.public).ok_or_else(corrupt)?;
            keyring
                .add(kid(key)?, status, public)
                .map_err(|_| corrupt())?;
        }
        let signing = ticket_keys::signing(keys)?;
        let seed = HEXLOWER
            .decode(signing.secret.as_bytes())
            .map_err(|_| corrupt())?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| corrupt())?;
        let signer = SigningKey::from_seed(kid(signing)?, &seed);
        Ok(Self {
            signer: Arc::new(signer),
            keyring: Arc::new(keyring),
        })
    }

    /// The ticket of a booking: the same each time while the key signs.
    pub fn ticket(&self, booking: &BookingId) -> Token {
        ticket::issue(&self.signer, ticket::Kind::Booking, booking.uuid())
    }

    /// The ticket of an assignment: the same each time while the key signs.
    pub fn of_assignment(&self, assignment: &AssignmentId) -> Token {
        ticket::issue(&self.signer, ticket::Kind::Assignment, assignment.uuid())
    }

    /// What a printed card says.
    pub fn card(&self, card: &CardId) -> Token {
        ticket::issue(&self.signer, ticket::Kind::Card, card.uuid())
    }
}

struct Shared {
    db: Db,
    clock: Clock,
    ids: Ids,
    settings: Settings,
    code_key: CodeKey,
    hashers: Hashers,
    tickets: RwLock<Tickets>,
    centers: RwLock<Arc<Directory>>,
    font: OnceCell<Option<Arc<Font>>>,
}

/// The running site. Cloning is cheap.
#[derive(Clone)]
pub struct Site(Arc<Shared>);

/// What a [`Site`] is made of.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids and random bytes.
    pub ids: Ids,
    /// What the operator decides.
    pub settings: Settings,
    /// The key of the hashes of sign-in codes.
    pub code_key: CodeKey,
    /// The ticket keys.
    pub tickets: Tickets,
    /// All centers.
    pub centers: Directory,
}

impl Site {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Shared {
            db: parts.db,
            clock: parts.clock,
            ids: parts.ids,
            settings: parts.settings,
            code_key: parts.code_key,
            hashers: Hashers::default(),
            tickets: RwLock::new(parts.tickets),
            centers: RwLock::new(Arc::new(parts.centers)),
            font: OnceCell::new(),
        }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// New ids and random bytes.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// What the operator decides.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The key of the hashes of sign-in codes.
    pub fn code_key(&self) -> &CodeKey {
        &self.0.code_key
    }

    /// Those who check passwords, a few at a time.
    pub fn hashers(&self) -> &Hashers {
        &self.0.hashers
    }

    /// The font of certificates, read when it is first needed; none where there is none to read.
    pub async fn font(&self) -> Option<Arc<Font>> {
        let read = async || {
            let (path, face) = self.settings().font.clone();
            let font = tokio::task::spawn_blocking(move || {
                let bytes = std::fs::read(&path).map_err(|error| error.to_string());
                bytes.and_then(|bytes| Font::read(bytes, face).map_err(|e| e.to_string()))
            });
            match font.await {
                Ok(Ok(font)) => Some(Arc::new(font)),
                Ok(Err(error)) => {
                    tracing::warn!(error, "no font for certificates");
                    None
                }
                Err(_) => None,
            }
        };
        self.0.font.get_or_init(read).await.clone()
    }

    /// The ticket keys of the moment.
    pub fn tickets(&self) -> Tickets {
        self.0
            .tickets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes over ticket keys after a rotation.
    pub fn set_tickets(&self, tickets: Tickets) {
        *self
            .0
            .tickets
            .write()
            .unwrap_or_else(PoisonError::into_inner) = tickets;
    }

    /// All centers, as they were a few seconds ago at most.
    pub fn centers(&self) -> Arc<Directory> {
        self.0
            .centers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the centers again, where they have changed.
    ///
    /// # Errors
    /// Database errors.
    pub async fn renew_centers(&self) -> store::Result<()> {
        if let Some(centers) = self.centers().renewed(self.db()).await? {
            self.set_centers(centers);
        }
        Ok(())
    }

    /// Takes over the centers after a change.
    pub fn set_centers(&self, centers: Directory) {
        *self
            .0
            .centers
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(centers);
    }
}

/// The address that a wall code or a poster leads to.
pub fn scan_address(site: &Site, code: &str) -> String {
    format!("{}{SCAN}{code}", site.settings().origin)
}

/// Where codes that phones scan lead, before the code itself.
pub const SCAN: &str = "/w/";
