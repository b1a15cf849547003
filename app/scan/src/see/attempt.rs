//! One attempt: three finders to a text.

use super::equalise::{compare, flatten, inner, teach};
use super::field::Field;
use super::finder;
use super::fit::{Fit, Template};
use super::luma::Frame;
use super::map::{Map, Point};
use super::square::Square;
use super::triple::Triple;
use super::work::Work;
use crate::qr::{Layout, Reader, Reading, Version};

/// Minimum agreement with the fixed patterns. All of 330 hard pictures that were read had 0.58 or
/// more; most false finders have 0.35 or less.
const LEAST: f32 = 0.45;

/// Agreement before the map is refined below which that is not worth the work.
const HOPEFUL: f32 = 0.15;

/// The share of the fixed patterns' modules that must have been read right before more is tried.
/// All that were read had 0.93 or more; chance has 0.7.
const ALIKE: f32 = 0.85;

/// How much is tried for one triple.
#[derive(Clone, Copy)]
pub(crate) struct Pains {
    /// Versions around the one that the distances speak for.
    pub(crate) versions: usize,
    /// Perspectives that are refined.
    pub(crate) fits: usize,
    /// Whether blur is taken back by larger filters, and the fit repeated on what was read.
    pub(crate) thorough: bool,
}

impl Pains {
    pub(crate) const LITTLE: Self = Self {
        versions: 2,
        fits: 1,
        thorough: false,
    };
    pub(crate) const GREAT: Self = Self {
        versions: 3,
        fits: 2,
        thorough: true,
    };
}

/// Versions that were met, with their patterns.
#[derive(Default)]
pub(crate) struct Shelf(Vec<(usize, Layout, Template)>);

impl Shelf {
    fn get(&mut self, number: usize) -> Option<(&Layout, &Template)> {
        let at = match self.0.iter().position(|(n, ..)| *n == number) {
            Some(at) => at,
            None => {
                let layout = Layout::new(Version::new(number)?);
                let template = Template::new(&layout);
                self.0.push((number, layout, template));
                self.0.len() - 1
            }
        };
        let (_, layout, template) = self.0.get(at)?;
        Some((layout, template))
    }
}

/// What a code says, and its corners in the picture.
pub(crate) struct Success {
    pub(crate) text: String,
    pub(crate) corners: [Point; 4],
}

/// Where an attempt looks.
pub(crate) struct Views<'a> {
    /// The field in which the finders were found, and its pixels' size in those of the picture.
    pub(crate) field: &'a Field,
    pub(crate) scale: f32,
    /// The picture itself, and how much larger it is than that in which the modules are measured.
    pub(crate) frame: &'a Frame,
    pub(crate) frame_scale: f32,
}

/// Tries to read the code whose finders these are; they are given in the field's pixels.
/// What is done is spent from `work`.
pub(crate) fn attempt(
    views: &Views<'_>,
    triple: &Triple,
    pains: Pains,
    shelf: &mut Shelf,
    work: &mut Work,
) -> Option<Success> {
    let start = Map {
        corner: triple.corner.at,
        right: triple.right.at,
        below: triple.below.at,
        tilt: (
            depth(triple.corner.size / triple.right.size),
            depth(triple.corner.size / triple.below.size),
        ),
    };
    let guess = modules_between(views.field, triple);
    let mut candidates: Vec<(Fit, usize)> = Vec::new();
    for number in versions(guess, pains.versions) {
        let Some((_, template)) = shelf.get(number) else {
            continue;
        };
        for fit in template.search(views.field, start, pains.fits, work) {
            candidates.push((fit, number));
        }
    }
    let by_score = |a: &(Fit, usize), b: &(Fit, usize)| b.0.score.total_cmp(&a.0.score);
    candidates.sort_by(by_score);
    candidates.truncate(1 + pains.fits);
    for (fit, number) in &mut candidates {
        if fit.score >= HOPEFUL
            && let Some((_, template)) = shelf.get(*number)
        {
            *fit = template.refine(views.field, fit.map, 0.6, work);
        }
    }
    candidates.sort_by(by_score);
    let best = candidates.first()?.0.score;
    for (fit, number) in candidates {
        if fit.score < LEAST || fit.score < best * 0.75 {
            break;
        }
        let (layout, _) = shelf.get(number)?;
        if let Some(success) = read(views, fit.map, layout, pains, work) {
            return Some(success);
        }
    }
    None
}

/// How much the depth grows, by how much smaller a finder looks. Small differences may be errors.
fn depth(ratio: f32) -> f32 {
    if (0.75..1.33).contains(&ratio) {
        return 0.0;
    }
    // a finder that lies aslant shrinks by the depth one way, by its square the other
    ratio.powf(2.0 / 3.0).clamp(0.4, 2.5) - 1.0
}

