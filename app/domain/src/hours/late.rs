//! Evidence that arrives after the hours were validated: of a kiosk that was offline, and sends its scans
//! when nobody expects them any more, or somebody takes a scan back.

/// What the scans of a place say, in minutes that count, and what the ledger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// By what was known when somebody last said something of it.
    pub then: i64,
    /// By what is known now.
    pub now: i64,
    /// In the ledger, corrections included.
    pub ledger: i64,
}

impl Late {
    /// How many minutes the ledger would change by, if somebody should look at it: what has arrived
    /// changes what the scans say, and the ledger says otherwise. Where a lead said fewer minutes than
    /// the scans and nothing has arrived since, that stands.
    pub const fn difference(&self) -> Option<i64> {
        match self.now != self.then && self.now != self.ledger {
            true => Some(self.now - self.ledger),
            false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn late(then: i64, now: i64, ledger: i64) -> Option<i64> {
        Late { then, now, ledger }.difference()
    }

    #[test]
    fn what_has_arrived_is_looked_at_where_it_says_otherwise() {
        assert_eq!(late(120, 150, 120), Some(30));
        assert_eq!(late(120, 90, 120), Some(-30));
        assert_eq!(late(120, 120, 100), None, "a lead said so");
        assert_eq!(late(120, 150, 150), None, "it was corrected");
        assert_eq!(late(120, 150, 100), Some(50));
    }

    proptest! {
        #[test]
        fn a_correction_by_the_difference_settles_it(
            then in 0_i64..600, now in 0_i64..600, ledger in 0_i64..600,
        ) {
            if let Some(by) = late(then, now, ledger) {
                prop_assert!(by != 0);
                prop_assert_eq!(late(then, now, ledger + by), None);
            }
        }
    }
}
