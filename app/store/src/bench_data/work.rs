//! Volunteers and their shifts, beside what there is already: those of a city, or of one center's week.

mod plan;

use super::rows::Rows;
use crate::{
    Act, Db, Error, Ids, Locks, Op, Result, Tx, bookings::short_code, seed::Dice,
    shifts::list_column,
};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    availability::{Availability, Slot},
    id::{AccountId, AssignmentId, CenterId, PersonId, StaffId, VolunteerId},
    time::{DAY, Span, Timestamp},
};
use plan::Plan;
use serde::Serialize;
use std::collections::HashSet;

/// Which work there is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// At which center; at all of them where none is named.
    pub center: Option<CenterId>,
    /// The day on which the first shifts begin.
    pub from: NaiveDate,
    /// How many days the shifts are spread over.
    pub days: u32,
    /// How many shifts there are.
    pub shifts: u32,
    /// So many more holders of accounts volunteer, by their ids.
    pub volunteers: u32,
    /// How many social workers come to the center that is named.
    pub leads: u32,
    /// How many percent of the places are held, as far as the rules let them.
    pub held: u32,
    /// The same number makes the same work.
    pub seed: u64,
}

/// What was made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MadeWork {
    /// Volunteers.
    pub volunteers: usize,
    /// Shifts.
    pub shifts: usize,
    /// Places that volunteers hold.
    pub held: usize,
    /// Places that social workers hold.
    pub led: usize,
}

/// Tries to find somebody for a place before it stays empty.
const PATIENCE: usize = 40;
const TRAINING: &str = "安全培训";
const SKILLS: [&str; 4] = ["粤语", "急救", "摄影", "手语"];

/// Makes volunteers and shifts in a database that has centers and people. `act` must be the system's;
/// what is made depends on `work`, `act.now` and what is there alone.
///
/// # Errors
/// [`Refusal::Invalid`] of `days` for shifts without a day; database errors.
pub async fn work(db: &Db, act: &Act, work: Work) -> Result<MadeWork> {
    if work.days == 0 {
        return Err(Refusal::invalid("days", Reason::OutOfRange).into());
    }
    let act = &Act::new(act.caller.clone(), act.now, Ids::repeatable(work.seed));
    db.write(act, Locks::none(), Fill { work }).await
}

struct Fill {
    work: Work,
}

#[async_trait::async_trait]
impl Op for Fill {
    type Out = MadeWork;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<MadeWork> {
        let work = &self.work;
        let centers: Vec<CenterId> = match &work.center {
            Some(center) => vec![center.clone()],
            None => {
                let all: Vec<(CenterId,)> =
                    tx.sql("SELECT id FROM center ORDER BY id").all().await?;
                all.into_iter().map(|(id,)| id).collect()
            }
        };
        if centers.is_empty() {
            return Err(Error::Corrupt("centers"));
        }
        let mut dice = Dice(work.seed);
        let mut roster = Roster {
            volunteers: volunteers(tx, act, &centers, work.volunteers, &mut dice).await?,
            leads: leads(tx, act, work).await?,
            codes: HashSet::new(),
            rows: Rows::into(
                "assignment (id, shift_id, role, person_id, account_id, staff_id, position, state, channel, short_code, risks_version, risks_at, asked_at, confirmed_at)",
            ),
            made: MadeWork::default(),
        };
        let mut shifts = Rows::into(
            "shift (id, center_id, duty, title, starts_at, ends_at, joining, leads_min, volunteers_min, volunteers_max, waitlist_capacity, positions, skills, trainings, guardian_below, risks, status, leads, volunteers, demo, created_at)",
        );
        for nth in 0..work.shifts {
            let plan = Plan::drawn(act, work, nth, &mut dice);
            let (led, held) = roster.fill(act, &plan, work.held, &mut dice)?;
            let center = &centers[dice.below(centers.len())];
            shifts.push(plan.cells(center, act.now, led, held)?);
        }
        shifts.flush(tx).await?;
        roster.rows.flush(tx).await?;
        if !tx.is_sqlite() {
            // It would plan for smaller tables until it looks by itself.
            tx.sql("ANALYZE").run().await?;
        }
        Ok(MadeWork {
            volunteers: roster.volunteers.len(),
            shifts: work.shifts as usize,
            ..roster.made
        })
    }
}

/// Somebody who volunteers.
struct Somebody {
    person: PersonId,
    account: AccountId,
    skill: Option<&'static str>,
    is_trained: bool,
    calendar: Vec<Span>,
}

