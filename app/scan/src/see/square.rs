//! Measuring the brightness of every module.

use super::field::bilinear;
use super::luma::Frame;
use super::map::Map;

/// The brightness of a code's modules, with one module around them.
pub(crate) struct Square {
    /// Modules in a row, without those around.
    pub(crate) side: usize,
    /// Row by row, `side + 2` in each.
    pub(crate) values: Vec<f32>,
}

impl Square {
    /// Measures each module as the mean over its inner part, `share` of its side.
    pub(crate) fn measure(frame: &Frame, map: &Map, side: usize, share: f32) -> Self {
        let modules = side as f32 - 7.0;
        let apply = map.coefficients();
        let size = map
            .corner
            .distance(map.right)
            .max(map.corner.distance(map.below))
            / modules;
        let points = (size * share * 1.2).round().clamp(2.0, 5.0) as usize;
        let offsets: Vec<f32> = (0..points)
            .map(|i| ((i as f32 + 0.5) / points as f32 - 0.5) * share)
            .collect();
        let mut values = Vec::with_capacity((side + 2) * (side + 2));
        for y in 0..side + 2 {
            for x in 0..side + 2 {
                let (x, y) = (x as f32 - 4.0, y as f32 - 4.0);
                let mut sum = 0.0;
                for dy in &offsets {
                    for dx in &offsets {
                        let p = apply.apply((x + dx) / modules, (y + dy) / modules);
                        sum += bilinear(frame.pixels(), frame.width(), frame.height(), p.x, p.y);
                    }
                }
                values.push(sum / (points * points) as f32);
            }
        }
        Self { side, values }
    }
}
