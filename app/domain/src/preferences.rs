//! Where a volunteer likes to serve, and the languages that they speak.

use crate::{Reason, Refusal, id::CenterId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

crate::text_enum! {
    /// A language of the city's people.
    pub enum Language {
        /// 普通话.
        Mandarin = "cmn",
        /// 粤语.
        Cantonese = "yue",
        /// 客家话.
        Hakka = "hak",
        /// 潮汕话.
        Teochew = "nan",
        /// 英语.
        English = "en",
        /// 手语.
        Sign = "sign",
    }
}

impl Language {
    /// Its name as a shift that asks for it as a skill has it.
    pub const fn skill(self) -> &'static str {
        match self {
            Self::Mandarin => "普通话",
            Self::Cantonese => "粤语",
            Self::Hakka => "客家话",
            Self::Teochew => "潮汕话",
            Self::English => "英语",
            Self::Sign => "手语",
        }
    }
}

/// Most centers that somebody can name.
pub const MOST_CENTERS: usize = 10;

/// What a volunteer says of themselves beside when they have time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Centers where they like to serve, beside the one that they belong to.
    pub centers: BTreeSet<CenterId>,
    /// Languages that they speak.
    pub languages: BTreeSet<Language>,
}

impl Preferences {
    /// Whether they can be kept.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for too many centers.
    pub fn check(&self) -> Result<(), Refusal> {
        match self.centers.len() > MOST_CENTERS {
            true => Err(Refusal::invalid("centers", Reason::TooMany)),
            false => Ok(()),
        }
    }
}

/// The skills of somebody who speaks these languages too: a shift that asks for 粤语 gets whoever
/// ticked it, as much as whoever wrote it.
#[must_use]
pub fn with_languages(
    mut skills: BTreeSet<String>,
    languages: &BTreeSet<Language>,
) -> BTreeSet<String> {
    skills.extend(languages.iter().map(|language| language.skill().to_owned()));
    skills
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_centers_can_be_named() {
        let named = |count: usize| Preferences {
            centers: (0..count)
                .map(|n| format!("SZ440303001-{n:02}").parse().unwrap())
                .collect(),
            languages: BTreeSet::new(),
        };
        assert_eq!(named(MOST_CENTERS).check(), Ok(()));
        let refused = Err(Refusal::invalid("centers", Reason::TooMany));
        assert_eq!(named(MOST_CENTERS + 1).check(), refused);
    }

    #[test]
    fn a_language_is_a_skill_of_its_name() {
        let skills: BTreeSet<String> = ["急救".to_owned(), "粤语".to_owned()].into();
        let spoken = [Language::Cantonese, Language::Sign].into();
        let all = Vec::from_iter(with_languages(skills, &spoken));
        assert_eq!(all, ["急救", "手语", "粤语"]);
        for language in Language::ALL {
            assert_eq!(language.as_str().parse(), Ok(*language));
        }
    }
}
