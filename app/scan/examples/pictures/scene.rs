//! What stands before the camera: codes on paper or on a phone, before a background.

use qrcode::{Color, EcLevel, QrCode};

use super::random::Random;

/// A canvas of brightness, 0 black to 1 white.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) light: Vec<f32>,
}

/// How a code lies in the picture.
#[derive(Clone, Copy)]
pub(crate) struct Pose {
    /// Its middle, in pixels.
    pub(crate) middle: (f32, f32),
    /// Pixels a module, in the middle.
    pub(crate) module: f32,
    /// Turned in the picture, in radians.
    pub(crate) angle: f32,
    /// How far it is turned away, about its vertical and its horizontal axis, in radians.
    pub(crate) away: (f32, f32),
}

/// What carries the code.
#[derive(Clone, Copy)]
pub(crate) enum Carrier {
    /// Paper of this brightness, ink of that.
    Paper(f32, f32),
    /// A phone: white square on a dark body, pixels visible.
    Phone,
    /// Light on dark.
    Inverted,
}

/// A code ready to be drawn.
pub(crate) struct Code {
    pub(crate) text: String,
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// 200 digits in version 5 at level M, as a ticket is, or an address of 43 characters.
    pub(crate) fn new(random: &mut Random, address: bool) -> Self {
        let text: String = if address {
            let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
            let tail = (0..18).map(|_| char::from(letters[random.below(letters.len())]));
            "https://linli.example/c/?".chars().chain(tail).collect()
        } else {
            (0..200)
                .map(|_| char::from(b'0' + random.below(10) as u8))
                .collect()
        };
        let Ok(code) = QrCode::with_error_correction_level(&text, EcLevel::M) else {
            unreachable!("both texts fit");
        };
        let side = code.width();
        let dark = code
            .into_colors()
            .into_iter()
            .map(|c| c == Color::Dark)
            .collect();
        Self { text, side, dark }
    }

    /// The code's side in modules.
    pub(crate) fn side(&self) -> usize {
        self.side
    }

    /// Brightness at a place in modules from the code's middle; nothing beside the carrier.
    fn at(&self, u: f32, v: f32, carrier: Carrier) -> Option<f32> {
        let half = self.side as f32 / 2.0;
        let (x, y) = (u + half, v + half);
        let inside = |margin: f32| u.abs() < half + margin && v.abs() < half + margin;
        let dark = inside(0.0)
            && self
                .dark
                .get(y as usize * self.side + x as usize)
                .copied()
                .unwrap_or(false);
        match carrier {
            Carrier::Paper(paper, ink) => inside(4.0).then_some(if dark { ink } else { paper }),
            Carrier::Phone => {
                if inside(3.0) {
                    Some(if dark { 0.04 } else { 0.92 })
                } else {
                    let body = u.abs() < half + 6.0 && v.abs() < half * 2.0 + 8.0;
                    body.then_some(0.08)
                }
            }
            Carrier::Inverted => inside(4.0).then_some(if dark { 0.9 } else { 0.08 }),
        }
    }
}

impl Canvas {
    /// A background of soft shapes and stripes.
    pub(crate) fn background(width: usize, height: usize, random: &mut Random) -> Self {
        let base = random.between(0.25, 0.75);
        let waves: Vec<(f32, f32, f32, f32)> = (0..5)
            .map(|_| {
                let (fx, fy) = (random.between(-0.05, 0.05), random.between(-0.05, 0.05));
                (fx, fy, random.between(0.0, 6.3), random.between(0.0, 0.08))
            })
            .collect();
        let boxes: Vec<([f32; 4], f32)> = (0..random.below(14))
            .map(|_| {
                let (x, y) = (
                    random.between(0.0, width as f32),
                    random.between(0.0, height as f32),
                );
                let (w, h) = (random.between(3.0, 200.0), random.between(3.0, 120.0));
                ([x, y, x + w, y + h], random.between(-0.35, 0.35))
            })
            .collect();
        let mut light = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (x as f32, y as f32);
                let mut value = base;
                for (fx, fy, phase, strength) in &waves {
                    value += strength * (fx * x + fy * y + phase).sin();
                }
                for ([left, top, right, bottom], change) in &boxes {
                    if (*left..*right).contains(&x) && (*top..*bottom).contains(&y) {
                        value += change;
                    }
                }
                light.push(value.clamp(0.02, 0.98));
            }
        }
        Self {
            width,
            height,
            light,
        }
    }

    /// Draws a code, with nine samples a pixel.
    pub(crate) fn draw(&mut self, code: &Code, pose: Pose, carrier: Carrier) {
        let (sin, cos) = pose.angle.sin_cos();
        let (tan_x, tan_y) = (pose.away.0.tan(), pose.away.1.tan());
        // seen from 2.5 sides away
        let distance = 2.5 * code.side as f32;
        for y in 0..self.height {
            for x in 0..self.width {
                let mut sum = 0.0;
                let mut count = 0.0;
                for i in 0..9 {
                    let px = x as f32 + (i % 3) as f32 / 3.0 + 1.0 / 6.0 - pose.middle.0;
                    let py = y as f32 + (i / 3) as f32 / 3.0 + 1.0 / 6.0 - pose.middle.1;
                    let (px, py) = (px / pose.module, py / pose.module);
                    let (rx, ry) = (px * cos + py * sin, py * cos - px * sin);
                    // where the line of sight meets the plane z = x tan a + y tan b
                    let slope = 1.0 - (rx * tan_x + ry * tan_y) / distance;
                    if slope < 0.15 {
                        continue;
                    }
                    let (u, v) = (rx / slope, ry / slope);
                    // places on the plane are further apart than their shadows
                    let (u, v) = (u / pose.away.0.cos(), v / pose.away.1.cos());
                    if let Some(light) = code.at(u, v, carrier) {
                        sum += light;
                        count += 1.0;
                    }
                }
                let slot = &mut self.light[y * self.width + x];
                *slot = (*slot * (9.0 - count) + sum) / 9.0;
            }
        }
    }
}
