//! People as decisions about many shifts need them, read at once.

use super::facts::{self, GROWN_UP};
use crate::{Result, Tx, bookings::small, commitments, partners, shifts::ShiftView, trainings};
use domain::{
    Refusal,
    commitment::{Commitment, Event, clash},
    id::{AssignmentId, CenterId, PersonId, ShiftId},
    person::BirthYear,
    preferences::Language,
    shift::{AssignmentState, Leanings, TURN_AFTER, Volunteering},
    time::{Span, Timestamp},
    training::{Held, valid_at},
    volunteer::Standing,
};
use std::collections::{BTreeSet, HashMap, HashSet};

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
    trained: Vec<Held>,
    held: Vec<Commitment>,
    live: HashMap<ShiftId, Live>,
    /// In which shifts a grown person of the household is.
    guarded: HashSet<ShiftId>,
    /// Which of those shifts' texts of risks they have confirmed, for whatever shift.
    known_risks: HashSet<String>,
    /// Where they volunteer.
    center: Option<CenterId>,
    /// Where else they like to serve.
    liked: BTreeSet<CenterId>,
    /// What they speak.
    pub(crate) languages: BTreeSet<Language>,
    /// Whether they have had no shift for a while, and have none ahead.
    is_their_turn: bool,
    /// In which of those shifts partners of theirs hold a place, with their names.
    partners: HashMap<ShiftId, Vec<String>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: PersonId,
    birth_year: BirthYear,
    standing: Option<Standing>,
    skills: Option<String>,
    center_id: Option<CenterId>,
    centers: Option<String>,
    languages: Option<String>,
    lately: bool,
    has_partners: bool,
}

impl Person {
    /// Reads what decisions of the staff about these shifts need.
    pub(crate) async fn load(
        tx: &mut Tx,
        id: &PersonId,
        shifts: &[ShiftView],
        now: Timestamp,
    ) -> Result<Self> {
        let mut found = Self::load_all(tx, std::slice::from_ref(id), shifts, now).await?;
        Ok(found.remove(id).ok_or(Refusal::NotFound)?)
    }

    /// Reads what is needed where they decide themselves: who asks for themselves confirms a text of
    /// risks with it.
    pub(crate) async fn load_own(
        tx: &mut Tx,
        id: &PersonId,
        shifts: &[ShiftView],
        now: Timestamp,
    ) -> Result<Self> {
        let mut found = Self::read(tx, std::slice::from_ref(id), shifts, now).await?;
        Ok(found.remove(id).ok_or(Refusal::NotFound)?)
    }

    /// Reads what decisions of the staff need of several, as far as they are known.
    pub(crate) async fn load_all(
        tx: &mut Tx,
        ids: &[PersonId],
        shifts: &[ShiftView],
        now: Timestamp,
    ) -> Result<HashMap<PersonId, Self>> {
        let mut found = Self::read(tx, ids, shifts, now).await?;
        for (id, known) in known_risks(tx, ids, shifts).await? {
            if let Some(person) = found.get_mut(&id) {
                person.known_risks = known;
            }
        }
        Ok(found)
    }

