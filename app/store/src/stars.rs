//! Stars of volunteers: what the ledger proposes, and what people grant (`domain.md` 3.3).

use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, CenterLook, Entry},
    centers,
    hours::{totals_in, totals_of},
    outcome,
};
use domain::{
    Reason, Refusal,
    audit::Verb,
    hours::{check_granter, star_reached},
    id::{AccountId, CenterId, PersonId, VolunteerId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A volunteer whose hours and tenure reach a star that they do not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The record of the volunteer.
    pub volunteer: VolunteerId,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Verified minutes.
    pub verified: i64,
    /// The star that they reach.
    pub star: u8,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: VolunteerId,
    person_id: PersonId,
    account_id: AccountId,
    name: String,
    center_id: Option<CenterId>,
    formal_at: Option<Timestamp>,
    star: Option<i64>,
}

const VOLUNTEER: &str = "SELECT v.id, v.person_id, p.account_id, p.name, v.center_id, v.formal_at,
        (SELECT MAX(s.star) FROM star s WHERE s.person_id = v.person_id) AS star
    FROM volunteer v JOIN person p ON p.id = v.person_id";

/// The star that somebody has.
pub(crate) async fn of_person_in(tx: &mut Tx, person: &PersonId) -> Result<Option<u8>> {
    let found: Option<(Option<i64>,)> = tx
        .sql("SELECT MAX(star) FROM star WHERE person_id = $1")
        .bind(person)
        .optional()
        .await?;
    let star = found.and_then(|(star,)| star);
    Ok(star.and_then(|star| u8::try_from(star).ok()))
}

/// Whose hours reach a star at a center that they do not have yet. The look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn proposed(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<Proposed>> {
    let look = CenterLook {
        center,
        action: Verb::HoursView,
        page: "stars",
        detail: json!({ "page": "stars" }),
    };
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{VOLUNTEER} WHERE v.center_id = $1 AND v.standing = 'formal'
             AND v.formal_at IS NOT NULL ORDER BY p.name, v.id LIMIT 500"
        ))
        .bind(center)
        .all()
        .await?;
    let sums = totals_of(&mut tx, rows.iter().map(|row| &row.person_id)).await?;
    let found = rows.into_iter().filter_map(|row| {
        let verified = sums.get(&row.person_id).map_or(0, |sum| sum.verified);
        let star = star_reached(verified, row.formal_at, act.now)?;
        row.star
            .is_none_or(|has| has < i64::from(star))
            .then_some(Proposed {
                volunteer: row.id,
                person: row.person_id,
                name: row.name,
                verified,
                star,
            })
    });
    Ok(found.collect())
}

/// Grants a star that somebody has reached. Granting it again changes nothing.
///
/// # Errors
/// [`Refusal::Invalid`] for a star that is not reached, [`Refusal::NotFound`], [`Refusal::Forbidden`]
/// for whoever may not grant it.
pub async fn grant(db: &Db, act: &Act, volunteer: &VolunteerId, star: u8) -> Result<u8> {
    let found = find_in(&mut db.read().await?, volunteer).await?;
    let account = found.ok_or(Refusal::NotFound)?.account_id;
    let op = GrantStar {
        volunteer: volunteer.clone(),
        star,
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

async fn find_in(tx: &mut Tx, volunteer: &VolunteerId) -> Result<Option<Row>> {
    tx.sql_built(format!("{VOLUNTEER} WHERE v.id = $1"))
        .bind(volunteer)
        .optional()
        .await
}

struct GrantStar {
    volunteer: VolunteerId,
    star: u8,
}

#[async_trait::async_trait]
impl Op for GrantStar {
    type Out = Outcome<u8>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.grant_in(tx, act).await)
    }
}

impl GrantStar {
    async fn grant_in(&self, tx: &mut Tx, act: &Act) -> Result<u8> {
        let found = find_in(tx, &self.volunteer).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        let center = found.center_id.ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &center).await?;
        let by = act.caller.staff()?;
        check_granter(self.star, &act.caller.grants, &place)?;
        tx.need([&found.account_id])?;
        let verified = totals_in(tx, &found.person_id).await?.verified;
        let reached = star_reached(verified, found.formal_at, act.now);
        if self.star == 0 || reached.is_none_or(|reached| reached < self.star) {
            return Err(Refusal::invalid("star", Reason::OutOfRange).into());
        }
        let made = tx
            .sql(
                "INSERT INTO star (person_id, star, granted_at, granted_by, center_id)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(&found.person_id)
            .bind(i64::from(self.star))
            .bind(act.now)
            .bind(by)
            .bind(&center)
            .run()
            .await?;
        if made > 0 {
            let entry = Entry {
                action: Verb::StarGrant,
                subject: ("person", found.person_id.as_str()),
                center: Some(&center),
                detail: json!({ "star": self.star }),
            };
            audit::record(tx, act, entry).await?;
        }
        Ok(self.star)
    }
}
