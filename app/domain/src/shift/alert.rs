//! The loss of a half: told once, to whoever can act, with what to do (C-82, `beyond.md` 1).

use super::{Half, Halves};
use crate::{
    activity::Status,
    hours::SETUP_MARGIN,
    time::{DAY, HOUR, Span, Timestamp},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// In what way a half was lost.
    pub enum Loss {
        /// A place was given back, or taken back.
        Planned = "planned",
        /// Somebody who was there has gone.
        Present = "present",
    }
}

/// A half that stood and does not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// Which.
    pub half: Half,
    /// In what way.
    pub loss: Loss,
}

/// Every half in every way in which it can be lost.
pub const EVERY_LOSS: [Lost; 4] = [
    Lost {
        half: Half::Lead,
        loss: Loss::Planned,
    },
    Lost {
        half: Half::Volunteers,
        loss: Loss::Planned,
    },
    Lost {
        half: Half::Lead,
        loss: Loss::Present,
    },
    Lost {
        half: Half::Volunteers,
        loss: Loss::Present,
    },
];

impl Lost {
    /// Whether this half stands in this way.
    pub const fn stands(self, halves: &Halves) -> bool {
        match (self.half, self.loss) {
            (Half::Lead, Loss::Planned) => halves.leads >= halves.leads_min,
            (Half::Volunteers, Loss::Planned) => halves.volunteers >= halves.volunteers_min,
            (Half::Lead, Loss::Present) => halves.leads_in >= halves.leads_min,
            (Half::Volunteers, Loss::Present) => halves.volunteers_in >= halves.volunteers_min,
        }
    }
}

/// What a change took away: each half that stood before it and does not after. Nothing of a shift that
/// nobody can save any more, and who is there matters from the beginning on only.
pub fn lost(
    before: &Halves,
    after: &Halves,
    status: Status,
    span: Span,
    now: Timestamp,
) -> Vec<Lost> {
    if status != Status::Published || now >= span.end() {
        return Vec::new();
    }
    let fell = EVERY_LOSS
        .into_iter()
        .filter(|lost| lost.stands(before) && !lost.stands(after))
        .filter(|lost| lost.loss == Loss::Planned || matters_who_is_there(span, now));
    fell.collect()
}

/// Whether it matters who is there: from the beginning on, and until people put things away and leave.
fn matters_who_is_there(span: Span, now: Timestamp) -> bool {
    now >= span.start() && now < span.end().plus(-SETUP_MARGIN)
}

/// What stands after a change: an alert of it is over.
pub fn restored(after: &Halves) -> Vec<Lost> {
    let standing = EVERY_LOSS.into_iter();
    standing.filter(|lost| lost.stands(after)).collect()
}

crate::text_enum! {
    /// When whoever can act is told again of a half that still does not stand.
    pub enum Reminder {
        /// A day before the shift begins.
        DayBefore = "day_before",
        /// Two hours before.
        HoursBefore = "hours_before",
    }
}

impl Reminder {
    /// How long before the beginning it is due (milliseconds).
    pub const fn before(self) -> i64 {
        match self {
            Self::DayBefore => DAY,
            Self::HoursBefore => 2 * HOUR,
        }
    }

    /// Which of them the present stretch before a beginning is for.
    fn now(starts_at: Timestamp, now: Timestamp) -> Option<Self> {
        let is_due = |of: Self| now >= starts_at.plus(-of.before());
        match (now >= starts_at, is_due(Self::HoursBefore)) {
            (true, _) => None,
            (false, true) => Some(Self::HoursBefore),
            (false, false) => is_due(Self::DayBefore).then_some(Self::DayBefore),
        }
    }
}

/// An open alert, as far as reminding of it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was told again a day before.
    pub day_before_at: Option<Timestamp>,
    /// When it was told again two hours before.
    pub hours_before_at: Option<Timestamp>,
}

/// What is to be told of a half that does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It has never stood, so that nobody was told yet: one alert, from now on.
    Raise(Reminder),
    /// It was lost, and is missing still.
    Again(Reminder),
}