    async fn read(
        tx: &mut Tx,
        ids: &[PersonId],
        shifts: &[ShiftView],
        now: Timestamp,
    ) -> Result<HashMap<PersonId, Self>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let text = format!(
            "SELECT p.id, p.birth_year, v.standing, v.skills, v.center_id,
                v.centers, v.languages,
                EXISTS (SELECT 1 FROM assignment a JOIN shift s ON s.id = a.shift_id
                    WHERE a.person_id = p.id AND s.ends_at > $1
                    AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
                    AS lately,
                EXISTS (SELECT 1 FROM partner w WHERE w.person_id = p.id OR w.other_id = p.id)
                    AS has_partners
             FROM person p LEFT JOIN volunteer v ON v.person_id = p.id WHERE p.id {}",
            tx.one_of("$2")
        );
        let rows: Vec<Row> = tx
            .sql_built(text)
            .bind(now.plus(-TURN_AFTER))
            .bind_list(ids.iter().map(PersonId::as_str))
            .all()
            .await?;
        let around = commitments::around(shifts.iter().map(|shift| shift.span));
        let mut held = match around {
            Some(within) => commitments::held(tx, ids, within).await?,
            None => HashMap::new(),
        };
        let takes_training = |shift: &ShiftView| !shift.needs.trainings.is_empty();
        let mut trained = match shifts.iter().any(takes_training) {
            true => trainings::of_people(tx, ids).await?,
            false => HashMap::new(),
        };
        let mut live = live(tx, ids, shifts).await?;
        let mut guarded = guarded(tx, &young(&rows, shifts), shifts).await?;
        let paired = rows.iter().filter(|row| row.has_partners);
        let paired: Vec<PersonId> = paired.map(|row| row.id.clone()).collect();
        let mut partners = match paired.is_empty() {
            true => HashMap::new(),
            false => {
                let here = shifts.iter().map(|shift| &shift.id);
                partners::in_shifts(tx, &paired, here).await?
            }
        };
        let read = rows.into_iter().map(|row| {
            let skills = facts::skills(row.skills.as_deref(), row.languages.as_deref())?;
            let liked = row.centers.as_deref().map(serde_json::from_str);
            let languages = row.languages.as_deref().map(serde_json::from_str);
            let person = Self {
                standing: row.standing,
                birth_year: row.birth_year,
                skills,
                trained: trained.remove(&row.id).unwrap_or_default(),
                held: held.remove(&row.id).unwrap_or_default(),
                live: live.remove(&row.id).unwrap_or_default(),
                guarded: guarded.remove(&row.id).unwrap_or_default(),
                known_risks: HashSet::new(),
                partners: partners.remove(&row.id).unwrap_or_default(),
                center: row.center_id,
                liked: liked.transpose()?.unwrap_or_default(),
                languages: languages.transpose()?.unwrap_or_default(),
                is_their_turn: row.standing.is_some_and(Standing::serves) && !row.lately,
                id: row.id.clone(),
            };
            Ok((row.id, person))
        });
        read.collect()
    }

    /// The shifts around those that were asked about in which they hold a place.
    pub(crate) fn shifts_held(&self) -> impl Iterator<Item = &ShiftId> {
        self.held.iter().filter_map(|held| match &held.event {
            Event::Shift(shift) => Some(shift),
            Event::Occurrence(_) => None,
        })
    }

    /// What reasons for one of those shifts are drawn from, beside the facts of a decision.
    pub(crate) fn leanings(&self, shift: &ShiftId) -> Leanings {
        Leanings {
            center: self.center.clone(),
            liked: self.liked.clone(),
            is_their_turn: self.is_their_turn,
            partners: self.partners.get(shift).cloned().unwrap_or_default(),
        }
    }

    /// The facts of a decision that the staff make about one of those shifts, to which somebody would
    /// come from another assignment: that one is not in the way. Nobody confirms a text of risks for
    /// somebody else.
    pub(crate) fn for_staff(
        &self,
        shift: &ShiftView,
        leaving: Option<&AssignmentId>,
    ) -> Volunteering {
        let live = self.live.get(&shift.id);
        let event = Event::Shift(shift.id.clone());
        let risks = &shift.needs.risks;
        let known = self.known_risks.contains(&risks.text);
        Volunteering {
            risks_version: live
                .and_then(|live| live.risks_version)
                .or(known.then_some(risks.version)),
            clash: clash(
                commitments::staying(&self.held, leaving),
                [(&event, shift.span)],
            ),
            ..self.of(shift)
        }
    }

    /// The facts of a decision about one of those shifts. A text of risks counts as confirmed: the form
    /// asks for it.
    pub(crate) fn of(&self, shift: &ShiftView) -> Volunteering {
        let live = self.live.get(&shift.id);
        let event = Event::Shift(shift.id.clone());
        Volunteering {
            person: self.id.clone(),
            standing: self.standing,
            birth_year: self.birth_year,
            has_guardian: self.guarded.contains(&shift.id),
            skills: self.skills.clone(),
            trainings: valid_at(&self.trained, shift.span.start()),
            risks_version: live
                .and_then(|live| live.risks_version)
                .or(Some(shift.needs.risks.version)),
            live: live.map(|live| live.id.clone()),
            clash: clash(&self.held, [(&event, shift.span)]),
        }
    }
}

