//! The trainings that people have: those that were noted by hand (`trained`), and those of what they
//! attended. The latter are derived from bookings that are checked in, so that a check-in by whatever
//! road grants one, and taking it back takes the training back, in the same transaction.

use crate::{Db, Error, Result, Tx, people};
use domain::{
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    time::{Span, Timestamp},
    training::{Held, counts_until, joined},
};
use std::collections::HashMap;

/// The names of all trainings that are known, in order.
///
/// # Errors
/// Database errors.
pub async fn known(db: &Db) -> Result<Vec<String>> {
    let mut tx = db.read().await?;
    let found: Vec<(String,)> = tx
        .sql("SELECT name FROM training ORDER BY name")
        .all()
        .await?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

/// Makes a training known that an occurrence grants.
pub(crate) async fn make_known(tx: &mut Tx, training: Option<&str>) -> Result<()> {
    let Some(training) = training else {
        return Ok(());
    };
    tx.sql("INSERT INTO training (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")
        .bind(training)
        .run()
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    person_id: PersonId,
    training: String,
    includes: String,
    since: Timestamp,
    until: Option<Timestamp>,
    /// Of what was attended: `since` is its end.
    months: Option<i64>,
    attended: bool,
}

impl Row {
    fn read(self) -> Result<Held> {
        let months = self.months.map(u16::try_from).transpose();
        let months = months.map_err(|_| Error::Corrupt("months"))?;
        Ok(Held {
            includes: serde_json::from_str(&self.includes)
                .map_err(|_| Error::Corrupt("training"))?,
            until: match self.attended {
                true => counts_until(self.since, months),
                false => self.until,
            },
            training: self.training,
            since: self.since,
        })
    }
}

/// Every stretch of time in which each of these people has a training.
pub(crate) async fn of_people(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Held>>> {
    let mut found: HashMap<PersonId, Vec<Held>> = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT t.person_id, t.training, r.includes, t.since, t.until,
            CAST(NULL AS BIGINT) AS months, FALSE AS attended
         FROM trained t JOIN training r ON r.name = t.training WHERE t.person_id {one_of}
         UNION ALL
         SELECT b.person_id, o.grants_training, r.includes, o.ends_at, CAST(NULL AS BIGINT),
            o.training_months, TRUE
         FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
         JOIN training r ON r.name = o.grants_training
         WHERE b.person_id {one_of} AND b.state = 'checked_in'",
        one_of = tx.one_of("$1")
    );
    let rows: Vec<Row> = tx
        .sql_built(text)
        .bind_list(people.iter().map(PersonId::as_str))
        .all()
        .await?;
    for row in rows {
        let person = row.person_id.clone();
        found.entry(person).or_default().push(row.read()?);
    }
    Ok(found)
}

/// The trainings of an account's people that count or will, by person, by name and time.
///
/// # Errors
/// Database errors.
pub async fn of_account(
    db: &Db,
    account: &AccountId,
    now: Timestamp,
) -> Result<HashMap<PersonId, Vec<Held>>> {
    let mut tx = db.read().await?;
    let people = people::ids_in(&mut tx, account).await?;
    let found = of_people(&mut tx, &people).await?;
    let stands = |of: &Held| of.until.is_none_or(|until| now < until);
    let found = found.into_iter().map(|(person, held)| {
        let held = joined(held).into_iter().filter(stands);
        (person, held.collect())
    });
    Ok(found.collect())
}

/// Something to come that grants a training.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Way {
    /// The training.
    pub training: String,
    /// What to attend.
    pub occurrence_id: OccurrenceId,
    /// What people call it.
    pub title: String,
    /// Where.
    pub center_id: CenterId,
    /// The name of that center.
    pub center_name: String,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
}

impl Way {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// So many ways are shown.
const WAYS: i64 = 5;

/// What grants one of these trainings, or one that includes it, and is over before a time: at that
/// center first, then the soonest.
///
/// # Errors
/// Database errors.
pub async fn ways(
    db: &Db,
    trainings: &[String],
    center: &CenterId,
    now: Timestamp,
    before: Timestamp,
) -> Result<Vec<Way>> {
    if trainings.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = db.read().await?;
    let granting = granting(&mut tx, trainings).await?;
    let text = format!(
        "SELECT o.grants_training AS training, o.id AS occurrence_id, a.title, o.center_id,
            c.name AS center_name, o.starts_at, o.ends_at
         FROM occurrence o JOIN activity a ON a.id = o.activity_id
         JOIN center c ON c.id = o.center_id
         WHERE o.grants_training {} AND o.ends_at > $2 AND o.ends_at <= $3 AND o.starts_at > $2
         AND o.status = 'published' AND a.status = 'published'
         ORDER BY CASE WHEN o.center_id = $4 THEN 0 ELSE 1 END, o.starts_at, o.id LIMIT $5",
        tx.one_of("$1")
    );
    tx.sql_built(text)
        .bind_list(granting.iter().map(String::as_str))
        .bind(now)
        .bind(before)
        .bind(center)
        .bind(WAYS)
        .all()
        .await
}

/// The names of these trainings and of those that include one of them.
async fn granting(tx: &mut Tx, trainings: &[String]) -> Result<Vec<String>> {
    let all: Vec<(String, String)> = tx.sql("SELECT name, includes FROM training").all().await?;
    let mut found = Vec::new();
    for (name, includes) in all {
        let includes: Vec<String> =
            serde_json::from_str(&includes).map_err(|_| Error::Corrupt("training"))?;
        let gives = |wanted: &String| *wanted == name || includes.contains(wanted);
        if trainings.iter().any(gives) {
            found.push(name);
        }
    }
    Ok(found)
}
