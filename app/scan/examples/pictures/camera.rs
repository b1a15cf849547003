//! What light, lens and sensor make of a scene.

use super::random::Random;
use super::scene::Canvas;

impl Canvas {
    /// Out of focus: normally distributed, `deviation` in pixels.
    pub(crate) fn blur(&mut self, deviation: f32) {
        let reach = (deviation * 3.0).ceil() as isize;
        let weights: Vec<(f32, f32, f32)> = (-reach..=reach)
            .map(|i| {
                let i = i as f32;
                (i, 0.0, (-i * i / (2.0 * deviation * deviation)).exp())
            })
            .collect();
        self.filter(&weights);
        let down: Vec<_> = weights.iter().map(|&(a, b, w)| (b, a, w)).collect();
        self.filter(&down);
    }

    /// Moved while the shutter was open: `length` pixels in direction `angle`.
    pub(crate) fn motion(&mut self, length: f32, angle: f32) {
        let steps = (length * 2.0).ceil().max(1.0) as usize;
        let (sin, cos) = angle.sin_cos();
        let weights: Vec<(f32, f32, f32)> = (0..=steps)
            .map(|i| {
                let at = (i as f32 / steps as f32 - 0.5) * length;
                (at * cos, at * sin, 1.0)
            })
            .collect();
        self.filter(&weights);
    }

    fn filter(&mut self, weights: &[(f32, f32, f32)]) {
        let all: f32 = weights.iter().map(|w| w.2).sum();
        let mut out = Vec::with_capacity(self.light.len());
        for y in 0..self.height {
            for x in 0..self.width {
                let sum: f32 = weights
                    .iter()
                    .map(|(dx, dy, w)| w * self.at(x as f32 + dx, y as f32 + dy))
                    .sum();
                out.push(sum / all);
            }
        }
        self.light = out;
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let (right, bottom) = (
            (left + 1).min(self.width - 1),
            (top + 1).min(self.height - 1),
        );
        let value = |x: usize, y: usize| self.light[y * self.width + x];
        (value(left, top) * (1.0 - fx) + value(right, top) * fx) * (1.0 - fy)
            + (value(left, bottom) * (1.0 - fx) + value(right, bottom) * fx) * fy
    }

    /// Changes each pixel by its place.
    pub(crate) fn each(&mut self, mut change: impl FnMut(f32, f32, f32) -> f32) {
        for (i, light) in self.light.iter_mut().enumerate() {
            *light = change((i % self.width) as f32, (i / self.width) as f32, *light);
        }
    }

    /// A torch or lamp: bright about `middle`, `dark` far from it.
    pub(crate) fn lamp(&mut self, middle: (f32, f32), reach: f32, dark: f32, bright: f32) {
        self.each(|x, y, light| {
            let distance = (x - middle.0).hypot(y - middle.1) / reach;
            light * (dark + (bright - dark) * (-distance * distance).exp())
        });
    }

    /// A reflection that hides what is under it.
    pub(crate) fn glare(&mut self, middle: (f32, f32), reach: f32, strength: f32) {
        self.each(|x, y, light| {
            let distance = (x - middle.0).hypot(y - middle.1) / reach;
            light + strength * (-distance.powi(4)).exp()
        });
    }

    /// The pixels of a screen against those of the sensor: a grid and its beat.
    pub(crate) fn screen(&mut self, period: f32, angle: f32, strength: f32) {
        let (sin, cos) = angle.sin_cos();
        let turn = std::f32::consts::TAU / period;
        self.each(|x, y, light| {
            let (u, v) = (x * cos + y * sin, y * cos - x * sin);
            let grid = (u * turn).sin() + (v * turn * 1.02).sin();
            let beat = (u * turn * 0.07).sin();
            light * (1.0 + strength * (grid * 0.35 + beat * 0.3)) + strength * 0.04
        });
    }

    /// Darkest and lightest become `low` and `high`.
    pub(crate) fn range(&mut self, low: f32, high: f32) {
        self.each(|_, _, light| low + light * (high - low));
    }

    /// The sensor: noise of `deviation` (1 is the whole range), larger where it is bright, and
    /// spots, then 256 steps.
    pub(crate) fn sensor(&self, deviation: f32, spots: f32, random: &mut Random) -> Vec<u8> {
        self.light
            .iter()
            .map(|&light| {
                if spots > 0.0 && random.between(0.0, 1.0) < spots {
                    return if random.below(2) == 0 { 0 } else { 255 };
                }
                let noise = deviation * (0.6 + 0.6 * light.clamp(0.0, 1.0)) * random.normal();
                ((light + noise) * 255.0).round().clamp(0.0, 255.0) as u8
            })
            .collect()
    }
}

/// What strong JPEG leaves: blocks of 8 by 8 keep only what is larger than a step that grows with
/// the frequency.
pub(crate) fn blocks(pixels: &mut [u8], width: usize, height: usize, step: f32) {
    let wave = |k: usize, i: usize| {
        let scale = if k == 0 { 0.125_f32.sqrt() } else { 0.5 };
        scale * ((2 * i + 1) as f32 * k as f32 * std::f32::consts::PI / 16.0).cos()
    };
    let mut table = [[0.0; 8]; 8];
    for (k, row) in table.iter_mut().enumerate() {
        for (i, slot) in row.iter_mut().enumerate() {
            *slot = wave(k, i);
        }
    }
    for top in (0..height - 7).step_by(8) {
        for left in (0..width - 7).step_by(8) {
            let mut kept = [[0.0_f32; 8]; 8];
            for (v, row) in kept.iter_mut().enumerate() {
                for (u, slot) in row.iter_mut().enumerate() {
                    let mut sum = 0.0;
                    for y in 0..8 {
                        for x in 0..8 {
                            let p = f32::from(pixels[(top + y) * width + left + x]) - 128.0;
                            sum += p * table[u][x] * table[v][y];
                        }
                    }
                    let step = step * (1.0 + (u + v) as f32 * 0.9);
                    *slot = (sum / step).round() * step;
                }
            }
            for y in 0..8 {
                for x in 0..8 {
                    let mut sum = 128.0;
                    for (v, row) in kept.iter().enumerate() {
                        for (u, value) in row.iter().enumerate() {
                            sum += value * table[u][x] * table[v][y];
                        }
                    }
                    pixels[(top + y) * width + left + x] = sum.round().clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}
