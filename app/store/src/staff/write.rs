//! Changing staff accounts and their roles. One operation for all of it: it loads what
//! [`granting::decide`] needs, asks it, and does what it allows.

use super::{NewStaff, TimedGrant, all_grants_in, record, scopes_around, sign_in, username};
use crate::{Act, Db, Error, Locks, Op, Replay, Result, Tx, agencies, logins};
use domain::{
    Reason, Refusal,
    access::{
        Grant, Identity, Role, Scope, StaffStatus,
        granting::{self, Administered, Deed, Facts, Placed},
    },
    agency::bound::Bound,
    audit::Verb,
    id::{AgencyId, LoginId, StaffId},
    person::PersonName,
    supervision::Grade,
    time::Timestamp,
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Adds a member of staff with at least one role, whose password is theirs already.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role beyond the caller's own, [`Refusal::Invalid`] for a user name
/// that is taken (`taken`), for no role, and for a role or place that cannot be granted.
pub async fn add(db: &Db, act: &Act, new: NewStaff) -> Result<StaffId> {
    add_with(db, act, new, None).await
}

/// Adds a member of staff whose password others made: it opens nothing but the page where they
/// choose their own, and that for [`granting::FIRST_PASSWORD_LIFE`].
///
/// # Errors
/// As [`add`].
pub async fn create(db: &Db, act: &Act, new: NewStaff) -> Result<StaffId> {
    let until = act.now.plus(granting::FIRST_PASSWORD_LIFE);
    add_with(db, act, new, Some(until)).await
}

async fn add_with(
    db: &Db,
    act: &Act,
    new: NewStaff,
    first_password_until: Option<Timestamp>,
) -> Result<StaffId> {
    let new = NewStaff {
        username: username(&new.username)?,
        ..new
    };
    write(db, act, Change::Add(new, first_password_until)).await
}

/// Grants a role, or changes when it begins and ends.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role beyond the caller's own and for a grant to oneself,
/// [`Refusal::NotFound`] for an account that does not exist or is closed, [`Refusal::Invalid`] for
/// dates that grant nothing, [`Refusal::LastAdministrator`] where it shortens the last one's.
pub async fn grant(db: &Db, act: &Act, staff: StaffId, grant: TimedGrant) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Give(grant))).await
}

/// Revokes a role, effective from the next request.
///
/// # Errors
/// As [`grant`]; [`Refusal::NotFound`] also where it was not held.
pub async fn revoke(db: &Db, act: &Act, staff: StaffId, grant: Grant) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::End(grant))).await
}

/// Switches an account off and ends its sessions. Its roles stay for when it is switched on again.
/// Once more changes nothing.
///
/// # Errors
/// [`Refusal::Forbidden`] for oneself and for an account with a role beyond the caller's own,
/// [`Refusal::NotFound`] for an account that does not exist or is closed,
/// [`Refusal::LastAdministrator`].
pub async fn suspend(db: &Db, act: &Act, staff: StaffId) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Suspend)).await
}

/// Switches an account on again. Once more changes nothing.
///
/// # Errors
/// As [`suspend`].
pub async fn resume(db: &Db, act: &Act, staff: StaffId) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Resume)).await
}

/// Closes an account permanently and ends its sessions.
///
/// # Errors
/// As [`suspend`].
pub async fn close(db: &Db, act: &Act, staff: StaffId) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Close)).await
}

/// Corrects the name of a member of staff.
///
/// # Errors
/// As [`suspend`].
pub async fn rename(db: &Db, act: &Act, staff: StaffId, name: PersonName) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Rename(name))).await
}

/// Notes on which step of the ladder of supervision somebody is, or that they are on none.
///
/// # Errors
/// As [`suspend`]; [`Refusal::Forbidden`] also for who sees no figures of supervision there.
pub async fn grade(db: &Db, act: &Act, staff: StaffId, grade: Option<Grade>) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Grade(grade))).await
}

