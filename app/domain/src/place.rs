//! Where things are: District > Subdistrict > Community > Center.

use crate::{Reason, Refusal, id::CenterId};
use serde::{Deserialize, Serialize};

/// A community, identified by its subdistrict's code and its name, because names repeat (45 names
/// stand for 102 communities, `domain.md` 8).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct CommunityKey(String);

impl CommunityKey {
    /// The key of the community `name` in the subdistrict with this code.
    pub fn new(subdistrict_code: &str, name: &str) -> Self {
        Self(format!("{subdistrict_code}:{name}"))
    }

    /// Parses a key that comes back from a form.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if code or name is missing, or beyond 80 characters.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text.split_once(':') {
            Some((code, name))
                if !code.is_empty() && !name.is_empty() && text.chars().count() <= 80 =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(Refusal::invalid("community", Reason::UnknownValue)),
        }
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The community's name without its code.
    pub fn name(&self) -> &str {
        self.0
            .split_once(':')
            .map_or(self.0.as_str(), |(_, name)| name)
    }
}

crate::text_enum! {
    /// Whether a center can be visited.
    pub enum CenterStatus {
        /// It keeps its opening hours.
        Open = "open",
        /// It is closed until further notice.
        Closed = "closed",
    }
}

/// Where a center is, as far as rights and eligibility depend on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterPlace {
    /// The center itself.
    pub center: CenterId,
    /// Code of its district, e.g. `440303`.
    pub district: String,
    /// Code of its subdistrict, e.g. `440303001`.
    pub subdistrict: String,
    /// The community that it serves.
    pub community: CommunityKey,
}
