//! Many rows as one value. On SQLite each value of each row is copied, handed from thread to thread and
//! looked up by name, which adds up over thousands of values.

use super::{Query, Result, Tx};
use domain::time::Timestamp;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

impl Tx {
    /// The values of all rows as one, which [`Query::packed`] reads. In no order.
    pub(crate) fn pack(&self, values: &str) -> String {
        match self.is_sqlite() {
            true => format!("json_group_array(json_array({values}))"),
            false => format!("CAST(json_agg(json_build_array({values})) AS TEXT)"),
        }
    }
}

impl Query<'_> {
    /// All rows of a statement whose only value is [`Tx::pack`]'s, into types with as many fields in the
    /// same order.
    ///
    /// # Errors
    /// [`Error::Database`](super::Error::Database); for values of another type or number as for what is
    /// stored wrongly.
    pub(crate) async fn packed<R: DeserializeOwned>(self) -> Result<Vec<R>> {
        let (packed,): (Option<String>,) = self.one().await?;
        match packed {
            Some(packed) => Ok(serde_json::from_str(&packed)?),
            None => Ok(Vec::new()),
        }
    }
}

/// An instant as it is stored.
pub(crate) fn instant<'de, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Timestamp, D::Error> {
    i64::deserialize(from).map(Timestamp)
}

/// An instant that there may be.
pub(crate) fn maybe_instant<'de, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<Timestamp>, D::Error> {
    let stored: Option<i64> = Option::deserialize(from)?;
    Ok(stored.map(Timestamp))
}

/// Yes or no, which SQLite stores as a number.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Flag(bool),
        Number(i64),
    }
    Ok(match Stored::deserialize(from)? {
        Stored::Flag(flag) => flag,
        Stored::Number(number) => number != 0,
    })
}
