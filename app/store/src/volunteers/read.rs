//! Reading what is on record of volunteers.

use crate::{
    Act, Db, Result, Tx,
    audit::{self, CenterLook},
    centers,
    hours::totals_of,
    shifts,
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    availability::Availability,
    hours::Totals,
    id::{AccountId, CenterId, PersonId, ShiftId, VolunteerId},
    place::CenterPlace,
    preferences::Preferences,
    time::Timestamp,
    volunteer::Standing,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// A volunteer, or somebody who asked to be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolunteerView {
    /// The record.
    pub id: VolunteerId,
    /// Who.
    pub person_id: PersonId,
    /// Their account.
    pub account_id: AccountId,
    /// Their name.
    pub name: String,
    /// How far they are.
    pub standing: Standing,
    /// The number of the probation, once accepted.
    pub probation_no: Option<String>,
    /// The formal number.
    pub formal_no: Option<String>,
    /// Where they asked, or were accepted.
    pub center_id: Option<CenterId>,
    /// Their skills.
    pub skills: BTreeSet<String>,
    /// When they asked.
    pub applied_at: Timestamp,
    /// When they usually have time, if they have said.
    #[serde(default)]
    pub availability: Option<Availability>,
    /// Where they like to serve, and what they speak.
    #[serde(default)]
    pub preferences: Preferences,
}

impl VolunteerView {
    /// The number that counts now.
    pub fn number(&self) -> Option<&str> {
        self.formal_no.as_deref().or(self.probation_no.as_deref())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: VolunteerId,
    person_id: PersonId,
    account_id: AccountId,
    name: String,
    standing: Standing,
    probation_no: Option<String>,
    formal_no: Option<String>,
    center_id: Option<CenterId>,
    skills: String,
    applied_at: Timestamp,
    availability: Option<String>,
    centers: String,
    languages: String,
}

impl Row {
    fn read(self) -> Result<VolunteerView> {
        Ok(VolunteerView {
            skills: serde_json::from_str(&self.skills)?,
            preferences: Preferences {
                centers: serde_json::from_str(&self.centers)?,
                languages: serde_json::from_str(&self.languages)?,
            },
            id: self.id,
            person_id: self.person_id,
            account_id: self.account_id,
            name: self.name,
            standing: self.standing,
            probation_no: self.probation_no,
            formal_no: self.formal_no,
            center_id: self.center_id,
            applied_at: self.applied_at,
            availability: self
                .availability
                .map(|stored| serde_json::from_str(&stored))
                .transpose()?,
        })
    }
}

const VOLUNTEER: &str =
    "SELECT v.id, v.person_id, p.account_id, p.name, v.standing, v.probation_no,
    v.formal_no, v.center_id, v.skills, v.applied_at, v.availability,
    v.centers, v.languages
    FROM volunteer v JOIN person p ON p.id = v.person_id";

pub(super) async fn of_person_in(tx: &mut Tx, person: &PersonId) -> Result<Option<VolunteerView>> {
    let row: Option<Row> = tx
        .sql_built(format!("{VOLUNTEER} WHERE v.person_id = $1"))
        .bind(person)
        .optional()
        .await?;
    row.map(Row::read).transpose()
}

pub(super) async fn find_in(tx: &mut Tx, id: &VolunteerId) -> Result<Option<VolunteerView>> {
    let row: Option<Row> = tx
        .sql_built(format!("{VOLUNTEER} WHERE v.id = $1"))
        .bind(id)
        .optional()
        .await?;
    row.map(Row::read).transpose()
}

/// The volunteers of an account, also those who asked and those who left.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId) -> Result<Vec<VolunteerView>> {
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{VOLUNTEER} WHERE p.account_id = $1 AND p.status = 'active'
             ORDER BY v.applied_at, v.id"
        ))
        .bind(account)
        .all()
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Whose account a volunteer belongs to, for the staff of the shift's center who give them a place.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such shift or no such person, [`Refusal::Forbidden`];
/// database errors.
pub async fn account_of(
    db: &Db,
    caller: &Caller,
    shift: &ShiftId,
    person: &PersonId,
) -> Result<AccountId> {
    let mut tx = db.read().await?;
    let view = shifts::view_in(&mut tx, shift)
        .await?
        .ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &view.center_id).await?;
    caller.may(Action::BookForOthers, &place)?;
    let found: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM person WHERE id = $1 AND status = 'active'")
        .bind(person)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

/// Who asks to be a volunteer at a center, and who of its community has named none, those who have
/// waited longest first. The look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn applicants(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<VolunteerView>> {
    let place = look(db, act, center, "applicants").await?;
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{VOLUNTEER} WHERE v.standing = $2 AND (v.center_id = $1
                 OR (v.center_id IS NULL AND p.community = $3))
             ORDER BY v.applied_at, v.id LIMIT 200"
        ))
        .bind(center)
        .bind(Standing::Applied)
        .bind(place.community.as_str())
        .all()
        .await?;
    rows.into_iter().map(Row::read).collect()
}

async fn look(db: &Db, act: &Act, center: &CenterId, page: &'static str) -> Result<CenterPlace> {
    let look = CenterLook {
        center,
        action: Verb::VolunteerView,
        page,
        detail: json!({}),
    };
    audit::look_at(db, act, look).await
}

/// Somebody on probation, and how much of it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnProbation {
    /// Who.
    pub volunteer: VolunteerView,
    /// What the ledger says of them.
    pub totals: Totals,
}

/// Who is on probation at a center, those with the most verified hours first. The look is put on record
/// (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn on_probation(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<OnProbation>> {
    look(db, act, center, "probation").await?;
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{VOLUNTEER} WHERE v.center_id = $1 AND v.standing = $2
             ORDER BY v.accepted_at, v.id LIMIT 200"
        ))
        .bind(center)
        .bind(Standing::Probationary)
        .all()
        .await?;
    let views: Vec<VolunteerView> = rows.into_iter().map(Row::read).collect::<Result<_>>()?;
    let mut sums = totals_of(&mut tx, views.iter().map(|view| &view.person_id)).await?;
    let found = views.into_iter().map(|volunteer| OnProbation {
        totals: sums.remove(&volunteer.person_id).unwrap_or_default(),
        volunteer,
    });
    let mut found: Vec<OnProbation> = found.collect();
    found.sort_by_key(|of| std::cmp::Reverse(of.totals.verified));
    Ok(found)
}
