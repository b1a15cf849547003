//! Sheets as PDF, by krilla.

use krilla::Document as Pdf;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree};

use crate::flow::{Branch, MARGIN, Mark, PAGE, Piece, What};
use crate::page::Document;
use crate::{Font, Paper, PaperError};

/// Writes the file.
pub(crate) fn write(
    font: &Font,
    paper: &Paper<'_>,
    document: Document,
) -> Result<Vec<u8>, PaperError> {
    if paper.title.trim().is_empty() {
        return Err(PaperError::Draw("there is no title".into()));
    }
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PaperError::Draw(format!("{error:?}")))?;
    let mut pdf = Pdf::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });

    let mut identifiers: Vec<(usize, Identifier)> = Vec::new();
    for sheet in &document.sheets {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
        let settings = settings.ok_or_else(|| PaperError::Draw("the page has no size".into()))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for piece in sheet {
            draw(&mut surface, font, piece, &mut identifiers);
        }
        surface.finish();
        page.finish();
    }

    let mut tree = TagTree::new().with_lang(Some(paper.language.to_string()));
    identifiers.sort_by_key(|(leaf, _)| *leaf);
    for branch in document.tree {
        nodes(branch, &identifiers, &mut |node| tree.push(node));
    }
    pdf.set_tag_tree(tree);
    pdf.set_metadata(metadata(paper));
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, MARGIN));
    outline.push_child(OutlineNode::new(paper.title.replace('\n', " "), top));
    pdf.set_outline(outline);
    pdf.finish().map_err(|error| PaperError::Draw(said(error)))
}

fn metadata(paper: &Paper<'_>) -> Metadata {
    let title = if paper.document_title.is_empty() {
        &paper.title
    } else {
        &paper.document_title
    };
    let made = DateTime::new(paper.made.year)
        .month(paper.made.month)
        .day(paper.made.day);
    Metadata::new()
        .title(title.replace('\n', " "))
        .language(paper.language.to_string())
        .creation_date(made)
}

fn draw(
    surface: &mut Surface<'_>,
    font: &Font,
    piece: &Piece,
    identifiers: &mut Vec<(usize, Identifier)>,
) {
    match piece.mark {
        Mark::Artifact(kind) => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        }
        Mark::Leaf(leaf) => {
            let tag = match piece.what {
                What::Rectangles(_) => ContentTag::Other,
                What::Text { .. } | What::Slanted { .. } => ContentTag::Span(SpanTag::empty()),
            };
            identifiers.push((leaf, surface.start_tagged(tag)));
        }
    }
    surface.set_fill(Some(Fill {
        paint: luma::Color::new(piece.grey).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }));
    let at = Point::from_xy(piece.x, piece.y);
    match &piece.what {
        What::Text { text, glyphs, size } => {
            surface.draw_glyphs(at, glyphs, font.drawn.clone(), text, *size, false);
        }
        What::Slanted { text, glyphs, size } => {
            let (x, y) = (PAGE.0 / 2.0, PAGE.1 / 2.0);
            let angle = -PAGE.1.atan2(PAGE.0).to_degrees();
            surface.push_transform(&Transform::from_rotate_at(angle, x, y));
            surface.draw_glyphs(at, glyphs, font.drawn.clone(), text, *size, false);
            surface.pop();
        }
        What::Rectangles(rectangles) => {
            if let Some(path) = path(at, rectangles) {
                surface.draw_path(&path);
            }
        }
    }
    surface.end_tagged();
}

fn path(at: Point, rectangles: &[[f32; 4]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for &[x, y, width, height] in rectangles {
        path.push_rect(Rect::from_xywh(at.x + x, at.y + y, width, height)?);
    }
    path.finish()
}

/// A branch as krilla has it, with the places where its pieces were drawn.
fn nodes(branch: Branch, identifiers: &[(usize, Identifier)], add: &mut dyn FnMut(Node)) {
    match branch {
        Branch::Group(kind, children) => {
            let mut group = TagGroup::new(kind);
            for child in children {
                nodes(child, identifiers, &mut |node| group.push(node));
            }
            add(group.into());
        }
        Branch::Leaf(leaf) => {
            let from = identifiers.partition_point(|(other, _)| *other < leaf);
            let own = identifiers.iter().skip(from);
            for (_, identifier) in own.take_while(|(other, _)| *other == leaf) {
                add((*identifier).into());
            }
        }
    }
}

/// What krilla says, with the rules that were broken.
fn said(error: KrillaError) -> String {
    match error {
        KrillaError::Validation(broken) => {
            let rules = broken.iter().map(|(rule, _)| format!("{rule:?}"));
            rules.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
