//! A field and the keys for it on the screen.

use leptos::{html::Input, prelude::*};
use serde::{Deserialize, Serialize};

/// The words of [`KioskKeys`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeyWords {
    /// What the field is.
    pub label: String,
    /// Takes back the last character.
    pub back: String,
    /// Takes back all.
    pub clear: String,
}

/// The field `code` and a key for each character. Without scripts a key sends the form.
#[island]
pub fn KioskKeys(
    /// Its words, in the page's language.
    words: KeyWords,
    /// What stands in the field.
    typed: String,
    /// Whether what stands in it was wrong.
    wrong: bool,
    /// A key for each of these.
    characters: String,
    /// So many characters may be entered by key.
    length: usize,
    /// So many may be entered by a scanner.
    longest: usize,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let press = move |change: Change| {
        #[cfg(feature = "hydrate")]
        if let Some(input) = field.get_untracked() {
            let value = change.of(&input.value(), length);
            input.set_value(&value);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (change, field, length);
    };
    #[cfg(feature = "hydrate")]
    scan_page::keyboard::listen(crate::scanner::scan);
    let (none, digits) = (characters.is_empty(), characters.len() == 10);
    let mut keys: Vec<_> = characters
        .chars()
        .map(|character| {
            let tap = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                press(Change::Add(character));
            };
            view! { <button class="key" type="submit" name="press" value=character.to_string() formnovalidate on:click=tap>{character.to_string()}</button> }
        })
        .collect();
    // Nought stands below the eight, as on every telephone.
    let nought = digits.then(|| keys.pop());
    let back = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        press(Change::Back);
    };
    let clear = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        press(Change::Clear);
    };
    view! {
        <div class="kiosk-keys" data-scan=none.then_some("")>
            <label for="code">{words.label}</label>
            // The first button of a form is what Enter presses: it must be the one that sends.
            <input class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true" value="" />
            <input
                node_ref=field class="input input-code" id="code" name="code" type="text" value=typed inputmode="none"
                autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus maxlength=longest.to_string()
                aria-invalid=wrong.then_some("true")
            />
            <div class="keys" data-digits=digits.then_some("") hidden=none>
                {keys}
                <button class="key key-wide" type="submit" name="press" value="back" formnovalidate on:click=back>{words.back}</button>
                {nought}
                <button class="key key-wide" type="submit" name="press" value="clear" formnovalidate on:click=clear>{words.clear}</button>
            </div>
        </div>
    }
}

/// What a key does to what stands in the field.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "on the server nobody presses it")]
enum Change {
    Add(char),
    Back,
    Clear,
}

#[cfg(any(feature = "hydrate", test))]
impl Change {
    fn of(self, value: &str, length: usize) -> String {
        let mut value = value.to_owned();
        match self {
            Self::Add(c) if value.chars().filter(|c| *c != '-').count() < length => value.push(c),
            Self::Add(_) => {}
            Self::Back => drop(value.pop()),
            Self::Clear => value.clear(),
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn keys_add_up_to_the_length_and_take_back() {
        assert_eq!(Change::Add('C').of("23", 8), "23C");
        assert_eq!(Change::Add('C').of("2345-6789", 8), "2345-6789");
        assert_eq!(Change::Back.of("23", 8), "2");
        assert_eq!(Change::Back.of("", 8), "");
        assert_eq!(Change::Clear.of("23", 8), "");
    }
}