/// Makes somebody one of an agency's people, or of none: employed by the subdistrict itself. Their roles
/// at single centers then end with the agency's contracts.
///
/// # Errors
/// As [`grade`]; [`Refusal::NotFound`] also for an agency that does not exist;
/// [`Refusal::NoContract`] where they hold a role at a center that the agency does not run.
pub async fn set_agency(
    db: &Db,
    act: &Act,
    staff: StaffId,
    agency: Option<AgencyId>,
) -> Result<StaffId> {
    write(db, act, Change::Of(staff, What::Agency(agency))).await
}

/// Sets a first password (its hash as a PHC string) for somebody who can't sign in any more, as for
/// a new account, ends every session, and forgets the failed tries. With `without_factor` also the
/// second factor goes, for somebody who has lost the device that shows its codes.
///
/// # Errors
/// As [`suspend`].
pub async fn reset_password(
    db: &Db,
    act: &Act,
    staff: StaffId,
    password_hash: String,
    without_factor: bool,
) -> Result<StaffId> {
    let what = What::Reset {
        password_hash,
        without_factor,
    };
    write(db, act, Change::Of(staff, what)).await
}

/// Sets one's own new password (its hash as a PHC string). Ends every session but the one to `keep`.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the owner and the system, [`Refusal::NotFound`] for an
/// account that does not exist or is not active.
pub async fn set_password(
    db: &Db,
    act: &Act,
    staff: StaffId,
    password_hash: String,
    keep: Option<LoginId>,
) -> Result<StaffId> {
    write(db, act, Change::Password(staff, password_hash, keep)).await
}

enum Change {
    Add(NewStaff, Option<Timestamp>),
    Of(StaffId, What),
    Password(StaffId, String, Option<LoginId>),
}

/// What is done with an account that is there.
enum What {
    Give(TimedGrant),
    End(Grant),
    Suspend,
    Resume,
    Close,
    Rename(PersonName),
    Grade(Option<Grade>),
    Agency(Option<AgencyId>),
    Reset {
        password_hash: String,
        without_factor: bool,
    },
}

struct Write {
    change: Change,
}

async fn write(db: &Db, act: &Act, change: Change) -> Result<StaffId> {
    let op = Write { change };
    db.write(act, Locks::none(), op).await
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = StaffId;
    fn replay() -> Replay<StaffId> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<StaffId> {
        match &self.change {
            Change::Add(new, until) => add_in(tx, act, new, *until).await,
            Change::Of(staff, what) => {
                let loaded = Loaded::of(tx, act, staff).await?;
                loaded.change(tx, act, what).await?;
                Ok(staff.clone())
            }
            Change::Password(staff, hash, keep) => {
                password_in(tx, act, staff, hash, keep.as_ref()).await
            }
        }
    }
}

/// The grant with every scope around it. A place that is no more lies in the city.
pub(super) async fn placed(tx: &mut Tx, timed: TimedGrant) -> Result<Placed> {
    let within = match scopes_around(tx, &timed.grant.scope).await {
        Ok(within) => within,
        Err(Error::Refused(_)) => vec![timed.grant.scope.clone(), Scope::City],
        Err(error) => return Err(error),
    };
    Ok(Placed { timed, within })
}

/// The same for one that is to be given: the place must be there.
async fn to_give(tx: &mut Tx, timed: TimedGrant) -> Result<Placed> {
    let within = scopes_around(tx, &timed.grant.scope).await?;
    Ok(Placed { timed, within })
}

/// An account as it is while this transaction lasts.
struct Loaded {
    staff: StaffId,
    status: StaffStatus,
    held: Vec<Placed>,
    others: Administered,
}

impl Loaded {
    async fn of(tx: &mut Tx, act: &Act, staff: &StaffId) -> Result<Self> {
        let others = lock(tx, act, staff).await?;
        let status: Option<(StaffStatus,)> = tx
            .sql("SELECT status FROM staff WHERE id = $1")
            .bind(staff)
            .optional()
            .await?;
        let (status,) = status.ok_or(Refusal::NotFound)?;
        let mut held = Vec::new();
        for timed in all_grants_in(tx, staff).await? {
            held.push(placed(tx, timed).await?);
        }
        Ok(Self {
            staff: staff.clone(),
            status,
            held,
            others,
        })
    }

