//! When a volunteer usually has time, and what they like to do: what a roster may be proposed from.
//!
//! Nothing here keeps anybody from a shift. It says for which shifts somebody may be proposed by others.

use crate::{
    Reason, Refusal,
    shift::Duty,
    time::{HOUR, Span, Timestamp},
};
use chrono::{Datelike as _, NaiveDate, Timelike as _};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

crate::text_enum! {
    /// A part of the day in Shenzhen. The three make up the whole day.
    pub enum Part {
        /// Until noon.
        Morning = "morning",
        /// From noon until six.
        Afternoon = "afternoon",
        /// From six until midnight.
        Evening = "evening",
    }
}

impl Part {
    /// The part in which an hour of the day lies.
    pub const fn at(hour: u32) -> Self {
        match hour {
            0..12 => Self::Morning,
            12..18 => Self::Afternoon,
            _ => Self::Evening,
        }
    }

    /// When it ends, in milliseconds after midnight.
    const fn until(self) -> i64 {
        match self {
            Self::Morning => 12 * HOUR,
            Self::Afternoon => 18 * HOUR,
            Self::Evening => 24 * HOUR,
        }
    }
}

/// A part of a day of every week: `1-morning` in forms and where it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Slot {
    /// From 1, Monday, to 7, Sunday (ISO 8601).
    pub weekday: u8,
    /// Which part of it.
    pub part: Part,
}

impl Slot {
    /// All of a week, by day.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=7).flat_map(|weekday| {
            let parts = Part::ALL.iter();
            parts.map(move |&part| Self { weekday, part })
        })
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.weekday, self.part)
    }
}

impl FromStr for Slot {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut all = Self::all();
        let found = all.find(|slot| slot.to_string() == text);
        found.ok_or_else(|| Refusal::invalid("slots", Reason::UnknownValue))
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.to_string()
    }
}

impl TryFrom<String> for Slot {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

/// The most shifts a week that somebody can offer.
pub const MOST_A_WEEK: u32 = 14;
/// So many shifts a week somebody takes who has said nothing else.
pub const USUAL_A_WEEK: u32 = 2;
/// The most days ahead that somebody can say they are away.
pub const MOST_AWAY: usize = 62;

/// When somebody usually has time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Availability {
    /// The parts of a week in which they do.
    pub slots: BTreeSet<Slot>,
    /// Days on which they do not, whatever the week says.
    pub away: BTreeSet<NaiveDate>,
    /// How many shifts a week they take at most.
    pub most_shifts: u32,
    /// What they like to do best.
    pub likes: BTreeSet<Duty>,
}

impl Default for Availability {
    fn default() -> Self {
        Self {
            slots: BTreeSet::new(),
            away: BTreeSet::new(),
            most_shifts: USUAL_A_WEEK,
            likes: BTreeSet::new(),
        }
    }
}

impl Availability {
    /// Checks the numbers.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for `most_shifts` and `away`.
    pub fn check(&self) -> Result<(), Refusal> {
        if !(1..=MOST_A_WEEK).contains(&self.most_shifts) {
            return Err(Refusal::invalid("most_shifts", Reason::OutOfRange));
        }
        match self.away.len() > MOST_AWAY {
            true => Err(Refusal::invalid("away", Reason::TooMany)),
            false => Ok(()),
        }
    }

    /// All of every week: what somebody starts from who says when they are not at work.
    pub fn always() -> Self {
        Self {
            slots: Slot::all().collect(),
            most_shifts: MOST_A_WEEK,
            ..Self::default()
        }
    }

    /// Whether they have offered any time.
    pub fn offers_time(&self) -> bool {
        !self.slots.is_empty()
    }

    /// Whether they have time for all of a span, in Shenzhen's days and hours (C-52).
    pub fn covers(&self, span: Span) -> bool {
        let mut at = span.start();
        while at < span.end() {
            let local = at.local();
            let slot = Slot {
                weekday: weekday(local.date()),
                part: Part::at(local.hour()),
            };
            if self.away.contains(&local.date()) || !self.slots.contains(&slot) {
                return false;
            }
            at = Timestamp::start_of(local.date()).plus(slot.part.until());
        }
        true
    }

    /// The one more part of a week that would let them take most of these shifts beside those that they
    /// can take already, and how many; none where no single part would.
    pub fn one_more(&self, shifts: &[Span]) -> Option<(Slot, usize)> {
        let others = shifts.iter().filter(|span| !self.covers(**span));
        let others: Vec<Span> = others.copied().collect();
        let unsaid = Slot::all().filter(|slot| !self.slots.contains(slot));
        let gains = unsaid.map(|slot| {
            let mut more = self.clone();
            more.slots.insert(slot);
            let gain = others.iter().filter(|span| more.covers(**span)).count();
            (slot, gain)
        });
        // Of equals the earliest in the week.
        let best = gains.max_by_key(|&(slot, gain)| (gain, std::cmp::Reverse(slot)));
        best.filter(|&(_, gain)| gain > 0)
    }
}

