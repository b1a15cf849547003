//! Instants, days and spans. Instants are UTC milliseconds; days and clock times are those of
//! Asia/Shanghai, never of the server or the browser (C-48).

use crate::{Reason, Refusal};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Milliseconds of a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// Seconds that Asia/Shanghai is ahead of UTC: constant since the summer time of 1986 to 1991
/// ended, and no instant here is older (birth dates are years, C-49).
const SHANGHAI_SECONDS: i32 = 8 * 3600;

fn shanghai() -> FixedOffset {
    // The offset is a constant well inside chrono's range of a day.
    FixedOffset::east_opt(SHANGHAI_SECONDS).unwrap_or_else(|| unreachable!())
}

/// An instant in UTC milliseconds since 1970. In JSON it is RFC 3339 with the offset `+08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant moved by so many milliseconds (saturating).
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The wall time in Shanghai at this instant. Instants outside chrono's range become its epoch.
    pub fn local(self) -> NaiveDateTime {
        DateTime::from_timestamp_millis(self.0)
            .unwrap_or_default()
            .with_timezone(&shanghai())
            .naive_local()
    }

    /// The day in Shanghai at this instant.
    pub fn day(self) -> NaiveDate {
        self.local().date()
    }

    /// The instant at which clocks in Shanghai show `local`.
    pub fn from_local(local: NaiveDateTime) -> Self {
        Self(local.and_utc().timestamp_millis() - i64::from(SHANGHAI_SECONDS) * 1000)
    }

    /// The first instant of a day in Shanghai.
    pub fn start_of(day: NaiveDate) -> Self {
        Self::from_local(day.and_time(NaiveTime::MIN))
    }

    /// The instant nearest to this one at which clocks in Shanghai show `clock`: what a time on paper
    /// means that says no day.
    pub fn nearest(self, clock: NaiveTime) -> Self {
        let same_day = Self::from_local(self.day().and_time(clock));
        let all = [same_day.plus(-DAY), same_day, same_day.plus(DAY)];
        let far = |one: &Self| one.0.abs_diff(self.0);
        all.into_iter().min_by_key(far).unwrap_or(same_day)
    }

    /// The instant after the last one of a day in Shanghai.
    pub fn after(day: NaiveDate) -> Self {
        Self::start_of(day).plus(DAY)
    }

    /// Reads RFC 3339 with any offset, or a bare local time as forms send it
    /// (`2026-11-23T14:30`), which is then Shanghai's.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for anything else, and for years outside 2000 to 2199.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let parsed = DateTime::parse_from_rfc3339(text)
            .map(|t| Self(t.timestamp_millis()))
            .ok()
            .or_else(|| {
                ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
                    .iter()
                    .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
                    .map(Self::from_local)
            });
        parsed
            .filter(|t| (2000..2200).contains(&t.local().year()))
            .ok_or_else(|| Refusal::invalid("time", Reason::NotATime))
    }

    /// Reads what a device's clock says, whatever year it believes to be in: that is evidence, and
    /// the rules know how far to believe it (C-188).
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what is no instant at all.
    pub fn of_device(text: &str) -> Result<Self, Refusal> {
        let instant = DateTime::parse_from_rfc3339(text.trim());
        instant.map_or_else(|_| Self::parse(text), |t| Ok(Self(t.timestamp_millis())))
    }

    /// RFC 3339 with `+08:00`, with milliseconds only where there are some.
    pub fn rfc3339(self) -> String {
        let local = DateTime::from_timestamp_millis(self.0)
            .unwrap_or_default()
            .with_timezone(&shanghai());
        let format = if self.0 % 1000 == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        local.to_rfc3339_opts(format, false)
    }

    /// The value of an `<input type="datetime-local">`.
    pub fn form_value(self) -> String {
        self.local().format("%Y-%m-%dT%H:%M").to_string()
    }
}

#[cfg(feature = "schema")]
crate::schema::described!(
    Timestamp,
    crate::schema::text(utoipa::openapi::KnownFormat::DateTime)
);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|_| D::Error::custom("not_a_time"))
    }
}

/// A half-open stretch of time `[start, end)`, never empty (C-51).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Span {
    start: Timestamp,
    end: Timestamp,
}