    fn may(&self, act: &Act, deed: Deed<'_>) -> Result<()> {
        let facts = Facts {
            caller: &act.caller,
            subject: Some(&self.staff),
            status: self.status,
            held: &self.held,
            others: self.others,
        };
        Ok(granting::decide(&facts, deed, act.now)?)
    }

    fn now_held(&self, grant: &Grant) -> Option<&TimedGrant> {
        let mut held = self.held.iter().map(|placed| &placed.timed);
        held.find(|timed| timed.grant == *grant)
    }

    async fn change(&self, tx: &mut Tx, act: &Act, what: &What) -> Result<()> {
        let staff = &self.staff;
        match what {
            What::Give(timed) => {
                let placed = to_give(tx, timed.clone()).await?;
                self.may(act, Deed::Give(&placed))?;
                let before = self.now_held(&timed.grant);
                let agency = agencies::agency_of(tx, staff).await?;
                let whose = (agency.as_ref(), Some(staff));
                let bound = agencies::given(tx, act, whose, timed).await?;
                give_in(tx, act, staff, &bound, before).await
            }
            What::End(grant) => {
                let placed = placed(tx, TimedGrant::for_good(grant.clone())).await?;
                self.may(act, Deed::End(&placed))?;
                let before = self.now_held(grant).ok_or(Refusal::NotFound)?;
                end_in(tx, act, staff, before).await
            }
            What::Suspend => {
                self.may(act, Deed::Suspend)?;
                self.turn(tx, act, StaffStatus::Suspended).await
            }
            What::Resume => {
                self.may(act, Deed::Resume)?;
                self.turn(tx, act, StaffStatus::Active).await
            }
            What::Close => {
                self.may(act, Deed::Close)?;
                self.turn(tx, act, StaffStatus::Closed).await
            }
            What::Rename(name) => {
                self.may(act, Deed::Rename)?;
                rename_in(tx, act, staff, name).await
            }
            What::Grade(grade) => {
                self.may(act, Deed::SetGrade)?;
                grade_in(tx, act, staff, *grade).await
            }
            What::Agency(agency) => {
                self.may(act, Deed::SetAgency)?;
                agencies::join_in(tx, act, staff, agency.as_ref()).await
            }
            What::Reset {
                password_hash,
                without_factor,
            } => {
                self.may(act, Deed::ResetPassword)?;
                reset_in(tx, act, staff, password_hash, *without_factor).await
            }
        }
    }

    /// Gives the account another status. Only an active one has sessions; a closed one has no
    /// second factor either.
    async fn turn(&self, tx: &mut Tx, act: &Act, to: StaffStatus) -> Result<()> {
        if self.status == to {
            return Ok(());
        }
        tx.sql(
            "UPDATE staff SET status = $1, totp_secret = CASE WHEN $2 THEN NULL ELSE totp_secret END
             WHERE id = $3",
        )
        .bind(to)
        .bind(to == StaffStatus::Closed)
        .bind(&self.staff)
        .run()
        .await?;
        if to == StaffStatus::Closed {
            // Nobody plans with them any more.
            tx.sql("DELETE FROM staff_time WHERE staff_id = $1")
                .bind(&self.staff)
                .run()
                .await?;
        }
        let ended = logins::end_staff_in(tx, &self.staff, None).await?;
        let verb = match to {
            StaffStatus::Active => Verb::StaffResume,
            StaffStatus::Suspended => Verb::StaffSuspend,
            StaffStatus::Closed => Verb::StaffClose,
        };
        let detail = json!({ "before": self.status, "after": to, "logins_ended": ended });
        record(tx, act, &self.staff, verb, detail).await
    }
}

