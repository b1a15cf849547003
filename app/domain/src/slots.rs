//! Appointments (个案时段): a stretch of time cut into slots of one length, with a pause between them. Each
//! is a date of its own, which somebody books as any other; of casework there is nothing else (slots and
//! counts only, `domain.md` 4).

use crate::{
    Reason, Refusal,
    time::{MINUTE, Span, Timestamp},
};

/// The shortest slot, in minutes.
const LEAST: u16 = 10;
/// The longest, in minutes.
const MOST: u16 = 240;
/// The longest pause, in minutes.
const MOST_PAUSE: u16 = 120;

/// How a stretch is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutting {
    each: u16,
    pause: u16,
}

impl Cutting {
    /// Into slots of so many minutes, with a pause of so many after each.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] of `slot_minutes` unless they are 10 to 240, of `slot_pause` over 120.
    pub fn new(each: u16, pause: u16) -> Result<Self, Refusal> {
        if !(LEAST..=MOST).contains(&each) {
            return Err(Refusal::invalid("slot_minutes", Reason::OutOfRange));
        }
        if pause > MOST_PAUSE {
            return Err(Refusal::invalid("slot_pause", Reason::OutOfRange));
        }
        Ok(Self { each, pause })
    }

    /// How long each is, in minutes.
    pub const fn each(self) -> u16 {
        self.each
    }

    /// How long the pause after each is, in minutes.
    pub const fn pause(self) -> u16 {
        self.pause
    }

    /// The slots of a stretch, in order. What is left at its end and too short for one is nobody's.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] of `slot_minutes` where not even one fits; of `ends_at` for a stretch into the
    /// next day.
    pub fn cut(self, stretch: Span) -> Result<Vec<Span>, Refusal> {
        if stretch.start().day() != stretch.end().plus(-1).day() {
            return Err(Refusal::invalid("ends_at", Reason::NotAfterStart));
        }
        let (each, step) = (millis(self.each), millis(self.each + self.pause));
        let starts = std::iter::successors(Some(stretch.start()), |at| Some(at.plus(step)));
        let slots: Vec<Span> = starts
            .map(|start| Span::kept(start, start.plus(each)))
            .take_while(|slot| slot.end() <= stretch.end())
            .collect();
        match slots.is_empty() {
            true => Err(Refusal::invalid("slot_minutes", Reason::OutOfRange)),
            false => Ok(slots),
        }
    }

    /// The stretch behind the slots of one day, and how it was cut; none for fewer than two, and where they
    /// are not alike.
    pub fn behind(slots: &[Span]) -> Option<(Span, Self)> {
        let (first, last) = (slots.first()?, slots.last()?);
        let length = |slot: &Span| slot.end().0 - slot.start().0;
        let gap = |pair: &[Span]| pair[1].start().0 - pair[0].end().0;
        let pause = slots.windows(2).next().map(gap)?;
        let is_even = slots.iter().all(|slot| length(slot) == length(first))
            && slots.windows(2).all(|pair| gap(pair) == pause);
        let minutes = |millis: i64| {
            let whole = millis % MINUTE == 0;
            whole.then(|| u16::try_from(millis / MINUTE).ok()).flatten()
        };
        let cutting = Self::new(minutes(length(first))?, minutes(pause)?).ok()?;
        is_even.then(|| (Span::kept(first.start(), last.end()), cutting))
    }
}

crate::text_enum! {
    /// What became of a slot.
    pub enum State {
        /// It can be had.
        Free = "free",
        /// Somebody has it.
        Taken = "taken",
        /// Whoever had it came.
        Came = "came",
        /// Whoever had it stayed away.
        Missed = "missed",
        /// It is over, and nobody had it.
        Unused = "unused",
        /// It was called off.
        CalledOff = "called_off",
    }
}

/// What is known of a slot's places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// How many it has; one as a rule.
    pub capacity: u32,
    /// How many are taken, of those who came too.
    pub taken: u32,
    /// How many came.
    pub came: u32,
    /// How many stayed away.
    pub no_shows: u32,
    /// Whether it was called off.
    pub is_called_off: bool,
}

impl Fill {
    /// What became of it.
    pub fn state(self, span: Span, now: Timestamp) -> State {
        match self {
            Self {
                is_called_off: true,
                ..
            } => State::CalledOff,
            Self { came: 1.., .. } => State::Came,
            Self { no_shows: 1.., .. } => State::Missed,
            Self {
                taken, capacity, ..
            } if taken >= capacity.max(1) => State::Taken,
            _ if span.start() <= now => State::Unused,
            _ => State::Free,
        }
    }
}

/// How many slots there were, and what became of them. Whoever came or stayed away had one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All but those that were called off.
    pub offered: u32,
    /// Those that somebody had or has.
    pub taken: u32,
    /// Those that somebody came to.
    pub came: u32,
    /// Those that somebody had and stayed away from.
    pub missed: u32,
}

impl Tally {
    /// Of these.
    pub fn of(states: impl IntoIterator<Item = State>) -> Self {
        states.into_iter().fold(Self::default(), |sum, state| {
            let is = |of: &[State]| u32::from(of.contains(&state));
            Self {
                offered: sum.offered + 1 - is(&[State::CalledOff]),
                taken: sum.taken + is(&[State::Taken, State::Came, State::Missed]),
                came: sum.came + is(&[State::Came]),
                missed: sum.missed + is(&[State::Missed]),
            }
        })
    }
}

