//! The service menu: entries that the city writes once, and that a center takes as they are or
//! says in its own words (`beyond.md` 18).
//!
//! What a center changes is stored apart from the city's text, field by field, so that a later
//! correction of the city reaches every center in all fields that the center left alone.

mod fork;
#[cfg(test)]
mod tests;

pub use fork::{Fork, Locked, admit, forks};

use crate::{Reason, Refusal, text};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// One of the texts of an entry, in the order of the form.
    pub enum TextField {
        /// What it is called.
        Name = "name",
        /// Who it is for.
        ForWhom = "for_whom",
        /// What to bring.
        Bring = "bring",
        /// When it is there.
        When = "when",
        /// Where.
        Place = "place",
        /// How to get it.
        HowToGet = "how_to_get",
    }
}

impl TextField {
    /// Most characters.
    pub const fn most(self) -> usize {
        match self {
            Self::Name => MAX_NAME,
            _ => MAX_TEXT,
        }
    }
}

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

    /// One of the texts; none where it is blank.
    pub fn get(&self, field: TextField) -> Option<String> {
        match field {
            TextField::Name => tidy(&self.name),
            TextField::ForWhom => tidy_option(self.for_whom.as_ref()),
            TextField::Bring => tidy_option(self.bring.as_ref()),
            TextField::When => tidy_option(self.when.as_ref()),
            TextField::Place => tidy_option(self.place.as_ref()),
            TextField::HowToGet => tidy_option(self.how_to_get.as_ref()),
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
    /// What a field says in place of the template.
    pub const fn get(&self, field: TextField) -> Option<&String> {
        match field {
            TextField::Name => self.name.as_ref(),
            TextField::ForWhom => self.for_whom.as_ref(),
            TextField::Bring => self.bring.as_ref(),
            TextField::When => self.when.as_ref(),
            TextField::Place => self.place.as_ref(),
            TextField::HowToGet => self.how_to_get.as_ref(),
        }
    }

    /// Says something else in place of the template, or nothing.
    pub fn set(&mut self, field: TextField, text: Option<String>) {
        *match field {
            TextField::Name => &mut self.name,
            TextField::ForWhom => &mut self.for_whom,
            TextField::Bring => &mut self.bring,
            TextField::When => &mut self.when,
            TextField::Place => &mut self.place,
            TextField::HowToGet => &mut self.how_to_get,
        } = text;
    }

    /// What remains to be stored: tidied, and without the fields that are blank or say what the
    /// template says. A form that shows the effective texts and sends them all back therefore
    /// overrides only what was changed in it. A text of the template cannot be overridden with
    /// nothing: a blank field takes the template's text again.
    #[must_use]
    pub fn normalised(&self, template: &ItemTexts) -> Self {
        let mut kept = Self::default();
        for field in TextField::ALL {
            let own = tidy_option(self.get(*field));
            kept.set(
                *field,
                own.filter(|own| template.get(*field).as_ref() != Some(own)),
            );
        }
        kept
    }

    /// Whether nothing is overridden.
    pub fn is_empty(&self) -> bool {
        TextField::ALL
            .iter()
            .all(|field| tidy_option(self.get(*field)).is_none())
    }

    /// Checks lengths (in characters) and letters of what is there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on the first field that is `too_long` or holds a `control_character`.
    pub fn check(&self) -> Result<(), Refusal> {
        for field in TextField::ALL {
            let Some(text) = self.get(*field) else {
                continue;
            };
            if text.chars().any(char::is_control) {
                return Err(Refusal::invalid(field.as_str(), Reason::ControlCharacter));
            }
            text::line(field.as_str(), text, field.most())?;
        }
        Ok(())
    }
}

/// What residents of the center read: its own text where it has one and the city has not locked the
/// field, else the template's. Blank text counts as none.
pub fn effective(template: &ItemTexts, overrides: &Overrides, locked: &Locked) -> ItemTexts {
    let text = |field: TextField| {
        let own = tidy_option(overrides.get(field)).filter(|_| !locked.contains(&field));
        own.or_else(|| template.get(field))
    };
    ItemTexts {
        name: text(TextField::Name).unwrap_or_default(),
        for_whom: text(TextField::ForWhom),
        bring: text(TextField::Bring),
        when: text(TextField::When),
        place: text(TextField::Place),
        how_to_get: text(TextField::HowToGet),
    }
}

/// Puts on one line; none for what nobody can see.
fn tidy(text: &str) -> Option<String> {
    text::name("text", text, usize::MAX).ok()
}

fn tidy_option(text: Option<&String>) -> Option<String> {
    text.and_then(|text| tidy(text))
}
