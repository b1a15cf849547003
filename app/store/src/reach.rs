//! By what an account is found: its telephone number, or, for people without one, who its holder is.
//!
//! Both stand in `account.phone`, which is unique: the digits of a number, or `-` and a hash of name,
//! birth year and community. So the same person is made once, whoever asks at the same moment.

use crate::Ids;
use data_encoding::HEXLOWER;
use domain::{
    person::{BirthYear, PersonName, Phone},
    place::CommunityKey,
    time::Timestamp,
};
use sha2::{Digest, Sha256};

/// The telephone number of an account, none for people without one; the account's row has this name
/// in the statement.
macro_rules! phone_of {
    ($account:literal) => {
        concat!(
            "CASE WHEN ",
            $account,
            ".phone LIKE '-%' THEN NULL ELSE ",
            $account,
            ".phone END AS phone"
        )
    };
}
pub(crate) use phone_of;

/// By what an account is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach(String);

impl Reach {
    /// A telephone number.
    pub(crate) fn phone(phone: &Phone) -> Self {
        Self(phone.digits().to_owned())
    }

    /// Somebody without one. Names are compared as they are read, not as they are written (C-143).
    pub(crate) fn person(name: &PersonName, born: BirthYear, community: &CommunityKey) -> Self {
        let who = format!("{}\n{}\n{}", name.folded(), born.year(), community.as_str());
        Self(format!("-{}", HEXLOWER.encode(&Sha256::digest(who))))
    }

    /// Nothing: only a card, or staff who see the person somewhere, lead there.
    pub(crate) fn nothing(ids: &Ids, now: Timestamp) -> Self {
        Self(format!("-{}", ids.make::<uuid::Uuid>(now)))
    }

    /// What the column holds.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
