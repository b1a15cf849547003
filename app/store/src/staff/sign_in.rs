//! Signing in to the desk: tries, lock, second factor.

use super::record;
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    attempts::{self, Guard, Limit},
    audit::{self, Entry},
    brakes::{self, Brakes},
    logins::{self, NewLogin, Opened},
    sealed::Kept,
};
use domain::{
    Refusal,
    access::{Caller, Identity},
    audit::Verb,
    id::StaffId,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use serde_json::json;

/// How many failures in a row lock the user name for whoever made them (C-182).
pub const LOCK_AFTER: i64 = 5;
/// How long it stays locked for them (milliseconds).
pub const LOCK_FOR: i64 = 15 * MINUTE;

/// The slower brakes over several askers. For one asker the lock counts failures in a row instead.
const TRIED: Brakes = Brakes {
    what: "staff-tried",
    own: &[],
    near: &[Limit {
        tries: 40,
        window: HOUR,
    }],
    all: &[Limit {
        tries: 200,
        window: DAY,
    }],
};

/// Whose password is to be checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who it would be.
    pub staff: StaffId,
    /// The hash to check the password against, a PHC string.
    pub password_hash: String,
    /// The secret of the second factor, if there is one (base32).
    pub totp_secret: Option<String>,
}

/// Counts a try to sign in and gives what to check it against; none for an unknown, suspended or
/// closed account and for a first password that is too old, upon which the caller checks some other hash, so that both take the same time, and
/// answers [`Refusal::WrongCredentials`].
///
/// The try counts as a failure until [`finish_sign_in`], so parallel guesses get no more than
/// [`LOCK_AFTER`] passwords in all. Unknown user names are counted and locked like known ones.
///
/// # Errors
/// [`Refusal::RateLimited`] while the user name is locked for this asker.
pub async fn begin_sign_in(db: &Db, act: &Act, username: &str) -> Result<Option<Candidate>> {
    let op = Begin {
        // An invalid user name is simply unknown; the limit keeps junk from filling the table.
        username: username
            .trim()
            .to_ascii_lowercase()
            .chars()
            .take(64)
            .collect(),
    };
    let found = db.write(act, Locks::none(), op).await?;
    let opened = found.map(|candidate| {
        let sealed = candidate.totp_secret.as_deref();
        let secret = sealed.map(|sealed| db.vault().open(Kept::SecondFactor, sealed));
        Ok(Candidate {
            totp_secret: secret.transpose()?,
            ..candidate
        })
    });
    opened.transpose()
}

struct Begin {
    username: String,
}

/// What guarded subjects of user names begin with.
const STAFF_SUBJECT: &str = "staff:";

/// What stands for a user name where tries are counted over several askers.
pub(super) fn subject(username: &str) -> String {
    format!("{STAFF_SUBJECT}{username}")
}

/// What stands for the asker's own tries at a user name.
fn own_subject(act: &Act, username: &str) -> String {
    match act.asker_key() {
        Some(asker) => format!("{STAFF_SUBJECT}{username}:{asker}"),
        None => subject(username),
    }
}

/// Forgets the asker's failures in a row, and that this act was a try.
pub(super) async fn forgive(tx: &mut Tx, act: &Act, username: &str) -> Result<()> {
    let own = own_subject(act, username);
    attempts::guard(tx, &own, act.now).await?;
    let fresh = Guard {
        failures: 0,
        locked_until: None,
    };
    attempts::set_guard(tx, &own, fresh).await?;
    TRIED.forgive(tx, act, &subject(username)).await
}

#[async_trait::async_trait]
impl Op for Begin {
    type Out = Option<Candidate>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Option<Candidate>> {
        let now = act.now;
        let own = own_subject(act, &self.username);
        let guard = attempts::guard(tx, &own, now).await?;
        let name = subject(&self.username);
        TRIED.check(tx, act, &name).await?;
        let failures = match guard.locked_until {
            Some(until) if now < until => return Err(Refusal::RateLimited { until }.into()),
            // An expired lock resets the count.
            Some(_) => 1,
            None => guard.failures + 1,
        };
        let locked_until = (failures >= LOCK_AFTER).then(|| now.plus(LOCK_FOR));
        let counted = Guard {
            failures,
            locked_until,
        };
        attempts::set_guard(tx, &own, counted).await?;
        TRIED.count(tx, act, &name).await?;
        let found: Option<(StaffId, String, Option<String>)> = tx
            .sql(
                "SELECT id, password_hash, totp_secret FROM staff
                 WHERE username = $1 AND status = 'active'
                 AND (first_password_until IS NULL OR first_password_until > $2)",
            )
            .bind(&self.username)
            .bind(now)
            .optional()
            .await?;
        if locked_until.is_some() {
            let id = found.as_ref().map_or("unknown", |f| f.0.as_str());
            let entry = Entry {
                action: Verb::StaffLock,
                subject: ("staff", id),
                center: None,
                detail: json!({ "until": locked_until }),
            };
            audit::record(tx, act, entry).await?;
        }
        Ok(found.map(|(staff, password_hash, totp_secret)| Candidate {
            staff,
            password_hash,
            totp_secret,
        }))
    }
}