/// A span as parsed, before it is known to be non-empty.
#[derive(Deserialize)]
struct Ends {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<Ends> for Span {
    type Error = Refusal;
    fn try_from(Ends { start, end }: Ends) -> Result<Self, Refusal> {
        Self::new(start, end)
    }
}

impl Span {
    /// A span from `start` to `end`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] unless `end` is after `start`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, Refusal> {
        if end > start {
            Ok(Self { start, end })
        } else {
            Err(Refusal::invalid("ends_at", Reason::NotAfterStart))
        }
    }

    /// A span as the database keeps it, which takes none that ends before it begins. Should one do
    /// so after all, it is a millisecond long.
    pub const fn kept(start: Timestamp, end: Timestamp) -> Self {
        if end.0 > start.0 {
            Self { start, end }
        } else {
            let end = Timestamp(start.0.saturating_add(1));
            Self { start, end }
        }
    }

    /// The first instant inside.
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// The first instant after.
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// The same times of day, and as long, from another day in Shanghai on.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Self {
        let start = Timestamp::from_local(day.and_time(self.start.local().time()));
        Self::kept(start, start.plus(self.end.0 - self.start.0))
    }

    /// Whether the two share an instant; spans that merely touch don't overlap (C-51).
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_clock_is_shanghais() {
        let t = Timestamp::parse("2026-11-23T14:30:00+08:00").unwrap();
        assert_eq!(t, Timestamp::parse("2026-11-23T06:30:00Z").unwrap());
        assert_eq!(t, Timestamp::parse("2026-11-23T14:30").unwrap());
        assert_eq!(t.rfc3339(), "2026-11-23T14:30:00+08:00");
        assert_eq!(t.form_value(), "2026-11-23T14:30");
        assert_eq!(
            Timestamp::parse("2026-11-23T23:30:00Z")
                .unwrap()
                .day()
                .to_string(),
            "2026-11-24"
        );
        assert_eq!(
            Timestamp::start_of(t.day()).rfc3339(),
            "2026-11-23T00:00:00+08:00"
        );
    }

    #[test]
    fn a_time_on_paper_is_the_nearest_one() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let clock = |hours, minutes| NaiveTime::from_hms_opt(hours, minutes, 0).unwrap();
        let end = at("2026-11-23T23:30");
        assert_eq!(end.nearest(clock(23, 10)), at("2026-11-23T23:10"));
        assert_eq!(end.nearest(clock(0, 20)), at("2026-11-24T00:20"));
        assert_eq!(
            at("2026-11-23T00:10").nearest(clock(23, 50)),
            at("2026-11-22T23:50")
        );
    }

    proptest! {
        #[test]
        fn no_other_moment_of_that_clock_time_is_nearer(at in -4_000_000_000_000i64..4_000_000_000_000, minute in 0u32..1440) {
            let at = Timestamp(at);
            let clock = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            let found = at.nearest(clock);
            prop_assert_eq!(found.local().time(), clock);
            prop_assert!(found.0.abs_diff(at.0) <= DAY.unsigned_abs() / 2);
        }
    }

    #[test]
    fn nonsense_is_not_a_time() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01T00:00",
            "2026-02-30T10:00:00+08:00",
            "9999-01-01T00:00",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn c51_back_to_back_spans_do_not_overlap_and_empty_ones_do_not_exist() {
        let at = |h: i64| Timestamp(h * HOUR);
        let morning = Span::new(at(9), at(11)).unwrap();
        assert!(!morning.overlaps(Span::new(at(11), at(12)).unwrap()));
        assert!(morning.overlaps(Span::new(at(10), at(12)).unwrap()));
        assert!(Span::new(at(9), at(9)).is_err());
        assert!(Span::new(at(9), at(8)).is_err());
    }

    proptest! {
        #[test]
        fn every_instant_survives_its_text(ms in 946_684_800_000_i64..7_000_000_000_000) {
            let t = Timestamp(ms);
            prop_assert_eq!(Timestamp::parse(&t.rfc3339()).unwrap(), t);
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&t).unwrap()).unwrap(), t);
        }
    }
}
