//! Finder patterns: the three squares that read dark, light, dark, light, dark as 1:1:3:1:1 along
//! every line through their middle.

use super::field::Field;
use super::map::Point;

/// A finder pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finder {
    /// Its middle.
    pub(crate) at: Point,
    /// The side of a module, in pixels.
    pub(crate) size: f32,
    /// How many lines of the picture cross it.
    pub(crate) votes: u32,
}

/// The smallest module that is looked for, in pixels of the field.
const SMALLEST: f32 = 0.9;

/// All finder patterns, those that most lines agree on first.
pub(crate) fn find(field: &Field) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for y in 0..field.height {
        scan(field, y, &mut found);
    }
    found.sort_by(|a, b| (b.votes as f32 / b.size).total_cmp(&(a.votes as f32 / a.size)));
    found
}

/// Follows one row, remembering its last six edges.
fn scan(field: &Field, y: usize, found: &mut Vec<Finder>) {
    let row = &field.values[y * field.width..][..field.width];
    let mut edges = Edges::new(field.noise);
    let mut before = 0;
    for (x, &value) in row.iter().enumerate() {
        // most pixels are well within a run
        if edges.within(value, before) {
            before = value;
            continue;
        }
        let turned = edges.step(x as f32 + 0.5, 1.0, f32::from(before), f32::from(value));
        before = value;
        if turned == Some(true)
            && let Some((x, size)) = ratio(edges.last)
        {
            let middle = Point {
                x,
                y: y as f32 + 0.5,
            };
            vote(field, middle, size, found);
        }
    }
}

/// Counts the line for the finder that it crosses, or looks whether there is one.
fn vote(field: &Field, middle: Point, size: f32, found: &mut Vec<Finder>) {
    let near = |f: &&mut Finder| f.at.distance(middle) < 1.5 * f.size && size < 2.2 * f.size;
    if let Some(known) = found.iter_mut().find(near) {
        known.votes += 1;
        // the first crossings are at the rim, those in the middle measure best
        if known.votes > 24 || known.votes % 4 != 0 {
            return;
        }
        if let Some(better) = verify(field, middle, size) {
            let weight = 1.0 / (known.votes / 4 + 1) as f32;
            known.at.x += (better.at.x - known.at.x) * weight;
            known.at.y += (better.at.y - known.at.y) * weight;
            known.size += (better.size - known.size) * weight;
        }
    } else if let Some(new) = verify(field, middle, size) {
        found.push(new);
    }
}

/// Looks along other lines through the place.
fn verify(field: &Field, place: Point, size: f32) -> Option<Finder> {
    let (shift, down) = line(field, place, (0.0, 1.0), size)?;
    let place = Point {
        y: place.y + shift,
        ..place
    };
    let (shift, across) = line(field, place, (1.0, 0.0), size)?;
    let place = Point {
        x: place.x + shift,
        ..place
    };
    if !(0.4..2.5).contains(&(down / across)) {
        return None;
    }
    const DIAGONAL: f32 = std::f32::consts::FRAC_1_SQRT_2;
    let rising = line(field, place, (DIAGONAL, -DIAGONAL), size);
    let falling = line(field, place, (DIAGONAL, DIAGONAL), size);
    let diagonal = match (rising, falling) {
        (None, None) => return None,
        (Some((_, a)), Some((_, b))) => (a * b).sqrt(),
        (Some((_, a)), None) | (None, Some((_, a))) => a,
    };
    // lines that cross the square aslant are longer by up to 1.41; the shorter pair by up to 1.08
    let size = (down * across).sqrt().min(diagonal);
    (size >= SMALLEST).then_some(Finder {
        at: place,
        size,
        votes: 1,
    })
}

/// Follows a line through `place` both ways. Returns how far the middle lies from `place`, and
/// the size of a module along the line.
pub(crate) fn line(
    field: &Field,
    place: Point,
    direction: (f32, f32),
    size: f32,
) -> Option<(f32, f32)> {
    let ahead = arm(field, place, direction, size)?;
    let back = arm(field, place, (-direction.0, -direction.1), size)?;
    ratio([-back[2], -back[1], -back[0], ahead[0], ahead[1], ahead[2]])
}

