//! Who was there: one fact from many evidences, the same in any order of arrival.

use super::{Direction, DoorTerms, STAYS_AT_LEAST};
use crate::{
    id::CheckInId,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What an entry of the log is.
    pub enum Kind {
        /// Somebody was recognised at a door.
        Scan = "scan",
        /// A check-in (direction in) or check-out (out) was taken back by the staff.
        Undo = "undo",
        /// A missing check-out was closed at the end.
        Close = "close",
    }
}

/// One entry of the log that counts: an admitted or repeated scan, an undo, a closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Which entry; the same one twice is one.
    pub id: CheckInId,
    /// What it is.
    pub kind: Kind,
    /// Which way; for an undo, what was taken back.
    pub direction: Direction,
    /// When it happened, by the corrected clock of the device.
    pub at: Timestamp,
    /// At which door; may be empty.
    pub door: String,
}

/// When and at which door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// At which door; may be empty.
    pub door: String,
}

/// A stretch in which somebody was inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// When they came in.
    pub from: Timestamp,
    /// When they went out; `None` while they are inside.
    pub to: Option<Timestamp>,
    /// Whether nobody saw them go: closed at the end by rule.
    pub by_rule: bool,
}

/// What the evidence of one commitment amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The earliest evidence that they were there.
    pub first: Option<Seen>,
    /// When they came in last.
    pub entered_at: Option<Timestamp>,
    /// When and where they went out, unless they are inside.
    pub left: Option<Seen>,
    /// Where they came back after going out: when and where they had gone.
    pub left_before: Option<Seen>,
    /// Whether nobody saw them go: closed at the end by rule.
    pub left_by_rule: bool,
    /// Whether they were seen going out only.
    pub entry_missing: bool,
    /// Every stretch inside, in order. Of somebody who was seen going out only, an empty one.
    #[serde(default)]
    pub stays: Vec<Stay>,
}

impl Attendance {
    /// Whether they were there at all.
    pub const fn is_present(&self) -> bool {
        self.first.is_some()
    }

    /// Whether they came in and have not gone out.
    pub const fn is_inside(&self) -> bool {
        self.first.is_some() && self.left.is_none()
    }

    /// Whether nobody saw them go (C-91).
    pub fn lacks_exit(&self) -> bool {
        self.left_by_rule || self.stays.last().is_some_and(|stay| stay.to.is_none())
    }

    /// Which way somebody goes who shows the same code for either.
    pub(super) fn way(
        &self,
        direction: Direction,
        terms: DoorTerms,
        span: Span,
        at: Timestamp,
    ) -> Direction {
        let rested = self
            .entered_at
            .is_some_and(|entered| at >= entered.plus(STAYS_AT_LEAST));
        match direction {
            Direction::Either
                if terms.asks_check_out && self.is_inside() && rested && at >= span.start() =>
            {
                Direction::Out
            }
            Direction::Either | Direction::In => Direction::In,
            Direction::Out => Direction::Out,
        }
    }

    fn scan(&mut self, evidence: &Evidence, terms: DoorTerms, span: Span) {
        let seen = Seen {
            at: evidence.at,
            door: evidence.door.clone(),
        };
        match self.way(evidence.direction, terms, span, evidence.at) {
            Direction::Out => {
                if self.is_inside() || self.left_by_rule {
                    self.end_stay(Some(seen.at), false);
                    self.left = Some(seen);
                    self.left_by_rule = false;
                } else if !self.is_present() {
                    self.stays.push(Stay {
                        from: seen.at,
                        to: Some(seen.at),
                        by_rule: false,
                    });
                    self.first = Some(seen.clone());
                    self.left = Some(seen);
                    self.entry_missing = true;
                }
            }
            // Nobody comes in when it is over.
            _ if evidence.at >= span.end() => {}
            _ => {
                if !self.is_inside() {
                    self.entered_at = Some(seen.at);
                    self.stays.push(Stay {
                        from: seen.at,
                        to: None,
                        by_rule: false,
                    });
                }
                self.first.get_or_insert(seen);
                if let Some(left) = self.left.take() {
                    self.left_before = Some(left);
                }
                self.left_by_rule = false;
            }
        }
    }

    fn end_stay(&mut self, at: Option<Timestamp>, by_rule: bool) {
        if let Some(stay) = self.stays.last_mut() {
            stay.to = at;
            stay.by_rule = by_rule;
        }
    }

    fn undo(&mut self, of: Direction) {
        if of == Direction::Out && !self.entry_missing {
            self.end_stay(None, false);
            self.left = None;
            self.left_by_rule = false;
        } else if let (true, Some(left)) = (self.is_inside(), self.left_before.take()) {
            // Coming back was taken back: they are out again, as they were.
            self.left = Some(left);
            self.entered_at = None;
            self.stays.pop();
            self.left_by_rule = self.stays.last().is_some_and(|stay| stay.by_rule);
        } else {
            *self = Self::default();
        }
    }

    fn close(&mut self, at: Timestamp) {
        if self.is_inside() {
            self.end_stay(Some(at), true);
            self.left = Some(Seen {
                at,
                door: String::new(),
            });
            self.left_by_rule = true;
        }
    }
}

/// What a set of evidence amounts to. The evidence is told in order of its own time, so that
/// neither the order in which it arrived nor a repetition changes anything. Taking a check-in back
/// takes back what was scanned before it, also what arrives later; taking a check-out back leaves
/// the entry. Presence never turns negative: a second exit changes nothing, an exit alone says
/// that somebody was there (C-113, C-114).
pub fn attendance(terms: DoorTerms, span: Span, evidence: &[Evidence]) -> Attendance {
    let mut told: Vec<&Evidence> = evidence.iter().collect();
    told.sort_by(|a, b| (a.at, a.kind, &a.id).cmp(&(b.at, b.kind, &b.id)));
    told.dedup_by(|a, b| a.id == b.id);
    let mut attendance = Attendance::default();
    for entry in told {
        match entry.kind {
            Kind::Scan => attendance.scan(entry, terms, span),
            Kind::Undo => attendance.undo(entry.direction),
            Kind::Close => attendance.close(entry.at),
        }
    }
    attendance
}
