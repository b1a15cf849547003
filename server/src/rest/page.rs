//! Lists come in parts: `limit`, `cursor`, and `{items, next}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use store::page::{Cursor, Limit, Part};
use utoipa::{IntoParams, ToSchema};

use super::sent::reason;

/// Which part of a list is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// How many, 50 unless told, at most 200.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// From the `next` of the part before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

impl Asked {
    /// The part.
    pub(super) fn part(self) -> Part {
        Part {
            limit: self.limit.unwrap_or_default(),
            after: self.cursor,
        }
    }
}

fn parsed<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err = domain::Refusal>,
{
    let text = String::deserialize(from)?;
    text.parse()
        .map(Some)
        .map_err(|refusal| D::Error::custom(reason(&refusal)))
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// What is on this part.
    items: Vec<T>,
    /// The cursor of the next part, `null` on the last.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>)]
    next: Option<Cursor>,
}

fn shown<S: Serializer>(cursor: &Option<Cursor>, to: S) -> Result<S::Ok, S::Error> {
    cursor.as_ref().map(ToString::to_string).serialize(to)
}

impl<T> Page<T> {
    /// A part of a list of the store's, each entry in its shape.
    pub(super) fn of<U>(page: store::page::Page<U>, shape: impl FnMut(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(shape).collect(),
            next: page.next,
        }
    }

    /// All of a list, each entry in its shape.
    pub(super) fn whole<U>(all: Vec<U>, shape: impl FnMut(U) -> T) -> Self {
        Self {
            items: all.into_iter().map(shape).collect(),
            next: None,
        }
    }
}
