//! A shift that is going on while somebody looks at the demo, so that today's pages have something to
//! show: its lead is there and so are most of its volunteers; one is late.

use super::{CENTER, Create, past::Past, placing, position, staff_of};
use crate::{Act, Db, Locks, Result, assignments, seed::residents::DemoPerson, shifts::NewShift};
use domain::{
    access::Caller,
    shift::{Duty, Joining, Needs},
    time::{DAY, HOUR, MINUTE, Timestamp},
};

const TITLE: &str = "服务台值班";
/// Who leads it: the colleague of whoever leads the others, and is free to step up today.
const LEAD: &str = "luohu-social-worker-2";
/// How long it lasts.
const LASTS: i64 = 3 * HOUR;
/// How many volunteers it has.
const VOLUNTEERS: usize = 3;

/// Adds it, unless one of an earlier seeding goes on; how many.
pub(super) async fn seed(db: &Db, act: &Act, volunteers: &[DemoPerson]) -> Result<usize> {
    let Some(stage) = Past::of(db, act, volunteers).await? else {
        return Ok(0);
    };
    if goes_on(db, act.now).await? {
        return Ok(0);
    }
    // Since an hour at least, from a half hour on.
    let start = Timestamp(act.now.0 - act.now.0.rem_euclid(30 * MINUTE) - HOUR);
    // Planned and signed up for days before.
    let then = act.at(act.now.plus(-3 * DAY));
    let new = new_shift(start)?;
    let made = db.write(&then, Locks::none(), Create { new }).await?;
    for shift in &made {
        if let Some(lead) = staff_of(db, LEAD).await?
            && let Ok(place) = assignments::assign_lead(db, &then, shift.clone(), lead).await?
        {
            let came = start.plus(-10 * MINUTE);
            stage.was_there(&place.id, came, None).await?;
        }
        let mut held = Vec::new();
        for volunteer in volunteers {
            if held.len() == VOLUNTEERS {
                break;
            }
            let own = Act::new(
                Caller::resident(volunteer.account.clone()),
                then.now,
                then.ids.clone(),
            );
            // Who has booked something at that time does not come.
            held.extend(assignments::place(db, &own, placing(shift, volunteer)).await?);
        }
        // The last one is late.
        held.pop();
        for (nth, place) in (0..).zip(held) {
            let came = start.plus(nth * 7 * MINUTE);
            stage.was_there(&place.id, came, None).await?;
        }
    }
    Ok(made.len())
}

fn new_shift(start: Timestamp) -> Result<NewShift> {
    Ok(NewShift {
        center: CENTER.parse()?,
        title: TITLE.to_owned(),
        starts_at: start,
        ends_at: start.plus(LASTS),
        rule: None,
        excluded: Vec::new(),
        moved: Vec::new(),
        occurrence: None,
        duty: Some(Duty::Reception),
        place: "一楼大厅".to_owned(),
        joining: Joining::SignUp,
        needs: Needs {
            volunteers_min: 2,
            volunteers_max: 4,
            waitlist_capacity: 2,
            positions: vec![position("登记台", 1, 2), position("引导", 0, 2)],
            ..Needs::default()
        },
        publish: true,
    })
}

/// Whether one goes on, or has just been.
async fn goes_on(db: &Db, now: Timestamp) -> Result<bool> {
    let mut tx = db.read().await?;
    let found = tx
        .sql(
            "SELECT COUNT(*) FROM shift
             WHERE center_id = $1 AND title = $2 AND demo AND starts_at > $3",
        )
        .bind(CENTER)
        .bind(TITLE)
        .bind(now.plus(-DAY / 2))
        .count()
        .await?;
    Ok(found > 0)
}
