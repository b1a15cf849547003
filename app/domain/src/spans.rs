//! Sets of time: what several stretches cover together, have in common, or leave.

use crate::time::{Span, Timestamp};

/// The stretches that these cover together, in order and apart from each other.
pub fn union(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut all: Vec<Span> = spans.into_iter().collect();
    all.sort_by_key(|span| (span.start(), span.end()));
    let mut covered: Vec<Span> = Vec::with_capacity(all.len());
    for span in all {
        match covered.last_mut() {
            Some(last) if span.start() <= last.end() => {
                *last = Span::kept(last.start(), last.end().max(span.end()));
            }
            _ => covered.push(span),
        }
    }
    covered
}

/// What both sets cover, each in order and apart.
pub fn common(one: &[Span], other: &[Span]) -> Vec<Span> {
    let cut = |span: &Span| {
        let overlapping = other.iter().filter_map(|o| cut(*span, *o));
        overlapping.collect::<Vec<_>>()
    };
    union(one.iter().flat_map(cut))
}

/// What the first set covers and the second does not.
pub fn without(set: &[Span], taken: &[Span]) -> Vec<Span> {
    let mut left = union(set.iter().copied());
    for taken in union(taken.iter().copied()) {
        left = left
            .into_iter()
            .flat_map(|span| {
                let before = stretch(span.start(), taken.start().min(span.end()));
                let after = stretch(taken.end().max(span.start()), span.end());
                before.into_iter().chain(after)
            })
            .collect();
    }
    left
}

/// How long a set lasts in all, in milliseconds.
pub fn length(set: &[Span]) -> i64 {
    let each = set.iter().map(|span| span.end().0 - span.start().0);
    each.sum()
}

/// What two stretches have in common.
pub fn cut(one: Span, other: Span) -> Option<Span> {
    stretch(one.start().max(other.start()), one.end().min(other.end()))
}

/// A stretch, unless it is empty.
pub fn stretch(from: Timestamp, to: Timestamp) -> Option<Span> {
    (from < to).then(|| Span::kept(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        let one = (0i64..40, 1i64..10);
        let one = one.prop_map(|(from, long)| Span::kept(Timestamp(from), Timestamp(from + long)));
        prop::collection::vec(one, 0..6)
    }

    /// Whether the set covers the unit of time that begins there.
    fn covers(set: &[Span], at: i64) -> bool {
        set.iter()
            .any(|span| span.start().0 <= at && at < span.end().0)
    }

    fn is_tidy(set: &[Span]) -> bool {
        set.windows(2).all(|two| two[0].end() < two[1].start())
            && set.iter().all(|span| span.start() < span.end())
    }

    proptest! {
        /// Unit by unit, the sets are what sets of units would be.
        #[test]
        fn sets_of_time_are_sets(one in spans(), other in spans()) {
            let (all, both) = (union(one.iter().chain(&other).copied()), common(&one, &other));
            let rest = without(&one, &other);
            for at in -1..60 {
                let (a, b) = (covers(&one, at), covers(&other, at));
                prop_assert_eq!(covers(&all, at), a || b);
                prop_assert_eq!(covers(&both, at), a && b);
                prop_assert_eq!(covers(&rest, at), a && !b);
            }
            prop_assert!(is_tidy(&all) && is_tidy(&both));
            prop_assert_eq!(length(&all) + length(&both),
                length(&union(one)) + length(&union(other)));
        }
    }
}
