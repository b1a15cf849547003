//! Staff accounts for those who manage them: the list, one account with its grants, and what was done
//! with it.

use super::{
    StaffView, TimedGrant, all_grants_in,
    list::{Everybody, STAFF, StaffRow, view},
    sign_in::locks_in,
    write::placed,
};
use crate::{
    Db, Result, Tx,
    page::{Cursor, Page, Part},
    trail::{self, Trace},
};
use domain::{
    Refusal,
    access::{
        Action, Caller, Grant, Identity, Scope, StaffStatus,
        granting::{self, Administered, Deed, Facts, Placed},
    },
    id::{AgencyId, StaffId},
    time::Timestamp,
};

/// Which accounts are asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only whose name or user name contains this; empty for all.
    pub words: String,
    /// Only of this status; none for all but the closed ones.
    pub status: Option<StaffStatus>,
    /// Which part of them.
    pub part: Part,
}

/// A grant of an account, and what the caller may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The grant, which may be over or yet to begin.
    pub timed: TimedGrant,
    /// Whether the caller may change or end it.
    pub is_theirs: bool,
    /// Whether it ends with the contract of the agency, earlier than it was given for.
    pub ends_with_contract: bool,
}

/// An account as those who manage staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account, with the grants that hold now.
    pub view: StaffView,
    /// All its grants.
    pub held: Vec<Held>,
    /// Whether it is the caller's to switch off and on, to rename, and to give a first password.
    pub is_theirs: bool,
    /// The agency whose people they are of, and its name; none for the subdistrict's own.
    pub agency: Option<(AgencyId, String)>,
    /// Whether the caller notes the grade of supervision.
    pub may_grade: bool,
    /// Whether the caller says which agency's people they are.
    pub may_set_agency: bool,
    /// Whether it is the caller's own, which they don't change here.
    pub is_own: bool,
}

/// The scopes of which the caller manages staff.
fn managed(caller: &Caller) -> Result<Vec<Scope>> {
    match caller.identity {
        Identity::System => return Ok(vec![Scope::City]),
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ => {}
    }
    let managing = caller
        .grants
        .iter()
        .filter(|own| own.role.includes(Action::ManageStaff));
    let scopes: Vec<Scope> = managing.map(|own| own.scope.clone()).collect();
    match scopes.is_empty() {
        true => Err(Refusal::Forbidden.into()),
        false => Ok(scopes),
    }
}

/// The accounts that the caller sees ([`granting::sees`]), by name, with all their grants.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever manages no staff; [`Refusal::Invalid`] for a part of another
/// list.
pub async fn accounts(
    db: &Db,
    caller: &Caller,
    asked: &Asked,
    now: Timestamp,
) -> Result<Page<StaffView>> {
    let scopes = managed(caller)?;
    let mut tx = db.read().await?;
    let whole_city = scopes.contains(&Scope::City);
    let mut everybody = Everybody::of(&mut tx, &scopes, now, |_| true).await?;
    let rows: Vec<StaffRow> = tx
        .sql_built(format!("{STAFF} ORDER BY name, username"))
        .all()
        .await?;
    drop(tx);
    let words = asked.words.trim().to_lowercase();
    let seen = rows
        .into_iter()
        .filter(|row| whole_city || everybody.inside.contains(&row.id));
    let seen: Vec<StaffRow> = seen.collect();
    let found = seen
        .into_iter()
        .map(|row| everybody.view(row))
        .filter(|of| match asked.status {
            Some(status) => of.status == status,
            None => of.status != StaffStatus::Closed,
        })
        .filter(|of| {
            of.username.contains(&words) || of.name.as_str().to_lowercase().contains(&words)
        });
    Ok(asked.part.of_all(found.collect(), |of| of.id.as_str())?)
}

