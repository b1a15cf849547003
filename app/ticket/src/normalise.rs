//! What scanners, input methods and people add to a code, taken off again (C-105).

/// Brings what was scanned or typed to the plain form that codes are written in: printable ASCII
/// letters and digits in upper case, without what came with it.
///
/// - control characters, BOM, zero-width and other invisible marks, and every kind of space go;
/// - full-width characters become ordinary ones, and `、`, `】` and long dashes what a Chinese
///   input method made them from;
/// - letters become upper case;
/// - an ECI mark, a backslash and six digits (`\000026`), goes wherever it stands;
/// - an AIM symbology mark (`]Q1`), which some scanners put first, goes too.
///
/// Other characters stay, and the reader refuses them. Doing it twice changes nothing more. It
/// never fails and never panics; the work grows with the length of the input.
///
/// ```
/// assert_eq!(ticket::normalise("\u{feff}\\000026１２ ab\r\n"), "12AB");
/// ```
#[must_use]
pub fn normalise(input: &str) -> String {
    let mut out = String::with_capacity(input.len().min(1024));
    for c in input.chars().filter_map(plain) {
        out.push(c);
        if ends_in_eci(&out) {
            out.truncate(out.len() - ECI_LENGTH);
        }
    }
    let marks = leading_symbology_marks(&out);
    out.drain(..marks);
    out
}

const ECI_LENGTH: usize = 7;

/// The character in its plain form, `None` if it says nothing.
fn plain(c: char) -> Option<char> {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '、' => '\\',
        '】' => ']',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        c => c,
    };
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    if c.is_control() || c.is_whitespace() || invisible {
        return None;
    }
    Some(c.to_ascii_uppercase())
}

fn ends_in_eci(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(start) = bytes.len().checked_sub(ECI_LENGTH) else {
        return false;
    };
    bytes[start] == b'\\' && bytes[start + 1..].iter().all(u8::is_ascii_digit)
}

/// The length of the `]Q1`s at the start: bracket, letter, modifier.
fn leading_symbology_marks(text: &str) -> usize {
    let marks = text.as_bytes().chunks_exact(3).take_while(|mark| {
        mark[0] == b']' && mark[1].is_ascii_uppercase() && mark[2].is_ascii_alphanumeric()
    });
    marks.count() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_105_what_scanners_and_input_methods_add_is_taken_off() {
        for (input, plain) in [
            ("0123456789", "0123456789"),
            ("０１２３４５６７８９", "0123456789"),
            ("\u{feff}12", "12"),
            ("\\00002612", "12"),
            ("12\\00002634", "1234"),
            ("\\000026\\00000312", "12"),
            ("＼０００００３12", "12"),
            ("、00000312", "12"),
            ("]Q112", "12"),
            ("]q112", "12"),
            ("】Q3\\00002612", "12"),
            ("\\000026]Q112", "12"),
            (" 1\t2 \r\n", "12"),
            ("\u{3000}1\u{a0}2\u{2003}", "12"),
            ("\u{2}12\u{3}\u{1d}\0", "12"),
            ("1\u{200b}2\u{200f}\u{ad}", "12"),
            ("abcd－ｅｆｇｈ", "ABCD-EFGH"),
            ("abcd—efgh", "ABCD-EFGH"),
            ("", ""),
            ("\\", "\\"),
            ("\\00002", "\\00002"),
            ("]Q", "]Q"),
            ("票", "票"),
        ] {
            assert_eq!(normalise(input), plain, "{input:?}");
        }
    }

    #[test]
    fn marks_that_come_together_when_others_go_are_taken_off_as_well() {
        assert_eq!(normalise("\\000\\00002602612"), "12");
        assert_eq!(normalise("\\0 0 0 0 2 6 12"), "12");
    }
}
