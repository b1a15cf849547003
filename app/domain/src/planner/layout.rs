//! Where things stand: in the cells of a table of days, and in the lanes of a day by the hour. Every
//! thing is shown, also where several are on at once (C-76).

use super::{CLOSES, OPENS, on_day, whole};
use crate::time::{HOUR, MINUTE, Span};
use chrono::NaiveDate;

/// How much of a day one line of its table is.
pub const SLOT: i64 = 30 * MINUTE;

/// So many lines are an hour.
const AN_HOUR: usize = (HOUR / SLOT) as usize;

/// Which of some things are on each of these days: places in `spans`, by start.
pub fn cells(days: &[NaiveDate], spans: &[Span], which: &[usize]) -> Vec<Vec<usize>> {
    let on = |day: &NaiveDate| {
        let touches = |of: &&usize| spans.get(**of).is_some_and(|s| on_day(*s, *day).is_some());
        let mut here: Vec<usize> = which.iter().filter(touches).copied().collect();
        here.sort_by_key(|&of| (spans[of].start(), spans[of].end(), of));
        here
    };
    days.iter().map(on).collect()
}

/// A thing in a lane of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The line in which it begins, counted from midnight.
    pub first: usize,
    /// How many lines it takes.
    pub slots: usize,
    /// Its place in the list of all things.
    pub item: usize,
}

impl Block {
    /// The first line after it.
    pub const fn end(&self) -> usize {
        self.first + self.slots
    }

    /// Where a thing stands on a day, if it does.
    fn of(day: NaiveDate, span: Span, item: usize) -> Option<Self> {
        let part = on_day(span, day)?;
        let midnight = whole(day).start().0;
        let first = (part.start().0 - midnight).div_euclid(SLOT);
        let end = (part.end().0 - midnight + SLOT - 1).div_euclid(SLOT);
        let first = usize::try_from(first).ok()?;
        let slots = usize::try_from(end).ok()?.saturating_sub(first);
        Some(Self { first, slots, item })
    }
}

/// Some things of a day in as few lanes as there are at once, so that none of a lane hides another.
pub fn lanes(day: NaiveDate, spans: &[Span], which: &[usize]) -> Vec<Vec<Block>> {
    let block = |&of: &usize| Block::of(day, *spans.get(of)?, of);
    let mut blocks: Vec<Block> = which.iter().filter_map(block).collect();
    blocks.sort_by_key(|block| (block.first, std::cmp::Reverse(block.slots), block.item));
    let mut lanes: Vec<Vec<Block>> = Vec::new();
    for block in blocks {
        let fits =
            |lane: &&mut Vec<Block>| lane.last().is_none_or(|last| last.end() <= block.first);
        match lanes.iter_mut().find(fits) {
            Some(lane) => lane.push(block),
            None => lanes.push(vec![block]),
        }
    }
    lanes
}

