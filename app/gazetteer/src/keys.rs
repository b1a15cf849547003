//! Search keys of a center as plain text, where [`crate::Index`] can't be used: for a database
//! column, an export, or another program.

use crate::{normal, readings::readings};

/// Most spellings kept of one name; characters with several readings multiply them.
pub const MAX_VARIANTS: usize = 8;

/// What a center can be found by, folded (see [`normal::fold`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchKeys {
    /// The name without what nearly every center is called: `大塘龙`.
    pub name: String,
    /// That in pinyin without tones and spaces, the likeliest reading first: `datanglong`.
    pub pinyin: Vec<String>,
    /// Its initials, the likeliest first: `dtl`.
    pub initials: Vec<String>,
    /// Subdistrict, community and address, without the same noise, one space between.
    pub around: String,
}

impl SearchKeys {
    /// All keys in one text, one space between: for a column that is searched by `LIKE`.
    pub fn text(&self) -> String {
        let mut all = vec![self.name.as_str()];
        all.extend(self.pinyin.iter().chain(&self.initials).map(String::as_str));
        all.push(&self.around);
        all.retain(|part| !part.is_empty());
        all.join(" ")
    }
}

/// The keys of a center. Parts that are unknown may be empty.
pub fn search_keys(name: &str, subdistrict: &str, community: &str, address: &str) -> SearchKeys {
    let name = normal::core(name);
    let (pinyin, initials) = spoken_as(&name);
    let mut around: Vec<String> = Vec::new();
    for part in [subdistrict, community, address].map(normal::core) {
        if !part.is_empty() && part != name && !around.contains(&part) {
            around.push(part);
        }
    }
    SearchKeys {
        pinyin,
        initials,
        around: around.join(" "),
        name,
    }
}

/// The spellings of a text in pinyin and in its initials, at most [`MAX_VARIANTS`] of each.
pub(crate) fn spoken_as(text: &str) -> (Vec<String>, Vec<String>) {
    let spoken = spoken(text);
    let initial = |form: &String| form.chars().take(1).collect();
    let initials: Vec<Vec<String>> = spoken
        .iter()
        .map(|forms| forms.iter().map(initial).collect())
        .collect();
    (variants(&spoken), variants(&initials))
}

/// The spellings in pinyin of a name without noise, at most [`MAX_VARIANTS`].
pub(crate) fn spellings(core: &str) -> Vec<String> {
    variants(&spoken(core))
}

/// For each character how it may be spoken.
fn spoken(core: &str) -> Vec<Vec<String>> {
    core.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match readings(c) {
            known if known.is_empty() => vec![c.to_string()],
            known => known.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// The first spellings in order of likelihood: the earlier a form stands, the likelier.
fn variants(forms: &[Vec<String>]) -> Vec<String> {
    let mut all = vec![String::new()];
    for choices in forms {
        let mut next: Vec<String> = Vec::new();
        for choice in choices {
            for begun in &all {
                let spelling = format!("{begun}{choice}");
                if next.len() < MAX_VARIANTS && !next.contains(&spelling) {
                    next.push(spelling);
                }
            }
        }
        all = next;
    }
    all.retain(|spelling| !spelling.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_has_its_pinyin_and_its_initials() {
        let keys = search_keys("大塘龙社区党群服务中心", "桂园街道", "大塘龙社区", "");
        assert_eq!(keys.name, "大塘龙");
        assert_eq!(keys.pinyin, ["datanglong"]);
        assert_eq!(keys.initials, ["dtl"]);
        assert_eq!(keys.around, "桂园");
        assert_eq!(keys.text(), "大塘龙 datanglong dtl 桂园");
    }

    #[test]
    fn several_readings_give_several_spellings_the_local_one_first() {
        let keys = search_keys("黃埔社區黨群服務中心", "", "", "");
        assert_eq!(keys.pinyin, ["huangbu", "huangpu"]);
        assert_eq!(keys.initials, ["hb", "hp"]);
        assert_eq!(
            search_keys("松元厦社区", "", "", "").pinyin,
            ["songyuanxia", "songyuansha"]
        );
        assert_eq!(search_keys("", "", "", "").text(), "");
    }

    proptest! {
        #[test]
        fn spellings_are_bounded_and_differ(name in "[重长乐都行朝单宿埔涌厦茜A-z0-9]{0,12}") {
            let keys = search_keys(&name, "", "", "");
            for spellings in [&keys.pinyin, &keys.initials] {
                prop_assert!(spellings.len() <= MAX_VARIANTS);
                let unique: std::collections::BTreeSet<_> = spellings.iter().collect();
                prop_assert_eq!(unique.len(), spellings.len());
                prop_assert!(spellings.iter().all(|s| s.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())));
            }
        }
    }
}
