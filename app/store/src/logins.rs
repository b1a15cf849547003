//! Login sessions: a browser that is signed in. The cookie's secret comes from outside and only
//! its SHA-256 is stored, so a copy of the database signs nobody in.

use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    reach::phone_of,
    seen, staff,
};
use data_encoding::HEXLOWER;
use domain::{
    Refusal,
    access::{Caller, Identity, StaffStatus},
    audit::Verb,
    id::{AccountId, LoginId, StaffId},
    person::{PersonName, Phone},
    retention::SESSION,
    time::{HOUR, MINUTE, Timestamp},
};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long staff may be idle before they are signed out (milliseconds).
pub const STAFF_IDLE: i64 = 30 * MINUTE;
/// How long staff stay signed in at most (milliseconds).
pub const STAFF_ABSOLUTE: i64 = 12 * HOUR;
/// Minimum interval between writes of the last visit (milliseconds).
pub(crate) const TOUCH_EVERY: i64 = 5 * MINUTE;

/// What a new login session is made of.
#[derive(Clone)]
pub struct NewLogin {
    secret_hash: String,
    device: String,
}

impl NewLogin {
    /// A session whose cookie will hold `secret` (at least 32 random bytes, as text); `device`
    /// is what its owner knows the browser by, cut to 80 characters.
    pub fn new(secret: &str, device: &str) -> Self {
        let device = device.chars().filter(|c| !c.is_control());
        Self {
            secret_hash: secret_hash(secret),
            device: device.take(80).collect(),
        }
    }
}

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its public id.
    pub login: LoginId,
    /// When it ends at the latest, unless used (residents).
    pub expires_at: Timestamp,
}

/// The session that a request came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Who, with the grants that hold now.
    pub caller: Caller,
    /// The session.
    pub login: LoginId,
    /// What the page calls them: the name of a member of staff or of an account's holder, or the
    /// masked phone number of a holder who has not given a name.
    pub name: String,
    /// The language that the account prefers; staff have none stored.
    pub locale: Option<String>,
    /// The last visit as written, up to five minutes old.
    pub last_seen_at: Timestamp,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// Whether the session opens nothing yet: the number may be somebody else's now, and who signed
    /// in has not said who they are. The caller is nobody until then.
    pub is_unproven: bool,
    /// Whether a member of staff has yet to choose a password of their own. The caller has no grants
    /// until then.
    pub wants_password: bool,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct LoginView {
    /// Its public id.
    pub id: LoginId,
    /// The browser, as it called itself.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// The last visit, up to five minutes old.
    pub last_seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// SHA-256 in lower-case hexadecimal: what is stored of a random secret. A slow hash is for
/// passwords; 32 random bytes cannot be guessed.
pub(crate) fn secret_hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// For so long somebody may think of who they are (milliseconds).
const UNPROVEN_LIFE: i64 = 15 * MINUTE;

/// Begins a session of the act's caller.
pub(crate) async fn open_in(tx: &mut Tx, act: &Act, new: &NewLogin) -> Result<Opened> {
    insert_in(tx, act, new, true).await
}

/// Begins a session that opens nothing before its holder is proven.
pub(crate) async fn open_unproven_in(tx: &mut Tx, act: &Act, new: &NewLogin) -> Result<Opened> {
    insert_in(tx, act, new, false).await
}

async fn insert_in(tx: &mut Tx, act: &Act, new: &NewLogin, is_proven: bool) -> Result<Opened> {
    let login: LoginId = act.ids.make(act.now);
    let (kind, account, staff, life) = match &act.caller.identity {
        Identity::Resident(id) => ("resident", Some(id), None, SESSION),
        Identity::Staff(id) => ("staff", None, Some(id), STAFF_ABSOLUTE),
        _ => return Err(Refusal::Forbidden.into()),
    };
    let expires_at = act.now.plus(if is_proven { life } else { UNPROVEN_LIFE });
    tx.sql(
        "INSERT INTO login (id, secret_hash, kind, account_id, staff_id, device, created_at,
         last_seen_at, expires_at, is_proven) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
    )
    .bind(&login)
    .bind(&new.secret_hash)
    .bind(kind)
    .bind(account.map(AccountId::as_str))
    .bind(staff.map(StaffId::as_str))
    .bind(&new.device)
    .bind(act.now)
    .bind(expires_at)
    .bind(is_proven)
    .run()
    .await?;
    Ok(Opened { login, expires_at })
}

#[derive(sqlx::FromRow)]
struct Found {
    id: LoginId,
    account_id: Option<AccountId>,
    staff_id: Option<StaffId>,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    is_proven: bool,
    phone: Option<Phone>,
    locale: Option<String>,
    holder: Option<PersonName>,
    staff_name: Option<String>,
    staff_status: Option<StaffStatus>,
    first_password_until: Option<Timestamp>,
}

