//! A center's day, in the order of a coordinator's questions. What each answer is, `domain::day` says;
//! here the day is loaded in a few statements, however many shifts it has.

use super::step_up::StepUp;
use crate::{
    Act, Db, Result, Tx,
    assignments::{self, Candidate},
    audit::{self, CenterLook},
    hours::forgotten_in,
    reach::phone_of,
    shifts::{self, ShiftView},
};
use domain::{
    audit::Verb,
    day::{Awaited, HOLES_AHEAD, LeadIs, New, awaited, is_near, is_new, lead_is},
    id::{AssignmentId, CenterId, PersonId, ShiftId, StaffId},
    person::Phone,
    shift::{AssignmentState, Role},
    time::{DAY, Span, Timestamp},
    volunteer::Standing,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// A center's day, as it stands now.
#[derive(Clone, Debug)]
pub struct Day {
    /// Who should be here and is not, those of the earliest shift first.
    pub missing: Vec<Missing>,
    /// Today's shifts that are not over, and where the lead of each is.
    pub shifts: Vec<Led>,
    /// Which volunteers are new today.
    pub new: Vec<Newcomer>,
    /// The shifts of the next hours that lack a half.
    pub holes: Vec<ShiftView>,
    /// The shifts that are over and that nobody has closed.
    pub left_open: Vec<LeftOpen>,
}

impl Day {
    /// Whether there is nothing to see to. Somebody new is a pleasure.
    pub fn is_calm(&self) -> bool {
        self.missing.is_empty()
            && self.shifts.iter().all(|of| !of.lead.needs_another())
            && self.holes.is_empty()
            && self.left_open.is_empty()
    }
}

/// Somebody who should be here and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Their place in the shift.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftView,
    /// Lead or volunteer.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// How to reach the holder of their account; shown masked. Of staff there is none.
    pub phone: Option<Phone>,
    /// Late, or due shortly.
    pub awaited: Awaited,
}

/// A shift and where its lead is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    /// The shift.
    pub shift: ShiftView,
    /// Where the lead is.
    pub lead: LeadIs,
    /// Who leads it, by name.
    pub leads: Vec<String>,
    /// Who can step up, where somebody has to.
    pub can: Vec<Candidate>,
}

/// A volunteer who is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// The first shift that they come to.
    pub shift: ShiftView,
    /// Their name.
    pub name: String,
    /// Why they are new.
    pub new: New,
    /// Whether they are here.
    pub is_here: bool,
}

/// A shift that is over and that nobody has closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// The shift.
    pub shift: ShiftView,
    /// Of how many volunteers nobody saw that they went.
    pub forgotten: u32,
}

/// A center's day. The look is put on record (rule 6).
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn today(db: &Db, act: &Act, center: &CenterId) -> Result<Day> {
    let look = CenterLook {
        center,
        action: Verb::CenterViewDay,
        page: "today",
        detail: json!({}),
    };
    audit::look_at(db, act, look).await?;
    let now = act.now;
    let mut tx = db.read().await?;
    let coming = coming(&mut tx, center, now).await?;
    let people = people(&mut tx, &coming).await?;
    let unclosed = shifts::unclosed_in(&mut tx, center, now).await?;
    let forgotten = forgotten_in(&mut tx, &unclosed).await?;
    drop(tx);
    let tomorrow = Timestamp::start_of(now.day()).plus(DAY);
    let today = coming.iter().filter(|of| of.span.start() < tomorrow);
    let mut shifts: Vec<Led> = today.map(|of| led(of, &people, now)).collect();
    name_candidates(db, act, center, &mut shifts, &people).await?;
    Ok(Day {
        missing: missing(&coming, &people, now),
        shifts,
        new: new(&coming, &people, tomorrow),
        holes: coming
            .into_iter()
            .filter(|of| is_near(of.span, now) && !of.missing().is_empty())
            .collect(),
        left_open: left_open(unclosed, &forgotten),
    })
}

/// The published shifts that are not over: today's, and those of the next hours.
async fn coming(tx: &mut Tx, center: &CenterId, now: Timestamp) -> Result<Vec<ShiftView>> {
    let tomorrow = Timestamp::start_of(now.day()).plus(DAY);
    shifts::all_in(tx, center, now, tomorrow.max(now.plus(HOLES_AHEAD))).await
}

#[derive(sqlx::FromRow)]
struct Person {
    id: AssignmentId,
    shift_id: ShiftId,
    role: Role,
    state: AssignmentState,
    person_id: Option<PersonId>,
    staff_id: Option<StaffId>,
    name: String,
    phone: Option<Phone>,
    standing: Option<Standing>,
    has_come: bool,
    has_verified: bool,
}

/// Everybody who holds a place in a shift, by shift; leads first, then by name.
struct People(HashMap<ShiftId, Vec<Person>>);

impl People {
    fn of(&self, shift: &ShiftView) -> &[Person] {
        self.0.get(&shift.id).map_or(&[], Vec::as_slice)
    }
}

