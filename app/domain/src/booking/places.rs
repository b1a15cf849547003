//! How many places are left, and for whom: the one computation of free and kept places, for a
//! decision and for every page or list that shows them.

use crate::{activity::Channel, time::Timestamp};

/// The places of an occurrence, as counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Places in all; none where there is no limit.
    pub capacity: Option<u32>,
    /// Places held ([`super::State::HOLDING`]).
    pub taken: u32,
    /// Of these, the ones that were booked at kiosk, desk or by telephone.
    pub assisted: u32,
    /// Places set aside for kiosk, desk and telephone …
    pub held_back: u32,
    /// … until then; none where nothing is set aside.
    pub held_until: Option<Timestamp>,
}

impl Places {
    /// Places that nobody holds.
    pub const fn unheld(self) -> u32 {
        match self.capacity {
            Some(capacity) => capacity.saturating_sub(self.taken),
            None => u32::MAX,
        }
    }

    /// Unheld places that are still kept for kiosk, desk and telephone.
    pub fn kept(self, now: Timestamp) -> u32 {
        match self.held_until {
            Some(until) if now < until => self
                .held_back
                .saturating_sub(self.assisted)
                .min(self.unheld()),
            _ => 0,
        }
    }

    /// Unheld places that this channel may take.
    pub fn free(self, channel: Channel, now: Timestamp) -> u32 {
        if channel.is_assisted() {
            self.unheld()
        } else {
            self.unheld() - self.kept(now)
        }
    }
}

/// Whether so many free places are few: one or two, or at most a tenth of all. Where every place is
/// still free there is no hurry, however small the capacity.
pub const fn is_few(free: u32, capacity: u32) -> bool {
    0 < free && free < capacity && (free <= 2 || free <= capacity / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_is_one_or_two_or_a_tenth_and_never_all() {
        for (free, capacity, few) in [
            (0, 8, false),
            (1, 8, true),
            (2, 8, true),
            (3, 8, false),
            (3, 29, false),
            (3, 30, true),
            (10, 100, true),
            (11, 100, false),
            (1, 1, false),
            (2, 2, false),
        ] {
            assert_eq!(is_few(free, capacity), few, "{free} of {capacity}");
        }
    }

    #[test]
    fn kept_places_are_free_for_those_they_are_kept_for_and_for_all_once_the_time_has_come() {
        let until = Timestamp(1_000);
        let places = Places {
            capacity: Some(10),
            taken: 7,
            assisted: 1,
            held_back: 3,
            held_until: Some(until),
        };
        let before = until.plus(-1);
        assert_eq!(places.kept(before), 2);
        assert_eq!(places.free(Channel::Online, before), 1);
        assert_eq!(places.free(Channel::Desk, before), 3);
        assert_eq!(places.free(Channel::Online, until), 3);
    }
}