/// What is to be told now of a planned half that does not stand, before its shift begins (C-82). What was
/// told after the moment of a reminder needs none.
pub fn telling(alert: Option<&Raised>, starts_at: Timestamp, now: Timestamp) -> Option<Telling> {
    let reminder = Reminder::now(starts_at, now)?;
    let Some(alert) = alert else {
        return Some(Telling::Raise(reminder));
    };
    let told = match reminder {
        Reminder::DayBefore => alert.day_before_at,
        Reminder::HoursBefore => alert.hours_before_at,
    };
    let moment = starts_at.plus(-reminder.before());
    (told.is_none() && alert.raised_at < moment).then_some(Telling::Again(reminder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn span() -> Span {
        Span::kept(Timestamp(0), Timestamp(3 * HOUR))
    }

    fn halves() -> impl Strategy<Value = Halves> {
        (0u32..3, 0u32..4, 0u32..3, 0u32..4).prop_map(
            |(leads, volunteers, leads_in, volunteers_in)| Halves {
                leads,
                leads_min: 1,
                volunteers,
                volunteers_min: 2,
                leads_in: leads_in.min(leads),
                volunteers_in: volunteers_in.min(volunteers),
            },
        )
    }

    proptest! {
        /// One alert a loss, whatever comes and goes in whatever order: an alert is open exactly while
        /// a half that had stood does not stand.
        #[test]
        fn c82_each_loss_is_one_alert(states in prop::collection::vec(halves(), 1..20)) {
            let now = Timestamp(HOUR);
            let mut open = BTreeSet::new();
            let (mut raised, mut fell) = (0, 0);
            let mut had_stood = BTreeSet::new();
            for pair in states.windows(2) {
                let [before, after] = pair else { continue };
                for lost in lost(before, after, Status::Published, span(), now) {
                    prop_assert!(open.insert((lost.half, lost.loss)), "raised twice");
                    raised += 1;
                }
                for lost in restored(after) {
                    open.remove(&(lost.half, lost.loss));
                }
                for lost in EVERY_LOSS {
                    let key = (lost.half, lost.loss);
                    if lost.stands(before) {
                        had_stood.insert(key);
                        fell += u32::from(!lost.stands(after));
                    }
                    let expected = had_stood.contains(&key) && !lost.stands(after);
                    prop_assert_eq!(open.contains(&key), expected);
                }
            }
            prop_assert_eq!(raised, fell);
        }

        /// Whenever the job runs, and however often: each reminder is told once, in its own stretch, and
        /// none of an alert that is newer than its moment.
        #[test]
        fn c82_each_reminder_is_told_once(
            raised in prop::option::of(0i64..40), runs in prop::collection::vec(0i64..45, 1..30),
        ) {
            let starts_at = Timestamp(40 * HOUR);
            let mut runs = runs;
            runs.sort_unstable();
            let mut alert = raised.map(|hours| Raised {
                raised_at: Timestamp(hours * HOUR),
                day_before_at: None,
                hours_before_at: None,
            });
            let mut told = Vec::new();
            for now in runs.iter().map(|hours| Timestamp(hours * HOUR)) {
                if raised.is_some_and(|hours| now.0 < hours * HOUR) {
                    continue;
                }
                let Some(telling) = telling(alert.as_ref(), starts_at, now) else { continue };
                let (Telling::Raise(of) | Telling::Again(of)) = telling;
                prop_assert_eq!(matches!(telling, Telling::Raise(_)), alert.is_none());
                let left = starts_at.0 - now.0;
                prop_assert!(left > 0 && left <= of.before());
                prop_assert!(of == Reminder::HoursBefore || left > 2 * HOUR);
                let known = alert.get_or_insert(Raised { raised_at: now, day_before_at: None, hours_before_at: None });
                match of {
                    Reminder::DayBefore => known.day_before_at = Some(now),
                    Reminder::HoursBefore => known.hours_before_at = Some(now),
                }
                told.push(of);
            }
            let once: BTreeSet<_> = told.iter().map(|of| of.as_str()).collect();
            prop_assert_eq!(once.len(), told.len());
            let ran = |from: i64, until: i64| runs.iter().any(|hours| *hours >= from && *hours < until);
            let old = raised.is_none_or(|hours| hours < 16);
            let day = ran(raised.unwrap_or(0).max(16), 38) && old;
            prop_assert_eq!(told.contains(&Reminder::DayBefore), day);
            let late = raised.is_none_or(|hours| hours < 38) && ran(38, 40);
            prop_assert_eq!(told.contains(&Reminder::HoursBefore), late);
        }

        #[test]
        fn nobody_is_alarmed_about_what_nobody_can_save(before in halves(), after in halves()) {
            let at = |status, now| lost(&before, &after, status, span(), now);
            prop_assert!(at(Status::Published, Timestamp(3 * HOUR)).is_empty());
            prop_assert!(at(Status::Cancelled, Timestamp(HOUR)).is_empty());
            prop_assert!(at(Status::Draft, Timestamp(HOUR)).is_empty());
            let early = at(Status::Published, Timestamp(-1));
            prop_assert!(early.iter().all(|lost| lost.loss == Loss::Planned));
            let late = at(Status::Published, Timestamp(3 * HOUR - SETUP_MARGIN));
            prop_assert!(late.iter().all(|lost| lost.loss == Loss::Planned));
        }
    }
}
