//! Demo volunteers, and a coming week of shifts with holes at the center where most of the demo
//! happens. Signed up for through the same operations as everything else.

mod beside;
mod past;
mod today;

use super::{Summary, residents::DemoPerson};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    assignments::{self, Placing},
    shifts::{NewShift, create_in},
    volunteers::make_formal_in,
};
use chrono::{Datelike as _, Days, NaiveTime};
use domain::{
    access::Caller,
    activity::Channel,
    availability::{Availability, Part, Slot},
    id::{CenterId, ShiftId, StaffId},
    shift::{Duty, Joining, Needs, Position, Risks},
    time::{Span, Timestamp},
};

/// 人民桥社区党群服务中心.
const CENTER: &str = "SZ440303001-03";
/// Who leads there.
const LEAD: &str = "luohu-social-worker";
/// For how long the demo's volunteers have been so (milliseconds).
const SINCE: i64 = 200 * domain::time::DAY;
/// How many days ahead there are shifts.
const DAYS: u64 = 8;
/// How many of the demo's residents volunteer.
const VOLUNTEERS: usize = 6;

struct Show {
    title: &'static str,
    duty: Duty,
    place: &'static str,
    clock: (u32, u32),
    hours: u32,
    least: u32,
    most: u32,
    risks: &'static str,
    joining: Joining,
}

const SHOWS: [Show; 3] = [
    Show {
        title: "前台接待",
        duty: Duty::Reception,
        place: "一楼大厅",
        clock: (9, 0),
        hours: 3,
        least: 2,
        most: 3,
        risks: "",
        joining: Joining::SignUp,
    },
    Show {
        title: "长者午间陪伴",
        duty: Duty::Reception,
        place: "二楼长者活动室",
        clock: (14, 0),
        hours: 2,
        least: 1,
        most: 4,
        risks: "陪长者上下楼梯时，请走在外侧、扶好扶手。\n有人不舒服，马上叫社工，不要自己处理。",
        joining: Joining::SignUp,
    },
    Show {
        title: "上门探访",
        duty: Duty::Visit,
        place: "中心门口集合",
        clock: (16, 30),
        hours: 1,
        least: 1,
        most: 2,
        risks: "全程跟着社工，不单独进门。\n看到、听到的事，不对外说，不拍照。",
        joining: Joining::Ask,
    },
];

impl Show {
    fn new_shift(&self, day: u64, now: Timestamp) -> Option<NewShift> {
        let day = now.day().checked_add_days(Days::new(day))?;
        let start = NaiveTime::from_hms_opt(self.clock.0, self.clock.1, 0)?;
        let start = Timestamp::from_local(day.and_time(start));
        let positions = match self.duty {
            Duty::Reception if self.most == 3 => {
                vec![position("登记台", 1, 2), position("电话", 0, 1)]
            }
            _ => Vec::new(),
        };
        Some(NewShift {
            center: CENTER.parse().ok()?,
            title: self.title.to_owned(),
            starts_at: start,
            ends_at: start.plus(i64::from(self.hours) * domain::time::HOUR),
            rule: None,
            excluded: Vec::new(),
            moved: Vec::new(),
            occurrence: None,
            duty: Some(self.duty),
            place: self.place.to_owned(),
            joining: self.joining,
            needs: Needs {
                volunteers_min: self.least,
                volunteers_max: self.most,
                waitlist_capacity: 3,
                positions,
                risks: Risks {
                    text: self.risks.to_owned(),
                    version: 1,
                },
                ..Needs::default()
            },
            publish: true,
        })
    }
}

fn position(name: &str, min: u32, max: u32) -> Position {
    Position {
        name: name.to_owned(),
        min,
        max,
        skill: None,
    }
}

pub(super) async fn seed(
    db: &Db,
    act: &Act,
    people: &[DemoPerson],
    summary: &mut Summary,
) -> Result<()> {
    let year = i64::from(act.now.day().year());
    let grown_up = people.iter().filter(|p| year - p.birth_year > 18);
    // Those at the end of the table: the others are busy booking.
    let volunteers: Vec<DemoPerson> = grown_up.rev().take(VOLUNTEERS).cloned().collect();
    let op = Volunteers {
        people: volunteers.clone(),
    };
    // They have been volunteers for a while.
    let then = act.at(act.now.plus(-SINCE));
    db.write(&then, Locks::none(), op).await?;
    summary.shifts += past::seed(db, act, &volunteers).await?;
    summary.shifts += today::seed(db, act, &volunteers).await?;
    summary.shifts += beside::seed(db, act, &volunteers).await?;
    for day in 1..=DAYS {
        for (nth, show) in SHOWS.iter().enumerate() {
            let Some(new) = show.new_shift(day, act.now) else {
                continue;
            };
            let span = Span::new(new.starts_at, new.ends_at)?;
            if is_there(db, &new.center, show.title, span).await? {
                continue;
            }
            let made = db.write(act, Locks::none(), Create { new }).await?;
            summary.shifts += made.len();
            for shift in made {
                fill(db, act, &shift, &volunteers, day as usize, nth).await?;
            }
        }
    }
    Ok(())
}