/// From 1, Monday, to 7, Sunday.
fn weekday(day: NaiveDate) -> u8 {
    day.weekday().num_days_from_monday() as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(slots: &[(u8, Part)]) -> Availability {
        let slots = slots.iter().map(|&(weekday, part)| Slot { weekday, part });
        Availability {
            slots: slots.collect(),
            ..Availability::default()
        }
    }

    fn span(from: &str, to: &str) -> Span {
        let at = |text| Timestamp::parse(text).unwrap();
        Span::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn somebody_has_time_for_all_of_a_shift_or_not_at_all() {
        // 2026-12-04 is a Friday.
        let morning = span("2026-12-04T09:00", "2026-12-04T12:00");
        let noon = span("2026-12-04T11:00", "2026-12-04T13:00");
        let only = on(&[(5, Part::Morning)]);
        assert!(only.covers(morning));
        assert!(!only.covers(noon));
        assert!(on(&[(5, Part::Morning), (5, Part::Afternoon)]).covers(noon));
        assert!(!on(&[(4, Part::Morning), (4, Part::Afternoon)]).covers(noon));
        assert!(!Availability::default().covers(morning));
    }

    #[test]
    fn c52_a_night_shift_needs_both_days() {
        let night = span("2026-12-06T22:00", "2026-12-07T01:00");
        let mut who = on(&[(7, Part::Evening), (1, Part::Morning)]);
        assert!(who.covers(night));
        who.away = ["2026-12-07".parse().unwrap()].into();
        assert!(!who.covers(night));
        assert!(!on(&[(7, Part::Evening)]).covers(night));
    }

    #[test]
    fn one_more_part_is_the_one_that_opens_most() {
        let thursday = span("2026-12-03T09:00", "2026-12-03T11:00");
        let noon = span("2026-12-04T11:00", "2026-12-04T13:00");
        let friday = span("2026-12-04T14:00", "2026-12-04T16:00");
        let who = on(&[(5, Part::Morning)]);
        let all = [thursday, noon, friday];
        let afternoon = Slot {
            weekday: 5,
            part: Part::Afternoon,
        };
        assert_eq!(who.one_more(&all), Some((afternoon, 2)));
        let morning = Slot {
            weekday: 4,
            part: Part::Morning,
        };
        // Of two that open one each, the earlier.
        assert_eq!(who.one_more(&[thursday, friday]), Some((morning, 1)));
        // What needs two parts more is opened by no single one, and what is covered is no gain.
        assert_eq!(on(&[]).one_more(&[noon]), None);
        assert_eq!(on(&[(4, Part::Morning)]).one_more(&[thursday]), None);
    }

    #[test]
    fn a_slot_is_read_as_it_is_written() {
        for slot in Slot::all() {
            assert_eq!(slot.to_string().parse(), Ok(slot));
        }
        assert!("8-morning".parse::<Slot>().is_err());
        assert!("1-night".parse::<Slot>().is_err());
    }

    #[test]
    fn what_is_said_has_its_bounds() {
        let mut who = on(&[(1, Part::Morning)]);
        assert_eq!(who.check(), Ok(()));
        for most_shifts in [0, MOST_A_WEEK + 1] {
            who.most_shifts = most_shifts;
            assert!(matches!(who.check(), Err(Refusal::Invalid { .. })));
        }
        who.most_shifts = MOST_A_WEEK;
        let first: NaiveDate = "2026-12-01".parse().unwrap();
        who.away = first.iter_days().take(MOST_AWAY + 1).collect();
        assert!(matches!(who.check(), Err(Refusal::Invalid { .. })));
        who.away.pop_last();
        assert_eq!(who.check(), Ok(()));
    }

    proptest! {
        /// Whoever has time for a shift has time for every part of it, and for what is offered
        /// alone without the rest.
        #[test]
        fn time_for_all_is_time_for_each_hour(bits in 0_u32..(1 << 21), from in 0_i64..168, hours in 1_i64..30) {
            let slots = Slot::all().enumerate().filter(|(nth, _)| bits & (1 << nth) != 0);
            let who = Availability { slots: slots.map(|(_, slot)| slot).collect(), ..Availability::default() };
            let hour = |nth: i64| Timestamp::parse("2026-11-30T00:00").unwrap().plus(nth * crate::time::HOUR);
            let all = Span::new(hour(from), hour(from + hours)).unwrap();
            let each = (from..from + hours).all(|nth| who.covers(Span::new(hour(nth), hour(nth + 1)).unwrap()));
            prop_assert_eq!(who.covers(all), each);
        }
    }
}
