//! What the staff look for somebody by: a name, the end of a telephone number, or the whole of one.

use crate::{Reason, Refusal, person::Phone, text};

/// So many digits at the end of a telephone number are asked for.
pub const TAIL: usize = 4;

/// Fewest characters of a name that are looked for.
pub const FEWEST: usize = 2;

/// Most characters that are read.
pub const MOST: usize = 40;

/// What somebody is looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// A whole telephone number.
    Phone(Phone),
    /// The last digits of one.
    Tail(String),
    /// A part of the name, or of how it is spoken; it may be a code too.
    Name(String),
}

impl Sought {
    /// Reads what was typed, as people write and paste it (C-194).
    ///
    /// # Errors
    /// [`Refusal::Invalid`] of `q` for nothing, for a single character and for too many of them.
    pub fn read(typed: &str) -> Result<Self, Refusal> {
        let name = text::line("q", typed, MOST)?;
        if let Ok(phone) = Phone::parse(&name) {
            return Ok(Self::Phone(phone));
        }
        let digits = text::phone_digits(&name);
        if digits.len() == TAIL && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Tail(digits));
        }
        let seen = text::plain(&name);
        match seen.chars().filter(|c| !c.is_whitespace()).count() {
            0 => Err(Refusal::invalid("q", Reason::Missing)),
            count if count < FEWEST => Err(Refusal::invalid("q", Reason::TooShort)),
            _ => Ok(Self::Name(name)),
        }
    }

    /// What the audit log calls it: never what was typed.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Phone(_) => "phone",
            Self::Tail(_) => "phone_tail",
            Self::Name(_) => "name",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_number_its_end_or_a_name() {
        let phone = Phone::parse("13800000001").unwrap();
        for (typed, expected) in [
            ("138 0000 0001", Sought::Phone(phone.clone())),
            ("+86１３８０００００００１", Sought::Phone(phone)),
            ("0001", Sought::Tail("0001".to_owned())),
            (" ０００１ ", Sought::Tail("0001".to_owned())),
            ("李明", Sought::Name("李明".to_owned())),
            (" lm ", Sought::Name("lm".to_owned())),
            ("居民 12", Sought::Name("居民 12".to_owned())),
        ] {
            assert_eq!(Sought::read(typed), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn too_little_and_too_much_is_not_looked_for() {
        let refused = |reason| Err(Refusal::invalid("q", reason));
        for blank in ["", "  ", "\u{200b}"] {
            assert_eq!(Sought::read(blank), refused(Reason::Missing));
        }
        assert_eq!(Sought::read("李"), refused(Reason::TooShort));
        assert_eq!(Sought::read(" 李 "), refused(Reason::TooShort));
        assert_eq!(Sought::read(&"李".repeat(41)), refused(Reason::TooLong));
        assert_eq!(Sought::read("李\u{7}明"), refused(Reason::ControlCharacter));
    }

    #[test]
    fn the_log_never_says_what_was_typed() {
        for typed in ["13800000001", "0001", "李明"] {
            let sought = Sought::read(typed).unwrap();
            assert!(!sought.as_str().contains(typed));
        }
    }
}