/// Whether the shift is there from an earlier seeding.
async fn is_there(db: &Db, center: &CenterId, title: &str, span: Span) -> Result<bool> {
    let mut tx = db.read().await?;
    let found = tx
        .sql("SELECT COUNT(*) FROM shift WHERE center_id = $1 AND title = $2 AND starts_at = $3")
        .bind(center)
        .bind(title)
        .bind(span.start())
        .count()
        .await?;
    Ok(found > 0)
}

/// A lead on most days, and some of the volunteers: the week has holes.
async fn fill(
    db: &Db,
    act: &Act,
    shift: &ShiftId,
    volunteers: &[DemoPerson],
    day: usize,
    nth: usize,
) -> Result<()> {
    if !(day + nth).is_multiple_of(4)
        && let Some(lead) = lead_of(db).await?
    {
        // Somebody who cannot lead there leaves a hole more.
        let _ = assignments::assign_lead(db, act, shift.clone(), lead).await?;
    }
    let some = volunteers
        .iter()
        .cycle()
        .skip(day + 2 * nth)
        .take((day + nth) % 4);
    for volunteer in some {
        let own = Act::new(
            Caller::resident(volunteer.account.clone()),
            act.now,
            act.ids.clone(),
        );
        // Who has booked something at that time does not come.
        let _ = assignments::place(db, &own, placing(shift, volunteer)).await?;
    }
    Ok(())
}

/// Who leads, if the demo has them.
async fn lead_of(db: &Db) -> Result<Option<StaffId>> {
    staff_of(db, LEAD).await
}

/// A member of the demo's staff.
async fn staff_of(db: &Db, username: &str) -> Result<Option<StaffId>> {
    let mut tx = db.read().await?;
    let lead: Option<(StaffId,)> = tx
        .sql("SELECT id FROM staff WHERE username = $1 AND demo")
        .bind(username)
        .optional()
        .await?;
    Ok(lead.map(|(lead,)| lead))
}

/// A volunteer's own sign-up.
fn placing(shift: &ShiftId, volunteer: &DemoPerson) -> Placing {
    Placing {
        shift: shift.clone(),
        account: volunteer.account.clone(),
        person: Some(volunteer.person.clone()),
        position: None,
        risks_read: true,
        may_wait: true,
        channel: Channel::Online,
        override_reason: None,
    }
}

struct Create {
    new: NewShift,
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = Vec<ShiftId>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<ShiftId>> {
        create_in(tx, act, &self.new, true).await
    }
}

struct Volunteers {
    people: Vec<DemoPerson>,
}

#[async_trait::async_trait]
impl Op for Volunteers {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        for (nth, who) in self.people.iter().enumerate() {
            let DemoPerson {
                account, person, ..
            } = who;
            make_formal_in(tx, act, account, person).await?;
            tx.sql(
                "UPDATE volunteer SET demo = TRUE, center_id = $1, availability = $2
                 WHERE person_id = $3",
            )
            .bind(CENTER)
            .bind(serde_json::to_string(&free_time(nth))?)
            .bind(person)
            .run()
            .await?;
        }
        Ok(())
    }
}

/// When the `nth` of them has time: every other day, some in the mornings, some in the afternoons, some
/// all day.
fn free_time(nth: usize) -> Availability {
    let parts = &[Part::Morning, Part::Afternoon][nth % 3 / 2..];
    let is_free = |slot: &Slot| {
        let of_day = usize::from(slot.weekday) % 2 == nth % 2 || slot.weekday > 5;
        of_day && (parts.contains(&slot.part) || nth.is_multiple_of(3))
    };
    Availability {
        slots: Slot::all().filter(is_free).collect(),
        most_shifts: 2 + (nth % 3) as u32,
        likes: [Duty::ALL[nth % Duty::ALL.len()]].into(),
        ..Availability::default()
    }
}