/// The distances of the three edges that follow from inside the dark middle.
fn arm(field: &Field, from: Point, direction: (f32, f32), size: f32) -> Option<[f32; 3]> {
    let stride = (size * 0.3).clamp(0.4, 1.0);
    let furthest = size * 8.0;
    let mut edges = Edges::new(field.noise);
    edges.dark = Some(true);
    let mut before = field.at(from.x, from.y);
    let mut distance = 0.0;
    let mut count = 0;
    while distance < furthest {
        distance += stride;
        let (x, y) = (
            from.x + direction.0 * distance,
            from.y + direction.1 * distance,
        );
        if x < 0.0 || y < 0.0 || x > field.width as f32 || y > field.height as f32 {
            return None;
        }
        let value = field.at(x, y);
        if edges.step(distance, stride, before, value).is_some() {
            count += 1;
            if count == 3 {
                let [.., a, b, c] = edges.last;
                return Some([a, b, c]);
            }
        }
        before = value;
    }
    None
}

/// Whether six edges are those of a finder. Returns the middle and the size of a module. Distances
/// between edges of the same kind are compared, which a threshold that is too high or too low
/// leaves as they are.
fn ratio(e: [f32; 6]) -> Option<(f32, f32)> {
    let (first, last) = (e[2] - e[0], e[5] - e[3]);
    let (left, right) = (e[3] - e[1], e[4] - e[2]);
    let size = (first + last + left + right) / 12.0;
    let fits = size >= SMALLEST * 0.9
        && (first - 2.0 * size).abs() < 0.8 * size
        && (last - 2.0 * size).abs() < 0.8 * size
        && (left - 4.0 * size).abs() < 1.1 * size
        && (right - 4.0 * size).abs() < 1.1 * size;
    let core = e[3] - e[2];
    let thin = [e[1] - e[0], e[2] - e[1], e[4] - e[3], e[5] - e[4]];
    let fits = fits
        && (1.7 * size..4.3 * size).contains(&core)
        && thin.iter().all(|t| (0.25 * size..1.9 * size).contains(t));
    fits.then_some(((e[0] + e[1] + e[2] + e[3] + e[4] + e[5]) / 6.0, size))
}

/// Edges along a line: where the brightness passes that of the surroundings, and then goes
/// further than the noise does.
struct Edges {
    last: [f32; 6],
    dark: Option<bool>,
    crossing: f32,
    noise: i16,
}

impl Edges {
    fn new(noise: i16) -> Self {
        Self {
            last: [f32::NEG_INFINITY; 6],
            dark: None,
            crossing: 0.0,
            noise,
        }
    }

    /// Whether nothing happens between two pixels: same side, no change of run.
    fn within(&self, value: i16, before: i16) -> bool {
        match self.dark {
            Some(true) => value < 0 && before < 0,
            Some(false) => value >= 0 && before >= 0,
            None => false,
        }
    }

    /// Goes on to `value` at place `at`. Returns whether the run that ends here was dark, where
    /// one ends.
    fn step(&mut self, at: f32, stride: f32, before: f32, value: f32) -> Option<bool> {
        if (before < 0.0) != (value < 0.0) {
            self.crossing = at - stride * value / (value - before);
        }
        let noise = f32::from(self.noise);
        let dark = if value < -noise {
            true
        } else if value > noise {
            false
        } else {
            return None;
        };
        if self.dark == Some(dark) {
            return None;
        }
        let was = self.dark.replace(dark);
        self.last.rotate_left(1);
        self.last[5] = self.crossing;
        was
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Recipe;
    use super::super::luma::Frame;
    use super::*;

    /// A finder of five pixels a module with its middle at (40, 50), turned by `angle`.
    fn picture(angle: f32) -> Frame {
        let mut pixels = Vec::new();
        let (sin, cos) = angle.sin_cos();
        for y in 0..100 {
            for x in 0..80 {
                let (x, y) = (x as f32 + 0.5 - 40.0, y as f32 + 0.5 - 50.0);
                let (u, v) = (x * cos + y * sin, y * cos - x * sin);
                let ring = u.abs().max(v.abs()) / 5.0;
                let dark = ring < 1.5 || (2.5..3.5).contains(&ring);
                pixels.push(if dark { 30 } else { 200 });
            }
        }
        Frame::new(80, 100, pixels).unwrap()
    }

    #[test]
    fn a_finder_is_found_at_any_angle() {
        for degrees in 0..90 {
            let recipe = Recipe {
                smooth: 1,
                sharpen: 0.0,
                against: 0,
                reach: 25,
            };
            let field = Field::new(&picture((degrees as f32).to_radians()), recipe);
            let found = find(&field);
            assert_eq!(found.len(), 1, "{degrees} {found:?}");
            let middle = Point { x: 40.0, y: 50.0 };
            assert!(found[0].at.distance(middle) < 0.6, "{degrees} {found:?}");
            assert!((4.4..6.0).contains(&found[0].size), "{degrees} {found:?}");
        }
    }
}
