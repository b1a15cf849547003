//! Loading what a decision about a shift needs, under its locks.

use crate::{Result, Tx, bookings::small, centers, commitments, shifts, trainings};
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
pub(super) struct LoadedShift {
    pub(super) facts: ShiftFacts,
    pub(super) view: shifts::ShiftView,
    pub(super) place: CenterPlace,
}

/// A shift, under its lock.
pub(super) async fn shift(tx: &mut Tx, id: &ShiftId) -> Result<LoadedShift> {
    tx.need([id])?;
    let view = shifts::view_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok(LoadedShift {
        facts: view.facts(),
        place: centers::place(tx, &view.center_id).await?,
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
    let wanted = tx.one_of("$3");
    let grown_up = born_before(shift.span.start());
    let rows: Vec<PersonRow> = tx
        .sql_built(format!(
            "SELECT p.id, p.account_id, p.name, p.birth_year, v.standing, v.skills, v.languages, a.id AS live,
                a.risks_version,
                EXISTS (SELECT 1 FROM assignment g JOIN person q ON q.id = g.person_id
                    WHERE g.shift_id = $1 AND q.account_id = p.account_id AND q.birth_year < $2
                    AND q.id <> p.id
                    AND g.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
                    AS has_guardian,
                ($4 <> '' AND EXISTS (SELECT 1 FROM assignment k JOIN shift t ON t.id = k.shift_id
                    WHERE k.person_id = p.id AND t.risks = $4
                    AND k.risks_version = t.risks_version)) AS knows_risks
             FROM person p
             LEFT JOIN volunteer v ON v.person_id = p.id
             LEFT JOIN assignment a ON a.person_id = p.id AND a.shift_id = $1
                AND a.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                    'checked_out', 'validated')
             WHERE p.id {wanted} AND p.status = 'active'"
        ))
        .bind(&shift.id)
        .bind(grown_up)
        .bind_list(people.iter().map(PersonId::as_str))
        .bind(shift.needs.risks.text.as_str())
        .all()
        .await?;
    let known: Vec<PersonId> = rows.iter().map(|row| row.id.clone()).collect();
    let trainings = trainings::of_people(tx, &known).await?;
    let held = commitments::held(tx, &known, shift.span).await?;
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
