//! Shifts (班次): a stretch of work that social workers lead and volunteers do together (双工联动).
//! Here it is decided who may take a place in one, who moves up from its line, and how far each of
//! its two halves stands; the store makes the decisions true in one transaction.

mod alert;
mod cover;
mod decide;
mod door;
mod edit;
mod fits;
mod friend;
mod line;
mod missing_lead;
mod needs;
mod partner;
mod risk;
mod state;
mod swap;
mod watch;

pub use alert::{EVERY_LOSS, Loss, Lost, Raised, Reminder, Telling, lost, restored, telling};
pub use cover::{Askable, MOST_ASKED, may_be_asked, needs_cover, whom_to_ask};
pub use decide::{
    Ask, Leading, Placement, Volunteering, at_work, can_be_overridden, decide, decide_lead,
    lacks_guardian, unmet,
};
pub use door::{DOOR, after_door, at_door};
pub use edit::{NeedsEdit, admit_discard, admit_edit, admit_publish};
pub use fits::{Leanings, TURN_AFTER, Why, reasons};
pub use friend::{Ended, Inviter, KEPT_FOR, MOST_INVITATIONS, invite};
pub use line::{Waiting, promote};
pub use missing_lead::{MissingLead, without_lead};
pub use needs::{LONGEST_NAME, LONGEST_RISKS, Needs, Position, Risks};
pub use partner::{ASKED_FOR, MOST_PARTNERS, agree_partner, ask_partner};
pub use risk::{Crew, FEW_ABOVE, LATELY, RISK_AHEAD, Risk, is_ahead, risks};
pub use state::{Half, Halves, State};
pub use swap::{
    Coming, Kept, LONGEST_CIRCLE, Leaving, MOST_WISHES, Offered, circles, decide_swap,
    decide_take_over,
};
pub use watch::{Footing, ShiftKind, footing, told};

use crate::{activity::Status, id::ShiftId, time::Span};

crate::text_enum! {
    /// What a shift of a center's own is for, where it belongs to no occurrence.
    pub enum Duty {
        /// 前台: receiving people.
        Reception = "reception",
        /// 门口: at the door.
        Door = "door",
        /// 外展: out in the community.
        Outreach = "outreach",
        /// 上门探访: of a visit only the meeting point and the time, never whom.
        Visit = "visit",
    }
}

crate::text_enum! {
    /// How volunteers get into a shift.
    pub enum Joining {
        /// Freely.
        SignUp = "sign_up",
        /// They ask, and a lead accepts.
        Ask = "ask",
        /// Only by invitation of the staff.
        Invite = "invite",
    }
}

crate::text_enum! {
    /// The part that somebody has in a shift.
    pub enum Role {
        /// 社工: leads it.
        Lead = "lead",
        /// 义工.
        Volunteer = "volunteer",
    }
}

crate::text_enum! {
    /// Where an assignment stands.
    pub enum AssignmentState {
        /// In line for a place.
        Waitlisted = "waitlisted",
        /// Asked for; nobody has answered yet. It holds no place.
        Requested = "requested",
        /// Holds a place.
        Confirmed = "confirmed",
        /// Is there.
        CheckedIn = "checked_in",
        /// Was there and has left.
        CheckedOut = "checked_out",
        /// Was there, and a lead has validated the hours.
        Validated = "validated",
        /// Given back by themselves.
        Withdrawn = "withdrawn",
        /// Refused, or taken back, by the staff.
        Declined = "declined",
        /// Held a place and did not come.
        NoShow = "no_show",
    }
}

impl AssignmentState {
    /// The states in which an assignment still stands: a person has at most one of these in a shift,
    /// in whatever part (C-78). Whatever finds live assignments, in SQL too, goes by this set.
    pub const LIVE: [Self; 6] = [
        Self::Waitlisted,
        Self::Requested,
        Self::Confirmed,
        Self::CheckedIn,
        Self::CheckedOut,
        Self::Validated,
    ];

    /// The states that hold a place of the maximum (rule 1, C-80). Whoever has left early does not
    /// make room for somebody else. Whatever counts places, in SQL too, goes by this set.
    pub const HOLDING: [Self; 4] = [
        Self::Confirmed,
        Self::CheckedIn,
        Self::CheckedOut,
        Self::Validated,
    ];

    /// The states in which somebody is expected, and cannot be elsewhere (rule 2, C-79).
    pub const EXPECTED: [Self; 2] = [Self::Confirmed, Self::CheckedIn];

    /// The states that can be given back.
    pub const GIVABLE: [Self; 3] = [Self::Waitlisted, Self::Requested, Self::Confirmed];

    /// Whether it still stands.
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }

    /// Whether it holds a place.
    pub fn holds_place(self) -> bool {
        Self::HOLDING.contains(&self)
    }

    /// Whether somebody is expected there now, and nowhere else.
    pub fn is_expected(self) -> bool {
        Self::EXPECTED.contains(&self)
    }

    /// Whether it can be given back.
    pub fn is_givable(self) -> bool {
        Self::GIVABLE.contains(&self)
    }
}

/// A shift as far as decisions ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftFacts {
    /// Which.
    pub id: ShiftId,
    /// From when to when; may lie across midnight (C-52).
    pub span: Span,
    /// Draft, published or cancelled.
    pub status: Status,
    /// How volunteers get in.
    pub joining: Joining,
    /// What it needs.
    pub needs: Needs,
    /// How many leads hold a place.
    pub leads: u32,
    /// How many volunteers hold a place.
    pub volunteers: u32,
    /// How many places are kept for friends who were invited.
    pub kept: u32,
    /// How many are in line.
    pub waiting: u32,
    /// How many volunteers hold a place in each position, in the order of [`Needs::positions`].
    pub taken: Vec<u32>,
}

impl ShiftFacts {
    /// Places for volunteers that nobody holds, and that are kept for nobody.
    pub const fn free(&self) -> u32 {
        let held = self.volunteers.saturating_add(self.kept);
        self.needs.volunteers_max.saturating_sub(held)
    }

    /// The shift as it is for somebody for whom so many of the kept places are.
    #[must_use]
    pub fn for_invited(mut self, places: u32) -> Self {
        self.kept = self.kept.saturating_sub(places);
        self
    }

    /// Volunteers who hold a place in the `nth` position.
    fn taken_in(&self, nth: usize) -> u32 {
        self.taken.get(nth).copied().unwrap_or(0)
    }

    /// Places of the `nth` position that nobody holds.
    fn free_in(&self, nth: usize) -> u32 {
        let most = self
            .needs
            .positions
            .get(nth)
            .map_or(0, |position| position.max);
        most.saturating_sub(self.taken_in(nth))
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
