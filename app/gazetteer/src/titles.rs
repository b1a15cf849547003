//! Finding a title by any part of it, as [`crate::Index`] finds centers: whatever the width, case,
//! accents or script, and by pinyin or its initials (C-187).

use crate::{keys, normal};

/// Longest search text that is read, in characters.
pub const MAX_QUERY: usize = 80;

/// What a title can be found by, in one text: for a column that is searched for each of
/// [`words`], or for [`matches`].
pub fn title_keys(title: &str) -> String {
    let folded = normal::fold(title);
    let solid: String = folded.split_whitespace().collect();
    let (spellings, initials) = keys::spoken_as(&solid);
    let mut all = vec![folded, solid];
    all.extend(spellings);
    all.extend(initials);
    let mut parts: Vec<String> = Vec::new();
    for part in all {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(" ")
}

/// The words of a search, each of which must be in the keys of a title. None: everything is found.
pub fn query_words(query: &str) -> Vec<String> {
    let folded = normal::fold(query);
    let mut words: Vec<String> = folded.split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether a title with these keys has all of these words.
pub fn matches(keys: &str, words: &[String]) -> bool {
    words.iter().all(|word| keys.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c187_a_title_is_found_whatever_its_width_case_accents_and_script() {
        for (title, query) in [
            ("ＡＩ课堂", "ai"),
            ("ＡＩ课堂", "ＡＩ课堂"),
            ("AI课堂", "ＡＩ 課堂"),
            ("École 法语角", "École"),
            ("École 法语角", "ecole"),
            ("École 法语角", "法语 ECOLE"),
            ("太极拳入门", "太極拳"),
            ("太極拳入門", "太极拳入门"),
            ("太极拳入门", "taijiquan"),
            ("太极拳入门", "tjq"),
            ("太极拳入门", "tai quan"),
            ("绿景茶座", "lvjing"),
            ("第 3 期 书法", "第3期"),
        ] {
            assert!(
                matches(&title_keys(title), &query_words(query)),
                "{title} by {query}"
            );
        }
        for (title, query) in [
            ("太极拳入门", "书法"),
            ("太极拳入门", "太极 书法"),
            ("AI课堂", "aj"),
        ] {
            assert!(
                !matches(&title_keys(title), &query_words(query)),
                "{title} by {query}"
            );
        }
    }

    proptest! {
        #[test]
        fn c187_every_title_is_found_by_itself(title in "[龍崗书法太极A-Zａ-ｚéñ 　0-9%_!'·]{0,16}") {
            prop_assert!(matches(&title_keys(&title), &query_words(&title)));
        }
    }
}
