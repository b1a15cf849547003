//! Three finders that may belong to one code.

use super::finder::Finder;

/// Three finders, by their part in the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triple {
    pub(crate) corner: Finder,
    pub(crate) right: Finder,
    pub(crate) below: Finder,
    /// How unlike a square seen aslant they are.
    pub(crate) cost: f32,
}

/// The most finders that are combined.
const MOST: usize = 26;

/// All triples that a camera could see so, the likeliest first.
pub(crate) fn triples(finders: &[Finder]) -> Vec<Triple> {
    let finders = &finders[..finders.len().min(MOST)];
    let mut found = Vec::new();
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate().skip(i + 1) {
            for c in finders.iter().skip(j + 1) {
                for (corner, one, other) in [(a, b, c), (b, a, c), (c, a, b)] {
                    found.extend(judge(*corner, *one, *other));
                }
            }
        }
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found
}

fn judge(corner: Finder, one: Finder, other: Finder) -> Option<Triple> {
    let sizes = [corner.size, one.size, other.size];
    let largest = sizes.into_iter().fold(0.0, f32::max);
    let smallest = sizes.into_iter().fold(f32::INFINITY, f32::min);
    if largest > 2.5 * smallest {
        return None;
    }
    let (ax, ay) = corner.at.to(one.at);
    let (bx, by) = corner.at.to(other.at);
    let (a, b) = (ax.hypot(ay), bx.hypot(by));
    let size = (smallest * largest).sqrt();
    if a.min(b) < 9.0 * smallest || a.max(b) > 200.0 * size || a.max(b) > 2.6 * a.min(b) {
        return None;
    }
    let cosine = (ax * bx + ay * by) / (a * b);
    if cosine.abs() > 0.65 {
        return None;
    }
    let square = |v: f32| v * v;
    let doubt = 1.0 / (corner.votes.min(one.votes).min(other.votes) as f32 / size + 0.3);
    let cost = 2.0 * square(cosine)
        + square((a / b).ln())
        + square((largest / smallest).ln())
        + 0.1 * doubt;
    let turn = ax * by - ay * bx;
    let (right, below) = if turn > 0.0 {
        (one, other)
    } else {
        (other, one)
    };
    Some(Triple {
        corner,
        right,
        below,
        cost,
    })
}

#[cfg(test)]
mod tests {
    use super::super::map::Point;
    use super::*;

    fn finder(x: f32, y: f32) -> Finder {
        Finder {
            at: Point { x, y },
            size: 4.0,
            votes: 9,
        }
    }

    #[test]
    fn the_right_angle_is_the_corner_and_the_turn_tells_right_from_below() {
        let all = [
            finder(10.0, 130.0),
            finder(130.0, 10.0),
            finder(10.0, 10.0),
            finder(300.0, 20.0),
        ];
        let best = triples(&all)[0];
        assert_eq!(best.corner.at, all[2].at);
        assert_eq!(best.right.at, all[1].at);
        assert_eq!(best.below.at, all[0].at);
    }
}
