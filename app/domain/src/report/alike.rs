//! A center beside those like it: never a list of centers, never a rank. What is shown is the middle of the
//! others and the half of them around it, and only where they are enough that none of them stands out.

/// So many others there are at least; fewer would be known by name.
pub const ENOUGH: usize = 5;

/// The middle of some values, and between what half of them lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Middle {
    /// How many values there are.
    pub of: usize,
    /// A quarter of them lies below …
    pub low: i64,
    /// … half of them …
    pub middle: i64,
    /// … and three quarters.
    pub high: i64,
}

impl Middle {
    /// Of these values; none of fewer than [`ENOUGH`].
    pub fn of(values: impl IntoIterator<Item = i64>) -> Option<Self> {
        let mut values: Vec<i64> = values.into_iter().collect();
        values.sort_unstable();
        (values.len() >= ENOUGH).then(|| Self {
            of: values.len(),
            low: quantile(&values, 1),
            middle: quantile(&values, 2),
            high: quantile(&values, 3),
        })
    }

    /// Where a value lies.
    pub fn place(self, value: i64) -> Place {
        match value {
            below if below < self.low => Place::Below,
            above if above > self.high => Place::Above,
            _ => Place::Among,
        }
    }
}

crate::text_enum! {
    /// Where a center lies among those like it.
    pub enum Place {
        /// Below three quarters of them.
        Below = "below",
        /// Among the half in the middle.
        Among = "among",
        /// Above three quarters of them.
        Above = "above",
    }
}

/// So many quarters of sorted values lie below it; between two values in proportion (Hyndman and Fan's
/// seventh), to the nearest whole number.
fn quantile(sorted: &[i64], quarters: usize) -> i64 {
    let (at, rest) = (
        (sorted.len() - 1) * quarters / 4,
        (sorted.len() - 1) * quarters % 4,
    );
    let low = sorted[at];
    let high = sorted.get(at + 1).copied().unwrap_or(low);
    let parts = i64::try_from(rest).unwrap_or_default();
    low + ((high - low) * parts + 2) / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quartiles_are_those_of_textbooks() {
        let middle = Middle::of([1, 2, 3, 4, 5]).unwrap();
        assert_eq!((middle.low, middle.middle, middle.high), (2, 3, 4));
        let middle = Middle::of([40, 10, 30, 20, 60, 50]).unwrap();
        // 22.5, 35 and 47.5, to the nearest.
        assert_eq!((middle.low, middle.middle, middle.high), (23, 35, 48));
        assert_eq!(middle.of, 6);
        assert_eq!(Middle::of([1, 2, 3, 4]), None, "four would be known");
    }

    #[test]
    fn a_center_lies_below_among_or_above() {
        let middle = Middle::of([10, 20, 30, 40, 50]).unwrap();
        let places = [9, 20, 30, 40, 41].map(|value| middle.place(value));
        let among = Place::Among;
        assert_eq!(places, [Place::Below, among, among, among, Place::Above]);
    }

    proptest! {
        #[test]
        fn half_of_the_values_lie_between(values in prop::collection::vec(0i64..100_000, 5..60)) {
            let middle = Middle::of(values.iter().copied()).unwrap();
            prop_assert!(middle.low <= middle.middle && middle.middle <= middle.high);
            let many = values.len();
            let below = |bound: i64| values.iter().filter(|value| **value < bound).count();
            let above = |bound: i64| values.iter().filter(|value| **value > bound).count();
            prop_assert!(below(middle.low) * 4 <= many + 3 && above(middle.high) * 4 <= many + 3);
            prop_assert!(below(middle.middle) * 2 <= many + 1 && above(middle.middle) * 2 <= many + 1);
        }
    }
}
