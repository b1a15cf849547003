//! Laying a code's fixed patterns over the picture until they agree best.

use super::field::Field;
use super::map::{Coefficients, Map};
use super::work::Work;
use crate::qr::Layout;

/// A module whose colour is known: its place in the code's plane, and 1 for dark, -1 for light.
type Known = (f32, f32, f32);

/// The fixed patterns of a version.
pub(crate) struct Template {
    /// Timing and alignment patterns: they tell the perspective.
    far: Vec<Known>,
    /// Those and the finders.
    all: Vec<Known>,
    side: usize,
}

/// A map, and how well the picture agrees: 1 perfectly, 0 by chance.
#[derive(Clone, Copy)]
pub(crate) struct Fit {
    pub(crate) map: Map,
    pub(crate) score: f32,
}

impl Template {
    pub(crate) fn new(layout: &Layout) -> Self {
        let side = layout.side();
        let mut far = Vec::new();
        let mut all = Vec::new();
        for (place, &colour) in layout.fixed().iter().enumerate() {
            if colour == 0 {
                continue;
            }
            let (x, y) = (place % side, place / side);
            let known = known(x, y, side, f32::from(colour));
            all.push(known);
            let finder = (x < 8 || x >= side - 8) && y < 8 || x < 8 && y >= side - 8;
            if !finder {
                far.push(known);
            }
        }
        Self { far, all, side }
    }

    /// A template of every module, as it was read: for a finer fit.
    pub(crate) fn of(soft: &[f32], side: usize) -> Self {
        let all: Vec<Known> = soft
            .iter()
            .enumerate()
            .map(|(place, &s)| known(place % side, place / side, side, s.clamp(-1.0, 1.0)))
            .collect();
        Self {
            far: Vec::new(),
            all,
            side,
        }
    }

    /// The best maps for finders that lie as in `start`, the best first.
    pub(crate) fn search(
        &self,
        field: &Field,
        start: Map,
        count: usize,
        work: &mut Work,
    ) -> Vec<Fit> {
        let contrast = self.contrast(field, &start);
        let far = if self.far.len() > 200 {
            self.far
                .iter()
                .copied()
                .step_by(self.far.len() / 100)
                .collect()
        } else {
            self.far.clone()
        };
        let stride = (2.2 / (self.side as f32 - 7.0)).clamp(0.02, 0.07);
        let mut tried = Vec::new();
        for i in -6_i8..=6 {
            for j in -6_i8..=6 {
                let map = Map {
                    tilt: (f32::from(i) * stride, f32::from(j) * stride),
                    ..start
                };
                let score = score(field, &map.coefficients(), &far, contrast);
                tried.push(Fit { map, score });
            }
        }
        work.spend(tried.len() * far.len());
        tried.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut chosen: Vec<Fit> = Vec::new();
        for fit in tried {
            let apart = |c: &Fit| {
                let (a, b) = (c.map.tilt, fit.map.tilt);
                (a.0 - b.0).abs() + (a.1 - b.1).abs() > 2.1 * stride
            };
            if chosen.iter().all(apart) {
                chosen.push(fit);
            }
            if chosen.len() == count {
                break;
            }
        }
        let mut refined: Vec<Fit> = chosen
            .into_iter()
            .map(|fit| self.refine(field, fit.map, 0.6, work))
            .collect();
        refined.sort_by(|a, b| b.score.total_cmp(&a.score));
        refined
    }

    /// Moves each of the map's eight numbers to and fro, `reach` modules at first, as long as the
    /// agreement grows.
    pub(crate) fn refine(&self, field: &Field, start: Map, reach: f32, work: &mut Work) -> Fit {
        let contrast = self.contrast(field, &start);
        let modules = self.side as f32 - 7.0;
        let module = start.corner.distance(start.right) / modules;
        let mut best = Fit {
            map: start,
            score: score(field, &start.coefficients(), &self.all, contrast),
        };
        let mut reach = reach;
        while reach > 0.05 {
            work.spend(12 * self.all.len());
            let mut moved = false;
            for index in 0..8 {
                // a tilt moves the middle of an edge by a quarter of its length
                let stride = if index < 6 {
                    reach * module
                } else {
                    reach * 3.0 / modules
                };
                for change in [stride, -stride] {
                    let map = best.map.with(index, change);
                    let score = score(field, &map.coefficients(), &self.all, contrast);
                    if score > best.score + 1e-4 {
                        best = Fit { map, score };
                        moved = true;
                        break;
                    }
                }
            }
            if !moved {
                reach *= 0.5;
            }
        }
        best
    }

    /// The usual difference of a module to its surroundings where the code lies.
    fn contrast(&self, field: &Field, map: &Map) -> f32 {
        let apply = map.coefficients();
        let sum: f32 = self
            .all
            .iter()
            .map(|&(u, v, _)| {
                let p = apply.apply(u, v);
                field.at(p.x, p.y).abs()
            })
            .sum();
        (sum / self.all.len().max(1) as f32).max(f32::from(field.noise))
    }
}

fn known(x: usize, y: usize, side: usize, colour: f32) -> Known {
    let modules = side as f32 - 7.0;
    (
        (x as f32 - 3.0) / modules,
        (y as f32 - 3.0) / modules,
        colour,
    )
}

fn score(field: &Field, apply: &Coefficients, known: &[Known], contrast: f32) -> f32 {
    let factor = 1.0 / contrast;
    let sum: f32 = known
        .iter()
        .map(|&(u, v, colour)| {
            let p = apply.apply(u, v);
            -colour * (field.at(p.x, p.y) * factor).clamp(-1.0, 1.0)
        })
        .sum();
    sum / known.len().max(1) as f32
}
