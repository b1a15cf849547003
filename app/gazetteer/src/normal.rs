//! Normalising texts for comparison: one width, one case, one script, no noise.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Loaded once, because it takes a few milliseconds. A broken dictionary would leave texts as they
/// are; a test checks that it is intact.
static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// What nearly every center is called besides its own name, longest first, simplified.
const NOISE: [&str; 15] = [
    "(虚构示例)",
    "党群服务中心",
    "街道办事处",
    "党群服务站",
    "党群中心",
    "服务中心",
    "社区工作站",
    "工作站",
    "居委会",
    "深圳市",
    "广东省",
    "党群",
    "社区",
    "街道",
    "办事处",
];

/// The same as typed in Latin letters behind a name, longest first.
const LATIN_NOISE: [&str; 8] = [
    "shequdangqunfuwuzhongxin",
    "dangqunfuwuzhongxin",
    "fuwuzhongxin",
    "sqdqfwzx",
    "jiedao",
    "dqfwzx",
    "shequ",
    "dangqun",
];

/// Full-width letters, digits, signs and compatibility forms in their ordinary form (NFKC).
pub fn half_width(text: &str) -> String {
    text.nfkc().collect()
}

/// Simplified characters for traditional ones.
pub fn simplified(text: &str) -> String {
    match TO_SIMPLIFIED.as_ref() {
        Some(converter) if !text.is_ascii() => converter.convert(text),
        _ => text.to_owned(),
    }
}

/// The form in which texts are compared: half width, lower case, simplified, tone marks off
/// (`lóng` is `long`, `lǜ` is `lv`), outer spaces off. Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    let lower = half_width(text).to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for c in simplified(&lower).chars() {
        match c {
            'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => folded.push('v'),
            c if c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c) => folded.push(c),
            c => folded.extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded.trim().to_owned()
}

/// A folded text without the words that nearly every center's name has, in Chinese. It may be
/// empty: then the text said nothing but these.
pub fn without_noise(folded: &str) -> String {
    NOISE
        .iter()
        .fold(folded.to_owned(), |text, noise| text.replace(noise, ""))
}

/// What of a text tells a center or a place apart: folded and without noise.
pub fn core(text: &str) -> String {
    without_noise(&fold(text))
}

/// A folded word of Latin letters without `shequ` or the like behind it. None where there is
/// nothing to take off, or nothing would be left.
pub(crate) fn without_latin_noise(word: &str) -> Option<&str> {
    LATIN_NOISE
        .iter()
        .find_map(|noise| word.strip_suffix(noise))
        .filter(|rest| !rest.is_empty())
}

/// Whether a folded word of Latin letters is only such noise.
pub(crate) fn is_latin_noise(word: &str) -> bool {
    LATIN_NOISE.contains(&word)
}

/// The words of a folded text: runs of letters, digits and characters. Apostrophes vanish
/// (`xi'an` is one word).
pub(crate) fn words(folded: &str) -> Vec<String> {
    folded
        .replace(['\'', '’', '`'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_dictionary_is_whole() {
        assert!(TO_SIMPLIFIED.is_some());
    }

    #[test]
    fn traditional_names_become_simplified_ones() {
        for (traditional, expected) in [
            ("龍崗區", "龙岗区"),
            ("寶安", "宝安"),
            ("羅湖", "罗湖"),
            ("鹽田", "盐田"),
            ("黃貝嶺", "黄贝岭"),
            ("蓮塘", "莲塘"),
            ("崗廈", "岗厦"),
            ("葵湧", "葵涌"),
            ("後海", "后海"),
        ] {
            assert_eq!(fold(traditional), expected);
            assert_eq!(fold(expected), expected, "simplified text stays");
        }
    }

    #[test]
    fn width_case_tones_and_spaces_do_not_matter() {
        assert_eq!(fold("　ＬＵＯＨＵ　"), "luohu");
        assert_eq!(fold("Lóng Gǎng"), "long gang");
        assert_eq!(fold("lǜjǐng"), "lvjing");
        assert_eq!(words(&fold("Xi'an，龙岗·坂田")), ["xian", "龙岗", "坂田"]);
    }

    #[test]
    fn noise_is_dropped_and_names_stay() {
        assert_eq!(without_noise("大塘龙社区党群服务中心"), "大塘龙");
        assert_eq!(
            without_noise("大塘龙社区第二党群服务中心(虚构示例)"),
            "大塘龙第二"
        );
        assert_eq!(without_noise("中心社区党群服务中心"), "中心");
        assert_eq!(without_noise("深圳大学社区"), "深圳大学");
        assert_eq!(without_noise("社区"), "");
        assert_eq!(without_latin_noise("datanglongshequ"), Some("datanglong"));
        assert_eq!(without_latin_noise("shequ"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "[龍崗寶安羅湖鹽後裡A-Zａ-ｚǖéñ 　0-9'.]{0,16}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_takes_any_text(text in "\\PC{0,40}") {
            let _ = words(&without_noise(&fold(&text)));
        }
    }
}