/// Begins the session of somebody whose password, and second factor if they have one, was right:
/// `totp_step` is the time step whose code they entered. Failures in a row are forgotten.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for a step that was used already, for a missing step, and for
/// an account that was closed meanwhile.
pub async fn finish_sign_in(
    db: &Db,
    act: &Act,
    staff: &StaffId,
    totp_step: Option<i64>,
    login: NewLogin,
) -> Result<Opened> {
    let act = act.by(Caller {
        identity: Identity::Staff(staff.clone()),
        grants: Vec::new(),
    });
    let op = Finish {
        staff: staff.clone(),
        totp_step,
        login,
    };
    db.write(&act, Locks::none(), op).await
}

struct Finish {
    staff: StaffId,
    totp_step: Option<i64>,
    login: NewLogin,
}

#[async_trait::async_trait]
impl Op for Finish {
    type Out = Opened;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Opened> {
        let wrong = || Error::from(Refusal::WrongCredentials);
        let username: Option<(String,)> = tx
            .sql("SELECT username FROM staff WHERE id = $1 AND status = 'active'")
            .bind(&self.staff)
            .optional()
            .await?;
        let (username,) = username.ok_or_else(wrong)?;
        forgive(tx, act, &username).await?;
        brakes::remember(tx, act, &subject(&username)).await?;
        // Compare and swap: a step is good once, also for two who send it at the same moment.
        let fits = tx
            .sql(
                "UPDATE staff SET signed_in_at = $3, totp_last_step = CASE WHEN totp_secret IS NULL
                 THEN totp_last_step ELSE $1 END
                 WHERE id = $2 AND status = 'active' AND (totp_secret IS NULL
                 OR ($1 IS NOT NULL AND (totp_last_step IS NULL OR totp_last_step < $1)))",
            )
            .bind(self.totp_step)
            .bind(&self.staff)
            .bind(act.now)
            .run()
            .await?;
        if fits != 1 {
            return Err(wrong());
        }
        let login = logins::open_in(tx, act, &self.login).await?;
        let detail = json!({ "login": login.login, "second_factor": self.totp_step.is_some() });
        record(tx, act, &self.staff, Verb::StaffSignIn, detail).await?;
        Ok(login)
    }
}

/// Sets the secret of one's own second factor (base32), or takes it away. `step` is the step of
/// the code that proved it, which is then used up.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody else; the system may take it away from somebody who lost
/// their device.
pub async fn set_totp(
    db: &Db,
    act: &Act,
    staff: &StaffId,
    secret: Option<String>,
    step: Option<i64>,
) -> Result<()> {
    match &act.caller.identity {
        Identity::Staff(own) if own == staff => {}
        Identity::System if secret.is_none() => {}
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ => return Err(Refusal::Forbidden.into()),
    }
    let sealed = secret.map(|secret| db.vault().seal(Kept::SecondFactor, &secret, &act.ids));
    let op = SetTotp {
        staff: staff.clone(),
        secret: sealed.transpose()?,
        step,
    };
    db.write(act, Locks::none(), op).await
}

struct SetTotp {
    staff: StaffId,
    secret: Option<String>,
    step: Option<i64>,
}

#[async_trait::async_trait]
impl Op for SetTotp {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let changed = tx
            .sql(
                "UPDATE staff SET totp_secret = $1, totp_last_step = $2
                 WHERE id = $3 AND status = 'active'",
            )
            .bind(self.secret.as_deref())
            .bind(self.step)
            .bind(&self.staff)
            .run()
            .await?;
        if changed == 0 {
            return Err(Refusal::NotFound.into());
        }
        let detail = json!({ "on": self.secret.is_some() });
        record(tx, act, &self.staff, Verb::StaffSecondFactor, detail).await
    }
}

/// Lets everybody try a user name again at once, whoever tried before: for somebody who is kept out.
///
/// # Errors
/// [`Refusal::NotFound`] for a user name that nobody has; [`Refusal::Forbidden`] for anybody but the
/// system.
pub async fn unlock(db: &Db, act: &Act, username: &str) -> Result<()> {
    if !matches!(act.caller.identity, Identity::System) {
        return Err(Refusal::Forbidden.into());
    }
    let op = Unlock {
        username: super::username(username)?,
    };
    db.write(act, Locks::none(), op).await
}

struct Unlock {
    username: String,
}

#[async_trait::async_trait]
impl Op for Unlock {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let found: Option<(StaffId,)> = tx
            .sql("SELECT id FROM staff WHERE username = $1")
            .bind(&self.username)
            .optional()
            .await?;
        let (staff,) = found.ok_or(Refusal::NotFound)?;
        release(tx, &self.username).await?;
        record(tx, act, &staff, Verb::StaffUnlock, json!({})).await
    }
}

/// Forgets every failed try at a user name, whoever's.
pub(super) async fn release(tx: &mut Tx, username: &str) -> Result<()> {
    let name = subject(username);
    attempts::unlock(tx, &name).await?;
    TRIED.release(tx, &name).await
}

/// The user names that are locked now for somebody, and until when.
pub(super) async fn locks_in(tx: &mut Tx, now: Timestamp) -> Result<Vec<(String, Timestamp)>> {
    let locks: Vec<(String, Timestamp)> = tx
        .sql("SELECT subject, locked_until FROM guard WHERE locked_until > $1")
        .bind(now)
        .all()
        .await?;
    let of_staff = locks.into_iter().filter_map(|(subject, until)| {
        let tried = subject.strip_prefix(STAFF_SUBJECT)?;
        let username = tried.split(':').next()?;
        Some((username.to_owned(), until))
    });
    Ok(of_staff.collect())
}
