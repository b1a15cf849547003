//! Loading what a decision about a shift needs, under its locks.

use super::count::ShiftCounts;
use crate::{Query, Result, Tx, bookings::small, commitments, shifts, trainings};
use domain::{
    Refusal,
    commitment::{Clash, Event, clash},
    id::{AccountId, AssignmentId, PersonId, ShiftId},
    person::BirthYear,
    place::CenterPlace,
    preferences::{Language, with_languages},
    shift::{ShiftFacts, Volunteering},
    time::Timestamp,
    training::valid_at,
    volunteer::Standing,
};
use std::collections::{BTreeSet, HashMap};

/// From this age on somebody is a guardian beyond doubt.
pub(super) const GROWN_UP: i64 = 18;

/// A shift with what surrounds it.
pub(crate) struct LoadedShift {
    pub(crate) facts: ShiftFacts,
    pub(crate) view: shifts::ShiftView,
    pub(super) place: CenterPlace,
}

impl LoadedShift {
    /// Its counts, with what says whether their change is a loss.
    pub(super) fn counts(&self) -> ShiftCounts {
        ShiftCounts {
            center: self.place.center.clone(),
            status: self.view.status,
            span: self.view.span,
            closed_at: self.view.closed_at,
            halves: self.view.halves,
            most: self.facts.needs.volunteers_max,
        }
    }
}

/// A shift, under its lock.
pub(crate) async fn shift(tx: &mut Tx, id: &ShiftId) -> Result<LoadedShift> {
    tx.need([id])?;
    let (view, place) = shifts::placed_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok(LoadedShift {
        facts: view.facts(),
        place,
        view,
    })
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: PersonId,
    account_id: AccountId,
    name: String,
    birth_year: BirthYear,
    standing: Option<Standing>,
    skills: Option<String>,
    languages: Option<String>,
    live: Option<AssignmentId>,
    risks_version: Option<i64>,
    has_guardian: bool,
    knows_risks: bool,
    is_busy: bool,
}

/// What [`PersonRow`] reads of the people `p` that the condition names, for the shift `$1`: whoever is
/// grown up was born before `$2`, its text of risks is `$3`, it lasts from `$4` to `$5`. One statement,
/// because each costs more than what it reads. A guardian is only looked for where one may be needed.
fn person_query(condition: &str) -> String {
    format!(
        "SELECT p.id, p.account_id, p.name, p.birth_year, v.standing, v.skills,
            v.languages, a.id AS live, a.risks_version,
            CASE WHEN p.birth_year < $2 - 1 THEN FALSE ELSE
                EXISTS (SELECT 1 FROM assignment g JOIN person q ON q.id = g.person_id
                WHERE g.shift_id = $1 AND q.account_id = p.account_id AND q.birth_year < $2
                AND q.id <> p.id
                AND g.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
                END AS has_guardian,
            CASE WHEN $3 = '' THEN FALSE ELSE
                EXISTS (SELECT 1 FROM assignment k JOIN shift t ON t.id = k.shift_id
                WHERE k.person_id = p.id AND t.risks = $3
                AND k.risks_version = t.risks_version) END AS knows_risks,
            EXISTS (SELECT 1 FROM commitment c WHERE c.person_id = p.id
                AND c.starts_at < $5 AND c.ends_at > $4) AS is_busy
         FROM person p
         LEFT JOIN volunteer v ON v.person_id = p.id
         LEFT JOIN assignment a ON a.person_id = p.id AND a.shift_id = $1
            AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                'checked_out', 'validated')
         WHERE {condition} AND p.status = 'active'"
    )
}

/// Binds what [`person_query`] asks of the shift.
fn bind_shift<'t>(query: Query<'t>, shift: &ShiftFacts) -> Query<'t> {
    query
        .bind(&shift.id)
        .bind(born_before(shift.span.start()))
        .bind(shift.needs.risks.text.as_str())
        .bind(shift.span.start())
        .bind(shift.span.end())
}

/// Somebody as a decision and a notice need them.
pub(super) struct LoadedVolunteer {
    pub(super) facts: Volunteering,
    pub(super) account: AccountId,
    pub(super) name: String,
}

/// These people, as far as they are known; whoever is not is left out. Their accounts must be locked.
pub(super) async fn volunteers(
    tx: &mut Tx,
    shift: &ShiftFacts,
    people: &[PersonId],
) -> Result<HashMap<PersonId, LoadedVolunteer>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let text = person_query(&format!("p.id {}", tx.one_of("$6")));
    let rows = bind_shift(tx.sql_built(text), shift)
        .bind_list(people.iter().map(PersonId::as_str))
        .all()
        .await?;
    load(tx, shift, rows).await
}

