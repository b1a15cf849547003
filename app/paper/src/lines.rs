//! Where a line may end: between any two ideographs, but not so that punctuation stands on the
//! wrong side; between words, but not inside one unless it is longer than the line.

use std::ops::Range;

/// Must not begin a line.
const NOT_FIRST: &str = "，。、；：！？）」』》〉】〕］｝〗〙”’…‥·・～々ー％‰℃°,.;:!?)]}%";
/// Must not end a line.
const NOT_LAST: &str = "（「『《〈【〔［｛〖〘“‘([{￥¥$#№";

/// A part of a shaped text that can't be broken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cluster {
    /// Where in the text it begins, in bytes.
    pub(crate) at: usize,
    /// Its first glyph.
    pub(crate) glyph: usize,
    /// Its width, in any unit.
    pub(crate) width: f32,
}

/// Breaks a text into lines no wider than `measure`, each as a range of clusters. Together they
/// hold every cluster once. Spaces at the end of a line don't count for its width.
///
/// A single cluster wider than the measure has a line of its own.
pub(crate) fn break_lines(text: &str, clusters: &[Cluster], measure: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < clusters.len() {
        let end = line_end(text, clusters, start, measure);
        lines.push(start..end);
        start = end;
    }
    lines
}

/// The width of a line without the spaces at its end.
pub(crate) fn width(text: &str, clusters: &[Cluster]) -> f32 {
    let spaces = clusters.iter().rev().take_while(|c| is_space(text, c));
    let seen = clusters.len() - spaces.count();
    clusters.iter().take(seen).map(|c| c.width).sum()
}

fn line_end(text: &str, clusters: &[Cluster], start: usize, measure: f32) -> usize {
    let mut width = 0.0;
    let mut last_chance = None;
    for (index, cluster) in clusters.iter().enumerate().skip(start) {
        if index > start && may_break(text, cluster.at) {
            last_chance = Some(index);
        }
        width += cluster.width;
        if !is_space(text, cluster) && width > measure && index > start {
            return last_chance.unwrap_or(index);
        }
    }
    clusters.len()
}

fn is_space(text: &str, cluster: &Cluster) -> bool {
    text.get(cluster.at..)
        .is_some_and(|rest| rest.starts_with(' '))
}

/// Whether a line may end before the byte `at`.
pub(crate) fn may_break(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else {
        return false;
    };
    let (Some(before), Some(after)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    if after == ' ' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    match (before, after) {
        (' ', _) => true,
        // A dash of two characters is one.
        ('—', '—') => false,
        ('-' | '–' | '/', after) => after.is_alphabetic(),
        (before, after) => is_wide(before) || is_wide(after),
    }
}

/// Whether a character is an ideograph, or set like one.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A cluster for each character: an em for wide ones, half of one for others.
    fn clusters(text: &str) -> Vec<Cluster> {
        text.char_indices()
            .enumerate()
            .map(|(glyph, (at, c))| Cluster {
                at,
                glyph,
                width: if is_wide(c) { 1.0 } else { 0.5 },
            })
            .collect()
    }

    fn lines(text: &str, measure: f32) -> Vec<&str> {
        let clusters = clusters(text);
        let at = |index: usize| clusters.get(index).map_or(text.len(), |c| c.at);
        break_lines(text, &clusters, measure)
            .into_iter()
            .map(|line| &text[at(line.start)..at(line.end)])
            .collect()
    }

    #[test]
    fn ideographs_may_part_anywhere() {
        assert_eq!(
            lines("春眠不觉晓处处闻啼鸟", 4.0),
            ["春眠不觉", "晓处处闻", "啼鸟"]
        );
        assert_eq!(lines("", 4.0), [""; 0]);
    }

    #[test]
    fn punctuation_stays_on_its_side() {
        for closing in "，。、；：！？）」》”".chars() {
            let text = format!("春眠不觉{closing}晓处");
            let second = format!("觉{closing}晓处");
            assert_eq!(lines(&text, 4.0), ["春眠不", &second]);
        }
        for opening in "（「《“".chars() {
            let text = format!("春眠不{opening}觉晓");
            let second = format!("{opening}觉晓");
            assert_eq!(lines(&text, 4.0), ["春眠不", &second]);
        }
        assert_eq!(lines("春眠不觉——晓", 5.0), ["春眠不觉——", "晓"]);
    }

    #[test]
    fn words_stay_whole_unless_they_are_longer_than_the_line() {
        let text = "the quick brown fox";
        assert_eq!(lines(text, 5.0), ["the quick ", "brown fox"]);
        assert_eq!(
            lines(text, 4.5),
            ["the quick ", "brown fox"],
            "a space may stick out"
        );
        assert_eq!(lines(text, 4.0), ["the ", "quick ", "brown ", "fox"]);
        assert_eq!(
            lines("a extraordinary", 3.0),
            ["a ", "extrao", "rdinar", "y"]
        );
        assert_eq!(lines("服务24.5小时", 4.0), ["服务24.5", "小时"]);
        assert_eq!(lines("服务24.5小时", 3.0), ["服务", "24.5小", "时"]);
        assert_eq!(
            lines("on 2026-10-03 well-known", 7.0),
            ["on 2026-10-03 ", "well-known"]
        );
        assert_eq!(lines("a well-known", 4.0), ["a well-", "known"]);
    }

    fn texts() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[a-zA-Z0-9.,-]{1,12}",
            "[一-龥]{1,8}",
            "[，。、；：！？）」》”（「《“—…]{1,3}",
            " {1,2}",
        ];
        prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_measure_and_nothing_is_lost(text in texts(), measure in 1.0f32..30.0) {
            let all = clusters(&text);
            let ranges = break_lines(&text, &all, measure);
            for range in &ranges {
                prop_assert!(!range.is_empty());
                prop_assert!(width(&text, &all[range.clone()]) <= measure);
            }
            prop_assert_eq!(lines(&text, measure).concat(), text);
        }

        #[test]
        fn a_line_ends_where_it_may_or_has_no_such_place(text in texts(), measure in 1.0f32..30.0) {
            let all = clusters(&text);
            for range in break_lines(&text, &all, measure) {
                let Some(next) = all.get(range.end) else { continue };
                let inside = all[range.clone()].iter().skip(1).any(|c| may_break(&text, c.at));
                prop_assert!(may_break(&text, next.at) || !inside, "{:?}", lines(&text, measure));
            }
        }

        #[test]
        fn a_line_is_as_long_as_it_can_be(text in texts(), measure in 1.0f32..30.0) {
            let all = clusters(&text);
            for range in break_lines(&text, &all, measure) {
                let further = (range.end + 1..=all.len())
                    .filter(|&end| all.get(end).is_none_or(|c| may_break(&text, c.at)))
                    .any(|end| width(&text, &all[range.start..end]) <= measure);
                prop_assert!(!further || range.end == all.len(), "{:?}", lines(&text, measure));
            }
        }
    }
}
