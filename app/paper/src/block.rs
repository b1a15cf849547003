//! A text broken into lines of one size.

use std::rc::Rc;

use krilla::text::KrillaGlyph;

use crate::PaperError;
use crate::font::{Run, Shaper};
use crate::lines::{Cluster, break_lines, is_wide, width};

/// Size, distance of lines and colour of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// In points, as all lengths.
    pub(crate) size: f32,
    pub(crate) leading: f32,
    /// 0 is black.
    pub(crate) grey: u8,
}

/// A shaped text that has no lines yet.
pub(crate) struct Words {
    style: Style,
    paragraphs: Vec<(Run, Vec<Cluster>)>,
}

/// A text in lines.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) style: Style,
    pub(crate) measure: f32,
    pub(crate) lines: Vec<Line>,
}

/// A line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// What the glyphs refer to.
    pub(crate) text: Rc<str>,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In points, without spaces at the end.
    pub(crate) width: f32,
}

impl Words {
    pub(crate) fn of(shaper: &Shaper<'_>, text: &str, style: Style) -> Result<Self, PaperError> {
        let mut paragraphs = Vec::new();
        for paragraph in text.lines() {
            let run = shaper.shape(paragraph)?;
            let clusters = run.clusters();
            paragraphs.push((run, clusters));
        }
        Ok(Self { style, paragraphs })
    }

    /// Moves ideographs apart, as in a title, by a part of their size. A text that has others too
    /// stays as it is.
    pub(crate) fn spaced(mut self, part: f32) -> Self {
        for (run, clusters) in &mut self.paragraphs {
            if !run.text.chars().all(is_wide) {
                continue;
            }
            let others = run.glyphs.len().saturating_sub(1);
            for glyph in run.glyphs.iter_mut().take(others) {
                glyph.x_advance += part;
            }
            *clusters = run.clusters();
        }
        self
    }

    /// The width that it would like to have.
    pub(crate) fn natural(&self) -> f32 {
        let widths = self.paragraphs.iter();
        let widths = widths.map(|(run, clusters)| width(&run.text, clusters) * self.style.size);
        // A little more, so that rounding never breaks a line that just fits.
        widths.fold(0.0, f32::max) + 0.01
    }

    /// Breaks it into lines with a ragged edge.
    pub(crate) fn ragged(&self, measure: f32) -> Block {
        self.block(measure, false)
    }

    /// Breaks it into lines, and spreads ideographs so that lines end at the edge where a little is
    /// missing.
    pub(crate) fn justified(&self, measure: f32) -> Block {
        self.block(measure, true)
    }

    fn block(&self, measure: f32, justify: bool) -> Block {
        let in_em = measure / self.style.size;
        let mut lines = Vec::new();
        for (run, clusters) in &self.paragraphs {
            let ranges = break_lines(&run.text, clusters, in_em);
            let last = ranges.len().saturating_sub(1);
            if ranges.is_empty() {
                lines.push(self.line(run, &[], 0));
            }
            for (index, range) in ranges.into_iter().enumerate() {
                let end = clusters.get(range.end);
                let end = end.map_or(run.glyphs.len(), |next| next.glyph);
                let clusters = clusters.get(range).unwrap_or_default();
                let mut line = self.line(run, clusters, end);
                if justify && index < last {
                    spread(&mut line, clusters, in_em, self.style.size);
                }
                lines.push(line);
            }
        }
        Block {
            style: self.style,
            measure,
            lines,
        }
    }

    fn line(&self, run: &Run, clusters: &[Cluster], end: usize) -> Line {
        let start = clusters.first().map_or(end, |first| first.glyph);
        Line {
            text: Rc::clone(&run.text),
            glyphs: run.glyphs.get(start..end).unwrap_or_default().to_vec(),
            width: width(&run.text, clusters) * self.style.size,
        }
    }
}

impl Block {
    pub(crate) fn height(&self) -> f32 {
        self.lines.len() as f32 * self.style.leading
    }
}

