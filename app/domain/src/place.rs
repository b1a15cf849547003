//! Where things are: District > Subdistrict > Community > Center.

use crate::{Reason, Refusal, id::CenterId, text};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

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

/// A center's telephone number as people write it, a landline or not: 3 to 20 digits with spaces,
/// `-`, `+` and brackets; empty where there is none.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field.
pub fn telephone(field: &str, written: &str) -> Result<String, Refusal> {
    let half_width: String = written.nfkc().collect();
    let phone = text::line(field, &half_width, 40)?;
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let plain = |c: char| c.is_ascii_digit() || " -+()".contains(c);
    match phone.is_empty() || ((3..=20).contains(&digits) && phone.chars().all(plain)) {
        true => Ok(phone),
        false => Err(Refusal::invalid(field, Reason::NotAPhone)),
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

impl CenterPlace {
    /// From what a center's row says: the codes, and the community's name.
    pub fn new(center: CenterId, district: String, subdistrict: String, community: &str) -> Self {
        Self {
            community: CommunityKey::new(&subdistrict, community),
            center,
            district,
            subdistrict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_center_has_any_telephone_or_none() {
        for (written, kept) in [
            ("0755-0000 0001", "0755-0000 0001"),
            ("（０７５５）００００\u{3000}０００１", "(0755)0000 0001"),
            ("12345", "12345"),
            ("  ", ""),
        ] {
            assert_eq!(
                telephone("telephone", written),
                Ok(kept.to_owned()),
                "{written}"
            );
        }
        let wrong = Refusal::invalid("telephone", Reason::NotAPhone);
        for written in ["12", "打前台", "123456789012345678901", "0755/0001"] {
            assert_eq!(
                telephone("telephone", written),
                Err(wrong.clone()),
                "{written}"
            );
        }
    }
}
