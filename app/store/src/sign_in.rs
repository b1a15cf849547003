//! Signing in with a phone number and a six-digit code.
//!
//! Nothing reveals whether a number is known: requesting a code never looks at accounts, and the
//! account is created by the first correct code. Codes are stored as keyed hashes only; in clear
//! text they are in the outbox until the message has been sent.

use crate::{
    Act, Db, Error, Ids, Locks, Op, Result, Tx, accounts,
    attempts::{self, Limit},
    audit::{self, Entry},
    brakes::{self, Brakes},
    holder,
    logins::{self, NewLogin, Opened},
    people,
    reach::Reach,
};
use data_encoding::HEXLOWER;
use domain::{
    Refusal,
    access::Caller,
    audit::Verb,
    id::AccountId,
    notice::Notice,
    person::Phone,
    text,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// How long a code is valid (milliseconds).
pub const CODE_LIFE: i64 = 5 * MINUTE;
/// How many times a code may be tried.
pub const CODE_TRIES: i64 = 5;
/// How many codes one asker may have sent to a phone.
pub const SENDING: [Limit; 3] = [
    Limit {
        tries: 1,
        window: MINUTE,
    },
    Limit {
        tries: 5,
        window: HOUR,
    },
    Limit {
        tries: 10,
        window: DAY,
    },
];
/// How many wrong codes one asker may enter for a phone, over all of their codes.
pub const FAILURES: [Limit; 1] = [Limit {
    tries: 20,
    window: DAY,
}];

/// Codes that are sent to a phone.
const SENT: Brakes = Brakes {
    what: "code-sent",
    own: &SENDING,
    near: &[
        Limit {
            tries: 12,
            window: HOUR,
        },
        Limit {
            tries: 20,
            window: DAY,
        },
    ],
    all: &[
        Limit {
            tries: 30,
            window: HOUR,
        },
        Limit {
            tries: 60,
            window: DAY,
        },
    ],
};

/// Wrong codes for a phone.
const FAILED: Brakes = Brakes {
    what: "code-failed",
    own: &FAILURES,
    near: &[Limit {
        tries: 60,
        window: DAY,
    }],
    all: &[Limit {
        tries: 300,
        window: DAY,
    }],
};

/// How many codes may be sent for one network: a center's visitors share one, and the customers of a
/// mobile network a few.
const FROM_NETWORK: [Limit; 2] = [
    Limit {
        tries: 1_000,
        window: HOUR,
    },
    Limit {
        tries: 5_000,
        window: DAY,
    },
];
/// How many codes may be sent in all.
const IN_ALL: [Limit; 1] = [Limit {
    tries: 600,
    window: MINUTE,
}];
/// So many codes of one asker are good at a time: messages arrive late and out of order.
const LIVE_CODES: i64 = 2;

/// The server's secret for hashing codes: without it, a copy of the database doesn't reveal six
/// digits.
#[derive(Clone)]
pub struct CodeKey(Vec<u8>);

impl CodeKey {
    /// A key of at least 32 random bytes, the same on every server process.
    pub fn new(secret: &[u8]) -> Self {
        Self(secret.to_vec())
    }

    fn mac(&self, id: &str, phone: &Phone, code: &str) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_| Error::Corrupt("the key of sign-in codes"))?;
        for part in [id, phone.digits(), code] {
            mac.update(part.as_bytes());
            mac.update(b"\n");
        }
        Ok(mac)
    }

    /// A keyed hash of something else that is short enough to be guessed, in hexadecimal. The first
    /// part says what it is.
    pub(crate) fn keyed(&self, parts: &[&str]) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_| Error::Corrupt("the key of sign-in codes"))?;
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(b"\n");
        }
        Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    fn hash(&self, id: &str, phone: &Phone, code: &str) -> Result<String> {
        let mac = self.mac(id, phone, code)?;
        Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
    }

    /// Compares in constant time.
    fn matches(&self, row: &CodeRow, phone: &Phone, code: &str) -> Result<bool> {
        let stored: Vec<u8> = (0..row.code_hash.len() / 2)
            .filter_map(|i| u8::from_str_radix(row.code_hash.get(2 * i..2 * i + 2)?, 16).ok())
            .collect();
        Ok(self
            .mac(&row.id, phone, code)?
            .verify_slice(&stored)
            .is_ok())
    }
}