async fn people(tx: &mut Tx, shifts: &[ShiftView]) -> Result<People> {
    let mut found: HashMap<ShiftId, Vec<Person>> = HashMap::new();
    if shifts.is_empty() {
        return Ok(People(found));
    }
    let one_of = tx.one_of("$1");
    let text = format!(
        "{} WHERE a.shift_id {one_of}
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')
         ORDER BY a.role, name, a.id",
        concat!(
            "SELECT a.id, a.shift_id, a.role, a.state, a.person_id, a.staff_id,
                COALESCE(p.name, t.name) AS name, ",
            phone_of!("c"),
            ", v.standing,
                EXISTS (SELECT 1 FROM assignment o WHERE o.person_id = a.person_id
                    AND o.shift_id <> a.shift_id AND o.checked_in_at < s.starts_at) AS has_come,
                EXISTS (SELECT 1 FROM hour_entry h WHERE h.person_id = a.person_id
                    AND h.kind = 'verified') AS has_verified
             FROM assignment a
             JOIN shift s ON s.id = a.shift_id
             LEFT JOIN person p ON p.id = a.person_id
             LEFT JOIN account c ON c.id = a.account_id
             LEFT JOIN volunteer v ON v.person_id = a.person_id
             LEFT JOIN staff t ON t.id = a.staff_id"
        )
    );
    let rows: Vec<Person> = tx
        .sql_built(text)
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .all()
        .await?;
    for row in rows {
        found.entry(row.shift_id.clone()).or_default().push(row);
    }
    Ok(People(found))
}

fn missing(shifts: &[ShiftView], people: &People, now: Timestamp) -> Vec<Missing> {
    let all = shifts
        .iter()
        .flat_map(|shift| people.of(shift).iter().map(move |of| (shift, of)));
    let missing = all.filter_map(|(shift, of)| {
        Some(Missing {
            awaited: awaited(of.state, shift.span, now)?,
            assignment: of.id.clone(),
            shift: shift.clone(),
            role: of.role,
            name: of.name.clone(),
            phone: of.phone.clone(),
        })
    });
    missing.collect()
}

fn led(shift: &ShiftView, people: &People, now: Timestamp) -> Led {
    let leads = people.of(shift).iter().filter(|of| of.role == Role::Lead);
    let (states, names): (Vec<_>, Vec<_>) = leads.map(|of| (of.state, of.name.clone())).unzip();
    Led {
        lead: lead_is(&shift.halves, &states, shift.span, now),
        shift: shift.clone(),
        leads: names,
        can: Vec::new(),
    }
}

/// Says who can step up where somebody has to; on most days nothing is asked.
async fn name_candidates(
    db: &Db,
    act: &Act,
    center: &CenterId,
    shifts: &mut [Led],
    people: &People,
) -> Result<()> {
    let wanting = shifts.iter().filter(|of| of.lead.needs_another());
    let spans: Vec<Span> = wanting.map(|of| of.shift.span).collect();
    let from = spans.iter().map(|span| span.start()).min();
    let to = spans.iter().map(|span| span.end()).max();
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(());
    };
    let can = assignments::can_lead(db, &act.caller, center, act.now).await?;
    let step_up = StepUp::load(db, center, can, Span::kept(from, to), act.now).await?;
    for of in shifts.iter_mut().filter(|of| of.lead.needs_another()) {
        let staff = people.of(&of.shift).iter();
        let in_it: Vec<&StaffId> = staff.filter_map(|of| of.staff_id.as_ref()).collect();
        of.can = step_up.for_shift(of.shift.span, &in_it);
    }
    Ok(())
}

/// Each at the first shift that they come to today.
fn new(shifts: &[ShiftView], people: &People, tomorrow: Timestamp) -> Vec<Newcomer> {
    let mut seen: HashSet<&PersonId> = HashSet::new();
    let mut found = Vec::new();
    let today = shifts.iter().filter(|of| of.span.start() < tomorrow);
    for (shift, of) in today.flat_map(|shift| people.of(shift).iter().map(move |of| (shift, of))) {
        let Some(person) = of.person_id.as_ref().filter(|_| of.state.is_expected()) else {
            continue;
        };
        let Some(new) = is_new(of.has_come, of.standing, of.has_verified) else {
            continue;
        };
        if seen.insert(person) {
            found.push(Newcomer {
                shift: shift.clone(),
                name: of.name.clone(),
                new,
                is_here: of.state == AssignmentState::CheckedIn,
            });
        }
    }
    found
}

fn left_open(unclosed: Vec<ShiftView>, forgotten: &HashMap<ShiftId, u32>) -> Vec<LeftOpen> {
    let open = unclosed.into_iter().map(|shift| LeftOpen {
        forgotten: forgotten.get(&shift.id).copied().unwrap_or(0),
        shift,
    });
    open.collect()
}