/// Those of them who may need a guardian in one of these shifts.
fn young(rows: &[Row], shifts: &[ShiftView]) -> Vec<PersonId> {
    let Some(first) = shifts.iter().map(|shift| shift.span.start()).min() else {
        return Vec::new();
    };
    let is_young = |row: &&Row| row.birth_year.ages_on(first).0 < GROWN_UP;
    let young = rows.iter().filter(is_young);
    young.map(|row| row.id.clone()).collect()
}

type LiveRow = (
    PersonId,
    ShiftId,
    AssignmentId,
    AssignmentState,
    Option<i64>,
);

async fn live(
    tx: &mut Tx,
    ids: &[PersonId],
    shifts: &[ShiftView],
) -> Result<HashMap<PersonId, HashMap<ShiftId, Live>>> {
    let all = tx.pack("person_id, shift_id, id, state, risks_version");
    let text = format!(
        "SELECT {all} FROM assignment WHERE person_id {} AND shift_id {}",
        tx.one_of("$1"),
        tx.one_of("$2")
    );
    let rows: Vec<LiveRow> = tx
        .sql_built(text)
        .bind_list(ids.iter().map(PersonId::as_str))
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .packed()
        .await?;
    let mut found: HashMap<PersonId, HashMap<ShiftId, Live>> = HashMap::new();
    for (person, shift, id, state, risks_version) in rows {
        if state.is_live() {
            let risks_version = risks_version.map(small).transpose()?;
            let live = Live { id, risks_version };
            found.entry(person).or_default().insert(shift, live);
        }
    }
    Ok(found)
}

/// Which of these shifts' texts of risks each of them has confirmed, for whatever shift.
async fn known_risks(
    tx: &mut Tx,
    ids: &[PersonId],
    shifts: &[ShiftView],
) -> Result<HashMap<PersonId, HashSet<String>>> {
    let texts = shifts.iter().map(|shift| shift.needs.risks.text.as_str());
    let texts: HashSet<&str> = texts.filter(|text| !text.is_empty()).collect();
    let mut found: HashMap<PersonId, HashSet<String>> = HashMap::new();
    if texts.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT DISTINCT a.person_id, s.risks FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.person_id {} AND a.risks_version = s.risks_version AND s.risks {}",
        tx.one_of("$1"),
        tx.one_of("$2")
    );
    let rows: Vec<(PersonId, String)> = tx
        .sql_built(text)
        .bind_list(ids.iter().map(PersonId::as_str))
        .bind_list(texts)
        .all()
        .await?;
    for (person, risks) in rows {
        found.entry(person).or_default().insert(risks);
    }
    Ok(found)
}

/// In which of these shifts a grown person of each one's household holds a place.
async fn guarded(
    tx: &mut Tx,
    ids: &[PersonId],
    shifts: &[ShiftView],
) -> Result<HashMap<PersonId, HashSet<ShiftId>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT p.id, a.shift_id, q.birth_year FROM person p
         JOIN person q ON q.account_id = p.account_id AND q.id <> p.id
         JOIN assignment a ON a.person_id = q.id
         WHERE p.id {} AND a.shift_id {}
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')",
        tx.one_of("$1"),
        tx.one_of("$2")
    );
    let rows: Vec<(PersonId, ShiftId, BirthYear)> = tx
        .sql_built(text)
        .bind_list(ids.iter().map(PersonId::as_str))
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .all()
        .await?;
    let spans: HashMap<&ShiftId, Span> =
        shifts.iter().map(|shift| (&shift.id, shift.span)).collect();
    let mut found: HashMap<PersonId, HashSet<ShiftId>> = HashMap::new();
    for (person, shift, birth_year) in rows {
        let is_grown = spans.get(&shift).is_some_and(|span| {
            let (youngest, _) = birth_year.ages_on(span.start());
            youngest >= GROWN_UP
        });
        if is_grown {
            found.entry(person).or_default().insert(shift);
        }
    }
    Ok(found)
}
