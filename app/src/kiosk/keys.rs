//! Keys on the screen, for a touch screen without a keyboard. Each is a button of the form, so that
//! they also work without scripts: the server adds the character and shows the form again.

use crate::{
    i18n::{Locale, td_string},
    web::Form,
};
use leptos::prelude::*;
use screen::{KeyWords, KioskKeys};

/// The characters of a short code.
pub(super) const CHARACTERS: &str = "23456789CDFHJKMNPRTVWXY";
/// So many characters a short code has.
pub(super) const LENGTH: usize = 8;
/// A scanner types more than that; nothing that is longer is a code.
pub(super) const LONGEST: usize = 512;

/// What stands in the field after a key was pressed without scripts; none where the form was sent.
pub(super) fn pressed(form: &Form) -> Option<String> {
    let key = form.get("key")?;
    let mut typed: String = form.text("code").chars().take(LONGEST).collect();
    match key {
        "back" => drop(typed.pop()),
        "clear" => typed.clear(),
        key if key.len() == 1
            && CHARACTERS.contains(key)
            && typed.chars().filter(|c| *c != '-').count() < LENGTH =>
        {
            typed.push_str(key);
        }
        _ => {}
    }
    Some(typed)
}

/// The field and its keys. A scanner that types goes to the field as well, wherever the focus is.
pub(super) fn keys(
    locale: Locale,
    label: &'static str,
    typed: String,
    wrong: bool,
) -> impl IntoView + use<> {
    let words = KeyWords {
        label: label.to_owned(),
        back: td_string!(locale, kiosk.key_back).to_owned(),
        clear: td_string!(locale, kiosk.key_clear).to_owned(),
    };
    view! { <KioskKeys words typed wrong characters=CHARACTERS.to_owned() length=LENGTH longest=LONGEST /> }
}

#[cfg(test)]
mod tests {
    use super::pressed;
    use crate::web::Form;

    fn after(code: &str, key: &str) -> Option<String> {
        pressed(&Form::of([
            ("code", code.to_owned()),
            ("key", key.to_owned()),
        ]))
    }

    #[test]
    fn keys_add_take_back_and_clear_without_scripts() {
        assert_eq!(after("23", "C").as_deref(), Some("23C"));
        assert_eq!(after("23C", "back").as_deref(), Some("23"));
        assert_eq!(after("23C", "clear").as_deref(), Some(""));
        assert_eq!(after("2345-678", "9").as_deref(), Some("2345-6789"));
        assert_eq!(after("2345-6789", "C").as_deref(), Some("2345-6789"));
        assert_eq!(after("23", "A").as_deref(), Some("23"), "no code has an A");
        assert_eq!(pressed(&Form::of([("code", "23".to_owned())])), None);
    }
}
