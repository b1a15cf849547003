//! The people of a center who could be in its shifts.

use super::week::{WeekView, span_of};
use crate::{
    Result, Tx,
    assignments::{Person, leads_of},
    bookings::small,
    commitments::staying,
    shifts::ShiftView,
    staff::times_of,
};
use domain::{
    availability::Availability,
    commitment::{Clash, Commitment, Event, Subject, clash},
    id::{AccountId, AssignmentId, CenterId, PersonId, ShiftId, StaffId},
    shift::{AssignmentState, Role},
    time::{DAY, Span, Timestamp},
    volunteer::Standing,
};
use std::collections::{BTreeSet, HashMap};

/// Who is, or could be, in a shift.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A volunteer.
    Volunteer {
        /// The person.
        person: PersonId,
        /// Their account.
        account: AccountId,
    },
    /// A social worker, as lead.
    Lead {
        /// The member of staff.
        staff: StaffId,
    },
}

impl Who {
    /// As what they are in shifts.
    pub const fn role(&self) -> Role {
        match self {
            Self::Volunteer { .. } => Role::Volunteer,
            Self::Lead { .. } => Role::Lead,
        }
    }

    /// The id of the person or the member of staff.
    pub fn id(&self) -> &str {
        match self {
            Self::Volunteer { person, .. } => person.as_str(),
            Self::Lead { staff } => staff.as_str(),
        }
    }
}

/// A volunteer of the center.
pub(super) struct Member {
    pub(super) who: Who,
    pub(super) name: String,
    pub(super) said: Availability,
    /// Shifts in the weeks before.
    pub(super) served_before: u32,
    pub(super) person: Person,
}

/// A social worker of the center.
pub(super) struct Lead {
    pub(super) staff: StaffId,
    pub(super) name: String,
    /// Shifts in the weeks before.
    pub(super) served_before: u32,
    /// When they are at work; none where they have said nothing.
    pub(super) said: Option<Availability>,
    held: Vec<Commitment>,
    /// Where they are in a shift, whatever has become of it there.
    live: HashMap<ShiftId, AssignmentId>,
}

impl Lead {
    /// Their live assignment in a shift.
    pub(super) fn live(&self, shift: &ShiftId) -> Option<&AssignmentId> {
        self.live.get(shift)
    }

    /// What they lead elsewhere at the time of a shift, but for the one that they would leave.
    pub(super) fn clash(&self, shift: &ShiftView, leaving: Option<&AssignmentId>) -> Option<Clash> {
        let event = Event::Shift(shift.id.clone());
        clash(staying(&self.held, leaving), [(&event, shift.span)])
    }

    /// How many shifts they lead within the span that are not in the week.
    pub(super) fn elsewhere(&self, here: &BTreeSet<&ShiftId>) -> u32 {
        let others = self.held.iter().filter(|held| match &held.event {
            Event::Shift(shift) => !here.contains(shift),
            Event::Occurrence(_) => false,
        });
        others.count() as u32
    }
}

/// How far back service counts when turns are given.
const LOOKED_BACK: i64 = 56 * DAY;

/// The volunteers of a center who serve, by name, each with what decisions about the shifts of the week
/// need.
pub(super) async fn members(
    tx: &mut Tx,
    center: &CenterId,
    week: &WeekView,
    now: Timestamp,
) -> Result<Vec<Member>> {
    let text = format!(
        "SELECT v.person_id, p.account_id, p.name, v.availability
         FROM volunteer v JOIN person p ON p.id = v.person_id
         WHERE v.center_id = $1 AND v.standing {} AND p.status = 'active'
         ORDER BY p.name, v.person_id LIMIT 2000",
        tx.one_of("$2")
    );
    let rows: Vec<(PersonId, AccountId, String, Option<String>)> = tx
        .sql_built(text)
        .bind(center)
        .bind_list(Standing::SERVING.iter().map(|standing| standing.as_str()))
        .all()
        .await?;
    let ids: Vec<PersonId> = rows.iter().map(|(person, ..)| person.clone()).collect();
    let shifts: Vec<ShiftView> = week.rows.iter().map(|row| row.shift.clone()).collect();
    let mut people = Person::load_all(tx, &ids, &shifts, now).await?;
    let mut served = served(tx, "person_id", ids.iter().map(PersonId::as_str), week).await?;
    let mut members = Vec::with_capacity(rows.len());
    for (id, account, name, availability) in rows {
        let Some(person) = people.remove(&id) else {
            continue;
        };
        let said = availability.map(|stored| serde_json::from_str(&stored));
        members.push(Member {
            served_before: served.remove(id.as_str()).unwrap_or_default(),
            who: Who::Volunteer {
                person: id,
                account,
            },
            name,
            said: said.transpose()?.unwrap_or_default(),
            person,
        });
    }
    Ok(members)
}