/// Six digits, uniformly distributed: values beyond a multiple of a million are drawn again.
pub(crate) fn six_digits(ids: &Ids) -> Result<String> {
    const EVEN: u32 = u32::MAX - u32::MAX % 1_000_000;
    (0..64)
        .map(|_| u32::from_le_bytes(ids.random()))
        .find(|drawn| *drawn < EVEN)
        .map(|drawn| format!("{:06}", drawn % 1_000_000))
        .ok_or(Error::Corrupt("the source of random bytes"))
}

/// Sends a new code to the phone; of this asker's earlier ones the last stays good. Returns when it expires, with the same
/// answer after the same work whether or not the number is known. `locale` is the language of the
/// message.
///
/// # Errors
/// [`Refusal::RateLimited`] beyond [`SENDING`], and beyond what a network or all may order.
pub async fn request_code(
    db: &Db,
    act: &Act,
    key: &CodeKey,
    phone: &Phone,
    locale: &str,
) -> Result<Timestamp> {
    let op = Request {
        key: key.clone(),
        phone: phone.clone(),
        locale: accounts::checked_locale(locale)?,
        code: six_digits(&act.ids)?,
    };
    db.write(act, Locks::none(), op).await
}

struct Request {
    key: CodeKey,
    phone: Phone,
    locale: String,
    code: String,
}

#[async_trait::async_trait]
impl Op for Request {
    type Out = Timestamp;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Timestamp> {
        request_in(tx, act, &self.key, &self.phone, &self.locale, &self.code).await
    }
}

/// Sends that code, which comes from [`six_digits`], inside a transaction.
///
/// # Errors
/// [`Refusal::RateLimited`] beyond [`SENDING`]; nothing is sent then.
pub(crate) async fn request_in(
    tx: &mut Tx,
    act: &Act,
    key: &CodeKey,
    phone: &Phone,
    locale: &str,
    code: &str,
) -> Result<Timestamp> {
    let now = act.now;
    attempts::guard(tx, &guarded(phone), now).await?;
    SENT.check(tx, act, phone.digits()).await?;
    allow_message(tx, act).await?;
    SENT.count(tx, act, phone.digits()).await?;
    let id: uuid::Uuid = act.ids.make(now);
    let id = id.hyphenated().to_string();
    let expires_at = now.plus(CODE_LIFE);
    tx.sql(
        "DELETE FROM sign_in_code WHERE phone = $1 AND asker = $2 AND (used_at IS NOT NULL
             OR id NOT IN (SELECT id FROM sign_in_code WHERE phone = $1 AND asker = $2
             ORDER BY created_at DESC, id DESC LIMIT $3))",
    )
    .bind(phone)
    .bind(act.asker_key().unwrap_or_default())
    .bind(LIVE_CODES - 1)
    .run()
    .await?;
    tx.sql(
        "INSERT INTO sign_in_code (id, phone, code_hash, created_at, expires_at, asker)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&id)
    .bind(phone)
    .bind(key.hash(&id, phone, code)?)
    .bind(now)
    .bind(expires_at)
    .bind(act.asker_key().unwrap_or_default())
    .run()
    .await?;
    let minutes = u32::try_from(CODE_LIFE / MINUTE).unwrap_or(5);
    let notice = Notice::SignInCode {
        code: code.to_owned(),
        minutes,
    };
    tx.sql(
        "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key,
         created_at, due_at) VALUES ($1, 'sms', $2, $3, $4, $5, $6, $7, $7)",
    )
    .bind(&id)
    .bind(phone)
    .bind(locale)
    .bind(notice.kind())
    .bind(serde_json::to_string(&notice)?)
    .bind(format!("{}:{id}", notice.kind()))
    .bind(now)
    .run()
    .await?;
    Ok(expires_at)
}