fn millis(minutes: u16) -> i64 {
    i64::from(minutes) * MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(from: &str, to: &str) -> Span {
        let at = |clock: &str| Timestamp::parse(&format!("2026-12-08T{clock}")).unwrap();
        Span::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn an_afternoon_is_cut_into_slots() {
        let cutting = Cutting::new(45, 15).unwrap();
        let slots = cutting.cut(span("14:00", "17:00")).unwrap();
        let expected = [
            span("14:00", "14:45"),
            span("15:00", "15:45"),
            span("16:00", "16:45"),
        ];
        assert_eq!(slots, expected);
        // The pause after the last one is nobody's, so three fit into less.
        assert_eq!(cutting.cut(span("14:00", "16:45")).unwrap(), expected);
        assert_eq!(cutting.cut(span("14:00", "16:44")).unwrap().len(), 2);
    }

    #[test]
    fn what_can_not_be_cut_is_refused() {
        let of = |name: &str| Refusal::invalid(name, Reason::OutOfRange);
        assert_eq!(Cutting::new(9, 0), Err(of("slot_minutes")));
        assert_eq!(Cutting::new(241, 0), Err(of("slot_minutes")));
        assert_eq!(Cutting::new(30, 121), Err(of("slot_pause")));
        let hour = Cutting::new(60, 0).unwrap();
        assert_eq!(hour.cut(span("14:00", "14:59")), Err(of("slot_minutes")));
        let night = Span::kept(
            span("22:00", "23:00").start(),
            span("22:00", "23:00").end().plus(2 * 60 * MINUTE),
        );
        assert_eq!(
            hour.cut(night),
            Err(Refusal::invalid("ends_at", Reason::NotAfterStart))
        );
        // Until midnight is a day's own.
        let late = Span::kept(night.start(), night.start().plus(2 * 60 * MINUTE));
        assert_eq!(hour.cut(late).unwrap().len(), 2);
    }

    #[test]
    fn what_is_not_even_was_not_cut() {
        assert_eq!(Cutting::behind(&[span("14:00", "14:30")]), None);
        let uneven = [span("14:00", "14:30"), span("14:40", "15:00")];
        assert_eq!(Cutting::behind(&uneven), None);
        let gaps = [
            span("14:00", "14:30"),
            span("14:30", "15:00"),
            span("15:10", "15:40"),
        ];
        assert_eq!(Cutting::behind(&gaps), None);
        let over = [span("14:00", "14:30"), span("14:20", "14:50")];
        assert_eq!(Cutting::behind(&over), None);
    }

    #[test]
    fn a_slot_is_what_became_of_it() {
        let slot = span("14:00", "14:45");
        let (before, after) = (slot.start().plus(-1), slot.start());
        let empty = Fill {
            capacity: 1,
            taken: 0,
            came: 0,
            no_shows: 0,
            is_called_off: false,
        };
        let taken = Fill { taken: 1, ..empty };
        let came = Fill { came: 1, ..taken };
        let missed = Fill {
            no_shows: 1,
            ..empty
        };
        let off = Fill {
            is_called_off: true,
            ..empty
        };
        let all = [
            (empty, before, State::Free),
            (empty, after, State::Unused),
            (taken, before, State::Taken),
            (taken, after, State::Taken),
            (came, before, State::Came),
            (missed, after, State::Missed),
            (off, before, State::CalledOff),
        ];
        for (fill, now, state) in all {
            assert_eq!(fill.state(slot, now), state, "{fill:?}");
        }
        // A family's slot of two is free until both are taken.
        let family = Fill {
            capacity: 2,
            ..taken
        };
        assert_eq!(family.state(slot, before), State::Free);
        let tally = Tally::of(all.map(|(_, _, state)| state));
        assert_eq!(
            (tally.offered, tally.taken, tally.came, tally.missed),
            (6, 4, 1, 1)
        );
    }

    proptest! {
        #[test]
        fn slots_lie_in_the_stretch_and_as_many_as_fit(
            start in 0i64..20 * 60, length in 10i64..240, each in 10u16..=240, pause in 0u16..=120
        ) {
            let midnight = span("00:00", "00:01").start();
            let start = midnight.plus(start * MINUTE);
            let stretch = Span::kept(start, start.plus(length * MINUTE));
            let cutting = Cutting::new(each, pause).unwrap();
            let fits = (length + i64::from(pause)) / i64::from(each + pause);
            match cutting.cut(stretch) {
                Err(_) => prop_assert_eq!(fits, 0),
                Ok(slots) => {
                    prop_assert_eq!(slots.len() as i64, fits);
                    prop_assert_eq!(slots[0].start(), stretch.start());
                    for slot in &slots {
                        prop_assert_eq!(slot.end().0 - slot.start().0, i64::from(each) * MINUTE);
                        prop_assert!(slot.end() <= stretch.end());
                    }
                    for pair in slots.windows(2) {
                        prop_assert_eq!(pair[0].end().plus(i64::from(pause) * MINUTE), pair[1].start());
                    }
                    if let Some((whole, same)) = Cutting::behind(&slots) {
                        prop_assert_eq!(same, cutting);
                        prop_assert_eq!(same.cut(whole).unwrap(), slots);
                    } else {
                        prop_assert_eq!(slots.len(), 1);
                    }
                }
            }
        }
    }
}