/// Makes volunteers of those who hold an account and are none yet.
async fn volunteers(
    tx: &mut Tx,
    act: &Act,
    centers: &[CenterId],
    count: u32,
    dice: &mut Dice,
) -> Result<Vec<Somebody>> {
    let people: Vec<(PersonId, AccountId)> = tx
        .sql(
            "SELECT p.id, p.account_id FROM person p WHERE p.relation = 'self'
             AND p.status = 'active' AND p.birth_year < $1
             AND NOT EXISTS (SELECT 1 FROM volunteer v WHERE v.person_id = p.id)
             ORDER BY p.id LIMIT $2",
        )
        .bind(grown_up(act.now))
        .bind(i64::from(count))
        .all()
        .await?;
    tx.sql("INSERT INTO training (name) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(TRAINING)
        .run()
        .await?;
    let since = act.now.plus(-200 * DAY);
    let mut rows = Rows::into(
        "volunteer (id, person_id, center_id, standing, formal_no, skills, applied_at, accepted_at, formal_at, demo, availability)",
    );
    let mut trained = Rows::into("trained (person_id, training, since)");
    let mut made = Vec::with_capacity(people.len());
    for (person, account) in people {
        let id: VolunteerId = act.ids.make(since);
        let skill = SKILLS.get(dice.below(2 * SKILLS.len())).copied();
        let skills: Vec<&str> = skill.into_iter().collect();
        let tail = person.as_str().rsplit('-').next().unwrap_or_default();
        rows.push([
            id.as_str().into(),
            person.as_str().into(),
            centers[dice.below(centers.len())].as_str().into(),
            "formal".into(),
            format!("B{tail}").into(),
            list_column(&skills)?.into(),
            since.0.into(),
            since.0.into(),
            since.0.into(),
            true.into(),
            list_column(&offered(dice))?.into(),
        ]);
        let is_trained = dice.below(3) > 0;
        if is_trained {
            trained.push([person.as_str().into(), TRAINING.into(), since.0.into()]);
        }
        made.push(Somebody {
            person,
            account,
            skill,
            is_trained,
            calendar: Vec::new(),
        });
    }
    rows.flush(tx).await?;
    trained.flush(tx).await?;
    Ok(made)
}

/// Born before that year, somebody is grown up.
fn grown_up(now: Timestamp) -> i64 {
    use chrono::Datelike as _;
    i64::from(now.day().year()) - 19
}

/// About a third of the week.
fn offered(dice: &mut Dice) -> Availability {
    Availability {
        slots: Slot::all().filter(|_| dice.below(3) == 0).collect(),
        most_shifts: 1 + u32::try_from(dice.below(3)).unwrap_or(0),
        ..Availability::default()
    }
}

/// The social workers of the center that is named.
async fn leads(tx: &mut Tx, act: &Act, work: &Work) -> Result<Vec<(StaffId, Vec<Span>)>> {
    let Some(center) = &work.center else {
        return Ok(Vec::new());
    };
    let mut staff = Rows::into("staff (id, username, name, password_hash, demo, created_at)");
    let mut grants = Rows::into("role_grant (staff_id, role, scope, granted_at)");
    let mut made = Vec::new();
    for nth in 1..=work.leads {
        let id: StaffId = act.ids.make(act.now);
        staff.push([
            id.as_str().into(),
            format!("bench-{}-{nth}", work.seed).into(),
            format!("社工{nth}").into(),
            // No password has this hash.
            "none".into(),
            true.into(),
            0_i64.into(),
        ]);
        grants.push([
            id.as_str().into(),
            "social_worker".into(),
            format!("center:{center}").into(),
            0_i64.into(),
        ]);
        made.push((id, Vec::new()));
    }
    staff.flush(tx).await?;
    grants.flush(tx).await?;
    Ok(made)
}

/// Who is where so far.
struct Roster {
    volunteers: Vec<Somebody>,
    leads: Vec<(StaffId, Vec<Span>)>,
    codes: HashSet<String>,
    rows: Rows,
    made: MadeWork,
}

impl Roster {
    /// Gives the places of a shift by the rules; how many leads and how many volunteers it then has.
    fn fill(
        &mut self,
        act: &Act,
        plan: &Plan,
        percent: u32,
        dice: &mut Dice,
    ) -> Result<(i64, i64)> {
        let places = (0..plan.most).filter(|_| dice.below(100) < percent as usize);
        let (mut led, mut held) = (0, 0);
        for nth in 0..places.count() {
            let Some(who) = drawn(self.volunteers.len(), dice, |who| {
                plan.takes(&self.volunteers[who])
            }) else {
                continue;
            };
            self.volunteers[who].calendar.push(plan.span);
            let position = plan.positions.get(nth % plan.positions.len().max(1));
            let position = position.map(|position| position.name.clone());
            self.write(act, plan, Holder::Volunteer(who, position))?;
            held += 1;
        }
        let free = |lead: usize| {
            let (_, calendar): &(StaffId, Vec<Span>) = &self.leads[lead];
            calendar.iter().all(|span| !span.overlaps(plan.span))
        };
        if percent > 0
            && let Some(lead) = drawn(self.leads.len(), dice, free)
        {
            self.leads[lead].1.push(plan.span);
            self.write(act, plan, Holder::Lead(lead))?;
            led += 1;
        }
        self.made.held += held;
        self.made.led += led;
        Ok((led as i64, held as i64))
    }

    fn write(&mut self, act: &Act, plan: &Plan, holder: Holder) -> Result<()> {
        let id: AssignmentId = act.ids.make(act.now);
        let code = loop {
            let code = short_code(act)?;
            if self.codes.insert(code.clone()) {
                break code;
            }
        };
        let (role, who, staff, position) = match holder {
            Holder::Volunteer(who, position) => ("volunteer", Some(who), None, position),
            Holder::Lead(lead) => ("lead", None, Some(lead), None),
        };
        let who = who.map(|who| &self.volunteers[who]);
        let staff = staff.map(|lead| self.leads[lead].0.to_string());
        let has_read = plan.has_risks && who.is_some();
        self.rows.push([
            id.as_str().into(),
            plan.id.as_str().into(),
            role.into(),
            who.map(|who| who.person.to_string()).into(),
            who.map(|who| who.account.to_string()).into(),
            staff.into(),
            position.into(),
            "confirmed".into(),
            "online".into(),
            code.into(),
            has_read.then_some(1_i64).into(),
            has_read.then_some(act.now.0).into(),
            act.now.0.into(),
            Some(act.now.0).into(),
        ]);
        Ok(())
    }
}

/// Whose place it is, by their number.
enum Holder {
    Volunteer(usize, Option<String>),
    Lead(usize),
}

/// One of so many who will do, if any is found.
fn drawn(count: usize, dice: &mut Dice, will_do: impl Fn(usize) -> bool) -> Option<usize> {
    if count == 0 {
        return None;
    }
    (0..PATIENCE)
        .map(|_| dice.below(count))
        .find(|nth| will_do(*nth))
}
