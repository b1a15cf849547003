//! Somebody as decisions about many shifts need them, read at once.

use super::facts::GROWN_UP;
use crate::{Error, Result, Tx, bookings::small, commitments, shifts::ShiftView};
use domain::{
    Refusal,
    commitment::{Commitment, Event, clash},
    id::{AssignmentId, CenterId, PersonId, ShiftId},
    person::BirthYear,
    shift::{AssignmentState, TURN_AFTER, Volunteering},
    time::{Span, Timestamp},
    volunteer::Standing,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A training of somebody's, with those that it includes, and from when to when it counts.
struct Trained {
    names: Vec<String>,
    since: Timestamp,
    until: Option<Timestamp>,
}

/// A live assignment of somebody's.
struct Live {
    id: AssignmentId,
    risks_version: Option<u32>,
}

/// Somebody, with what is needed to decide about each of some shifts.
pub(crate) struct Person {
    id: PersonId,
    standing: Option<Standing>,
    birth_year: BirthYear,
    skills: BTreeSet<String>,
    trained: Vec<Trained>,
    held: Vec<Commitment>,
    live: HashMap<ShiftId, Live>,
    /// In which shifts a grown person of the household is.
    guarded: HashSet<ShiftId>,
    /// Where they volunteer.
    pub(crate) center: Option<CenterId>,
    /// Whether they have had no shift for a while, and have none ahead.
    pub(crate) is_their_turn: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    birth_year: BirthYear,
    standing: Option<Standing>,
    skills: Option<String>,
    center_id: Option<CenterId>,
    lately: bool,
}

impl Person {
    /// Reads what decisions about these shifts need.
    pub(crate) async fn load(
        tx: &mut Tx,
        id: &PersonId,
        shifts: &[ShiftView],
        now: Timestamp,
    ) -> Result<Self> {
        let row: Option<Row> = tx
            .sql(
                "SELECT p.birth_year, v.standing, v.skills, v.center_id,
                    EXISTS (SELECT 1 FROM assignment a JOIN shift s ON s.id = a.shift_id
                        WHERE a.person_id = p.id AND s.ends_at > $2
                        AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
                        AS lately
                 FROM person p LEFT JOIN volunteer v ON v.person_id = p.id WHERE p.id = $1",
            )
            .bind(id)
            .bind(now.plus(-TURN_AFTER))
            .optional()
            .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let around = commitments::around(shifts.iter().map(|shift| shift.span));
        let mut held = match around {
            Some(within) => commitments::held(tx, std::slice::from_ref(id), within).await?,
            None => HashMap::new(),
        };
        let skills = match &row.skills {
            Some(skills) => serde_json::from_str(skills)?,
            None => BTreeSet::new(),
        };
        Ok(Self {
            standing: row.standing,
            birth_year: row.birth_year,
            skills,
            trained: trainings(tx, id).await?,
            held: held.remove(id).unwrap_or_default(),
            live: live(tx, id, shifts).await?,
            guarded: guarded(tx, id, shifts).await?,
            center: row.center_id,
            is_their_turn: row.standing.is_some_and(Standing::serves) && !row.lately,
            id: id.clone(),
        })
    }

    /// The facts of a decision about one of those shifts. A text of risks counts as confirmed: the form
    /// asks for it.
    pub(crate) fn of(&self, shift: &ShiftView) -> Volunteering {
        let at = shift.span.start();
        let valid = self
            .trained
            .iter()
            .filter(|of| of.since <= at && of.until.is_none_or(|until| until > at));
        let live = self.live.get(&shift.id);
        let event = Event::Shift(shift.id.clone());
        Volunteering {
            person: self.id.clone(),
            standing: self.standing,
            birth_year: self.birth_year,
            has_guardian: self.guarded.contains(&shift.id),
            skills: self.skills.clone(),
            trainings: valid.flat_map(|of| of.names.iter().cloned()).collect(),
            risks_version: live
                .and_then(|live| live.risks_version)
                .or(Some(shift.needs.risks.version)),
            live: live.map(|live| live.id.clone()),
            clash: clash(&self.held, [(&event, shift.span)]),
        }
    }
}

async fn trainings(tx: &mut Tx, id: &PersonId) -> Result<Vec<Trained>> {
    let rows: Vec<(String, String, Timestamp, Option<Timestamp>)> = tx
        .sql(
            "SELECT t.training, r.includes, t.since, t.until FROM trained t
             JOIN training r ON r.name = t.training WHERE t.person_id = $1",
        )
        .bind(id)
        .all()
        .await?;
    let read = rows.into_iter().map(|(training, includes, since, until)| {
        let mut names: Vec<String> =
            serde_json::from_str(&includes).map_err(|_| Error::Corrupt("training"))?;
        names.push(training);
        Ok(Trained {
            names,
            since,
            until,
        })
    });
    read.collect()
}

async fn live(tx: &mut Tx, id: &PersonId, shifts: &[ShiftView]) -> Result<HashMap<ShiftId, Live>> {
    let rows: Vec<(ShiftId, AssignmentId, AssignmentState, Option<i64>)> = tx
        .sql("SELECT shift_id, id, state, risks_version FROM assignment WHERE person_id = $1")
        .bind(id)
        .all()
        .await?;
    let asked: HashSet<&ShiftId> = shifts.iter().map(|shift| &shift.id).collect();
    let mut found = HashMap::new();
    for (shift, id, state, risks_version) in rows {
        if state.is_live() && asked.contains(&shift) {
            let risks_version = risks_version.map(small).transpose()?;
            found.insert(shift, Live { id, risks_version });
        }
    }
    Ok(found)
}

/// In which of these shifts a grown person of the household holds a place.
async fn guarded(tx: &mut Tx, id: &PersonId, shifts: &[ShiftView]) -> Result<HashSet<ShiftId>> {
    let rows: Vec<(ShiftId, BirthYear)> = tx
        .sql(
            "SELECT a.shift_id, q.birth_year FROM person p
             JOIN person q ON q.account_id = p.account_id AND q.id <> p.id
             JOIN assignment a ON a.person_id = q.id
             WHERE p.id = $1 AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')",
        )
        .bind(id)
        .all()
        .await?;
    let spans: HashMap<&ShiftId, Span> =
        shifts.iter().map(|shift| (&shift.id, shift.span)).collect();
    let grown = rows.into_iter().filter(|(shift, birth_year)| {
        let span = spans.get(shift);
        span.is_some_and(|span| {
            let (youngest, _) = birth_year.ages_on(span.start());
            youngest >= GROWN_UP
        })
    });
    Ok(grown.map(|(shift, _)| shift).collect())
}