/// Locks the account, and where it administers the city everybody else who does: of two who end each
/// other, the second sees what the first has left. How long the city has an administrator without it.
async fn lock(tx: &mut Tx, act: &Act, staff: &StaffId) -> Result<Administered> {
    type Row = (StaffId, StaffStatus, Option<Timestamp>, Option<Timestamp>);
    let rows: Vec<Row> = tx
        .sql(
            "SELECT s.id, s.status, g.begins_at, g.ends_at FROM role_grant g
             JOIN staff s ON s.id = g.staff_id WHERE g.role = $1 AND g.scope = $2 ORDER BY s.id",
        )
        .bind(Role::Admin)
        .bind(Scope::City.to_string())
        .all()
        .await?;
    if rows.iter().all(|(of, ..)| of != staff) {
        tx.need([staff])?;
        return Ok(Administered::Not);
    }
    tx.need(rows.iter().map(|(of, ..)| of))?;
    let mut others: HashMap<&StaffId, (StaffStatus, Vec<TimedGrant>)> = HashMap::new();
    for (of, status, begins_at, ends_at) in rows.iter().filter(|(of, ..)| of != staff) {
        let timed = TimedGrant {
            grant: Grant {
                role: Role::Admin,
                scope: Scope::City,
            },
            begins_at: *begins_at,
            ends_at: *ends_at,
        };
        let known = others.entry(of).or_insert((*status, Vec::new()));
        known.1.push(timed);
    }
    let others = others.values();
    let by = others.map(|(status, grants)| Administered::by(*status, grants, act.now));
    Ok(by.max().unwrap_or_default())
}

async fn add_in(
    tx: &mut Tx,
    act: &Act,
    new: &NewStaff,
    first_password_until: Option<Timestamp>,
) -> Result<StaffId> {
    let mut grants = Vec::new();
    for timed in &new.grants {
        grants.push(to_give(tx, timed.clone()).await?);
    }
    // Rights are checked before revealing that a name is taken.
    let facts = Facts {
        caller: &act.caller,
        subject: None,
        status: StaffStatus::Active,
        held: &[],
        others: Administered::Not,
    };
    granting::decide(&facts, Deed::Create(&grants), act.now)?;
    // Who is of an agency makes accounts for its people.
    let agency = match &act.caller.identity {
        Identity::Staff(own) => agencies::agency_of(tx, own).await?,
        _ => None,
    };
    let mut bound = Vec::new();
    for timed in &new.grants {
        bound.push(agencies::given(tx, act, (agency.as_ref(), None), timed).await?);
    }
    let staff: StaffId = act.ids.make(act.now);
    let added = tx
        .sql(
            "INSERT INTO staff (id, username, name, password_hash, first_password_until, demo,
                 created_at, agency_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (username) DO NOTHING",
        )
        .bind(&staff)
        .bind(&new.username)
        .bind(&new.name)
        .bind(&new.password_hash)
        .bind(first_password_until)
        .bind(new.demo)
        .bind(act.now)
        .bind(agency.as_ref().map(|(id, _)| id))
        .run()
        .await?;
    if added == 0 {
        return Err(Refusal::invalid("username", Reason::Taken).into());
    }
    let detail = json!({
        "demo": new.demo, "first_password_until": first_password_until,
        "agency": agency.map(|(id, _)| id),
    });
    record(tx, act, &staff, Verb::StaffAdd, detail).await?;
    for bound in &bound {
        give_in(tx, act, &staff, bound, None).await?;
    }
    Ok(staff)
}

/// When a grant holds, as the audit log says it.
fn times(timed: &TimedGrant) -> Value {
    json!({ "begins_at": timed.begins_at, "ends_at": timed.ends_at })
}