/// Counts a message against its network and against all, which no stranger should use up: messages
/// cost, and whoever orders thousands wants to annoy.
///
/// # Errors
/// [`Refusal::RateLimited`] beyond what one network, or everybody together, may have sent.
async fn allow_message(tx: &mut Tx, act: &Act) -> Result<()> {
    let network = act.asker().network();
    let near = network.map(|network| (format!("messages:{network}"), &FROM_NETWORK[..]));
    let subjects = near
        .into_iter()
        .chain([("messages".to_owned(), &IN_ALL[..])]);
    for (subject, limits) in subjects {
        attempts::check(tx, &subject, limits, act.now).await?;
        attempts::count(tx, &subject, act.now).await?;
    }
    Ok(())
}

fn guarded(phone: &Phone) -> String {
    format!("sign-in:{}", phone.digits())
}

/// Who has signed in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// Whether this sign-in made it.
    pub is_new: bool,
    /// Whether the holder has given name and birth year.
    pub is_complete: bool,
    /// Whether the number may be somebody else's now: the session opens nothing before they have
    /// said who they are ([`crate::holder`]).
    pub is_unproven: bool,
    /// The session that has begun.
    pub login: Opened,
}

/// Signs in with a code sent to the phone: creates the account if missing, begins a login session,
/// and uses up the code. It is read as people type and paste it.
///
/// # Errors
/// [`Refusal::WrongCode`] for a wrong, used, exhausted or expired code, without saying which;
/// [`Refusal::RateLimited`] beyond [`FAILURES`].
pub async fn verify(
    db: &Db,
    act: &Act,
    key: &CodeKey,
    phone: &Phone,
    code: &str,
    locale: &str,
    login: NewLogin,
) -> Result<SignedIn> {
    let op = Verify {
        key: key.clone(),
        phone: phone.clone(),
        code: text::code(code),
        locale: accounts::checked_locale(locale)?,
        login,
    };
    // A wrong try has to be committed, so the refusal comes as an answer.
    Ok(db.write(act, Locks::none(), op).await??)
}

struct Verify {
    key: CodeKey,
    phone: Phone,
    code: String,
    locale: String,
    login: NewLogin,
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    id: String,
    code_hash: String,
    expires_at: Timestamp,
    attempts: i64,
    used_at: Option<Timestamp>,
}

impl CodeRow {
    fn is_live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at && self.attempts < CODE_TRIES
    }
}

