//! The terms of an occurrence as programs state and see them, made from the one list of them
//! ([`domain::each_term`]).

use domain::terms::{Terms, TermsEdit};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A value that is stated or not: absent leaves it as it is; `null` removes a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settable<T>(pub Option<Option<T>>);

impl<T> Default for Settable<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Settable<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(|value| Self(Some(value)))
    }
}

/// A body that states terms.
pub(super) trait States {
    /// What it states of the terms.
    fn terms(&self) -> TermsEdit;
}

/// What of a term is stated: `null` states nothing, unless it removes a limit.
macro_rules! stated {
    (plain $value:expr) => {
        $value.0.flatten()
    };
    (limit $value:expr) => {
        $value.0
    };
}
pub(super) use stated;

/// Adds the terms to a body and implements [`States`] for it.
///
/// The fields are written into the body rather than flattened into it, so that a refusal names the
/// field and the description lists it.
macro_rules! with_terms {
    (@write { $(#[$meta:meta])* $vis:vis struct $name:ident { $($own:tt)* } }
        $($(#[$doc:meta])* $term:ident: $kind:ident $type:ty,)+) => {
        $(#[$meta])*
        $vis struct $name {
            $($own)*
            $(
                $(#[$doc])*
                #[serde(default)]
                #[schema(value_type = Option<$type>)]
                $term: $crate::rest::terms::Settable<$type>,
            )+
        }

        impl $crate::rest::terms::States for $name {
            fn terms(&self) -> domain::terms::TermsEdit {
                domain::terms::TermsEdit {
                    $($term: $crate::rest::terms::stated!($kind self.$term.clone()),)+
                }
            }
        }
    };
    ($($body:tt)*) => {
        domain::each_term!([$crate::rest::terms::written] { $($body)* });
    };
}
pub(super) use with_terms;

/// What [`domain::each_term`] hands its list to.
macro_rules! written {
    ($($all:tt)*) => {
        $crate::rest::terms::with_terms! { @write $($all)* }
    };
}
pub(super) use written;

/// The terms as they are shown: a `limit` may be `null`.
macro_rules! shown {
    (@fields { $($done:tt)* } { $($names:ident)* }
        $(#[$doc:meta])* $term:ident: plain $type:ty, $($rest:tt)*) => {
        shown! { @fields { $($done)* $(#[$doc])* $term: $type, } { $($names)* $term } $($rest)* }
    };
    (@fields { $($done:tt)* } { $($names:ident)* }
        $(#[$doc:meta])* $term:ident: limit $type:ty, $($rest:tt)*) => {
        shown! { @fields { $($done)* $(#[$doc])* $term: Option<$type>, } { $($names)* $term } $($rest)* }
    };
    (@fields { $($done:tt)* } { $($names:ident)* }) => {
        /// The terms of an occurrence.
        #[derive(Serialize, ToSchema)]
        pub(crate) struct OccurrenceTerms { $($done)* }

        impl From<Terms> for OccurrenceTerms {
            fn from(terms: Terms) -> Self {
                Self { $($names: terms.$names,)* }
            }
        }
    };
    ({} $($terms:tt)*) => {
        shown! { @fields {} {} $($terms)* }
    };
}
domain::each_term!([shown] {});
