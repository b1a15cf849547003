//! The loss of a half: told once, to whoever can act, with what to do (C-82, `beyond.md` 1).

use super::{Half, Halves};
use crate::{
    activity::Status,
    hours::SETUP_MARGIN,
    time::{Span, Timestamp},
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