/// What else a decision about these people needs.
async fn load(
    tx: &mut Tx,
    shift: &ShiftFacts,
    rows: Vec<PersonRow>,
) -> Result<HashMap<PersonId, LoadedVolunteer>> {
    let known: Vec<PersonId> = rows.iter().map(|row| row.id.clone()).collect();
    let trainings = match shift.needs.trainings.is_empty() {
        true => HashMap::new(),
        false => trainings::of_people(tx, &known).await?,
    };
    let busy = rows.iter().filter(|row| row.is_busy);
    let busy: Vec<PersonId> = busy.map(|row| row.id.clone()).collect();
    let held = commitments::held(tx, &busy, shift.span).await?;
    let event = Event::Shift(shift.id.clone());
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let in_the_way = held.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let facts = Volunteering {
            standing: row.standing,
            birth_year: row.birth_year,
            has_guardian: row.has_guardian,
            skills: skills(row.skills.as_deref(), row.languages.as_deref())?,
            trainings: trainings
                .get(&row.id)
                .map_or_else(BTreeSet::new, |held| valid_at(held, shift.span.start())),
            // Whoever has confirmed the same text for another shift has read it.
            risks_version: match row.knows_risks {
                true => Some(shift.needs.risks.version),
                false => row.risks_version.map(small).transpose()?,
            },
            live: row.live,
            clash: clash(in_the_way, [(&event, shift.span)]),
            person: row.id.clone(),
        };
        let loaded = LoadedVolunteer {
            facts,
            account: row.account_id,
            name: row.name,
        };
        found.insert(row.id, loaded);
    }
    Ok(found)
}

/// One of them.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such person.
pub(super) async fn volunteer(
    tx: &mut Tx,
    shift: &ShiftFacts,
    person: &PersonId,
) -> Result<LoadedVolunteer> {
    let mut found = volunteers(tx, shift, std::slice::from_ref(person)).await?;
    Ok(found.remove(person).ok_or(Refusal::NotFound)?)
}

/// Who of an account is meant: the one that is named, the holder where nobody is.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such person.
pub(super) async fn volunteer_of(
    tx: &mut Tx,
    shift: &ShiftFacts,
    account: &AccountId,
    person: Option<&PersonId>,
) -> Result<LoadedVolunteer> {
    let query = match person {
        Some(person) => {
            let text = person_query("p.account_id = $6 AND p.id = $7");
            bind_shift(tx.sql_built(text), shift)
                .bind(account)
                .bind(person)
        }
        None => {
            let text = person_query("p.account_id = $6 AND p.relation = 'self'");
            bind_shift(tx.sql_built(text), shift).bind(account)
        }
    };
    let rows: Vec<PersonRow> = query.all().await?;
    let found = load(tx, shift, rows).await?;
    Ok(found.into_values().next().ok_or(Refusal::NotFound)?)
}

/// What is in the way of a shift for somebody who would leave that assignment for it.
pub(super) async fn clash_without(
    tx: &mut Tx,
    shift: &ShiftFacts,
    person: &PersonId,
    leaving: &AssignmentId,
) -> Result<Option<Clash>> {
    let held = commitments::held(tx, std::slice::from_ref(person), shift.span).await?;
    let held = held.get(person).map(Vec::as_slice).unwrap_or_default();
    let event = Event::Shift(shift.id.clone());
    let stays = commitments::staying(held, Some(leaving));
    Ok(clash(stays, [(&event, shift.span)]))
}

/// Whether a grown person of their household stays in a shift that somebody leaves for them.
pub(super) async fn guarded_without(
    tx: &mut Tx,
    shift: &ShiftFacts,
    person: &PersonId,
    leaving: &AssignmentId,
) -> Result<bool> {
    let guardians = tx
        .sql(
            "SELECT COUNT(*) FROM assignment g
             JOIN person q ON q.id = g.person_id
             JOIN person p ON p.account_id = q.account_id AND p.id <> q.id
             WHERE p.id = $1 AND g.shift_id = $2 AND g.id <> $3 AND q.birth_year < $4
             AND g.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')",
        )
        .bind(person)
        .bind(&shift.id)
        .bind(leaving)
        .bind(born_before(shift.span.start()))
        .count()
        .await?;
    Ok(guardians > 0)
}

/// Whether a place for volunteers is free, and this person has no other one in the shift and nothing
/// else at that time: so that somebody who was there has the place back that they had lost.
pub(crate) async fn has_place_for(tx: &mut Tx, id: &ShiftId, person: &PersonId) -> Result<bool> {
    let loaded = shift(tx, id).await?;
    let who = volunteer(tx, &loaded.facts, person).await?.facts;
    Ok(loaded.facts.free() > 0 && who.live.is_none() && who.clash.is_none())
}

/// Whether the lead of an assignment that stands no more has no other one in the shift.
pub(crate) async fn leads_anew(tx: &mut Tx, shift: &ShiftId, gone: &str) -> Result<bool> {
    let others = tx
        .sql(
            "SELECT COUNT(*) FROM assignment a JOIN assignment g ON g.staff_id = a.staff_id
             WHERE g.id = $1 AND a.shift_id = $2 AND a.id <> g.id
             AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                 'checked_out', 'validated')",
        )
        .bind(gone)
        .bind(shift)
        .count()
        .await?;
    Ok(others == 0)
}

/// What somebody can do: their skills, and the languages that they speak.
pub(super) fn skills(skills: Option<&str>, languages: Option<&str>) -> Result<BTreeSet<String>> {
    let skills: Option<BTreeSet<String>> = skills.map(serde_json::from_str).transpose()?;
    let languages: Option<BTreeSet<Language>> = languages.map(serde_json::from_str).transpose()?;
    Ok(with_languages(
        skills.unwrap_or_default(),
        &languages.unwrap_or_default(),
    ))
}

/// The year before which somebody was born who is grown up at that time, whatever their birthday.
fn born_before(at: Timestamp) -> i64 {
    use chrono::Datelike as _;
    i64::from(at.day().year()) - GROWN_UP
}