/// One account, with what the caller may do with it.
///
/// # Errors
/// [`Refusal::NotFound`] for one that is not there and for one that the caller does not see;
/// [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn account(db: &Db, caller: &Caller, id: &StaffId, now: Timestamp) -> Result<Account> {
    managed(caller)?;
    let mut tx = db.read().await?;
    let row: Option<StaffRow> = tx
        .sql_built(format!("{STAFF} WHERE id = $1"))
        .bind(id)
        .optional()
        .await?;
    let row = row.ok_or(Refusal::NotFound)?;
    let mut held: Vec<Placed> = Vec::new();
    for timed in all_grants_in(&mut tx, id).await? {
        held.push(placed(&mut tx, timed).await?);
    }
    if !granting::sees(caller, &held) {
        return Err(Refusal::NotFound.into());
    }
    let locks = locks_in(&mut tx, now).await?;
    let agency: Option<(AgencyId, String)> = tx
        .sql("SELECT a.id, a.name FROM staff s JOIN agency a ON a.id = s.agency_id WHERE s.id = $1")
        .bind(id)
        .optional()
        .await?;
    let cut = cut(&mut tx, id).await?;
    drop(tx);
    let locked = locks.into_iter().find(|(name, _)| *name == row.username);
    let holding = held.iter().map(|of| &of.timed).filter(|of| of.holds(now));
    let view = view(row, holding.cloned().collect(), locked.map(|(_, at)| at));
    // Whether the last administrator would go is found out when somebody tries.
    let facts = Facts {
        caller,
        subject: Some(id),
        status: view.status,
        held: &held,
        others: Administered::ForGood,
    };
    let may = |deed| granting::decide(&facts, deed, now).is_ok();
    Ok(Account {
        is_theirs: may(Deed::Rename),
        may_grade: may(Deed::SetGrade),
        may_set_agency: may(Deed::SetAgency),
        is_own: matches!(&caller.identity, Identity::Staff(own) if own == id),
        held: held
            .iter()
            .map(|of| Held {
                is_theirs: may(Deed::End(of)),
                ends_with_contract: cut.contains(&of.timed.grant),
                timed: of.timed.clone(),
            })
            .collect(),
        agency,
        view,
    })
}

/// The grants of an account that a contract ends earlier than they were given for.
async fn cut(tx: &mut Tx, staff: &StaffId) -> Result<Vec<Grant>> {
    let rows: Vec<(String, String)> = tx
        .sql("SELECT role, scope FROM role_grant WHERE staff_id = $1 AND cut")
        .bind(staff)
        .all()
        .await?;
    let read = |(role, scope): (String, String)| {
        Ok(Grant {
            role: role.parse()?,
            scope: Scope::parse(&scope)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The people of an agency whose accounts the caller sees, by name, with the grants that are not over.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever manages no staff.
pub async fn members(
    db: &Db,
    caller: &Caller,
    agency: &AgencyId,
    now: Timestamp,
) -> Result<Vec<StaffView>> {
    let scopes = managed(caller)?;
    let mut tx = db.read().await?;
    let whole_city = scopes.contains(&Scope::City);
    let mut everybody = Everybody::of(&mut tx, &scopes, now, |of| !of.has_ended(now)).await?;
    let rows: Vec<StaffRow> = tx
        .sql_built(format!(
            "{STAFF} WHERE agency_id = $1 AND status <> $2 ORDER BY name, username"
        ))
        .bind(agency)
        .bind(StaffStatus::Closed)
        .all()
        .await?;
    let seen = rows
        .into_iter()
        .filter(|row| whole_city || everybody.inside.contains(&row.id));
    let seen: Vec<StaffRow> = seen.collect();
    Ok(seen.into_iter().map(|row| everybody.view(row)).collect())
}

/// What was done with an account and by its owner to it, the newest first, for whoever sees it.
///
/// # Errors
/// As [`account`].
pub async fn history(
    db: &Db,
    caller: &Caller,
    id: &StaffId,
    part: &Part,
    now: Timestamp,
) -> Result<Page<Trace>> {
    account(db, caller, id, now).await?;
    let mut tx = db.read().await?;
    let (at, before) = part.before();
    let entries =
        trail::of_subject(&mut tx, ("staff", id.as_str()), (at, before), part.limit).await?;
    Ok(part.of_rows(entries, |entry| Cursor::after(entry.at, &entry.id)))
}
