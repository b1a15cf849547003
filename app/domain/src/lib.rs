//! The vocabulary and the rules of Linli.
//!
//! No I/O, no clock, no randomness and no framework: facts, a request and `now` go in, a
//! decision or a [`Refusal`] comes out. The same code runs on the server and, as WASM, in the
//! browser, so that no screen can promise what the server would refuse.

pub mod access;
pub mod activity;
pub mod agency;
pub mod audit;
pub mod availability;
pub mod booking;
pub mod calendar;
pub mod casework;
pub mod certificate;
pub mod check_in;
pub mod clock;
pub mod commitment;
pub mod day;
pub mod desk_today;
pub mod evaluation;
pub mod fill;
pub mod holiday;
pub mod hours;
pub mod id;
pub mod kiosk;
pub mod letter;
pub mod menu;
pub mod merging;
pub mod network;
pub mod night;
pub mod notice;
pub mod opening;
pub mod overview;
pub mod people_import;
pub mod person;
pub mod place;
pub mod plan_import;
pub mod planner;
pub mod postpone;
pub mod preferences;
mod reason;
pub mod recurrence;
mod refusal;
pub mod report;
pub mod retention;
pub mod room;
#[cfg(feature = "schema")]
mod schema;
mod sheet;
pub mod shift;
pub mod slots;
pub mod sought;
pub mod spans;
pub mod supervision;
pub mod terms;
pub mod text;
pub mod texts;
pub mod thanks;
pub mod time;
pub mod training;
pub mod volunteer;

pub use reason::Reason;
pub use refusal::Refusal;

/// Derives what a text enum needs to be a database column and a JSON value alike.
///
/// The text of each variant is written once, next to the variant.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable text that JSON, the database and forms use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        #[cfg(feature = "schema")]
        $crate::schema::described!($name, $crate::schema::words(Self::ALL.iter().map(|v| v.as_str())));

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Refusal;
            fn from_str(text: &str) -> Result<Self, $crate::Refusal> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::Refusal::invalid(stringify!($name), $crate::Reason::UnknownValue)),
                }
            }
        }

        #[cfg(feature = "sqlx")]
        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            str: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as sqlx::Type<DB>>::type_info()
            }

            fn compatible(found: &DB::TypeInfo) -> bool {
                <str as sqlx::Type<DB>>::compatible(found)
            }
        }

        #[cfg(feature = "sqlx")]
        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $name
        where
            &'q str: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut DB::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                self.as_str().encode(buffer)
            }
        }

        #[cfg(feature = "sqlx")]
        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            &'r str: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <&'r str as sqlx::Decode<'r, DB>>::decode(value)?;
                text.parse()
                    .map_err(|_| format!("{text:?} is no {}", stringify!($name)).into())
            }
        }
    };
}
pub(crate) use text_enum;
