//! An instant in a query: RFC 3339, or a day.

use super::sent::reason;
use chrono::{Days, NaiveDate};
use domain::{Refusal, time::Timestamp};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::str::FromStr;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat,
        schema::{OneOfBuilder, Type},
    },
};

/// An instant, or a whole day in Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// An instant.
    At(Timestamp),
    /// A day.
    Day(NaiveDate),
}

impl Moment {
    /// The instant, or the beginning of the day.
    pub(super) fn start(self) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Day(day) => Timestamp::start_of(day),
        }
    }

    /// The instant, or the end of the day.
    pub(super) fn end(self) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Day(day) => {
                Timestamp::start_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
            }
        }
    }
}

impl FromStr for Moment {
    type Err = Refusal;

    /// A `+` that was not escaped arrives as a space and is taken for what it was.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if let Ok(day) = text.parse::<NaiveDate>() {
            // Reading the day as an instant keeps to the years that instants may have.
            return Timestamp::parse(&Timestamp::start_of(day).rfc3339()).map(|_| Self::Day(day));
        }
        let mended = match text.rsplit_once(' ') {
            Some((start, offset)) if start.contains('T') => format!("{start}+{offset}"),
            _ => text.to_owned(),
        };
        Timestamp::parse(&mended).map(Self::At)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|refusal| D::Error::custom(reason(&refusal)))
    }
}

/// Reads what a device's clock says, whatever year that is (C-188).
pub(super) fn device_clock<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(from)?;
    text.map(|text| Timestamp::of_device(&text))
        .transpose()
        .map_err(|refusal| D::Error::custom(reason(&refusal)))
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let text = |format| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(format)))
        };
        OneOfBuilder::new()
            .item(text(KnownFormat::DateTime))
            .item(text(KnownFormat::Date))
            .into()
    }
}

impl ToSchema for Moment {}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Reason;

    #[test]
    fn a_plus_that_became_a_space_is_still_an_offset() {
        let sent = Timestamp::parse("2026-11-23T14:30:00+08:00").unwrap();
        let at = |text: &str| text.parse::<Moment>();
        assert_eq!(at("2026-11-23T14:30:00 08:00"), Ok(Moment::At(sent)));
        assert_eq!(at("2026-11-23T06:30:00Z"), Ok(Moment::At(sent)));
        let day = at("2026-11-23").unwrap();
        assert_eq!(day.start().rfc3339(), "2026-11-23T00:00:00+08:00");
        assert_eq!(day.end().rfc3339(), "2026-11-24T00:00:00+08:00");
        assert_eq!(at("soon"), Err(Refusal::invalid("time", Reason::NotATime)));
    }
}