async fn give_in(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    bound: &Bound,
    before: Option<&TimedGrant>,
) -> Result<()> {
    let (timed, grant) = (&bound.timed, &bound.timed.grant);
    tx.sql(
        "INSERT INTO role_grant (staff_id, role, scope, granted_at, begins_at, ends_at, cut,
             wanted_ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (staff_id, role, scope)
         DO UPDATE SET begins_at = excluded.begins_at, ends_at = excluded.ends_at,
             cut = excluded.cut, wanted_ends_at = excluded.wanted_ends_at",
    )
    .bind(staff)
    .bind(grant.role)
    .bind(grant.scope.to_string())
    .bind(act.now)
    .bind(timed.begins_at)
    .bind(timed.ends_at)
    .bind(bound.cut.is_some())
    .bind(bound.cut.and_then(|cut| cut.wanted))
    .run()
    .await?;
    let detail = json!({
        "role": grant.role, "scope": grant.scope, "before": before.map(times), "after": times(timed),
    });
    record(tx, act, staff, Verb::StaffGrant, detail).await
}

async fn end_in(tx: &mut Tx, act: &Act, staff: &StaffId, before: &TimedGrant) -> Result<()> {
    let grant = &before.grant;
    tx.sql("DELETE FROM role_grant WHERE staff_id = $1 AND role = $2 AND scope = $3")
        .bind(staff)
        .bind(grant.role)
        .bind(grant.scope.to_string())
        .run()
        .await?;
    let detail = json!({
        "role": grant.role, "scope": grant.scope, "before": times(before), "after": null,
    });
    record(tx, act, staff, Verb::StaffRevoke, detail).await
}

async fn rename_in(tx: &mut Tx, act: &Act, staff: &StaffId, name: &PersonName) -> Result<()> {
    tx.sql("UPDATE staff SET name = $1 WHERE id = $2")
        .bind(name)
        .bind(staff)
        .run()
        .await?;
    // The log keeps no names: neither the old one nor the new one.
    let detail = json!({ "changed": ["name"] });
    record(tx, act, staff, Verb::StaffRename, detail).await
}

async fn grade_in(tx: &mut Tx, act: &Act, staff: &StaffId, grade: Option<Grade>) -> Result<()> {
    let (before,): (Option<Grade>,) = tx
        .sql("SELECT grade FROM staff WHERE id = $1")
        .bind(staff)
        .one()
        .await?;
    tx.sql("UPDATE staff SET grade = $1 WHERE id = $2")
        .bind(grade)
        .bind(staff)
        .run()
        .await?;
    let detail = json!({ "before": before, "after": grade });
    record(tx, act, staff, Verb::StaffGrade, detail).await
}

async fn reset_in(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    hash: &str,
    without_factor: bool,
) -> Result<()> {
    let until = act.now.plus(granting::FIRST_PASSWORD_LIFE);
    let (username,): (String,) = tx
        .sql(
            "UPDATE staff SET password_hash = $1, first_password_until = $2,
             totp_secret = CASE WHEN $3 THEN NULL ELSE totp_secret END
             WHERE id = $4 RETURNING username",
        )
        .bind(hash)
        .bind(until)
        .bind(without_factor)
        .bind(staff)
        .one()
        .await?;
    sign_in::release(tx, &username).await?;
    let ended = logins::end_staff_in(tx, staff, None).await?;
    let detail = json!({
        "first_password_until": until, "without_factor": without_factor, "logins_ended": ended,
    });
    record(tx, act, staff, Verb::StaffReset, detail).await
}

async fn password_in(
    tx: &mut Tx,
    act: &Act,
    staff: &StaffId,
    hash: &str,
    keep: Option<&LoginId>,
) -> Result<StaffId> {
    match &act.caller.identity {
        Identity::Staff(own) if own == staff => {}
        Identity::System => {}
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ => return Err(Refusal::Forbidden.into()),
    }
    tx.need([staff])?;
    let changed = tx
        .sql(
            "UPDATE staff SET password_hash = $1, first_password_until = NULL
             WHERE id = $2 AND status = $3",
        )
        .bind(hash)
        .bind(staff)
        .bind(StaffStatus::Active)
        .run()
        .await?;
    if changed == 0 {
        return Err(Refusal::NotFound.into());
    }
    let ended = logins::end_staff_in(tx, staff, keep).await?;
    let detail = json!({ "logins_ended": ended });
    record(tx, act, staff, Verb::StaffPassword, detail).await?;
    Ok(staff.clone())
}