/// The social workers of a center, by name.
pub(super) async fn leads(
    tx: &mut Tx,
    center: &CenterId,
    week: &WeekView,
    now: Timestamp,
) -> Result<Vec<Lead>> {
    let known = leads_of(tx, center, now).await?;
    let ids = || known.iter().map(|lead| lead.id.as_str());
    let mut served = served(tx, "staff_id", ids(), week).await?;
    let (mut held, mut live) = led(tx, ids(), week).await?;
    let mut said = times_of(tx, ids()).await?;
    let leads = known.iter().map(|lead| Lead {
        staff: lead.id.clone(),
        name: lead.name.clone(),
        served_before: served.remove(lead.id.as_str()).unwrap_or_default(),
        said: said.remove(&lead.id),
        held: held.remove(&lead.id).unwrap_or_default(),
        live: live.remove(&lead.id).unwrap_or_default(),
    });
    Ok(leads.collect())
}

/// How many shifts each has served in the weeks before.
async fn served<'a>(
    tx: &mut Tx,
    column: &str,
    ids: impl IntoIterator<Item = &'a str>,
    week: &WeekView,
) -> Result<HashMap<String, u32>> {
    let until = span_of(week.monday).start();
    let text = format!(
        "SELECT a.{column}, COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.{column} {} AND s.starts_at >= $1 AND s.starts_at < $2
         AND a.state IN ('checked_in', 'checked_out', 'validated')
         GROUP BY a.{column}",
        tx.one_of("$3")
    );
    let rows: Vec<(String, i64)> = tx
        .sql_built(text)
        .bind(until.plus(-LOOKED_BACK))
        .bind(until)
        .bind_list(ids)
        .all()
        .await?;
    let counts = rows.into_iter().map(|(id, count)| Ok((id, small(count)?)));
    counts.collect()
}

#[derive(sqlx::FromRow)]
struct Led {
    staff_id: StaffId,
    shift_id: ShiftId,
    id: AssignmentId,
    state: AssignmentState,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

type Held = HashMap<StaffId, Vec<Commitment>>;
type Live = HashMap<StaffId, HashMap<ShiftId, AssignmentId>>;

/// What each of them leads around the week.
async fn led<'a>(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = &'a str>,
    week: &WeekView,
) -> Result<(Held, Live)> {
    let around = span_of(week.monday);
    let text = format!(
        "SELECT a.staff_id, a.shift_id, a.id, a.state, s.title, s.starts_at, s.ends_at
         FROM assignment a JOIN shift s ON s.id = a.shift_id
         WHERE a.staff_id {} AND s.ends_at > $1 AND s.starts_at < $2
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')",
        tx.one_of("$3")
    );
    let rows: Vec<Led> = tx
        .sql_built(text)
        .bind(around.start())
        // A shift that begins on Sunday may last into Monday.
        .bind(around.end().plus(DAY))
        .bind_list(ids)
        .all()
        .await?;
    let (mut held, mut live) = (Held::new(), Live::new());
    for row in rows {
        if matches!(
            row.state,
            AssignmentState::Confirmed | AssignmentState::CheckedIn
        ) {
            let commitment = Commitment {
                subject: Subject::Assignment(row.id.clone()),
                event: Event::Shift(row.shift_id.clone()),
                title: row.title,
                span: Span::new(row.starts_at, row.ends_at)?,
            };
            held.entry(row.staff_id.clone())
                .or_default()
                .push(commitment);
        }
        live.entry(row.staff_id)
            .or_default()
            .insert(row.shift_id, row.id);
    }
    Ok((held, live))
}
