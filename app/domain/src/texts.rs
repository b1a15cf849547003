//! What an activity says of itself: its texts, in one list as [`crate::terms`] has the terms.

use crate::{Refusal, activity::Kind, id::MenuItemId, text};
use serde::{Deserialize, Deserializer, Serialize};

/// Hands the list of texts to a macro, as [`crate::each_term`] does with the terms.
///
/// A new text is a line here and what [`Texts::checked`] asks of it.
#[macro_export]
macro_rules! each_text {
    ([$($then:tt)+] { $($given:tt)* }) => {
        $($then)+! { { $($given)* }
            /// Its title: one line of at most 80 characters.
            title: plain String,
            /// What happens, at most 2000 characters; may be empty.
            summary: plain String,
            /// What it counts as.
            kind: plain $crate::activity::Kind,
            /// Code of its service field.
            field: plain String,
            /// The entry of the menu that it belongs to.
            menu_item_id: limit $crate::id::MenuItemId,
        }
    };
}

macro_rules! of {
    (plain $type:ty) => { $type };
    (limit $type:ty) => { Option<$type> };
}

macro_rules! texts {
    ({} $($(#[$doc:meta])* $name:ident: $kind:ident $type:ty,)+) => {
        /// What an activity says of itself.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Texts {
            $($(#[$doc])* pub $name: of!($kind $type),)+
        }

        /// What of the texts changes. Absent is as it was; `null` removes what may be missing.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(default)]
        pub struct TextsEdit {
            $($(#[$doc])* #[serde(deserialize_with = "stated")] pub $name: Option<of!($kind $type)>,)+
        }

        impl TextsEdit {
            /// The texts with what is stated.
            #[must_use]
            pub fn apply(&self, base: &Texts) -> Texts {
                Texts {
                    $($name: self.$name.clone().unwrap_or_else(|| base.$name.clone()),)+
                }
            }
        }

        impl From<Texts> for TextsEdit {
            fn from(texts: Texts) -> Self {
                Self { $($name: Some(texts.$name),)+ }
            }
        }
    };
}

each_text!([texts] {});

/// Tells `null` from a text that is absent.
fn stated<'de, D: Deserializer<'de>, T: Text>(from: D) -> Result<Option<T>, D::Error> {
    T::stated(from)
}

/// A value of a text.
trait Text: for<'de> Deserialize<'de> {
    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from)
    }
}

impl Text for String {}
impl Text for Kind {}
impl Text for Option<MenuItemId> {
    fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

/// Most characters of a title.
pub const MAX_TITLE: usize = 80;
/// Most characters of a summary.
pub const MAX_SUMMARY: usize = 2000;

impl Texts {
    /// The texts as they are stored: the title is one line, the summary may have several.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the first text that does not fit.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.title = text::name("title", &self.title, MAX_TITLE)?;
        self.summary = text::lines("summary", &self.summary, MAX_SUMMARY)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    fn texts() -> Texts {
        Texts {
            title: " 太极拳  入门 ".to_owned(),
            summary: "一行\r\n两行 ".to_owned(),
            kind: Kind::Group,
            field: "elder".to_owned(),
            menu_item_id: None,
        }
    }

    #[test]
    fn texts_are_tidied_and_refused_by_field() {
        let tidy = texts().checked().unwrap();
        assert_eq!(
            (tidy.title.as_str(), tidy.summary.as_str()),
            ("太极拳 入门", "一行\n两行")
        );
        let refused = |texts: Texts| texts.checked().unwrap_err();
        let titled = |title: String| Texts { title, ..texts() };
        let told = |summary: String| Texts { summary, ..texts() };
        for (of, field, reason) in [
            (titled(" ".to_owned()), "title", Reason::Missing),
            (titled("长".repeat(81)), "title", Reason::TooLong),
            (
                titled("a\u{7}b".to_owned()),
                "title",
                Reason::ControlCharacter,
            ),
            (told("长".repeat(2001)), "summary", Reason::TooLong),
            (
                told("a\u{7}b".to_owned()),
                "summary",
                Reason::ControlCharacter,
            ),
        ] {
            assert_eq!(refused(of), Refusal::invalid(field, reason));
        }
    }

    #[test]
    fn what_is_not_stated_stays_and_null_removes_the_entry_of_the_menu() {
        let base = Texts {
            menu_item_id: Some(uuid::Uuid::from_u128(1).into()),
            ..texts()
        };
        let edit = |json: &str| {
            serde_json::from_str::<TextsEdit>(json)
                .unwrap()
                .apply(&base)
        };
        assert_eq!(edit("{}"), base);
        let edited = edit(r#"{"title": "书法", "menu_item_id": null, "summary": null}"#);
        assert_eq!(
            (edited.title.as_str(), &edited.summary),
            ("书法", &base.summary)
        );
        assert_eq!(edited.menu_item_id, None);
    }
}
