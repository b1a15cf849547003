//! The terms of an occurrence: what they are, their defaults, which of them fit together, and how
//! they change. [`each_term`] is the one list of them; the columns of the store and the bodies of
//! the REST interface are made from it too.

use crate::{
    Reason, Refusal,
    activity::{Allocation, Unit},
    check_in::{DoorTerms, MAX_DOOR_OPENS_BEFORE_MIN},
    person::AgeRange,
    text,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use serde::{Deserialize, Deserializer, Serialize};

/// Hands the list of terms to a macro, behind what is written in the braces: for each term its
/// doc, its name, and its type. A `limit` is a term that an occurrence may have none of; a `plain`
/// one always has a value.
///
/// A new term is a line here, a line in [`Terms::defaults`], and what [`Terms::check`] asks of it.
#[macro_export]
macro_rules! each_term {
    ([$($then:tt)+] { $($given:tt)* }) => {
        $($then)+! { { $($given)* }
            /// How places are given out.
            allocation: plain $crate::activity::Allocation,
            /// What a place is counted in.
            unit: plain $crate::activity::Unit,
            /// Places in all, at least 1 unless drop-in; 0 is no limit.
            capacity: plain u32,
            /// Places on the waitlist; 0 is none.
            waitlist_capacity: plain u32,
            /// Places kept for kiosk, desk and telephone.
            held_back: plain u32,
            /// Until when they are kept; without it nothing is.
            held_until: limit $crate::time::Timestamp,
            /// Least age in years on the day.
            min_age: limit u8,
            /// Greatest age in years on the day.
            max_age: limit u8,
            /// Until then only the community's residents may book.
            residents_first_until: limit $crate::time::Timestamp,
            /// When booking begins.
            booking_opens_at: plain $crate::time::Timestamp,
            /// When booking ends, at the latest when the occurrence does.
            booking_closes_at: plain $crate::time::Timestamp,
            /// Until when a confirmed place can be given back.
            cancel_until: plain $crate::time::Timestamp,
            /// Whether a smaller party may pass one that waits for several places (C-26).
            parties_may_be_passed: plain bool,
            /// How many minutes before the start the door opens.
            door_opens_before_min: plain u16,
            /// Whether people check out as well.
            asks_check_out: plain bool,
            /// What to bring, at most 200 characters; may be empty.
            bring: plain String,
            /// Whether people may be somewhere else meanwhile (TRANSP of RFC 5545): an exhibition
            /// of twenty days is in nobody's way. Where nothing is said, so is what lasts longer
            /// than a day.
            is_transparent: plain bool,
            /// The training that everybody has who attended, from its end on.
            grants_training: limit String,
            /// For how many months that training counts; without it for ever.
            training_months: limit u16,
        }
    };
}

/// The type of a term: `limit T` is an `Option<T>`.
macro_rules! of {
    (plain $type:ty) => { $type };
    (limit $type:ty) => { Option<$type> };
}

macro_rules! terms {
    ({} $($(#[$doc:meta])* $name:ident: $kind:ident $type:ty,)+) => {
        /// The terms of an occurrence: everything that decides who may book and when, and what
        /// they should know. Instants are absolute, so that what was promised does not move.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Terms {
            $($(#[$doc])* pub $name: of!($kind $type),)+
        }

        /// What of the terms is stated. Absent is as it was (for a new occurrence: the default);
        /// `null` removes a limit. Instants are those of the occurrence that is edited, or of the
        /// first one of a list or rule; for the others they are as far from their own start.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(default)]
        pub struct TermsEdit {
            $($(#[$doc])* #[serde(deserialize_with = "stated")] pub $name: Option<of!($kind $type)>,)+
        }

        impl TermsEdit {
            /// The terms with what is stated; `by` is how many milliseconds later the occurrence
            /// starts than the one that the instants are meant for.
            #[must_use]
            pub fn apply(&self, base: &Terms, by: i64) -> Terms {
                Terms {
                    $($name: match &self.$name {
                        Some(stated) => stated.at(by),
                        None => base.$name.clone(),
                    },)+
                }
            }

            /// What is stated here, and for the rest what is stated there.
            #[must_use]
            pub fn or(self, other: &Self) -> Self {
                Self { $($name: self.$name.or_else(|| other.$name.clone()),)+ }
            }
        }

        impl Terms {
            /// The same terms for an occurrence that starts `by` milliseconds later: every
            /// instant moves with it (C-64).
            #[must_use]
            pub fn moved(&self, by: i64) -> Self {
                Self { $($name: self.$name.at(by),)+ }
            }
        }
    };
}

each_term!([terms] {});

/// Tells `null` from a term that is absent: where it is a limit it removes it, else it states
/// nothing.
fn stated<'de, D: Deserializer<'de>, T: Term>(from: D) -> Result<Option<T>, D::Error> {
    T::stated(from)
}

/// A value of a term.
trait Term: Clone + for<'de> Deserialize<'de> {
    /// The value as it is kept, for an occurrence that starts `by` milliseconds later.
    fn at(&self, _by: i64) -> Self {
        self.clone()
    }

    /// Reads a value that is stated.
    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from)
    }
}

impl Term for bool {}
impl Term for u16 {}
impl Term for u32 {}
impl Term for Allocation {}
impl Term for Unit {}

/// One line without spaces around it.
impl Term for String {
    fn at(&self, _by: i64) -> Self {
        self.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// One line without spaces around it; a blank one is none.
impl Term for Option<String> {
    fn at(&self, by: i64) -> Self {
        let line = self.as_ref().map(|line| line.at(by));
        line.filter(|line| !line.is_empty())
    }

    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

impl Term for Option<u16> {
    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

impl Term for Timestamp {
    fn at(&self, by: i64) -> Self {
        self.plus(by)
    }
}

impl Term for Option<u8> {
    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

impl Term for Option<Timestamp> {
    fn at(&self, by: i64) -> Self {
        self.map(|at| at.plus(by))
    }

    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

/// Most people that one occurrence may take.
pub const MAX_CAPACITY: u32 = 100_000;

/// Most characters of what to bring.
pub const MAX_BRING: usize = 200;

/// Most characters of the name of a training.
pub const MAX_TRAINING: usize = 40;

/// Most months that a training counts: ten years.
pub const MAX_TRAINING_MONTHS: u16 = 120;

impl Terms {
    /// Sensible terms for what nothing was said about: thirty places, ten on the waitlist,
    /// booking from now until the start, giving back until two hours before.
    pub fn defaults(span: Span, now: Timestamp) -> Self {
        let door = DoorTerms::default();
        Self {
            allocation: Allocation::FirstCome,
            unit: Unit::People,
            capacity: 30,
            waitlist_capacity: 10,
            held_back: 0,
            held_until: None,
            min_age: None,
            max_age: None,
            residents_first_until: None,
            booking_opens_at: now.min(span.start().plus(-MINUTE)),
            booking_closes_at: span.start(),
            cancel_until: span.start().plus(-2 * HOUR),
            parties_may_be_passed: false,
            door_opens_before_min: door.opens_before_min,
            asks_check_out: door.asks_check_out,
            bring: String::new(),
            is_transparent: span.end().0 - span.start().0 > DAY,
            grants_training: None,
            training_months: None,
        }
    }

    /// Ages on the day.
    pub const fn ages(&self) -> AgeRange {
        AgeRange {
            min: self.min_age,
            max: self.max_age,
        }
    }

    /// What its door asks.
    pub const fn door(&self) -> DoorTerms {
        DoorTerms {
            opens_before_min: self.door_opens_before_min,
            asks_check_out: self.asks_check_out,
        }
    }

    /// Whether everybody who comes finds a place: no booking is needed, and no number of places
    /// was set.
    pub const fn is_unlimited(&self) -> bool {
        matches!(self.allocation, Allocation::DropIn) && self.capacity == 0
    }

    /// Checks that the terms fit together and with the time of the occurrence.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the first field that does not fit.
    pub fn check(&self, span: Span) -> Result<(), Refusal> {
        let fail = |field: &str, reason: Reason| Err(Refusal::invalid(field, reason));
        if self.capacity > MAX_CAPACITY
            || (self.capacity == 0 && self.allocation != Allocation::DropIn)
        {
            return fail("capacity", Reason::OutOfRange);
        }
        if self.waitlist_capacity > MAX_CAPACITY {
            return fail("waitlist_capacity", Reason::OutOfRange);
        }
        if self.held_back > self.capacity {
            return fail("held_back", Reason::AboveCapacity);
        }
        if self.booking_closes_at > span.end() {
            return fail("booking_closes_at", Reason::AfterEnd);
        }
        if self.booking_opens_at >= self.booking_closes_at {
            return fail("booking_opens_at", Reason::AfterClose);
        }
        if self.cancel_until > span.start() {
            return fail("cancel_until", Reason::AfterStart);
        }
        if self.door_opens_before_min > MAX_DOOR_OPENS_BEFORE_MIN {
            return fail("door_opens_before_min", Reason::OutOfRange);
        }
        text::line("bring", &self.bring, MAX_BRING)?;
        if let Some(training) = &self.grants_training {
            text::name("grants_training", training, MAX_TRAINING)?;
        }
        if self
            .training_months
            .is_some_and(|months| !(1..=MAX_TRAINING_MONTHS).contains(&months))
        {
            return fail("training_months", Reason::OutOfRange);
        }
        AgeRange::new(self.min_age, self.max_age).map(drop)
    }

    /// The terms of an occurrence that is moved by as many milliseconds (C-64). What has opened
    /// already stays open: booking, the places held back, the time of the community's residents.
    #[must_use]
    pub fn rescheduled(&self, by: i64, now: Timestamp) -> Self {
        let moved = self.moved(by);
        let stays =
            |was: Timestamp, moved: Timestamp| if was <= now { was.min(moved) } else { moved };
        let maybe = |was: Option<Timestamp>, moved: Option<Timestamp>| {
            was.zip(moved).map(|(was, moved)| stays(was, moved))
        };
        Self {
            booking_opens_at: stays(self.booking_opens_at, moved.booking_opens_at),
            held_until: maybe(self.held_until, moved.held_until),
            residents_first_until: maybe(self.residents_first_until, moved.residents_first_until),
            ..moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span() -> Span {
        Span::new(Timestamp(100 * DAY), Timestamp(100 * DAY + 2 * HOUR)).unwrap()
    }

    #[test]
    fn the_defaults_fit_together() {
        assert_eq!(
            Terms::defaults(span(), Timestamp(99 * DAY)).check(span()),
            Ok(())
        );
        assert_eq!(
            Terms::defaults(span(), Timestamp(101 * DAY)).check(span()),
            Ok(())
        );
    }

    #[test]
    fn what_lasts_longer_than_a_day_is_in_nobodys_way_unless_its_terms_say_so() {
        let lasting = |millis| Span::new(Timestamp(0), Timestamp(millis)).unwrap();
        let terms = |span| Terms::defaults(span, Timestamp(0));
        assert!(!terms(lasting(DAY)).is_transparent);
        assert!(terms(lasting(DAY + MINUTE)).is_transparent);
        let said = TermsEdit {
            is_transparent: Some(false),
            ..TermsEdit::default()
        };
        assert!(!said.apply(&terms(lasting(20 * DAY)), 0).is_transparent);
    }

    #[test]
    fn terms_that_cannot_be_kept_are_refused_by_field() {
        let good = Terms::defaults(span(), Timestamp(99 * DAY));
        let field = |t: Terms| match t.check(span()) {
            Err(Refusal::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            field(Terms {
                capacity: 0,
                ..good.clone()
            }),
            "capacity"
        );
        assert_eq!(
            field(Terms {
                held_back: 31,
                ..good.clone()
            }),
            "held_back"
        );
        assert_eq!(
            field(Terms {
                booking_opens_at: span().end(),
                ..good.clone()
            }),
            "booking_opens_at"
        );
        assert_eq!(
            field(Terms {
                door_opens_before_min: 1441,
                ..good.clone()
            }),
            "door_opens_before_min"
        );
        assert_eq!(
            field(Terms {
                cancel_until: span().end(),
                ..good.clone()
            }),
            "cancel_until"
        );
        assert_eq!(
            field(Terms {
                min_age: Some(9),
                max_age: Some(8),
                ..good
            }),
            "max_age"
        );
    }

    #[test]
    fn c64_terms_move_with_their_occurrence() {
        let terms = Terms {
            held_until: Some(Timestamp(99 * DAY)),
            ..Terms::defaults(span(), Timestamp(98 * DAY))
        };
        let moved = terms.moved(DAY);
        assert_eq!(moved.held_until, Some(Timestamp(100 * DAY)));
        assert_eq!(moved.cancel_until, terms.cancel_until.plus(DAY));
    }

    #[test]
    fn what_to_bring_is_a_short_line() {
        let terms = |bring: &str| {
            let edit = TermsEdit {
                bring: Some(bring.to_owned()),
                ..TermsEdit::default()
            };
            edit.apply(&Terms::defaults(span(), Timestamp(99 * DAY)), 0)
        };
        assert_eq!(terms(" 水杯、\n老花镜 ").bring, "水杯、 老花镜");
        assert_eq!(terms(&"杯".repeat(200)).check(span()), Ok(()));
        assert_eq!(
            terms(&"杯".repeat(201)).check(span()),
            Err(Refusal::invalid("bring", Reason::TooLong))
        );
    }

    #[test]
    fn a_training_is_a_name_and_counts_from_one_month_to_ten_years() {
        let terms = |training: &str, months| {
            let edit = TermsEdit {
                grants_training: Some(Some(training.to_owned())),
                training_months: Some(Some(months)),
                ..TermsEdit::default()
            };
            edit.apply(&Terms::defaults(span(), Timestamp(99 * DAY)), 0)
        };
        let named = |training: &str| terms(training, 12).grants_training;
        assert_eq!(named(" 急救\n初级 ").as_deref(), Some("急救 初级"));
        assert_eq!(named("  "), None);
        let wrong = |field: &str, reason| Err(Refusal::invalid(field, reason));
        assert_eq!(terms("急救", 120).check(span()), Ok(()));
        for months in [0, 121] {
            let refused = wrong("training_months", Reason::OutOfRange);
            assert_eq!(terms("急救", months).check(span()), refused);
        }
        let long = terms(&"急".repeat(41), 12).check(span());
        assert_eq!(long, wrong("grants_training", Reason::TooLong));
    }

    #[test]
    fn null_removes_a_limit_and_states_nothing_of_the_rest() {
        let read = |text: &str| serde_json::from_str::<TermsEdit>(text).unwrap();
        let change = read(r#"{"min_age": null, "capacity": null, "held_back": 2}"#);
        assert_eq!((change.min_age, change.max_age), (Some(None), None));
        assert_eq!((change.capacity, change.held_back), (None, Some(2)));
        let base = Terms {
            min_age: Some(60),
            max_age: Some(70),
            ..Terms::defaults(span(), Timestamp(99 * DAY))
        };
        let after = change.apply(&base, 0);
        assert_eq!((after.min_age, after.max_age), (None, Some(70)));
        assert_eq!((after.capacity, after.held_back), (30, 2));
    }

    #[test]
    fn a_stated_instant_keeps_its_distance_to_each_start() {
        let change = TermsEdit {
            cancel_until: Some(Timestamp(99 * DAY)),
            held_until: Some(Some(Timestamp(98 * DAY))),
            ..TermsEdit::default()
        };
        let after = change.apply(&Terms::defaults(span(), Timestamp(97 * DAY)), 7 * DAY);
        assert_eq!(after.cancel_until, Timestamp(106 * DAY));
        assert_eq!(after.held_until, Some(Timestamp(105 * DAY)));
    }
}
