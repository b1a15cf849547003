//! The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last of which
//! is checked by the others.

use crate::{Reason, Refusal, text};
use serde::{Deserialize, Serialize};

/// Its characters in the order of their values: without I, O, S, V and Z.
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A code that can be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code as people write and paste it; none where nothing was written.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `credit_code`.
    pub fn read(written: &str) -> Result<Option<Self>, Refusal> {
        let plain: String = text::plain(written)
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        if plain.is_empty() {
            return Ok(None);
        }
        let code = plain.to_ascii_uppercase();
        match is_valid(code.as_bytes()) {
            true => Ok(Some(Self(code))),
            false => Err(Refusal::invalid("credit_code", Reason::NotACode)),
        }
    }

    /// Its 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn value(sign: u8) -> Option<u32> {
    let at = SIGNS.iter().position(|of| *of == sign)?;
    u32::try_from(at).ok()
}

/// Whether the last of 18 characters is the one that the others demand: the sum of all values, each
/// weighed by the power of 3 of its place, and the check's by 1, is a multiple of 31.
fn is_valid(code: &[u8]) -> bool {
    let [body @ .., check] = code else {
        return false;
    };
    let mut weight = 1;
    let mut sum = 0;
    for sign in body {
        let Some(value) = value(*sign) else {
            return false;
        };
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    code.len() == 18 && value(*check).is_some_and(|value| (sum + value) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(written: &str) -> Option<String> {
        let read = CreditCode::read(written).ok().flatten();
        read.map(|code| code.as_str().to_owned())
    }

    #[test]
    fn a_code_is_read_as_it_is_pasted() {
        let code = Some("91350100M000100Y43".to_owned());
        assert_eq!(read("91350100M000100Y43"), code);
        assert_eq!(read(" 91350100m000100y43 "), code);
        assert_eq!(read("９１３５０１００Ｍ０００１００Ｙ４３"), code);
        assert_eq!(CreditCode::read("  "), Ok(None));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let wrong = Err(Refusal::invalid("credit_code", Reason::NotACode));
        for written in [
            "91350100M000100Y44",
            "91350100M000100Y4",
            "91350100M000100Y430",
            "9135010OM000100Y43",
            "社会信用代码",
            "3",
        ] {
            assert_eq!(CreditCode::read(written), wrong, "{written}");
        }
    }

    proptest! {
        /// A slip of one character never passes.
        #[test]
        fn one_wrong_character_is_found(at in 0usize..18, other in 0usize..31) {
            let mut code = *b"91350100M000100Y43";
            prop_assume!(code[at] != SIGNS[other]);
            code[at] = SIGNS[other];
            prop_assert!(!is_valid(&code));
        }
    }
}
