//! The font, and a text in it: which glyphs, how wide.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use harfrust::{
    Direction, Feature, FontRef, Language, ShapeOptions, ShapePlan, ShaperData, Tag, UnicodeBuffer,
    script,
};
use krilla::text::{GlyphId, KrillaGlyph};

use crate::PaperError;
use crate::lines::Cluster;

/// A font from a file. Cheap to share, and usable from several threads at once.
pub struct Font {
    bytes: Arc<Vec<u8>>,
    face: u32,
    shaping: ShaperData,
    pub(crate) drawn: krilla::text::Font,
}

impl Font {
    /// Reads a font. In a collection `face` chooses one, and is 0 otherwise: in Debian's
    /// `NotoSansCJK-Regular.ttc` 0 has Japanese shapes, 2 the simplified Chinese ones.
    ///
    /// # Errors
    /// [`PaperError::BadFont`].
    pub fn read(bytes: Vec<u8>, face: u32) -> Result<Self, PaperError> {
        let bytes = Arc::new(bytes);
        let drawn = krilla::text::Font::new(Arc::clone(&bytes).into(), face);
        let drawn = drawn.ok_or(PaperError::BadFont)?;
        let font = FontRef::from_index(&bytes, face).map_err(|_| PaperError::BadFont)?;
        let shaping = ShaperData::new(&font);
        Ok(Self {
            bytes,
            face,
            shaping,
            drawn,
        })
    }

    /// `None` only if the font could be read before and can't be now.
    pub(crate) fn shaper(&self, language: &str) -> Option<Shaper<'_>> {
        let font = FontRef::from_index(&self.bytes, self.face).ok()?;
        let shaper = self.shaping.shaper(&font).build();
        let features = if is_set_in_squares(language) {
            Vec::new()
        } else {
            vec![Feature::new(Tag::new(b"pwid"), 1, ..)]
        };
        let language = language.parse().ok();
        let plan = ShapePlan::new(
            &shaper,
            Direction::LeftToRight,
            Some(script::HAN),
            language.as_ref(),
            &features,
        );
        let em = self.drawn.units_per_em();
        Some(Shaper {
            shaper,
            plan,
            features,
            language,
            em,
        })
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Font")
            .field("face", &self.face)
            .finish_non_exhaustive()
    }
}

/// Shapes texts in one language.
pub(crate) struct Shaper<'a> {
    shaper: harfrust::Shaper<'a>,
    plan: ShapePlan,
    features: Vec<Feature>,
    language: Option<Language>,
    em: f32,
}

/// A shaped text without line breaks. Widths are in em.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) text: Rc<str>,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

impl Shaper<'_> {
    /// Shapes a text. Line breaks in it become spaces.
    pub(crate) fn shape(&self, text: &str) -> Result<Run, PaperError> {
        let text = clean(text);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(Direction::LeftToRight);
        // One script for all: it chooses among the font's rules, which are the same for Latin text.
        buffer.set_script(script::HAN);
        if let Some(language) = &self.language {
            buffer.set_language(language.clone());
        }
        // A variant of a character that the font lacks is a missing glyph too.
        buffer.set_not_found_variation_selector_glyph(0);
        let options = ShapeOptions::new().plan(Some(&self.plan));
        let shaped = self.shaper.shape(buffer, options.features(&self.features));

        let infos = shaped.glyph_infos();
        let mut missing = Vec::new();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (index, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = info.cluster as usize;
            let next = infos.iter().skip(index).map(|next| next.cluster as usize);
            let end = next.into_iter().find(|&next| next != start);
            let range = start..end.unwrap_or(text.len());
            if info.glyph_id == 0 {
                missing.extend(text.get(range.clone()).unwrap_or_default().chars());
            }
            let em = |units: i32| units as f32 / self.em;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(position.x_advance),
                em(position.x_offset),
                em(position.y_offset),
                em(position.y_advance),
                range,
                None,
            ));
        }
        if missing.is_empty() {
            let text = text.into();
            Ok(Run { text, glyphs })
        } else {
            Err(missing_glyph(&missing, text))
        }
    }
}

impl Run {
    /// The smallest parts between which a line may be broken.
    pub(crate) fn clusters(&self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::with_capacity(self.glyphs.len());
        for (index, glyph) in self.glyphs.iter().enumerate() {
            match clusters.last_mut() {
                Some(last) if last.at == glyph.text_range.start => last.width += glyph.x_advance,
                _ => clusters.push(Cluster {
                    at: glyph.text_range.start,
                    glyph: index,
                    width: glyph.x_advance,
                }),
            }
        }
        clusters
    }
}

/// Whether a language is written in ideographs or the like. Its fonts have quotation marks as wide
/// as an ideograph, which would tear an English "don’t" apart.
fn is_set_in_squares(language: &str) -> bool {
    let main = language.split(['-', '_']).next().unwrap_or_default();
    ["zh", "ja", "ko", "yue"].contains(&main.to_ascii_lowercase().as_str())
}

/// Line breaks and tabs become spaces. What is never seen is left out: it has no width, and in the
/// file it would only mislead who copies from it.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push(' '),
            // Soft hyphen, zero-width spaces and joiners, marks of direction, and whether a
            // character is shown as a picture.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}' => {}
            c => out.push(c),
        }
    }
    out
}

fn missing_glyph(missing: &[char], text: String) -> PaperError {
    let mut named: Vec<String> = Vec::new();
    for &c in missing {
        let point = u32::from(c);
        let name = if c.is_control() {
            format!("U+{point:04X}")
        } else {
            format!("{c} (U+{point:04X})")
        };
        if !named.contains(&name) {
            named.push(name);
        }
    }
    PaperError::MissingGlyph {
        characters: named.join(", "),
        text,
    }
}
