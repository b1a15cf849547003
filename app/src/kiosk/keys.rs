//! Keys on the screen, for a touch screen without a keyboard. Each is a button of the form, so that
//! they also work without scripts: the server adds the character and sends the browser on to the
//! same page, which shows it.

use super::entry::Entry;
use crate::{
    i18n::{Locale, td_string},
    web::{Form, Visit},
};
use axum::response::Response;
use leptos::prelude::*;
use screen::{KeyWords, KioskKeys};

/// Which keys a page has. What they enter is the form's field `code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pad {
    /// None: something is to be scanned.
    Scan,
    /// Those of a short code.
    ShortCode,
    /// Those of a mobile number.
    Phone,
    /// Those of a code that a telephone was sent.
    SixDigits,
}

impl Pad {
    const fn characters(self) -> &'static str {
        match self {
            Self::Scan => "",
            Self::ShortCode => "23456789CDFHJKMNPRTVWXY",
            Self::Phone | Self::SixDigits => "1234567890",
        }
    }

    /// So many characters it has.
    const fn length(self) -> usize {
        match self {
            Self::Scan => 0,
            Self::ShortCode => 8,
            Self::Phone => 11,
            Self::SixDigits => 6,
        }
    }
}

/// A scanner types more than keys; nothing that is longer is a code.
pub(super) const LONGEST: usize = 512;

/// What stands in the field after a key was pressed without scripts; none where the form was sent.
fn typed(form: &Form, pad: Pad) -> Option<String> {
    let key = form.get("press")?;
    let mut typed: String = form.text("code").chars().take(LONGEST).collect();
    match key {
        "back" => drop(typed.pop()),
        "clear" => typed.clear(),
        key if key.len() == 1
            && pad.characters().contains(key)
            && typed.chars().filter(|c| *c != '-').count() < pad.length() =>
        {
            typed.push_str(key);
        }
        _ => {}
    }
    Some(typed)
}

/// Where the browser goes on to after a key was pressed without scripts; none where the form was
/// sent.
pub(super) fn pressed(visit: &Visit, form: &Form, pad: Pad) -> Option<Response> {
    let page = visit.here.split('?').next().unwrap_or_default();
    Some(Entry::typed(page, typed(form, pad)?).send(visit))
}

/// The field and its keys. A scanner that types goes to the field as well, wherever the focus is.
pub(super) fn keys(
    locale: Locale,
    label: &'static str,
    pad: Pad,
    typed: String,
    wrong: bool,
) -> impl IntoView + use<> {
    let words = KeyWords {
        label: label.to_owned(),
        back: td_string!(locale, kiosk.key_back).to_owned(),
        clear: td_string!(locale, kiosk.key_clear).to_owned(),
    };
    let characters = pad.characters().to_owned();
    view! { <KioskKeys words typed wrong characters length=pad.length() longest=LONGEST /> }
}

#[cfg(test)]
mod tests {
    use super::{Pad, typed};
    use crate::web::Form;

    fn after(pad: Pad, code: &str, key: &str) -> Option<String> {
        let form = Form::of([("code", code.to_owned()), ("press", key.to_owned())]);
        typed(&form, pad)
    }

    #[test]
    fn keys_add_take_back_and_clear_without_scripts() {
        let short = |code, key| after(Pad::ShortCode, code, key);
        assert_eq!(short("23", "C").as_deref(), Some("23C"));
        assert_eq!(short("23C", "back").as_deref(), Some("23"));
        assert_eq!(short("23C", "clear").as_deref(), Some(""));
        assert_eq!(short("2345-678", "9").as_deref(), Some("2345-6789"));
        assert_eq!(short("2345-6789", "C").as_deref(), Some("2345-6789"));
        assert_eq!(short("23", "A").as_deref(), Some("23"), "no code has an A");
        let sent = Form::of([("code", "23".to_owned())]);
        assert_eq!(typed(&sent, Pad::ShortCode), None);
    }

    #[test]
    fn a_number_has_eleven_digits_and_a_code_six() {
        let phone = |code, key| after(Pad::Phone, code, key);
        assert_eq!(phone("1380000000", "1").as_deref(), Some("13800000001"));
        assert_eq!(phone("13800000001", "2").as_deref(), Some("13800000001"));
        assert_eq!(phone("1", "C").as_deref(), Some("1"));
        let code = after(Pad::SixDigits, "123456", "7");
        assert_eq!(code.as_deref(), Some("123456"));
        assert_eq!(after(Pad::Scan, "", "1").as_deref(), Some(""));
    }
}
