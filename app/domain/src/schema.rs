//! What the description of the REST interface says of this vocabulary.

use std::borrow::Cow;
use utoipa::openapi::{
    KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

/// Describes a type by a schema of its own.
macro_rules! described {
    ($name:ident, $schema:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                $crate::schema::name(std::any::type_name::<Self>())
            }
        }
    };
}
pub(crate) use described;

/// Names a type in the description. Several modules have a `Kind` or a `State`, so those are
/// named after their module too: `domain::activity::Kind` is `ActivityKind`. Ids and instants
/// keep their own names.
pub(crate) fn name(path: &'static str) -> Cow<'static, str> {
    let mut parts = path.rsplit("::");
    let own = parts.next().unwrap_or(path);
    let module = parts.next().unwrap_or_default();
    if matches!(module, "id" | "time") {
        return Cow::Borrowed(own);
    }
    let capital = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => format!("{}{rest}", first.to_ascii_uppercase()),
        None => String::new(),
    };
    Cow::Owned(module.split('_').map(capital).collect::<String>() + own)
}

/// One of these words.
pub(crate) fn words(words: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .enum_values(Some(words))
        .into()
}

/// Text in this format.
pub(crate) fn text(format: KnownFormat) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .format(Some(SchemaFormat::KnownFormat(format)))
        .into()
}

/// Text that this regular expression describes.
pub(crate) fn pattern(pattern: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .pattern(Some(pattern))
        .examples([example])
        .into()
}
