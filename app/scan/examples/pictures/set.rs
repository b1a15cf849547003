//! The set: kinds of trouble, each from mild to severe, the same for the same seed.

use scan::Frame;

use super::camera::blocks;
use super::random::Random;
use super::scene::{Canvas, Carrier, Code, Pose};

/// A picture, the texts in it, and what is wrong with it.
pub(crate) struct Picture {
    pub(crate) kind: &'static str,
    pub(crate) texts: Vec<String>,
    pub(crate) frame: Frame,
}

/// The kinds, and how many pictures of each belong to a set.
pub(crate) const KINDS: [(&str, usize); 17] = [
    ("plain", 8),
    ("turned", 20),
    ("aslant", 30),
    ("blurred", 28),
    ("moved", 28),
    ("pale", 22),
    ("noisy", 26),
    ("torch", 24),
    ("glare", 24),
    ("screen", 26),
    ("small", 30),
    ("blocky", 20),
    ("dark", 20),
    ("light on dark", 4),
    ("mixed", 30),
    ("two", 12),
    ("none", 16),
];

/// The pictures of a set, drawn one after the other.
pub(crate) fn pictures(seed: u64) -> impl Iterator<Item = Picture> {
    let all = KINDS
        .iter()
        .flat_map(|&(kind, count)| (0..count).map(move |i| (kind, i, count)));
    all.enumerate().map(move |(stream, (kind, index, count))| {
        let mut random = Random::new(seed, stream as u64);
        let severity = (index as f32 + random.between(0.0, 1.0)) / count as f32;
        draw(kind, severity, &mut random)
    })
}

/// Draws one picture; `severity` goes from 0 to 1.
pub(crate) fn draw(kind: &'static str, severity: f32, random: &mut Random) -> Picture {
    let large = random.below(2) == 1;
    let (width, height) = if large { (1280, 720) } else { (640, 480) };
    let size = height as f32;
    let mut canvas = Canvas::background(width, height, random);
    let codes: Vec<Code> = match kind {
        "none" => Vec::new(),
        "two" => (0..2).map(|_| Code::new(random, false)).collect(),
        _ => {
            let address = random.below(4) == 0;
            vec![Code::new(random, address)]
        }
    };
    let hard = |low: f32, high: f32| low + (high - low) * severity;

    let any_angle = random.between(0.0, std::f32::consts::TAU);
    let mut module = random.between(0.0085, 0.0135) * size;
    if large {
        module *= 0.85;
    }
    let mut angle = random.between(-0.25, 0.25);
    let mut away = (random.between(-0.25, 0.25), random.between(-0.25, 0.25));
    let signs = [
        random.below(2) as f32 * 2.0 - 1.0,
        random.below(2) as f32 * 2.0 - 1.0,
    ];
    match kind {
        "plain" | "light on dark" => (angle, away) = (0.05, (0.0, 0.0)),
        "turned" => angle = any_angle,
        "aslant" => {
            angle = any_angle;
            let split = random.between(0.0, 1.0);
            away = (
                signs[0] * hard(0.4, 1.0) * split.max(0.3),
                signs[1] * hard(0.4, 1.0) * (1.0 - split).max(0.3),
            );
        }
        "small" => module = hard(3.0, 1.9),
        "mixed" => {
            angle = any_angle;
            away = (signs[0] * hard(0.1, 0.6), signs[1] * hard(0.1, 0.4));
            module *= hard(1.0, 0.6);
        }
        "two" => module = size * random.between(0.0085, 0.011),
        _ => {}
    }
    let place = (
        width as f32 * (0.5 + random.between(-0.1, 0.1)),
        height as f32 * (0.5 + random.between(-0.05, 0.05)),
    );
    let carrier = match (kind, random.below(3)) {
        ("light on dark", _) => Carrier::Inverted,
        ("screen", _) | (_, 0) => Carrier::Phone,
        _ => Carrier::Paper(random.between(0.75, 0.97), random.between(0.03, 0.2)),
    };
    for (i, code) in codes.iter().enumerate() {
        let middle = if codes.len() == 2 {
            (width as f32 * (0.27 + 0.46 * i as f32), place.1)
        } else {
            place
        };
        let carrier = if codes.len() == 2 {
            Carrier::Paper(0.9, 0.1)
        } else {
            carrier
        };
        let module = if codes.len() == 2 {
            module.min(width as f32 * 0.0095)
        } else {
            module.min(size * 0.94 / (code.side() as f32 + 8.0))
        };
        canvas.draw(
            code,
            Pose {
                middle,
                module,
                angle,
                away,
            },
            carrier,
        );
    }

    // every camera: a little blur, a little noise
    let mut noise = random.between(0.004, 0.02);
    let mut spots = 0.0;
    let mut step = 0.0;
    let mut soft = 0.5;
    let near = |random: &mut Random, reach: f32| {
        let reach = reach * module * 18.0;
        (
            place.0 + random.between(-reach, reach),
            place.1 + random.between(-reach, reach),
        )
    };
    match kind {
        "blurred" => soft = module * hard(0.3, 0.95),
        "moved" => canvas.motion(module * hard(0.6, 2.6), any_angle),
        "pale" => {
            let low = random.between(0.05, 0.7);
            canvas.range(low, low + hard(0.25, 0.05));
            noise = hard(0.006, 0.012);
        }
        "noisy" => {
            noise = hard(0.06, 0.36);
            spots = if random.below(3) == 0 {
                hard(0.01, 0.12)
            } else {
                0.0
            };
        }
        "torch" => {
            let middle = near(random, 1.2);
            let reach = size * random.between(0.16, 0.4);
            canvas.lamp(middle, reach, hard(0.3, 0.05), hard(1.1, 1.7));
        }
        "glare" => {
            let middle = near(random, 1.0);
            canvas.glare(middle, module * hard(4.0, 13.0), hard(0.6, 1.2));
        }
        "screen" => {
            let period = random.between(2.1, 4.5).max(module * hard(0.3, 0.8));
            canvas.screen(period, random.between(0.0, 1.5), hard(0.2, 0.9));
        }
        "dark" => {
            canvas.range(0.01, hard(0.22, 0.07));
            noise = hard(0.012, 0.022);
        }
        "blocky" => step = hard(12.0, 60.0),
        "mixed" => {
            let middle = near(random, 1.5);
            canvas.lamp(
                middle,
                size * random.between(0.3, 0.6),
                hard(0.7, 0.25),
                1.0,
            );
            soft = module * hard(0.2, 0.55);
            noise = hard(0.02, 0.08);
            step = hard(4.0, 16.0);
        }
        _ => {}
    }
    canvas.blur(soft);
    let mut pixels = canvas.sensor(noise, spots, random);
    if step > 0.0 {
        blocks(&mut pixels, width, height, step);
    }
    let Ok(frame) = Frame::new(width, height, pixels) else {
        unreachable!("the canvas has as many pixels");
    };
    Picture {
        kind,
        texts: codes.into_iter().map(|code| code.text).collect(),
        frame,
    }
}