/// The distance of the finders in modules: measured along the lines that join them.
fn modules_between(field: &Field, triple: &Triple) -> f32 {
    let mut sum = 0.0;
    for (a, b) in [(triple.corner, triple.right), (triple.corner, triple.below)] {
        let (dx, dy) = a.at.to(b.at);
        let length = dx.hypot(dy).max(1.0);
        let direction = (dx / length, dy / length);
        let size = |f: finder::Finder| {
            finder::line(field, f.at, direction, f.size).map_or(f.size, |(_, size)| size)
        };
        sum += length / (size(a) * size(b)).sqrt();
    }
    sum / 2.0
}

/// The versions whose finders are about so far apart, the nearest first.
fn versions(modules: f32, count: usize) -> Vec<usize> {
    let exact = (modules + 7.0 - 17.0) / 4.0;
    let mut all: Vec<usize> = (1..=40).collect();
    all.sort_by(|&a, &b| {
        (a as f32 - exact)
            .abs()
            .total_cmp(&(b as f32 - exact).abs())
    });
    let more = (exact.max(0.0) * 0.1) as usize;
    all.truncate(count + more);
    all
}

/// Measures and reads the modules under a map, which is in the field's pixels.
fn read(
    views: &Views<'_>,
    map: Map,
    layout: &Layout,
    pains: Pains,
    work: &mut Work,
) -> Option<Success> {
    let side = layout.side();
    let reader = Reader {
        layout,
        formats: if pains.thorough { 3 } else { 2 },
    };
    let mut map = map;
    for round in 0..2 {
        let measured = map.scaled(views.scale / views.frame_scale);
        work.spend(side * side * 60);
        let square = Square::measure(views.frame, &measured, side, 0.75);
        let (text, soft) = interpret(&square, layout, &reader, pains, work);
        if let Some(text) = text {
            let corners = corners(&map.scaled(views.scale), side);
            return Some(Success { text, corners });
        }
        if !pains.thorough || round == 1 || agreement(&soft, layout) < ALIKE {
            return None;
        }
        // a mirror shows columns as rows
        let mirror = Square::measure(views.frame, &measured.transposed(), side, 0.75);
        let (text, _) = interpret(&mirror, layout, &reader, Pains::LITTLE, work);
        if let Some(text) = text {
            let corners = corners(&map.scaled(views.scale), side);
            return Some(Success { text, corners });
        }
        let fit = Template::of(&soft, side).refine(views.field, map, 0.3, work);
        map = fit.map;
    }
    None
}

/// The share of the fixed patterns' modules that have their colour.
fn agreement(soft: &[f32], layout: &Layout) -> f32 {
    let fixed = layout.fixed().iter().zip(soft).filter(|(f, _)| **f != 0);
    let right = fixed.clone().filter(|(f, s)| f32::from(**f) * **s > 0.0);
    right.count() as f32 / fixed.count().max(1) as f32
}

/// Reads a measured square, taking back ever more blur. Returns the last soft modules as well.
fn interpret(
    square: &Square,
    layout: &Layout,
    reader: &Reader<'_>,
    pains: Pains,
    work: &mut Work,
) -> (Option<String>, Vec<f32>) {
    let side = layout.side();
    let mut known = layout.fixed().to_vec();
    let flat = flatten(square);
    let mut soft = inner(&flat, side);
    let learn = |soft: &[f32], known: &mut Vec<i8>| match reader.read(soft) {
        Reading::Text(text) => Some(text),
        Reading::Part(part) => {
            for (k, p) in known.iter_mut().zip(part) {
                if *k == 0 {
                    *k = p;
                }
            }
            None
        }
        Reading::Nothing => None,
    };
    if let Some(text) = learn(&soft, &mut known) {
        return (Some(text), soft);
    }
    if agreement(&soft, layout) < ALIKE - 0.15 {
        return (None, soft);
    }
    let mut wide = teach(&flat, &known, side, 1);
    let rounds: &[usize] = if pains.thorough { &[1, 2, 2] } else { &[1] };
    for &reach in rounds {
        work.spend(side * side * 100);
        let even = compare(square, &wide);
        soft = inner(&even, side);
        if let Some(text) = learn(&soft, &mut known) {
            return (Some(text), soft);
        }
        wide = teach(&even, &known, side, reach);
        soft = inner(&wide, side);
        if let Some(text) = learn(&soft, &mut known) {
            return (Some(text), soft);
        }
    }
    (None, soft)
}

/// The code's corners in the picture, clockwise from the top left.
fn corners(map: &Map, side: usize) -> [Point; 4] {
    let modules = side as f32 - 7.0;
    let (near, far) = (-3.5 / modules, 1.0 + 3.5 / modules);
    let apply = map.coefficients();
    [(near, near), (far, near), (far, far), (near, far)].map(|(u, v)| apply.apply(u, v))
}
