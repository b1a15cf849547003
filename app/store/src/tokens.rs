//! Access tokens of programs and devices. A token is shown once, when it is made; only its
//! SHA-256 is stored. It has the rights of its role and scope.

use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    accounts::{self, Profile},
    audit::{self, Entry},
    logins::{TOUCH_EVERY, secret_hash},
    people,
    reach::Reach,
    staff::{self, may_grant_in, scopes_around},
    volunteers,
};
use domain::{
    Reason, Refusal,
    access::{Action, Caller, Grant, Identity, Role, Scope, StaffStatus},
    audit::Verb,
    id::{AccountId, StaffId, TokenId},
    person::{BirthYear, PersonName, Phone},
    text,
    time::Timestamp,
};
use serde::Serialize;
use serde_json::json;

/// Prefix of every token, so that secret scanners recognise a leaked one.
pub const PREFIX: &str = "lnl_";

/// The birth year of a holder that is made together with a token: grown up, so that no age range
/// is in a load program's way.
const STAND_IN_BIRTH_YEAR: i64 = 1990;

/// A token to be created.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for, 1 to 80 characters.
    pub label: String,
    /// Its role.
    pub role: Role,
    /// Where the role holds; residents' tokens are good for their own account only.
    pub scope: Scope,
    /// Whose account, for the role `resident` and only for it.
    pub account: Option<Phone>,
    /// For the role `resident`: whether the holder is made a formal volunteer too.
    pub volunteers: bool,
    /// For roles of staff: the user name of the member of staff whom the token speaks for, who then
    /// leads and validates.
    pub staff: Option<String>,
}

/// Makes a token of which only the hash is kept; `secret` is the whole text, [`PREFIX`] included.
///
/// For the role `resident` the account is made where it is missing. Where its holder has not
/// given a name, a stand-in is made too (the masked phone number as the name, born in 1990), so
/// that a load program can book at once; the holder's own profile replaces it later.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role beyond the caller's own, and to everybody but the system for
/// a resident's; [`Refusal::Invalid`] where account and role do not fit or the scope is unknown.
pub async fn create(db: &Db, act: &Act, new: NewToken, secret: &str) -> Result<TokenId> {
    if text::name("label", &new.label, 80).is_err() {
        return Err(Refusal::invalid("label", Reason::MissingOrTooLong).into());
    }
    match (new.role, &new.account) {
        (Role::Resident, None) => return Err(Refusal::invalid("account", Reason::Missing).into()),
        (Role::Resident, Some(_)) | (_, None) => {}
        _ => return Err(Refusal::invalid("account", Reason::OnlyForResidents).into()),
    }
    if new.staff.is_some() && !new.role.leads() {
        return Err(Refusal::invalid("staff", Reason::UnknownValue).into());
    }
    let op = Create {
        new,
        secret: secret.to_owned(),
    };
    db.write(act, Locks::none(), op).await
}

struct Create {
    new: NewToken,
    secret: String,
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = TokenId;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<TokenId> {
        let (act, new) = (act, &self.new);
        let account = match &new.account {
            Some(phone) => Some(resident_in(tx, act, phone, new.volunteers).await?),
            None => {
                let grant = Grant {
                    role: new.role,
                    scope: new.scope.clone(),
                };
                may_grant_in(tx, &act.caller, &grant).await?;
                None
            }
        };
        insert_in(tx, act, new, account, &self.secret).await
    }
}

