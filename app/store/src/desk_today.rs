//! What a center's desk opens with: what runs now and next, what is missing, what waits for a decision.
//! Figures and titles alone, nobody's name or number, so it needs no look on record; who may not settle
//! something is not told of it. What is urgent, `domain::desk_today` says.

mod decisions;
mod hours;
mod queues;
mod running;

pub use decisions::{About, Decision};
pub use running::{NoRoom, On, Short, SilentKiosk, What};

use crate::{
    Act, Db, Result, centers,
    shifts::{self, Alert},
};
use domain::{
    access::Action,
    day::HOLES_AHEAD,
    desk_today::{Urgency, in_order},
    id::CenterId,
    place::CenterPlace,
    time::{DAY, Timestamp},
};

/// How a center stands at this moment.
#[derive(Clone, Debug)]
pub struct DeskToday {
    /// What is on today and not over, by start.
    pub on: Vec<On>,
    /// The shifts of the next hours that are short of somebody.
    pub short: Vec<Short>,
    /// Halves that shifts have lost, which those are not among.
    pub alerts: Vec<Alert>,
    /// What begins until the end of tomorrow and has no room, where the center has any.
    pub no_room: Vec<NoRoom>,
    /// Kiosks that nobody hears of, or whose clock cannot be relied on.
    pub kiosks: Vec<SilentKiosk>,
    /// What waits for the caller's decision, the most urgent first.
    pub decisions: Vec<(Urgency, Vec<Decision>)>,
}

impl DeskToday {
    /// Whether nothing is missing and nothing waits.
    pub fn is_calm(&self) -> bool {
        self.short.is_empty()
            && self.alerts.is_empty()
            && self.no_room.is_empty()
            && self.kiosks.is_empty()
            && self.decisions.is_empty()
    }
}

/// Who asks, where, and when.
struct Asking<'a> {
    act: &'a Act,
    center: &'a CenterId,
    place: CenterPlace,
}

impl Asking<'_> {
    const fn now(&self) -> Timestamp {
        self.act.now
    }

    /// Where today begins.
    fn today(&self) -> Timestamp {
        Timestamp::start_of(self.act.now.day())
    }

    fn may(&self, actions: &[Action]) -> bool {
        let may = |action: &Action| self.act.caller.may(*action, &self.place).is_ok();
        actions.iter().all(may)
    }
}

/// How a center stands at this moment, for whoever sees its plans.
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn desk_today(db: &Db, act: &Act, center: &CenterId) -> Result<DeskToday> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    act.caller.may(Action::ViewPlans, &place)?;
    let asking = Asking { act, center, place };
    let now = act.now;
    let tomorrow = asking.today().plus(DAY);
    let until = tomorrow.max(now.plus(HOLES_AHEAD));
    let dates = running::dates(&mut tx, &asking).await?;
    let shifts = shifts::all_in(&mut tx, center, now, until).await?;
    let mut alerts = Vec::new();
    if asking.may(&running::ARRANGES) {
        alerts = shifts::alerts_in(&mut tx, center, now).await?;
    }
    let short = match asking.may(&running::ARRANGES) {
        true => running::short(&shifts, now),
        false => Vec::new(),
    };
    let is_told = |alert: &Alert| {
        let mut of = short.iter().filter(|of| of.shift == alert.shift_id);
        of.any(|of| of.gaps.iter().any(|gap| gap.half == alert.half))
    };
    alerts.retain(|alert| !is_told(alert));
    let mut decisions = queues::all(&mut tx, &asking).await?;
    decisions.extend(running::check_outs(&dates, &asking));
    decisions.extend(decisions::counted(&mut tx, &asking).await?);
    decisions.extend(hours::waiting(&mut tx, &asking).await?);
    decisions.extend(decisions::leads(&mut tx, &asking).await?);
    decisions.extend(decisions::months(&mut tx, &asking).await?);
    decisions.retain(|of| asking.may(of.matter.takes()));
    Ok(DeskToday {
        on: running::on(&dates, &shifts, &asking),
        no_room: running::no_room(&dates, &asking),
        kiosks: running::kiosks(&mut tx, &asking).await?,
        short,
        alerts,
        decisions: in_order(decisions, |of| (of.matter, of.at), now),
    })
}
