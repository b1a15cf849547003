//! Eight weeks of shifts that are over, with who was there and the hours that came out of it; and
//! yesterday's, which nobody has closed yet. Everything takes the road that it takes in life, at the
//! time at which it would have happened.

use super::{CENTER, Create, SHOWS, Show, lead_of, placing};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    assignments::{self, AssignmentView},
    check_ins::{NewCheckIn, Presented, admit},
    hours,
    seed::residents::DemoPerson,
    thanks,
};
use domain::{
    access::{Caller, Grant, Identity, Role, Scope},
    check_in::Direction,
    commitment::Subject,
    id::{AssignmentId, ShiftId, StaffId},
    thanks::By,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use std::sync::Arc;
use ticket::Keyring;

/// How many weeks back.
const WEEKS: i64 = 8;
/// On which days of each week before, as days ago.
const DAYS_OF_A_WEEK: [i64; 2] = [2, 5];
/// How many volunteers each shift had.
const VOLUNTEERS: usize = 3;

/// Adds them where there is none yet; how many.
pub(super) async fn seed(db: &Db, act: &Act, volunteers: &[DemoPerson]) -> Result<usize> {
    if has_past(db, act.now).await? {
        return Ok(0);
    }
    let Some(stage) = Past::of(db, act, volunteers).await? else {
        return Ok(0);
    };
    let mut made = 0;
    for week in (0..WEEKS).rev() {
        for days in DAYS_OF_A_WEEK {
            let [reception, company, _] = &SHOWS;
            let show = if days == 2 { reception } else { company };
            let nth = usize::try_from(week + days).unwrap_or(0);
            made += usize::from(stage.day(show, 7 * week + days, nth, true).await?);
        }
    }
    for (nth, show) in SHOWS.iter().take(2).enumerate() {
        made += usize::from(stage.day(show, 1, nth + 1, false).await?);
    }
    db.write(act, Locks::none(), Untold).await?;
    Ok(made)
}

/// Weeks later nobody is sent a text message of what was said then.
struct Untold;

#[async_trait::async_trait]
impl Op for Untold {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.sql(
            "DELETE FROM outbox WHERE kind = 'thanked' AND sent_at IS NULL AND created_at < $1
             AND recipient IN (SELECT phone FROM account WHERE demo)",
        )
        .bind(act.now)
        .run()
        .await
        .map(drop)
    }
}

async fn has_past(db: &Db, now: Timestamp) -> Result<bool> {
    let mut tx = db.read().await?;
    let found = tx
        .sql("SELECT COUNT(*) FROM shift WHERE center_id = $1 AND demo AND ends_at < $2")
        .bind(CENTER)
        .bind(now)
        .count()
        .await?;
    Ok(found > 0)
}

/// Those who were there.
pub(super) struct Past<'a> {
    db: &'a Db,
    act: &'a Act,
    lead: StaffId,
    volunteers: &'a [DemoPerson],
    keyring: Arc<Keyring>,
}

impl<'a> Past<'a> {
    /// None where the demo has no lead.
    pub(super) async fn of(
        db: &'a Db,
        act: &'a Act,
        volunteers: &'a [DemoPerson],
    ) -> Result<Option<Self>> {
        let lead = lead_of(db).await?;
        Ok(lead.map(|lead| Self {
            db,
            act,
            lead,
            volunteers,
            keyring: Arc::new(Keyring::new()),
        }))
    }

    /// The lead, as they acted then.
    fn lead(&self, now: Timestamp) -> Act {
        let center = CENTER.parse().map(Scope::Center);
        let grants = center.into_iter().map(|scope| Grant {
            role: Role::SocialWorker,
            scope,
        });
        let caller = Caller {
            identity: Identity::Staff(self.lead.clone()),
            grants: grants.collect(),
        };
        Act::new(caller, now, self.act.ids.clone())
    }

    /// A shift of that many days ago, from planning to closing.
    async fn day(&self, show: &Show, days: i64, nth: usize, close: bool) -> Result<bool> {
        let then = self.act.at(self.act.now.plus(-(days + 3) * DAY));
        let Some(new) = show.new_shift(3, then.now) else {
            return Ok(false);
        };
        let span = Span::new(new.starts_at, new.ends_at)?;
        let made = self.db.write(&then, Locks::none(), Create { new }).await?;
        let Some(shift) = made.into_iter().next() else {
            return Ok(false);
        };
        let led = assignments::assign_lead(self.db, &then, shift.clone(), self.lead.clone());
        if let Ok(place) = led.await? {
            self.was_there(&place.id, span.start().plus(-10 * MINUTE), Some(span.end()))
                .await?;
        }
        let (mut absent, mut came) = (None, Vec::new());
        for (k, volunteer) in self.some(nth).enumerate() {
            let own = Act::new(
                Caller::resident(volunteer.account.clone()),
                then.now,
                then.ids.clone(),
            );
            let placed = assignments::place(self.db, &own, placing(&shift, volunteer)).await?;
            let Ok(place) = placed else { continue };
            // Now and then somebody forgets to check out, or does not come.
            match (nth + k) % 7 {
                6 => absent = Some(place),
                late => {
                    let late = i64::try_from(late).unwrap_or(0) * 3 * MINUTE;
                    let left = span.end().plus(-late);
                    let left = (late != 9 * MINUTE).then_some(left);
                    self.was_there(&place.id, span.start().plus(late), left)
                        .await?;
                    came.push(place.id);
                }
            }
        }
        if close {
            self.close(&shift, span, absent).await?;
            if let Some(place) = came.get(nth % VOLUNTEERS) {
                self.thank(place, span.end().plus(HOUR), nth).await?;
            }
        }
        Ok(true)
    }

    fn some(&self, nth: usize) -> impl Iterator<Item = &DemoPerson> {
        self.volunteers.iter().cycle().skip(nth).take(VOLUNTEERS)
    }

    /// The lead thanks one of them.
    async fn thank(&self, place: &AssignmentId, at: Timestamp, nth: usize) -> Result<()> {
        let sentences = By::Lead.sentences();
        let sentence = sentences[nth % sentences.len()];
        thanks::by_lead(self.db, &self.lead(at), place, sentence)
            .await
            .map(drop)
    }

    pub(super) async fn was_there(
        &self,
        place: &AssignmentId,
        came: Timestamp,
        went: Option<Timestamp>,
    ) -> Result<()> {
        let scans = [(Direction::In, Some(came)), (Direction::Out, went)];
        for (direction, at) in scans {
            let Some(at) = at else { continue };
            let act = self.act.at(at);
            let new = NewCheckIn {
                direction,
                ..NewCheckIn::now(
                    act.ids.make(at),
                    Presented::Roster(Subject::Assignment(place.clone())),
                )
            };
            admit(self.db, &self.keyring, &act, new).await?;
        }
        Ok(())
    }

    async fn close(
        &self,
        shift: &ShiftId,
        span: Span,
        absent: Option<AssignmentView>,
    ) -> Result<()> {
        let act = self.lead(span.end().plus(10 * MINUTE));
        hours::close(self.db, &act, shift, Vec::new()).await?;
        if let Some(place) = absent {
            let reason = "手机没电，到了以后在前台登记";
            hours::enter(self.db, &act, &place.id, 60, reason).await?;
        }
        Ok(())
    }
}
