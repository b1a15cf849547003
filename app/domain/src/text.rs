//! Texts that people write, checked once, where they come in (C-186), and the figures among them
//! read as people write and paste them (C-194).

mod figures;

pub use figures::{clock, code, day, number, phone_digits, plain};

use crate::{Reason, Refusal};
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// What no text may hold: control characters, what turns the direction of the line, line and
/// paragraph separators, tags. A reader would see something else than what is stored.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// What takes room and shows nothing, though it counts as a letter or a symbol.
const fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
    )
}

/// Joins emoji, or keeps letters of one word apart; means something between two characters only.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether somebody sees something where this stands alone.
fn is_visible(c: char) -> bool {
    use Category::{
        Control, EnclosingMark, Format, LineSeparator, NonspacingMark, ParagraphSeparator,
        SpaceSeparator, SpacingMark, Surrogate, Unassigned,
    };
    !is_blank(c)
        && !matches!(
            c.general_category(),
            Control
                | Format
                | Surrogate
                | Unassigned
                | NonspacingMark
                | SpacingMark
                | EnclosingMark
                | SpaceSeparator
                | LineSeparator
                | ParagraphSeparator
        )
}

/// Tabs and line breaks, which are spaces where text is one line.
const fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r')
}

/// The text without what nobody can see: zero-width spaces, fillers, and joiners that join nothing.
fn seen(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let joins = |at: usize| {
        let beside = |c: Option<&char>| c.is_some_and(|c| !c.is_whitespace() && !is_joiner(*c));
        beside(at.checked_sub(1).and_then(|at| chars.get(at))) && beside(chars.get(at + 1))
    };
    let kept = chars.iter().enumerate().filter(|(at, c)| {
        let is_unseen = is_blank(**c) || c.general_category() == Category::Format;
        !is_unseen || is_forbidden(**c) || (is_joiner(**c) && joins(*at))
    });
    kept.map(|(_, c)| *c).collect()
}

/// One line of text as it is stored: spaces around it and doubled ones are gone, and what cannot be
/// seen. At most `most` characters; it may be empty.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field: too long, or with characters that no text may hold.
pub fn line(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    if text.chars().any(|c| is_forbidden(c) && !is_break(c)) {
        return Err(Refusal::invalid(field, Reason::ControlCharacter));
    }
    let line = seen(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > most {
        return Err(Refusal::invalid(field, Reason::TooLong));
    }
    Ok(line)
}

/// A line in which something can be read: a name, a title, a label.
///
/// # Errors
/// As [`line`], and [`Reason::Missing`] where there is nothing to see.
pub fn name(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let line = line(field, text, most)?;
    match line.chars().any(is_visible) {
        true => Ok(line),
        false => Err(Refusal::invalid(field, Reason::Missing)),
    }
}

/// Several lines of text as they are stored, at most `most` characters; they may be empty.
///
/// # Errors
/// As [`line`].
pub fn lines(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| is_forbidden(c) && !is_break(c)) {
        return Err(Refusal::invalid(field, Reason::ControlCharacter));
    }
    let text = seen(&text);
    if text.chars().count() > most {
        return Err(Refusal::invalid(field, Reason::TooLong));
    }
    Ok(text)
}

/// Refuses a value that no database of ours can keep, and no person can mean.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field, where the value holds U+0000.
pub fn without_nul(field: &str, value: &str) -> Result<(), Refusal> {
    match value.contains('\0') {
        true => Err(Refusal::invalid(field, Reason::ControlCharacter)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, Reason> {
        name("name", text, 40).map_err(|refusal| match refusal {
            Refusal::Invalid { reason, .. } => reason,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn c186_what_nobody_can_see_is_no_name() {
        for text in [
            "",
            " ",
            "\u{200B}",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{FEFF}",
            "\u{00AD}",
            "\u{200D}",
            "\u{0301}",
            "\u{0301}\u{20DD}",
            "\u{FE0F}",
            "\u{115F}\u{1160}",
            "\u{3000}\u{200B}",
        ] {
            assert_eq!(read(text), Err(Reason::Missing), "{text:?}");
        }
    }

    #[test]
    fn c186_what_turns_the_line_or_ends_it_is_refused() {
        for text in [
            "a\0b",
            "\u{202E}王芳",
            "王\u{2066}芳",
            "王\u{200F}芳",
            "王\u{2028}芳",
            "王\u{2029}芳",
            "王\u{E0041}芳",
            "王\u{7}",
            "王\u{85}芳",
            "王\u{061C}",
        ] {
            assert_eq!(read(text), Err(Reason::ControlCharacter), "{text:?}");
            assert_eq!(read(&format!("x{text}")), Err(Reason::ControlCharacter));
        }
    }

    #[test]
    fn c186_what_is_seen_stays_as_it_was_written() {
        for text in [
            "王芳",
            "阿卜杜拉·买买提",
            "O’Neill-Šimić",
            "👨‍👩‍👧",
            "❤️",
            "می‌خواهم",
            "한글",
            "é",
            "e\u{301}",
            "𠮷野",
            "１号",
            "नमस्ते",
        ] {
            assert_eq!(read(text), Ok(text.to_owned()), "{text:?}");
        }
        assert_eq!(read(" 王\u{200B}芳\u{FEFF} "), Ok("王芳".to_owned()));
        assert_eq!(read("王 \u{3000} 芳\t "), Ok("王 芳".to_owned()));
        assert_eq!(read("王\r\n芳\n"), Ok("王 芳".to_owned()));
        assert_eq!(read("\u{200D}王芳\u{200C}"), Ok("王芳".to_owned()));
        assert_eq!(read(&"长".repeat(41)), Err(Reason::TooLong));
        let told = lines("summary", " 一行\r\n两\u{200B}行\t完 ", 40);
        assert_eq!(told, Ok("一行\n两行\t完".to_owned()));
        assert!(lines("summary", "一行\u{202E}", 40).is_err());
    }

    proptest! {
        #[test]
        fn c186_a_name_that_is_taken_can_be_seen_and_is_taken_again(text in any::<String>()) {
            if let Ok(taken) = name("name", &text, 40) {
                prop_assert!(taken.chars().any(is_visible));
                prop_assert!(!taken.chars().any(is_forbidden));
                prop_assert_eq!(name("name", &taken, 40), Ok(taken));
            }
        }
    }
}
