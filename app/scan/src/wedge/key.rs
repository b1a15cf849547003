//! A key press, and the character that it means in spite of the input method.

/// A `keydown` event of the browser, as far as it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key<'a> {
    /// `event.key`: a character, or a name such as `Enter` or `Process`.
    pub key: &'a str,
    /// `event.code`: the physical key, such as `Digit4`.
    pub code: &'a str,
    /// `event.timeStamp` in milliseconds.
    pub at: u64,
    /// `event.isComposing`, or `event.keyCode` being 229: an input method has taken the key.
    pub composing: bool,
    /// `event.repeat`: the key is held down.
    pub repeat: bool,
    /// `event.shiftKey`.
    pub shift: bool,
    /// `event.ctrlKey`, `event.metaKey`, or `event.altKey`, but not Ctrl and Alt together, which
    /// is how AltGr is reported.
    pub command: bool,
}

/// What a key press means for a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A character.
    Text(char),
    /// The end of a scan: Enter, Tab, or the control characters for them.
    End,
    /// Something that a scanner may send between characters and that says nothing: Shift, Caps
    /// Lock, a control character.
    Nothing,
    /// Something that only people press: an arrow, Backspace, a held key.
    Other,
}

impl Key<'_> {
    pub(super) fn meaning(&self) -> Meaning {
        if self.repeat {
            return Meaning::Other;
        }
        match self.key {
            "Enter" | "Tab" => return Meaning::End,
            "Shift" | "CapsLock" | "Control" | "Alt" | "AltGraph" | "NumLock" => {
                return Meaning::Nothing;
            }
            _ => {}
        }
        if self.command {
            return match self.code {
                "KeyM" | "KeyJ" | "KeyI" => Meaning::End,
                _ => Meaning::Nothing,
            };
        }
        if matches!(self.code, "Enter" | "NumpadEnter" | "Tab") {
            return Meaning::End;
        }
        let unclear = self.composing || matches!(self.key, "Process" | "Unidentified" | "Dead");
        if unclear && let Some(c) = physical(self.code, self.shift) {
            return Meaning::Text(c);
        }
        let mut characters = self.key.chars();
        match (characters.next(), characters.next()) {
            (Some(c), None) => Meaning::Text(c),
            _ => Meaning::Other,
        }
    }
}

/// The character of a key on the keyboard that scanners pretend to be, the American one.
fn physical(code: &str, shift: bool) -> Option<char> {
    if let Some(rest) = code.strip_prefix("Key") {
        let letter = single(rest).filter(char::is_ascii_uppercase)?;
        return Some(if shift {
            letter
        } else {
            letter.to_ascii_lowercase()
        });
    }
    if let Some(rest) = code.strip_prefix("Numpad")
        && let Some(digit) = single(rest)
    {
        return Some(digit);
    }
    if let Some(rest) = code.strip_prefix("Digit") {
        let digit = single(rest)?;
        let index = digit.to_digit(10)? as usize;
        return Some(if shift {
            char::from(b")!@#$%^&*("[index])
        } else {
            digit
        });
    }
    let (plain, shifted) = match code {
        "Space" => (' ', ' '),
        "Minus" => ('-', '_'),
        "Equal" => ('=', '+'),
        "Slash" => ('/', '?'),
        "Period" => ('.', '>'),
        "Comma" => (',', '<'),
        "Semicolon" => (';', ':'),
        "Backslash" => ('\\', '|'),
        "BracketLeft" => ('[', '{'),
        "BracketRight" => (']', '}'),
        "Quote" => ('\'', '"'),
        _ => return None,
    };
    Some(if shift { shifted } else { plain })
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_104_a_key_that_the_input_method_took_is_known_by_its_place() {
        for (key, code, shift, expected) in [
            ("7", "Digit7", false, Meaning::Text('7')),
            ("Process", "Digit7", false, Meaning::Text('7')),
            ("Process", "Digit7", true, Meaning::Text('&')),
            ("Unidentified", "Numpad7", false, Meaning::Text('7')),
            ("Process", "KeyA", false, Meaning::Text('a')),
            ("Process", "KeyA", true, Meaning::Text('A')),
            ("Process", "Semicolon", true, Meaning::Text(':')),
            ("Process", "Enter", false, Meaning::End),
            ("７", "Digit7", false, Meaning::Text('７')),
            ("Process", "", false, Meaning::Other),
            ("Process", "Digit", false, Meaning::Other),
            ("Process", "Keyß", false, Meaning::Other),
            ("Enter", "", false, Meaning::End),
            ("Shift", "ShiftLeft", true, Meaning::Nothing),
            ("ArrowUp", "ArrowUp", false, Meaning::Other),
            ("", "", false, Meaning::Other),
        ] {
            let event = Key {
                key,
                code,
                shift,
                ..Key::default()
            };
            assert_eq!(event.meaning(), expected, "{event:?}");
        }
    }

    #[test]
    fn c_104_a_held_key_is_a_persons() {
        let held = Key {
            key: "3",
            repeat: true,
            ..Key::default()
        };
        assert_eq!(held.meaning(), Meaning::Other);
    }
}