#[async_trait::async_trait]
impl Op for Verify {
    type Out = std::result::Result<SignedIn, Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let proven = prove_in(tx, act, &self.key, &self.phone, &self.code).await?;
        match proven {
            Ok(()) => signed_in(tx, act, self).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

/// Uses up the asker's code for the phone where it is that one. A wrong try has to be committed, so the refusal
/// comes as an answer.
///
/// # Errors
/// [`Refusal::RateLimited`] beyond [`FAILURES`].
pub(crate) async fn prove_in(
    tx: &mut Tx,
    act: &Act,
    key: &CodeKey,
    phone: &Phone,
    code: &str,
) -> Result<std::result::Result<(), Refusal>> {
    let now = act.now;
    let asker = act.asker_key().unwrap_or_default();
    attempts::guard(tx, &guarded(phone), now).await?;
    FAILED.check(tx, act, phone.digits()).await?;
    // A code is good where it was asked for: a stranger's request cannot void it, and a stranger's
    // tries cannot use it up.
    let mut rows: Vec<CodeRow> = tx
        .sql(
            "SELECT id, code_hash, expires_at, attempts, used_at FROM sign_in_code
             WHERE phone = $1 AND asker = $2 ORDER BY created_at DESC, id DESC LIMIT $3",
        )
        .bind(phone)
        .bind(&asker)
        .bind(LIVE_CODES)
        .all()
        .await?;
    let live = rows.iter().any(|row| row.is_live(now));
    // Without a code the same work is done on one that nothing matches.
    rows.resize_with(LIVE_CODES as usize, || CodeRow {
        id: String::new(),
        code_hash: "00".repeat(32),
        expires_at: now,
        attempts: CODE_TRIES,
        used_at: None,
    });
    let mut right = false;
    for row in &rows {
        right |= key.matches(row, phone, code)? && row.is_live(now);
    }
    tx.sql(
        "UPDATE sign_in_code SET attempts = attempts + 1, used_at = COALESCE(used_at, $1)
         WHERE phone = $2 AND asker = $3",
    )
    .bind(right.then_some(now))
    .bind(phone)
    .bind(&asker)
    .run()
    .await?;
    if right {
        brakes::remember(tx, act, phone.digits()).await?;
        return Ok(Ok(()));
    }
    // Only tries that could have hit count against the phone, so that nobody is locked out by
    // guesses at a code that does not exist.
    if live {
        FAILED.count(tx, act, phone.digits()).await?;
    }
    Ok(Err(Refusal::WrongCode))
}

async fn signed_in(tx: &mut Tx, act: &Act, op: &Verify) -> Result<SignedIn> {
    let (account, is_new) =
        accounts::ensure_in(tx, act, &Reach::phone(&op.phone), &op.locale).await?;
    let act = act.by(Caller::resident(account.clone()));
    let is_complete = people::holder_in(tx, &account).await?.is_some();
    let is_unproven = is_complete && holder::is_doubtful_in(tx, &act, &account).await?;
    let login = match is_unproven {
        true => logins::open_unproven_in(tx, &act, &op.login).await?,
        false => {
            holder::seen_in(tx, &act, &account).await?;
            logins::open_in(tx, &act, &op.login).await?
        }
    };
    let entry = Entry {
        action: Verb::AccountSignIn,
        subject: ("account", account.as_str()),
        center: None,
        detail: json!({ "login": login.login, "proven": !is_unproven }),
    };
    audit::record(tx, &act, entry).await?;
    Ok(SignedIn {
        account,
        is_new,
        is_complete,
        is_unproven,
        login,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn six_digits_are_drawn_without_bias() {
        let draws = AtomicU32::new(0);
        // 2^32 is no multiple of a million: the last 967,296 values are drawn again.
        let ids = Ids::new(move |bytes| {
            let value: u32 = match draws.fetch_add(1, Ordering::Relaxed) {
                0 => u32::MAX,
                1 => 4_294_000_000,
                _ => 4_293_999_999,
            };
            bytes.copy_from_slice(&value.to_le_bytes());
        });
        assert_eq!(six_digits(&ids).unwrap(), "999999");
        let zero = Ids::new(|bytes| bytes.fill(0));
        assert_eq!(six_digits(&zero).unwrap(), "000000");
        let broken = Ids::new(|bytes| bytes.fill(255));
        assert!(six_digits(&broken).is_err());
    }

    #[test]
    fn a_hash_belongs_to_one_code_of_one_phone() {
        let key = CodeKey::new(&[7; 32]);
        let phone = Phone::parse("13800000001").unwrap();
        let hash = key.hash("a", &phone, "123456").unwrap();
        let row = CodeRow {
            id: "a".into(),
            code_hash: hash.clone(),
            expires_at: Timestamp(1),
            attempts: 0,
            used_at: None,
        };
        assert!(key.matches(&row, &phone, "123456").unwrap());
        assert!(!key.matches(&row, &phone, "123457").unwrap());
        let other = Phone::parse("13800000002").unwrap();
        assert!(!key.matches(&row, &other, "123456").unwrap());
        assert!(
            !CodeKey::new(&[8; 32])
                .matches(&row, &phone, "123456")
                .unwrap()
        );
        assert!(!hash.contains("123456"));
    }
}
