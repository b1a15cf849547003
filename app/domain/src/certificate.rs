//! Certificates of volunteer hours (`domain.md` 3.2, order 67): what stands on the paper is written
//! once and signed, and never changes. What changes is what is known of it since.

mod request;

pub use request::{Ended, LONGEST_PURPOSE, Served, Stretch, Which, stretch};

use crate::{
    Reason, Refusal,
    hours::Kind,
    id::CenterId,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// The longest stretch of time that one certificate tells of.
const LONGEST: i64 = 10 * 366 * DAY;
/// The random characters at the end of a number. 23 characters to choose from each: 54 bits.
pub const RANDOM: usize = 12;

/// The number of a certificate, as an address or a person gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The number as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Number {
    type Err = Refusal;
    /// Case makes no difference. What cannot be a number names nothing: [`Refusal::NotFound`].
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match fits {
            true => Ok(Self(text.to_ascii_uppercase())),
            false => Err(Refusal::NotFound),
        }
    }
}

/// What stands on a certificate. In JSON, in this order, it is what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its number, which nobody can guess.
    pub number: String,
    /// Whose service it tells of.
    pub name: String,
    /// Their number as a volunteer.
    pub volunteer_no: String,
    /// The center that recorded the hours, and certifies them.
    pub center_id: CenterId,
    /// That center's name.
    pub center: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// Who made it out.
    pub handler: String,
    /// The first day that it tells of, as ISO text.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Minutes that scans and a lead verify.
    pub verified_minutes: i64,
    /// Minutes that were entered by hand and approved.
    pub entered_minutes: i64,
    /// Each service, in order of time.
    pub services: Vec<Service>,
    /// The day on which it was made out, as ISO text.
    pub issued_on: String,
    /// Whether it tells of demo data.
    pub demo: bool,
}

/// A service that a certificate tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The day, as ISO text.
    pub on: String,
    /// What was done.
    pub title: String,
    /// Verified or entered.
    pub kind: Kind,
    /// How many minutes, corrections included.
    pub minutes: i64,
}

crate::text_enum! {
    /// What is known of a certificate now (C-93).
    pub enum Standing {
        /// It tells what the ledger says.
        Valid = "valid",
        /// Something that it tells of was corrected since.
        Corrected = "corrected",
        /// The center withdrew it.
        Withdrawn = "withdrawn",
        /// It is not what was signed.
        Forged = "forged",
    }
}

/// What is known of a certificate: an altered one is worth nothing, a withdrawn one says so whatever
/// else was corrected.
pub const fn standing(is_genuine: bool, is_withdrawn: bool, is_corrected: bool) -> Standing {
    match (is_genuine, is_withdrawn, is_corrected) {
        (false, _, _) => Standing::Forged,
        (true, true, _) => Standing::Withdrawn,
        (true, false, true) => Standing::Corrected,
        (true, false, false) => Standing::Valid,
    }
}

/// Whether a certificate can tell of a stretch of time: not empty, not endless, nothing to come.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_stretch(from: Timestamp, to: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if from >= to {
        return Err(Refusal::invalid("to", Reason::BeforeFrom));
    }
    match from <= now && to.0 - from.0 <= LONGEST {
        true => Ok(()),
        false => Err(Refusal::invalid("from", Reason::OutOfRange)),
    }
}

/// Whether there is anything to certify in so many minutes that count.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_hours(minutes: i64) -> Result<(), Refusal> {
    match minutes > 0 {
        true => Ok(()),
        false => Err(Refusal::invalid("from", Reason::NothingLeft)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c93_what_is_known_is_said_in_the_order_of_its_weight() {
        assert_eq!(standing(true, false, false), Standing::Valid);
        assert_eq!(standing(true, false, true), Standing::Corrected);
        assert_eq!(standing(true, true, true), Standing::Withdrawn);
        assert_eq!(standing(false, true, true), Standing::Forged);
    }

    #[test]
    fn a_certificate_tells_of_what_has_been() {
        let now = Timestamp(20_000 * DAY);
        assert!(check_stretch(now.plus(-DAY), now, now).is_ok());
        assert!(check_stretch(now, now, now).is_err());
        assert!(check_stretch(now.plus(1), now.plus(DAY), now).is_err());
        assert!(check_stretch(Timestamp(0), now, now).is_err());
    }
}
