//! How far the two halves of a shift stand. Derived from counts each time, never stored, so that it
//! cannot be out of date.

use crate::{
    activity::Status,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// How far a shift is.
    pub enum State {
        /// Both halves are missing.
        Open = "open",
        /// One half stands.
        Half = "half",
        /// A lead and the minimum of volunteers hold places.
        Ready = "ready",
        /// A lead and the minimum of volunteers are there.
        Live = "live",
        /// Over, or cancelled.
        Closed = "closed",
    }
}

crate::text_enum! {
    /// One of the two halves of a shift.
    pub enum Half {
        /// 社工.
        Lead = "lead",
        /// 义工.
        Volunteers = "volunteers",
    }
}

/// How many each half has, and needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halves {
    /// Leads who hold a place.
    pub leads: u32,
    /// The least number of leads.
    pub leads_min: u32,
    /// Volunteers who hold a place.
    pub volunteers: u32,
    /// The least number of volunteers.
    pub volunteers_min: u32,
    /// Leads who are there.
    pub leads_in: u32,
    /// Volunteers who are there.
    pub volunteers_in: u32,
}

impl Halves {
    /// Which halves do not stand.
    pub fn missing(&self) -> Vec<Half> {
        let lead = (self.leads < self.leads_min).then_some(Half::Lead);
        let volunteers = (self.volunteers < self.volunteers_min).then_some(Half::Volunteers);
        lead.into_iter().chain(volunteers).collect()
    }

    /// Whether a lead and the minimum of volunteers are there (C-82). With nobody to lead there is
    /// no shift, whatever its minimum says.
    pub const fn is_live(&self) -> bool {
        self.leads_in >= 1
            && self.leads_in >= self.leads_min
            && self.volunteers_in >= self.volunteers_min
    }

    /// The state of a shift with these halves.
    pub fn state(&self, status: Status, span: Span, now: Timestamp) -> State {
        if status == Status::Cancelled || now >= span.end() {
            return State::Closed;
        }
        if self.is_live() {
            return State::Live;
        }
        match self.missing().len() {
            0 => State::Ready,
            1 => State::Half,
            _ => State::Open,
        }
    }
}
