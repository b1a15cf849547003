//! People: names, phones, birth years, families, and the consent that a child needs.

use crate::{
    Reason, Refusal,
    place::CommunityKey,
    text,
    time::{DAY, Timestamp},
};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// A mobile number of mainland China: eleven digits that begin with 1. It reaches a person and
/// is never their identity, because families share numbers (C-139).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Parses a number as people write and paste it (C-194).
    ///
    /// # Errors
    /// [`Refusal::Invalid`] unless that leaves eleven digits beginning with 1.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let digits = text::phone_digits(text);
        let fits = digits.len() == 11
            && digits.starts_with('1')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if fits {
            Ok(Self(digits))
        } else {
            Err(Refusal::invalid("phone", Reason::NotAPhone))
        }
    }

    /// All eleven digits, for sending and lookup only. For display use [`Phone::masked`].
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// For display, e.g. `138****0001`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl TryFrom<String> for Phone {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// A name as the person wrote it: 1 to 40 characters of which something can be seen (C-186).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where there is nothing to see, where it is too long, or holds what no
    /// text may hold.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        text::name("name", text, 40).map(Self).map_err(|refusal| {
            let is_missing = matches!(
                refusal,
                Refusal::Invalid {
                    reason: Reason::Missing,
                    ..
                }
            );
            let reason = if is_missing {
                Reason::Missing
            } else {
                Reason::NotAName
            };
            Refusal::invalid("name", reason)
        })
    }

    /// What stands in the place of a name that was deleted.
    pub fn deleted() -> Self {
        Self("已注销".to_owned())
    }

    /// The name in full.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as names are compared: as it is read, without spaces, in small letters (C-143).
    pub fn folded(&self) -> String {
        let plain = text::plain(&self.0);
        let seen = plain.chars().filter(|c| !c.is_whitespace());
        seen.flat_map(char::to_lowercase).collect()
    }

    /// Whether both are the same name, however they are written.
    pub fn reads_as(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }

    /// The first character, then an asterisk for each further one, at most two (C-155).
    pub fn masked(&self) -> String {
        if *self == Self::deleted() {
            return self.0.clone();
        }
        let mut chars = self.0.chars();
        let first = chars.next().unwrap_or('*');
        let stars = chars.count().clamp(1, 2);
        format!("{first}{}", "*".repeat(stars))
    }
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonName({})", self.masked())
    }
}

impl TryFrom<String> for PersonName {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

/// For so long a number that was given up is kept back before somebody else gets it (milliseconds).
pub const KEPT_BACK: i64 = 90 * DAY;

/// Whether a number at which somebody was last known to answer then may be somebody else's now.
pub const fn may_have_changed_hands(seen_at: Timestamp, now: Timestamp) -> bool {
    seen_at.plus(KEPT_BACK).0 <= now.0
}

/// The year somebody was born, which is all that booking asks for (`domain.md` 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct BirthYear(i64);

impl BirthYear {
    /// Checks that the year lies between 1900 and now.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] otherwise.
    pub fn new(year: i64, now: Timestamp) -> Result<Self, Refusal> {
        if (1900..=i64::from(now.day().year())).contains(&year) {
            Ok(Self(year))
        } else {
            Err(Refusal::invalid("birth_year", Reason::OutOfRange))
        }
    }

    /// The year.
    pub const fn year(self) -> i64 {
        self.0
    }

    /// The lowest and highest age in whole years that the person may have on that day. A year
    /// alone leaves two possibilities, and we never ask which (data minimisation).
    pub fn ages_on(self, at: Timestamp) -> (i64, i64) {
        let oldest = i64::from(at.day().year()) - self.0;
        ((oldest - 1).max(0), oldest.max(0))
    }
}

/// Below this age a guardian's consent is needed (PIPL art. 31, C-144).
pub const CONSENT_AGE: i64 = 14;

/// Whether the person may be under 14 on that day; if in doubt, yes.
pub fn needs_guardian(birth: BirthYear, at: Timestamp) -> bool {
    birth.ages_on(at).0 < CONSENT_AGE
}

/// The ages an occurrence is for, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgeRange {
    /// Minimum age in years, if any.
    pub min: Option<u8>,
    /// Maximum age in years, if any.
    pub max: Option<u8>,
}

impl AgeRange {
    /// Ages from `min` to `max`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if the maximum is below the minimum or above 130.
    pub fn new(min: Option<u8>, max: Option<u8>) -> Result<Self, Refusal> {
        let upside_down = matches!((min, max), (Some(min), Some(max)) if max < min);
        if upside_down || min.max(max) > Some(130) {
            return Err(Refusal::invalid("max_age", Reason::BelowMinAge));
        }
        Ok(Self { min, max })
    }

    /// Refuses people who can't be the right age on the day of the occurrence (C-50). A birth
    /// year leaves the benefit of the doubt: the desk checks, the form doesn't ask.
    ///
    /// # Errors
    /// [`Refusal::TooYoung`] or [`Refusal::TooOld`].
    pub fn admit(self, birth: BirthYear, on: Timestamp) -> Result<(), Refusal> {
        let (least, greatest) = birth.ages_on(on);
        match (self.min, self.max) {
            (Some(min_age), _) if greatest < i64::from(min_age) => {
                Err(Refusal::TooYoung { min_age })
            }
            (_, Some(max_age)) if least > i64::from(max_age) => Err(Refusal::TooOld { max_age }),
            _ => Ok(()),
        }
    }
}

