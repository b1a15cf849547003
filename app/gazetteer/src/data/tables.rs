//! The tables for menu and demo. What their columns mean is told here; the words for states and
//! kinds are those of `domain`.

use super::TableError;
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A field of the service menu.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Stable lower-case key.
    pub code: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Place in lists, ascending.
    pub sort: i32,
    /// Whether a booking in it says something about health, hardship or a specific identity, so
    /// that it is never shown on public lists (`domain.md` 6.2).
    #[serde(deserialize_with = "zero_or_one")]
    pub sensitive: bool,
    /// One character that stands for it where there is little room.
    pub icon: String,
}

/// A text in each language of the built-in tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text<T> {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: T,
    /// English.
    pub en: T,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// The stable word that tables, database and JSON use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

words! {
    /// How a service is had.
    How {
        /// Just come.
        WalkIn = "walk_in",
        /// Book an activity.
        Book = "book",
        /// Ask, and the staff agree on a time.
        Request = "request",
    }
}
words! {
    /// What an activity counts as.
    Kind {
        /// An appointment for one.
        Casework = "casework",
        /// A group that meets several times.
        Group = "group",
        /// An activity for the community.
        CommunityActivity = "community_activity",
    }
}
words! {
    /// What a place is counted in.
    Unit {
        /// One person.
        People = "people",
        /// One child with one adult.
        Pairs = "pairs",
        /// One household.
        Households = "households",
    }
}
words! {
    /// How a series is booked.
    Enrolment {
        /// Each sitting on its own.
        Single = "single",
        /// One booking for all.
        Series = "series",
    }
}
words! {
    /// How places are given out.
    Allocation {
        /// First come, first served.
        FirstCome = "first_come",
        /// No booking.
        DropIn = "drop_in",
    }
}
words! {
    /// What a family member is to the account's holder.
    Relation {
        /// Husband or wife.
        Spouse = "spouse",
        /// Son or daughter.
        Child = "child",
        /// Grandson or granddaughter.
        Grandchild = "grandchild",
        /// Father or mother, also of the spouse.
        Parent = "parent",
        /// Anybody else.
        Other = "other",
    }
}

/// The words of a menu item in one language; as JSON they are `domain::menu::ItemTexts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuText {
    /// What it is called.
    pub name: String,
    /// Who it is for.
    pub for_whom: String,
    /// What to bring.
    pub bring: String,
    /// When, in general.
    pub when: String,
    /// Where in the center.
    pub place: String,
    /// How to get it.
    pub how_to_get: String,
}

/// An item of the city's template of the service menu.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// Stable key.
    pub code: String,
    /// [`Field::code`].
    pub field: String,
    /// How it is had.
    pub how: How,
    /// Least age in years, if any.
    pub min_age: Option<u8>,
    /// Greatest age in years, if any.
    pub max_age: Option<u8>,
    /// Sensitive in itself, also where its field is not.
    pub sensitive: bool,
    /// Its words.
    pub texts: Text<MenuText>,
}

/// The words of an activity in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityText {
    /// Title; neutral where the matter is sensitive.
    pub title: String,
    /// What happens, in a sentence or three.
    pub summary: String,
    /// The room.
    pub room: String,
}

/// The weekday and time of day of a first sitting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// `MO` to `SU`.
    pub weekday: String,
    /// Which of its kind in the month: 1 to 4, or -1 for the last; none for any.
    pub week: Option<i8>,
    /// `HH:MM`, Asia/Shanghai.
    pub time: String,
}

impl Start {
    /// The first day that fits, from that day on. None where the weekday or the week is none.
    pub fn first_day(&self, from: NaiveDate) -> Option<NaiveDate> {
        // Five weeks and a month's odd days hold every weekday of every week of a month.
        from.iter_days().take(70).find(|day| self.fits(*day))
    }

    fn fits(&self, day: NaiveDate) -> bool {
        let weekday = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
            [day.weekday().num_days_from_monday() as usize];
        weekday == self.weekday
            && match self.week {
                None => true,
                Some(-1) => day
                    .checked_add_days(Days::new(7))
                    .is_some_and(|next| next.month() != day.month()),
                Some(week) => i64::from(week) == i64::from(day.day0() / 7 + 1),
            }
    }
}

/// When booking begins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingOpens {
    /// Days before the sitting, for a series before its first one.
    pub days_before: u16,
    /// `HH:MM` on that day, Asia/Shanghai.
    pub time: String,
}

