//! The order in which a picture is prepared and searched, and when to stop.

use super::attempt::{Pains, Shelf, Views, attempt};
use super::field::{Field, Recipe};
use super::finder::{self, Finder};
use super::luma::Frame;
use super::map::Point;
use super::triple::triples;
use super::work::Work;

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For every frame of a camera: two preparations.
    Quick,
    /// For a camera's frame of this number: the quick preparations, and two of the others by
    /// turns, so that a code that stays in view is met with all of them within eight frames.
    Frame(u32),
    /// For files: as long as it takes.
    Thorough,
}

/// A code that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its text.
    pub text: String,
    /// Its corners in pixels, clockwise from its own top left.
    pub corners: [(f32, f32); 4],
}

/// A preparation: how often the picture is halved, what then happens to it, and whether light and
/// dark are exchanged.
struct Step {
    halved: usize,
    recipe: Recipe,
    inverted: bool,
}

const fn step(
    halved: usize,
    smooth: usize,
    (sharpen, against): (f32, usize),
    reach: usize,
    inverted: bool,
) -> Step {
    Step {
        halved,
        recipe: Recipe {
            smooth,
            sharpen,
            against,
            reach,
        },
        inverted,
    }
}

const PLAIN: (f32, usize) = (0.0, 0);

/// How many of the preparations are the quick ones.
const QUICK: usize = 2;

/// All preparations, the likeliest to help first.
const ALL: [Step; 17] = [
    step(0, 1, PLAIN, 24, false),
    step(1, 1, PLAIN, 20, false),
    step(0, 1, (2.0, 3), 14, false),
    step(1, 0, (4.0, 3), 20, false),
    step(0, 3, PLAIN, 40, false),
    step(2, 0, (4.0, 3), 16, false),
    step(1, 3, PLAIN, 40, false),
    step(0, 1, (6.0, 3), 20, false),
    step(0, 2, (6.0, 6), 30, false),
    step(1, 0, (8.0, 3), 20, false),
    step(1, 1, (12.0, 3), 20, false),
    step(1, 1, (8.0, 6), 20, false),
    step(2, 0, (10.0, 3), 20, false),
    step(2, 1, (8.0, 3), 20, false),
    step(2, 1, PLAIN, 20, false),
    step(0, 1, PLAIN, 24, true),
    step(1, 1, PLAIN, 24, true),
];

/// Work on one picture at which the search ends, in looks at a pixel: 5 to 10 ns each.
const QUICK_WORK: u64 = 8_000_000;
const FRAME_WORK: u64 = 10_000_000;
const THOROUGH_WORK: u64 = 120_000_000;

/// Reads the codes in a picture, each once. All codes are returned; it is up to the caller to ask
/// which one is meant (C-103). Never panics, whatever the picture (C-97).
#[must_use]
pub fn decode(frame: &Frame, effort: Effort) -> Vec<Found> {
    let (first, others) = ALL.split_at(QUICK);
    let (steps, pains, limit): (Vec<&Step>, _, _) = match effort {
        Effort::Quick => (first.iter().collect(), Pains::LITTLE, QUICK_WORK),
        Effort::Frame(number) => {
            let turn = number as usize % others.len() * 2;
            let others = others.iter().cycle().skip(turn).take(2);
            (
                first.iter().chain(others).collect(),
                Pains::GREAT,
                FRAME_WORK,
            )
        }
        Effort::Thorough => (ALL.iter().collect(), Pains::GREAT, THOROUGH_WORK),
    };
    let mut search = Search {
        shelf: Shelf::default(),
        found: Vec::new(),
        tried: Vec::new(),
        work: Work::new(limit),
        pains,
    };
    let mut pyramid = vec![frame.clone()];
    for step in steps {
        while pyramid.len() <= step.halved {
            match pyramid.last().and_then(Frame::halved) {
                Some(half) => pyramid.push(half),
                None => break,
            }
        }
        let Some(view) = pyramid.get(step.halved) else {
            continue;
        };
        if step.inverted {
            search.look(&view.inverted(), &frame.inverted(), step);
        } else {
            search.look(view, frame, step);
        }
        if !search.found.is_empty() || search.work.is_over() {
            break;
        }
    }
    search.found
}

struct Search {
    shelf: Shelf,
    found: Vec<Found>,
    /// Middles of the finders of triples that were tried, in the picture's pixels, and how often.
    tried: Vec<([Point; 3], u32)>,
    work: Work,
    pains: Pains,
}

/// The most triples that are tried in one preparation.
const MOST_TRIPLES: usize = 24;

impl Search {
    fn look(&mut self, view: &Frame, frame: &Frame, step: &Step) {
        let field = Field::new(view, step.recipe);
        let rounds = 3 + step.recipe.smooth + step.recipe.against;
        self.work.spend(field.values.len() * rounds / 6);
        let finders = finder::find(&field);
        let scale = (1 << step.halved) as f32;
        self.combine(&field, &finders, scale, frame);
    }

    fn combine(&mut self, field: &Field, finders: &[Finder], scale: f32, frame: &Frame) {
        let views = Views {
            field,
            scale,
            frame,
            frame_scale: 1.0,
        };
        for triple in triples(finders).iter().take(MOST_TRIPLES) {
            if self.work.is_over() {
                return;
            }
            let points = [triple.corner.at, triple.right.at, triple.below.at].map(|p| Point {
                x: p.x * scale,
                y: p.y * scale,
            });
            if points.iter().any(|&p| self.taken(p)) {
                continue;
            }
            if !self.may_try(points, triple.corner.size * scale) {
                continue;
            }
            let success = attempt(&views, triple, self.pains, &mut self.shelf, &mut self.work);
            if let Some(success) = success {
                let corners = success.corners.map(|p| (p.x, p.y));
                if self.found.iter().all(|f| f.text != success.text) {
                    self.found.push(Found {
                        text: success.text,
                        corners,
                    });
                }
            }
        }
    }

    /// Whether a code that was read covers the place.
    fn taken(&self, place: Point) -> bool {
        self.found.iter().any(|found| {
            let turn = |i: usize| {
                let (a, b) = (found.corners[i], found.corners[(i + 1) % 4]);
                (b.0 - a.0) * (place.y - a.1) - (b.1 - a.1) * (place.x - a.0)
            };
            let turns = [turn(0), turn(1), turn(2), turn(3)];
            turns.iter().all(|&t| t > 0.0) || turns.iter().all(|&t| t < 0.0)
        })
    }

    /// The same three finders are tried in few preparations only.
    fn may_try(&mut self, points: [Point; 3], size: f32) -> bool {
        let same = |(known, _): &&mut ([Point; 3], u32)| {
            known
                .iter()
                .zip(&points)
                .all(|(a, b)| a.distance(*b) < size)
        };
        if let Some((_, times)) = self.tried.iter_mut().find(same) {
            *times += 1;
            return *times <= 4;
        }
        self.tried.push((points, 1));
        true
    }
}
