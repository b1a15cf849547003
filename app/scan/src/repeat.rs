//! The same code, seen again by the same reader (C-102).

/// How long the same code is ignored, in milliseconds.
pub const WINDOW_MS: u64 = 2_500;

/// What one reader has just seen. A code that stays in view is seen many times a second; it is
/// answered once. Each reader (a camera, a scanner) has a `Repeat` of its own.
///
/// ```
/// let mut door = scan::Repeat::default();
/// assert!(door.is_new("4711", 0));
/// assert!(!door.is_new("4711", 2_499));
/// assert!(door.is_new("4711", 2_500));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Repeat {
    answered: Vec<(String, u64)>,
}

impl Repeat {
    /// Whether to act on the code: this reader hasn't seen it, or acted on it at least 2.5 s ago.
    /// `now` is in milliseconds of any monotonic clock; if it jumps back, the code counts as new.
    pub fn is_new(&mut self, text: &str, now: u64) -> bool {
        let recent = |at: u64| at <= now && now - at < WINDOW_MS;
        self.answered.retain(|(_, at)| recent(*at));
        if self.answered.iter().any(|(known, _)| known == text) {
            return false;
        }
        self.answered.push((text.to_owned(), now));
        true
    }

    /// Forgets everything, for example when the next person steps up to a kiosk.
    pub fn forget(&mut self) {
        self.answered.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c_102_a_code_held_before_the_camera_is_answered_every_two_and_a_half_seconds() {
        let mut reader = Repeat::default();
        let answered: Vec<u64> = (0..6_000)
            .step_by(40)
            .filter(|&t| reader.is_new("A", t))
            .collect();
        assert_eq!(answered, [0, 2_520, 5_040]);
    }

    #[test]
    fn c_102_another_code_between_does_not_make_the_first_new() {
        let mut reader = Repeat::default();
        assert!(reader.is_new("A", 0));
        assert!(reader.is_new("B", 100));
        assert!(!reader.is_new("A", 200));
        assert!(reader.is_new("A", 2_500));
        assert!(!reader.is_new("B", 2_599));
    }

    #[test]
    fn a_clock_that_jumps_back_locks_nobody_out() {
        let mut reader = Repeat::default();
        assert!(reader.is_new("A", 1_000_000));
        assert!(reader.is_new("A", 10));
    }

    proptest! {
        #[test]
        fn c_102_two_answers_to_one_code_are_never_nearer_than_the_window(
            scans in prop::collection::vec((0_u8..4, 0_u64..900), 0..80)
        ) {
            let mut reader = Repeat::default();
            let mut now = 0;
            let mut last = [None; 4];
            for (code, gap) in scans {
                now += gap;
                let new = reader.is_new(&code.to_string(), now);
                let last = &mut last[usize::from(code)];
                let due = last.is_none_or(|at| now - at >= WINDOW_MS);
                prop_assert_eq!(new, due);
                if new {
                    *last = Some(now);
                }
            }
        }
    }
}