/// The live session that the secret opens. Residents' sessions slide along; the visit is noted
/// at most every five minutes ([`crate::seen`]).
///
/// # Errors
/// Database errors; an unknown or ended session is `None`.
pub async fn find(db: &Db, secret: &str, now: Timestamp) -> Result<Option<Current>> {
    let mut tx = db.read().await?;
    let found: Option<Found> = tx
        .sql(concat!(
            "SELECT l.id, l.account_id, l.staff_id, l.last_seen_at, l.expires_at, l.is_proven, ",
            phone_of!("a"),
            ",
             a.locale, p.name AS holder, s.name AS staff_name, s.status AS staff_status,
             s.first_password_until
             FROM login l LEFT JOIN account a ON a.id = l.account_id
             LEFT JOIN person p ON p.account_id = l.account_id AND p.relation = 'self'
             LEFT JOIN staff s ON s.id = l.staff_id
             WHERE l.secret_hash = $1 AND l.expires_at > $2"
        ))
        .bind(secret_hash(secret))
        .bind(now)
        .optional()
        .await?;
    let Some(found) = found else { return Ok(None) };
    let (caller, name) = match (&found.account_id, &found.staff_id) {
        (Some(_), None) if !found.is_proven => (Caller::anonymous(), String::new()),
        (Some(account), None) => {
            let name = match (&found.holder, &found.phone) {
                (Some(name), _) => name.as_str().to_owned(),
                (None, Some(phone)) => phone.masked(),
                (None, None) => return Err(Error::Corrupt("login")),
            };
            (Caller::resident(account.clone()), name)
        }
        (None, Some(id)) => {
            let idle = found.last_seen_at.plus(STAFF_IDLE) <= now;
            if idle || found.staff_status != Some(StaffStatus::Active) {
                return Ok(None);
            }
            // Who has yet to choose a password has no rights.
            let grants = match found.first_password_until {
                Some(_) => Vec::new(),
                None => staff::grants_in(&mut tx, id, now).await?,
            };
            let identity = Identity::Staff(id.clone());
            let name = found.staff_name.clone().unwrap_or_default();
            (Caller { identity, grants }, name)
        }
        _ => return Err(Error::Corrupt("login")),
    };
    drop(tx);
    let mut current = Current {
        caller,
        login: found.id,
        name,
        locale: found.locale,
        last_seen_at: found.last_seen_at,
        expires_at: found.expires_at,
        is_unproven: !found.is_proven,
        wants_password: found.first_password_until.is_some(),
    };
    if current.is_unproven {
        return Ok(Some(current));
    }
    if current.last_seen_at.plus(TOUCH_EVERY) <= now {
        if found.account_id.is_some() {
            current.expires_at = now.plus(SESSION);
        }
        current.last_seen_at = now;
        db.seen().login(&current.login, now);
        // Whether staff were idle too long is decided by it.
        if found.staff_id.is_some() {
            seen::write_down(db).await?;
        }
    }
    Ok(Some(current))
}

/// Whose sessions: account id and staff id, one of them empty.
fn owner(caller: &Caller) -> Result<(Option<&str>, Option<&str>)> {
    match &caller.identity {
        Identity::Resident(id) => Ok((Some(id.as_str()), None)),
        Identity::Staff(id) => Ok((None, Some(id.as_str()))),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        _ => Err(Refusal::Forbidden.into()),
    }
}

/// The caller's own live sessions, the last seen first.
///
/// # Errors
/// [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`] for whoever has no sessions.
pub async fn list(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<LoginView>> {
    let (account, staff) = owner(caller)?;
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT id, device, created_at, last_seen_at, expires_at FROM login
         WHERE (account_id = $1 OR staff_id = $2) AND expires_at > $3
         AND (kind = 'resident' OR last_seen_at > $4) ORDER BY last_seen_at DESC, id DESC",
    )
    .bind(account)
    .bind(staff)
    .bind(now)
    .bind(now.plus(-STAFF_IDLE))
    .all()
    .await
}

/// Ends one of the caller's own sessions, e.g. the one that the browser signs out of.
///
/// # Errors
/// [`Refusal::NotFound`] for a session of somebody else or of nobody.
pub async fn end(db: &Db, act: &Act, login: LoginId) -> Result<()> {
    let op = End {
        which: Which::Only(login),
    };
    match db.write(act, Locks::none(), op).await? {
        0 => Err(Refusal::NotFound.into()),
        _ => Ok(()),
    }
}

/// Ends all of the caller's own sessions, but for the one to `keep`; how many ended.
///
/// # Errors
/// [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`] for whoever has no sessions.
pub async fn end_all(db: &Db, act: &Act, keep: Option<LoginId>) -> Result<u64> {
    let op = End {
        which: Which::AllBut(keep),
    };
    db.write(act, Locks::none(), op).await
}

enum Which {
    Only(LoginId),
    AllBut(Option<LoginId>),
}

struct End {
    which: Which,
}

#[async_trait::async_trait]
impl Op for End {
    type Out = u64;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<u64> {
        let (account, staff) = owner(&act.caller)?;
        let (only, but) = match &self.which {
            Which::Only(id) => (Some(id.as_str()), None),
            Which::AllBut(keep) => (None, keep.as_ref().map(LoginId::as_str)),
        };
        let ended = tx
            .sql(
                "DELETE FROM login WHERE (account_id = $1 OR staff_id = $2)
                 AND (id = $3 OR $3 IS NULL) AND (id <> $4 OR $4 IS NULL)",
            )
            .bind(account)
            .bind(staff)
            .bind(only)
            .bind(but)
            .run()
            .await?;
        if ended > 0 {
            if let Some(account) = account {
                // Whoever signs out was there until now.
                tx.sql("UPDATE account SET seen_at = $1 WHERE id = $2")
                    .bind(act.now)
                    .bind(account)
                    .run()
                    .await?;
            }
            let key = account.or(staff).unwrap_or_default();
            let kind = if account.is_some() {
                "account"
            } else {
                "staff"
            };
            let entry = Entry {
                action: Verb::LoginEnd,
                subject: (kind, key),
                center: None,
                detail: json!({ "ended": ended }),
            };
            audit::record(tx, act, entry).await?;
        }
        Ok(ended)
    }
}

/// Ends every session of a member of staff, but for the one to keep.
pub(crate) async fn end_staff_in(
    tx: &mut Tx,
    staff: &StaffId,
    keep: Option<&LoginId>,
) -> Result<u64> {
    tx.sql("DELETE FROM login WHERE staff_id = $1 AND (id <> $2 OR $2 IS NULL)")
        .bind(staff)
        .bind(keep.map(LoginId::as_str))
        .run()
        .await
}