crate::text_enum! {
    /// How a family member is related to the account holder.
    pub enum Relation {
        /// The holder.
        Myself = "self",
        /// Husband or wife.
        Spouse = "spouse",
        /// Son or daughter.
        Child = "child",
        /// Grandson or granddaughter.
        Grandchild = "grandchild",
        /// Father or mother, including in-laws.
        Parent = "parent",
        /// Anybody else the holder books for.
        Other = "other",
    }
}

/// Version of the text that a guardian agrees to: the one in the locale files, which pages show, the
/// desk reads out and programs refer to. It is stored with each consent as evidence (PIPL art. 31),
/// so it changes whenever the text does.
pub const CONSENT_VERSION: &str = "2026-2";

/// A guardian's consent to keep a child's data: which text, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Version of the text that was shown.
    pub text_version: String,
    /// When it was given.
    pub given_at: Timestamp,
}

impl Consent {
    /// Consent to the text that is in force, however it was given.
    pub fn given(at: Timestamp) -> Self {
        Self {
            text_version: CONSENT_VERSION.to_owned(),
            given_at: at,
        }
    }
}

/// A person to be added to an account, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// As they wrote it.
    pub name: PersonName,
    /// The year they were born.
    pub birth_year: BirthYear,
    /// Their relation to the holder.
    pub relation: Relation,
    /// The community they live in, if given.
    pub community: Option<CommunityKey>,
    /// The guardian's consent, if given.
    pub consent: Option<Consent>,
}

impl NewPerson {
    /// Whether the person's data may be kept: under 14 only with a guardian's consent (C-144).
    ///
    /// # Errors
    /// [`Refusal::ConsentRequired`].
    pub fn admit(&self, now: Timestamp) -> Result<(), Refusal> {
        if needs_guardian(self.birth_year, now) && self.consent.is_none() {
            Err(Refusal::ConsentRequired)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_phone_is_read_as_people_write_it_and_shown_masked() {
        for text in [
            "13800000001",
            "138 0000 0001",
            "+86 138-0000-0001",
            "１３８０００００００１",
        ] {
            assert_eq!(
                Phone::parse(text).unwrap().digits(),
                "13800000001",
                "{text}"
            );
        }
        for text in [
            "",
            "1380000000",
            "138000000011",
            "23800000001",
            "1380000000a",
        ] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
        let phone = Phone::parse("13800000001").unwrap();
        assert_eq!(phone.masked(), "138****0001");
        assert!(!format!("{phone:?}").contains("13800000001"));
    }

    #[test]
    fn c155_a_masked_name_keeps_the_first_character_only() {
        assert_eq!(PersonName::parse(" 欧阳小明 ").unwrap().masked(), "欧**");
        assert_eq!(PersonName::parse("李雷").unwrap().masked(), "李*");
        assert_eq!(PersonName::parse("李").unwrap().masked(), "李*");
        assert!(PersonName::parse("a\u{7}b").is_err());
    }

    #[test]
    fn c50_an_age_limit_looks_at_the_day_of_the_occurrence() {
        let day = at("2026-12-31T10:00");
        let born = |year| BirthYear::new(year, day).unwrap();
        let range = AgeRange::new(Some(7), Some(16)).unwrap();
        assert_eq!(
            range.admit(born(2020), day),
            Err(Refusal::TooYoung { min_age: 7 })
        );
        assert_eq!(range.admit(born(2019), day), Ok(()));
        assert_eq!(range.admit(born(2009), day), Ok(()));
        assert_eq!(
            range.admit(born(2008), day),
            Err(Refusal::TooOld { max_age: 16 })
        );
        assert_eq!(range.admit(born(2020), at("2027-01-01T00:00")), Ok(()));
    }

    #[test]
    fn c144_a_child_who_may_be_under_14_needs_consent() {
        let now = at("2026-11-23T10:00");
        let child = NewPerson {
            name: PersonName::parse("小明").unwrap(),
            birth_year: BirthYear::new(2012, now).unwrap(),
            relation: Relation::Child,
            community: None,
            consent: None,
        };
        assert_eq!(child.admit(now), Err(Refusal::ConsentRequired));
        let consent = Some(Consent {
            text_version: "1".into(),
            given_at: now,
        });
        assert_eq!(
            NewPerson {
                consent,
                ..child.clone()
            }
            .admit(now),
            Ok(())
        );
        assert_eq!(
            NewPerson {
                birth_year: BirthYear::new(2011, now).unwrap(),
                ..child
            }
            .admit(now),
            Ok(())
        );
    }

    #[test]
    fn nobody_is_born_in_the_future() {
        let now = at("2026-11-23T10:00");
        assert!(BirthYear::new(2027, now).is_err());
        assert!(BirthYear::new(1899, now).is_err());
    }
}