/// The lines that the table of a day has, from and to: the usual hours, and the whole hours of whatever
/// lies outside them.
pub fn slots<'l>(lanes: impl IntoIterator<Item = &'l [Block]>) -> (usize, usize) {
    let usual = ((OPENS / SLOT) as usize, (CLOSES / SLOT) as usize);
    let blocks = lanes.into_iter().flatten();
    let (from, to) = blocks.fold(usual, |(from, to), block| {
        (from.min(block.first), to.max(block.end()))
    });
    (from - from % AN_HOUR, to.next_multiple_of(AN_HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        planner::{View, window},
        time::{DAY, Timestamp},
    };
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        "2026-11-30".parse().unwrap()
    }

    fn span(from: i64, to: i64) -> Span {
        let midnight = whole(day()).start();
        Span::new(midnight.plus(from * MINUTE), midnight.plus(to * MINUTE)).unwrap()
    }

    fn items(lanes: &[Vec<Block>]) -> Vec<Vec<usize>> {
        let items = |lane: &Vec<Block>| lane.iter().map(|block| block.item).collect();
        lanes.iter().map(items).collect()
    }

    #[test]
    fn c76_what_overlaps_stands_side_by_side_and_what_follows_below() {
        let spans = [
            span(9 * 60, 11 * 60),
            span(10 * 60, 12 * 60),
            span(11 * 60, 12 * 60),
            span(9 * 60, 12 * 60),
        ];
        let all = lanes(day(), &spans, &[0, 1, 2, 3]);
        assert_eq!(items(&all), [vec![3], vec![0, 2], vec![1]]);
        assert_eq!(items(&lanes(day(), &spans, &[0, 2])), [vec![0, 2]]);
        // In one half hour after each other they still need two lanes to be read.
        let short = [span(600, 610), span(610, 620)];
        assert_eq!(lanes(day(), &short, &[0, 1]).len(), 2);
    }

    #[test]
    fn the_table_has_the_usual_hours_and_what_lies_outside() {
        let lines = |spans: &[Span]| {
            let which: Vec<usize> = (0..spans.len()).collect();
            let lanes = lanes(day(), spans, &which);
            slots(lanes.iter().map(Vec::as_slice))
        };
        assert_eq!(lines(&[]), (16, 42));
        assert_eq!(lines(&[span(9 * 60, 10 * 60)]), (16, 42));
        assert_eq!(lines(&[span(7 * 60 + 40, 8 * 60)]), (14, 42));
        assert_eq!(lines(&[span(22 * 60, 26 * 60)]), (16, 48));
    }

    fn some() -> impl Strategy<Value = Vec<Span>> {
        let one = (-3 * DAY / MINUTE..8 * DAY / MINUTE, 1_i64..2 * DAY / MINUTE);
        let span = one.prop_map(|(from, long)| span(from, from + long));
        proptest::collection::vec(span, 0..40)
    }

    proptest! {
        /// C-76, C-51, C-52: everything of the window is in a cell, and in no cell of a day that it
        /// does not touch.
        #[test]
        fn everything_of_the_window_is_in_the_cells_that_it_touches(
            spans in some(),
            view in proptest::sample::select(View::ALL),
        ) {
            let days = view.days(day());
            let all: Vec<usize> = (0..spans.len()).collect();
            let cells = cells(&days, &spans, &all);
            prop_assert_eq!(cells.len(), days.len());
            let window = window(&days).unwrap();
            for (of, span) in spans.iter().enumerate() {
                let shown = cells.iter().any(|cell| cell.contains(&of));
                prop_assert_eq!(shown, span.overlaps(window));
                for (cell, day) in cells.iter().zip(&days) {
                    prop_assert_eq!(cell.contains(&of), span.overlaps(whole(*day)));
                }
            }
        }

        /// C-76: everything of the day is in exactly one lane, all of its time and no hour more than
        /// the lines it is in; no two of a lane overlap; and no lane is there for nothing.
        #[test]
        fn everything_of_a_day_is_in_one_lane_and_no_two_of_a_lane_overlap(spans in some()) {
            let all: Vec<usize> = (0..spans.len()).collect();
            let lanes = lanes(day(), &spans, &all);
            let (from, to) = slots(lanes.iter().map(Vec::as_slice));
            prop_assert!(to <= (DAY / SLOT) as usize);
            for (of, span) in spans.iter().enumerate() {
                let found: Vec<&Block> = lanes.iter().flatten().filter(|b| b.item == of).collect();
                let part = on_day(*span, day());
                prop_assert_eq!(found.len(), usize::from(part.is_some()));
                if let (Some(part), [block]) = (part, found.as_slice()) {
                    let line = |n: usize| whole(day()).start().plus(n as i64 * SLOT);
                    prop_assert!(line(block.first) <= part.start() && part.end() <= line(block.end()));
                    let shorter = (part.end().0 - part.start().0) > (block.slots as i64 - 2) * SLOT;
                    prop_assert!(shorter && block.slots > 0);
                    prop_assert!(from <= block.first && block.end() <= to);
                }
            }
            for lane in &lanes {
                for pair in lane.windows(2) {
                    prop_assert!(pair[0].end() <= pair[1].first);
                    prop_assert!(!spans[pair[0].item].overlaps(spans[pair[1].item]));
                }
            }
            // As many lanes as there are at once in the fullest line.
            let most = (from..to).map(|line| {
                let in_line = |block: &&Block| (block.first..block.end()).contains(&line);
                lanes.iter().flatten().filter(in_line).count()
            });
            prop_assert_eq!(lanes.len(), most.max().unwrap_or(0));
        }
    }

    #[test]
    fn a_long_thing_fills_the_days_that_it_covers() {
        let camp = [Span::kept(
            Timestamp::start_of(day()),
            Timestamp::start_of(day()).plus(3 * DAY),
        )];
        let days = View::Week.days(day());
        let shown: Vec<usize> = cells(&days, &camp, &[0]).iter().map(Vec::len).collect();
        assert_eq!(shown, [1, 1, 1, 0, 0, 0, 0]);
        assert_eq!(lanes(day(), &camp, &[0])[0][0].slots, 48);
    }
}