/// A pattern of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Stable key.
    pub code: String,
    /// [`MenuItem::code`].
    pub item: String,
    /// [`Field::code`].
    pub field: String,
    /// What it counts as.
    pub kind: Kind,
    /// Its words.
    pub texts: Text<ActivityText>,
    /// Least age in years on the day, if any.
    pub min_age: Option<u8>,
    /// Greatest age in years on the day, if any.
    pub max_age: Option<u8>,
    /// Places of each sitting; for drop-in how many the room takes.
    pub capacity: u32,
    /// What a place is.
    pub unit: Unit,
    /// Places of the waitlist.
    pub waitlist_capacity: u32,
    /// Places kept for kiosk, desk and telephone.
    pub held_back: u32,
    /// Until so many minutes before the start; none where nothing is held back.
    pub held_until_minutes_before: Option<u32>,
    /// How a series is booked.
    pub enrolment: Enrolment,
    /// How places are given out.
    pub allocation: Allocation,
    /// RFC 5545 rule without DTSTART, its COUNT equal to `sessions`; none for one sitting.
    pub rrule: Option<String>,
    /// On how many days.
    pub sessions: u16,
    /// Sittings on each of these days, one after the other; above 1 they are appointments.
    pub slots_a_day: u16,
    /// The first sitting.
    pub start: Start,
    /// Length of a sitting in minutes.
    pub duration_minutes: u32,
    /// When booking begins; none for drop-in.
    pub booking_opens: Option<BookingOpens>,
    /// Booking ends so many minutes before the start; none for drop-in.
    pub booking_closes_minutes_before: Option<u32>,
    /// A place can be given back until so many minutes before the start; none for drop-in.
    pub cancel_cutoff_minutes: Option<u32>,
    /// So many days from opening on only residents of the community may book.
    pub residents_first_days: u16,
}

/// A member of a demo resident's family.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyMember {
    /// Invented name.
    pub name: String,
    /// What they are to the holder.
    pub relation: Relation,
    /// Birth year.
    pub birth_year: u16,
    /// Whether the holder has given a guardian's consent.
    pub guardian_consent: bool,
}

/// A demo resident with an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resident {
    /// Fictitious number, `13800000001` to `13800000020`.
    pub phone: String,
    /// Invented name.
    pub name: String,
    /// Birth year.
    pub birth_year: u16,
    /// Code of the home center; its community is the resident's.
    pub center: String,
    /// Whether they volunteer.
    pub volunteer: bool,
    /// Skills of a volunteer, lower-case keys.
    pub skills: Vec<String>,
    /// Their family.
    pub family: Vec<FamilyMember>,
}

/// A demo staff account. Its password is made when seeding.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// User name.
    pub username: String,
    /// Name that is shown.
    pub display_name: Text<String>,
    /// A role of `domain::access::Role`.
    pub role: String,
    /// A scope as `domain::access::Scope` reads it.
    pub scope: String,
}

/// The demo's cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// Residents with accounts.
    pub residents: Vec<Resident>,
    /// Staff accounts.
    pub staff: Vec<Staff>,
}

/// Reads `fields.csv`; the fields come out by `sort`.
///
/// # Errors
/// [`TableError::Csv`].
pub fn parse_fields(text: &str) -> Result<Vec<Field>, TableError> {
    let mut fields: Vec<Field> = csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()?;
    fields.sort_by_key(|field| field.sort);
    Ok(fields)
}

/// Reads `menu.json`.
///
/// # Errors
/// [`TableError::Json`].
pub fn parse_menu(text: &str) -> Result<Vec<MenuItem>, TableError> {
    #[derive(Deserialize)]
    struct File {
        items: Vec<MenuItem>,
    }
    Ok(serde_json::from_str::<File>(text)?.items)
}

/// Reads `activities.json`.
///
/// # Errors
/// [`TableError::Json`].
pub fn parse_activities(text: &str) -> Result<Vec<Activity>, TableError> {
    #[derive(Deserialize)]
    struct File {
        activities: Vec<Activity>,
    }
    Ok(serde_json::from_str::<File>(text)?.activities)
}

/// Reads `people.json`.
///
/// # Errors
/// [`TableError::Json`].
pub fn parse_people(text: &str) -> Result<People, TableError> {
    #[derive(Deserialize)]
    struct File {
        residents: Vec<Resident>,
        staff: Vec<Staff>,
    }
    let File { residents, staff } = serde_json::from_str(text)?;
    Ok(People { residents, staff })
}

fn zero_or_one<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match u8::deserialize(deserializer)? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(serde::de::Error::custom(format!(
            "expected 0 or 1, found {other}"
        ))),
    }
}