/// Widens the gaps beside ideographs until the line is as wide as the measure, unless too much is
/// missing: a word that did not fit leaves a hole that spreading would only move about.
fn spread(line: &mut Line, clusters: &[Cluster], measure: f32, size: f32) {
    const MOST: f32 = 0.12;
    let missing = measure - line.width / size;
    let wide = |at: usize| line.text.get(at..).and_then(|rest| rest.chars().next());
    let wide = |at: usize| wide(at).is_some_and(is_wide);
    // The glyphs after which there is a gap: the last of a cluster that has an ideograph on either
    // side.
    let mut gaps = Vec::new();
    for pair in clusters.windows(2) {
        if let [here, next] = pair
            && (wide(here.at) || wide(next.at))
        {
            gaps.push(next.at);
        }
    }
    let each = missing / gaps.len().max(1) as f32;
    if gaps.is_empty() || !(0.0..=MOST).contains(&each) {
        return;
    }
    let starts: Vec<usize> = line.glyphs.iter().map(|g| g.text_range.start).collect();
    for (glyph, next) in line.glyphs.iter_mut().zip(starts.iter().skip(1)) {
        if glyph.text_range.start != *next && gaps.contains(next) {
            glyph.x_advance += each;
        }
    }
    line.width = measure * size;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::Font;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const STYLE: Style = Style {
        size: 13.0,
        leading: 24.0,
        grey: 0,
    };

    static FONT: LazyLock<Font> = LazyLock::new(|| {
        let path = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
        let bytes = std::fs::read(path).expect("install Debian's fonts-noto-cjk");
        Font::read(bytes, 2).unwrap()
    });

    /// What the glyphs of a line take, spaces at the end included.
    fn advance(line: &Line) -> f32 {
        line.glyphs.iter().map(|g| g.x_advance).sum::<f32>() * STYLE.size
    }

    fn said(line: &Line) -> String {
        let mut ranges: Vec<_> = line.glyphs.iter().map(|g| g.text_range.clone()).collect();
        ranges.dedup();
        ranges.into_iter().map(|range| &line.text[range]).collect()
    }

    #[test]
    fn a_paragraph_of_ideographs_ends_at_the_edge_except_in_its_last_line() {
        let shaper = FONT.shaper("zh-CN").unwrap();
        let text = "兹证明该志愿者在本站参加志愿服务，服务内容与时长如下所列，特此证明。".repeat(3);
        let words = Words::of(&shaper, &text, STYLE).unwrap();
        let block = words.justified(300.0);
        let (last, others) = block.lines.split_last().unwrap();
        assert!(others.len() > 2 && last.width < 300.0);
        for line in others {
            assert!((advance(line) - 300.0).abs() < 0.1, "{}", said(line));
        }
    }

    #[test]
    fn an_apostrophe_is_narrow_in_english() {
        let width = |language, text| {
            let shaper = FONT.shaper(language).unwrap();
            Words::of(&shaper, text, STYLE).unwrap().natural()
        };
        assert!(width("en", "don’t") < width("en", "dont") + 0.4 * STYLE.size);
        assert!(width("zh-CN", "“春”") > 2.9 * STYLE.size);
    }

    #[test]
    fn letters_are_kerned() {
        let shaper = FONT.shaper("en").unwrap();
        let width = |text| Words::of(&shaper, text, STYLE).unwrap().natural();
        assert!(width("AVAVAV") < width("A") * 3.0 + width("V") * 3.0 - 1.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn lines_of_the_font_fit_and_say_the_whole_text(
            parts in prop::collection::vec(prop_oneof!["[a-zA-Z0-9.,-]{1,12}", "[一-鿋]{1,8}", "[，。、；：！？）」》”（「《“]{1,3}", " {1,2}"], 0..20),
            measure in 30.0f32..400.0,
            justify: bool,
        ) {
            let text = parts.concat();
            let words = Words::of(&FONT.shaper("zh-CN").unwrap(), &text, STYLE).unwrap();
            let block = words.block(measure, justify);
            for line in &block.lines {
                prop_assert!(line.width <= measure + 0.01, "{}", said(line));
                let end = said(line).trim_end_matches(' ').len();
                let spaces = (said(line).len() - end) as f32;
                let space = Words::of(&FONT.shaper("zh-CN").unwrap(), "x x", STYLE).unwrap().natural();
                prop_assert!(advance(line) - spaces * space <= measure + 0.05, "{}", said(line));
            }
            prop_assert_eq!(block.lines.iter().map(said).collect::<String>(), text);
        }
    }
}
