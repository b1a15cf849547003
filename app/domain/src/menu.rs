//! The service menu: entries that the city writes once, and that a center takes as they are or
//! says in its own words (`beyond.md` 18).
//!
//! What a center changes is stored apart from the city's text, field by field, so that a later
//! correction of the city reaches every center in all fields that the center left alone.

#[cfg(test)]
mod tests;

use crate::{Reason, Refusal, text};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// How one gets what an entry offers.
    pub enum ItemHow {
        /// Come by.
        WalkIn = "walk_in",
        /// Book one of the activities that it leads to.
        Book = "book",
        /// Ask for it; the staff answer.
        Request = "request",
    }
}

/// The field of volunteering, whose entries lead to volunteers' shifts too.
pub const VOLUNTEERING: &str = "volunteer";
/// Most characters of a name.
pub const MAX_NAME: usize = 60;
/// Most characters of any other text.
pub const MAX_TEXT: usize = 400;

/// What an entry says, as residents read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTexts {
    /// What it is called.
    pub name: String,
    /// Who it is for.
    #[serde(default)]
    pub for_whom: Option<String>,
    /// What to bring.
    #[serde(default)]
    pub bring: Option<String>,
    /// When it is there, in words.
    #[serde(default)]
    pub when: Option<String>,
    /// Where in the center, or elsewhere.
    #[serde(default)]
    pub place: Option<String>,
    /// How to get it: whom to ask, what to expect.
    #[serde(default)]
    pub how_to_get: Option<String>,
}

impl ItemTexts {
    /// The same texts as they are kept: without space around them, on one line each, and none
    /// where there is nothing. Form fields pass through here before [`ItemTexts::check`].
    #[must_use]
    pub fn tidied(&self) -> Self {
        Self {
            name: tidy(&self.name).unwrap_or_default(),
            for_whom: tidy_option(self.for_whom.as_ref()),
            bring: tidy_option(self.bring.as_ref()),
            when: tidy_option(self.when.as_ref()),
            place: tidy_option(self.place.as_ref()),
            how_to_get: tidy_option(self.how_to_get.as_ref()),
        }
    }

    /// Checks lengths (in characters) and letters.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on the first field that is `missing`, `too_long` or holds a
    /// `control_character`.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.name.trim().is_empty() {
            return Err(Refusal::invalid("name", Reason::Missing));
        }
        Overrides::from(self.clone()).check()
    }
}

/// What a center says in place of the city's text, field by field. As JSON only the fields that
/// it says something in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// In place of [`ItemTexts::name`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In place of [`ItemTexts::for_whom`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_whom: Option<String>,
    /// In place of [`ItemTexts::bring`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bring: Option<String>,
    /// In place of [`ItemTexts::when`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// In place of [`ItemTexts::place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// In place of [`ItemTexts::how_to_get`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how_to_get: Option<String>,
}

impl From<ItemTexts> for Overrides {
    fn from(texts: ItemTexts) -> Self {
        let ItemTexts {
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        } = texts;
        Self {
            name: Some(name),
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        }
    }
}

impl Overrides {
    /// What remains to be stored: tidied, and without the fields that are blank or say what the
    /// template says. A form that shows the effective texts and sends them all back therefore
    /// overrides only what was changed in it. A text of the template cannot be overridden with
    /// nothing: a blank field takes the template's text again.
    #[must_use]
    pub fn normalised(&self, template: &ItemTexts) -> Self {
        let keep = |own: &Option<String>, of_template: Option<&String>| {
            let own = tidy_option(own.as_ref())?;
            (of_template.and_then(|text| tidy(text)).as_ref() != Some(&own)).then_some(own)
        };
        Self {
            name: keep(&self.name, Some(&template.name)),
            for_whom: keep(&self.for_whom, template.for_whom.as_ref()),
            bring: keep(&self.bring, template.bring.as_ref()),
            when: keep(&self.when, template.when.as_ref()),
            place: keep(&self.place, template.place.as_ref()),
            how_to_get: keep(&self.how_to_get, template.how_to_get.as_ref()),
        }
    }

    /// Whether nothing is overridden.
    pub fn is_empty(&self) -> bool {
        self.fields()
            .into_iter()
            .all(|(_, own, _)| tidy_option(own).is_none())
    }

    /// Checks lengths (in characters) and letters of what is there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on the first field that is `too_long` or holds a `control_character`.
    pub fn check(&self) -> Result<(), Refusal> {
        for (field, own, most) in self.fields() {
            let Some(text) = own else { continue };
            if text.chars().any(char::is_control) {
                return Err(Refusal::invalid(field, Reason::ControlCharacter));
            }
            text::line(field, text, most)?;
        }
        Ok(())
    }

    fn fields(&self) -> [(&'static str, Option<&String>, usize); 6] {
        [
            ("name", self.name.as_ref(), MAX_NAME),
            ("for_whom", self.for_whom.as_ref(), MAX_TEXT),
            ("bring", self.bring.as_ref(), MAX_TEXT),
            ("when", self.when.as_ref(), MAX_TEXT),
            ("place", self.place.as_ref(), MAX_TEXT),
            ("how_to_get", self.how_to_get.as_ref(), MAX_TEXT),
        ]
    }
}

/// What residents of the center read: its own text where it has one, else the template's.
/// Blank text counts as none.
pub fn effective(template: &ItemTexts, overrides: &Overrides) -> ItemTexts {
    let either = |own: &Option<String>, of_template: &Option<String>| {
        tidy_option(own.as_ref()).or_else(|| tidy_option(of_template.as_ref()))
    };
    ItemTexts {
        name: tidy_option(overrides.name.as_ref())
            .or_else(|| tidy(&template.name))
            .unwrap_or_default(),
        for_whom: either(&overrides.for_whom, &template.for_whom),
        bring: either(&overrides.bring, &template.bring),
        when: either(&overrides.when, &template.when),
        place: either(&overrides.place, &template.place),
        how_to_get: either(&overrides.how_to_get, &template.how_to_get),
    }
}

/// Puts on one line; none for what nobody can see.
fn tidy(text: &str) -> Option<String> {
    text::name("text", text, usize::MAX).ok()
}

fn tidy_option(text: Option<&String>) -> Option<String> {
    text.and_then(|text| tidy(text))
}
