//! What goes into the finder and what comes out.

use crate::geo::Position;

/// A center as the finder needs it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Entry {
    /// Its code, `SZ440303001-01`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its district's name, with 区.
    pub district: String,
    /// Its subdistrict's name, with 街道.
    pub subdistrict: String,
    /// The community that it serves.
    pub community: String,
    /// Its address; empty where unknown.
    pub address: String,
    /// Where it stands, if known.
    pub position: Option<Position>,
}

/// Why a center was found, for one word of the query; the better reasons first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The word is (the beginning of) its code.
    Code,
    /// The word is its whole name.
    Name,
    /// Its name begins so.
    NamePrefix,
    /// The word is its name in pinyin.
    Pinyin,
    /// The word is the initials of its name, or their beginning.
    Initials,
    /// Its name's pinyin begins so, perhaps mixed with initials.
    PinyinPrefix,
    /// The word stands in its name.
    NamePart,
    /// The word stands in its name's pinyin or initials.
    PinyinPart,
    /// The word is in the name of the community that it serves.
    Community,
    /// It lies in that subdistrict.
    Subdistrict,
    /// It lies in that district.
    District,
    /// The word is in its address.
    Address,
    /// Its name sounds alike, or is one letter off; only when nothing fits better.
    Similar,
}

/// A center that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The center.
    pub entry: &'a Entry,
    /// One reason for each word, a word glued of place and name has several. Empty where the
    /// query said only what every center is called.
    pub why: Vec<Why>,
}

/// A center and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearby<'a> {
    /// The center.
    pub entry: &'a Entry,
    /// Metres, as the crow flies.
    pub metres: u32,
}