/// Makes a token that somebody was found to be allowed to make.
pub(crate) async fn insert_in(
    tx: &mut Tx,
    act: &Act,
    new: &NewToken,
    account: Option<AccountId>,
    secret: &str,
) -> Result<TokenId> {
    let id: TokenId = act.ids.make(act.now);
    let staff = match &new.staff {
        Some(username) => Some(member_in(tx, act, username).await?),
        None => None,
    };
    tx.sql(
        "INSERT INTO token (id, secret_hash, label, role, scope, account_id, created_at, staff_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id)
    .bind(secret_hash(secret))
    .bind(&new.label)
    .bind(new.role)
    .bind(new.scope.to_string())
    .bind(account.as_ref().map(AccountId::as_str))
    .bind(act.now)
    .bind(staff.as_ref())
    .run()
    .await?;
    let detail =
        json!({ "role": new.role, "scope": new.scope, "account": account, "staff": staff });
    record(tx, act, &id, Verb::TokenCreate, detail).await?;
    Ok(id)
}

/// The member of staff whom a token is to speak for. Only the system lets one speak for another.
async fn member_in(tx: &mut Tx, act: &Act, username: &str) -> Result<StaffId> {
    if act.caller.identity != Identity::System {
        return Err(Refusal::Forbidden.into());
    }
    let found: Option<(StaffId,)> = tx
        .sql("SELECT id FROM staff WHERE username = $1 AND status = $2")
        .bind(username)
        .bind(StaffStatus::Active)
        .optional()
        .await?;
    let (id,) = found.ok_or_else(|| Refusal::invalid("staff", Reason::UnknownValue))?;
    Ok(id)
}

/// The account with a holder, both made where they are missing.
async fn resident_in(tx: &mut Tx, act: &Act, phone: &Phone, volunteers: bool) -> Result<AccountId> {
    if act.caller.identity != Identity::System {
        return Err(Refusal::Forbidden.into());
    }
    let (account, is_new) = accounts::ensure_in(tx, act, &Reach::phone(phone), "zh-CN").await?;
    // An account that this transaction made is nobody else's yet.
    if !is_new {
        tx.need([&account])?;
    }
    if people::holder_in(tx, &account).await?.is_none() {
        let stand_in = Profile {
            name: PersonName::parse(&phone.masked())?,
            birth_year: BirthYear::new(STAND_IN_BIRTH_YEAR, act.now)?,
            community: None,
            center: None,
        };
        accounts::save_holder_in(tx, act, &account, &stand_in).await?;
    }
    if volunteers {
        let holder = people::holder_in(tx, &account).await?;
        let holder = holder.ok_or(Error::Corrupt("holder"))?;
        volunteers::make_formal_in(tx, act, &account, &holder.id).await?;
    }
    Ok(account)
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    token: &TokenId,
    action: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("token", token.as_str()),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}

/// A token as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// Its id, by which it is revoked.
    pub id: TokenId,
    /// What it is for.
    pub label: String,
    /// Its role.
    pub role: Role,
    /// Where the role holds.
    pub scope: Scope,
    /// Whose account, for residents.
    pub account: Option<AccountId>,
    /// The member of staff whom it speaks for.
    pub staff: Option<StaffId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, up to five minutes old.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: TokenId,
    label: String,
    role: String,
    scope: String,
    account_id: Option<AccountId>,
    staff_id: Option<StaffId>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TokenRow {
    fn read(self) -> Result<TokenView> {
        Ok(TokenView {
            id: self.id,
            label: self.label,
            role: self.role.parse()?,
            scope: Scope::parse(&self.scope)?,
            account: self.account_id,
            staff: self.staff_id,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
        })
    }
}

const TOKEN: &str =
    "SELECT id, label, role, scope, account_id, staff_id, created_at, last_used_at, revoked_at
    FROM token";

/// The tokens that the caller could have made, the newest first; revoked ones too.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn list(db: &Db, caller: &Caller) -> Result<Vec<TokenView>> {
    match &caller.identity {
        Identity::System => {}
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ if caller.may_somewhere(Action::ManageStaff) => {}
        _ => return Err(Refusal::Forbidden.into()),
    }
    let mut tx = db.read().await?;
    let rows: Vec<TokenRow> = tx
        .sql_built(format!("{TOKEN} ORDER BY created_at DESC, id DESC"))
        .all()
        .await?;
    let mut tokens = Vec::new();
    for row in rows {
        let token = row.read()?;
        if may_revoke(&mut tx, caller, &token).await.is_ok() {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

async fn may_revoke(tx: &mut Tx, caller: &Caller, token: &TokenView) -> Result<()> {
    if caller.identity == Identity::System {
        return Ok(());
    }
    let grant = Grant {
        role: token.role,
        scope: token.scope.clone(),
    };
    let around = scopes_around(tx, &grant.scope).await?;
    Ok(caller.may_grant(&grant, &around)?)
}

/// Revokes a token: it opens nothing from the next request on. Once more changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for a token that does not exist or that the caller could not have made.
pub async fn revoke(db: &Db, act: &Act, token: TokenId) -> Result<()> {
    let op = Revoke { token };
    db.write(act, Locks::none(), op).await
}

struct Revoke {
    token: TokenId,
}

#[async_trait::async_trait]
impl Op for Revoke {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let row: Option<TokenRow> = tx
            .sql_built(format!("{TOKEN} WHERE id = $1"))
            .bind(&self.token)
            .optional()
            .await?;
        let token = row.ok_or(Refusal::NotFound)?.read()?;
        may_revoke(tx, &act.caller, &token)
            .await
            .map_err(|_| Refusal::NotFound)?;
        let revoked = tx
            .sql("UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(act.now)
            .bind(&self.token)
            .run()
            .await?;
        if revoked == 1 {
            record(tx, act, &self.token, Verb::TokenRevoke, json!({})).await?;
        }
        Ok(())
    }
}

/// Who the secret speaks for: a resident for the role `resident`, a member of staff where it names
/// one, else a program with one grant. Of a member who has left it opens nothing.
/// Its use is noted at most every five minutes ([`crate::seen`]).
///
/// # Errors
/// Database errors; an unknown or revoked token is `None`.
pub async fn find(db: &Db, secret: &str, now: Timestamp) -> Result<Option<Caller>> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let mut tx = db.read().await?;
    let row: Option<TokenRow> = tx
        .sql_built(format!(
            "{TOKEN} WHERE secret_hash = $1 AND revoked_at IS NULL
             AND (staff_id IS NULL OR EXISTS (SELECT 1 FROM staff s WHERE s.id = token.staff_id
                 AND s.status = $2))"
        ))
        .bind(secret_hash(secret))
        .bind(StaffStatus::Active)
        .optional()
        .await?;
    drop(tx);
    let Some(row) = row else { return Ok(None) };
    let token = row.read()?;
    let mut grants = vec![Grant {
        role: token.role,
        scope: token.scope.clone(),
    }];
    if let Some(staff) = &token.staff {
        let mut tx = db.read().await?;
        if !still_holds(&mut tx, staff, &grants[0], now).await? {
            grants.clear();
        }
    }
    if token
        .last_used_at
        .is_none_or(|at| at.plus(TOUCH_EVERY) <= now)
    {
        db.seen().token(&token.id, now);
    }
    Ok(Some(match (token.role, token.account) {
        (Role::Resident, Some(account)) => Caller::resident(account),
        (Role::Resident, None) => return Err(Error::Corrupt("token")),
        (_, _) => Caller {
            identity: match token.staff {
                Some(staff) => Identity::Staff(staff),
                None => Identity::Program(token.id),
            },
            grants,
        },
    }))
}

/// Whether a member of staff holds as much as a token that speaks for them: it ends with their own
/// grant.
async fn still_holds(tx: &mut Tx, staff: &StaffId, grant: &Grant, now: Timestamp) -> Result<bool> {
    let held = staff::grants_in(tx, staff, now).await?;
    if held.contains(grant) {
        return Ok(true);
    }
    let around = scopes_around(tx, &grant.scope).await?;
    let covers = |own: &Grant| {
        own.role.leads() && own.role.rank() >= grant.role.rank() && around.contains(&own.scope)
    };
    Ok(held.iter().any(covers))
}
