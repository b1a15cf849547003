//! The perspective from the code's plane to the picture.

/// A place in the picture, in pixels; the middle of the first pixel is (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) fn to(self, other: Self) -> (f32, f32) {
        (other.x - self.x, other.y - self.y)
    }

    pub(crate) fn distance(self, other: Self) -> f32 {
        let (x, y) = self.to(other);
        x.hypot(y)
    }
}

/// Three corners and two numbers for the perspective: all eight that a plane's picture has. The
/// corners are the middles of the finders, (0, 0), (1, 0) and (0, 1) in the code's plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map {
    pub(crate) corner: Point,
    pub(crate) right: Point,
    pub(crate) below: Point,
    /// How much the depth grows to the right and downward, against that of the corner.
    pub(crate) tilt: (f32, f32),
}

impl Map {
    /// The coefficients that [`Coefficients::apply`] needs.
    pub(crate) fn coefficients(&self) -> Coefficients {
        let (a, b) = self.tilt;
        let Point { x: cx, y: cy } = self.corner;
        Coefficients {
            u: ((1.0 + a) * self.right.x - cx, (1.0 + a) * self.right.y - cy),
            v: ((1.0 + b) * self.below.x - cx, (1.0 + b) * self.below.y - cy),
            c: (cx, cy),
            w: (a, b),
        }
    }

    /// The eight numbers, to be changed one by one.
    pub(crate) fn with(mut self, index: usize, change: f32) -> Self {
        match index {
            0 => self.corner.x += change,
            1 => self.corner.y += change,
            2 => self.right.x += change,
            3 => self.right.y += change,
            4 => self.below.x += change,
            5 => self.below.y += change,
            6 => self.tilt.0 += change,
            _ => self.tilt.1 += change,
        }
        self
    }

    /// The same in a picture that is larger by `factor`.
    pub(crate) fn scaled(self, factor: f32) -> Self {
        let scale = |p: Point| Point {
            x: p.x * factor,
            y: p.y * factor,
        };
        Self {
            corner: scale(self.corner),
            right: scale(self.right),
            below: scale(self.below),
            tilt: self.tilt,
        }
    }

    /// The same code seen in a mirror: columns and rows exchanged.
    pub(crate) fn transposed(self) -> Self {
        Self {
            right: self.below,
            below: self.right,
            tilt: (self.tilt.1, self.tilt.0),
            ..self
        }
    }
}

/// A [`Map`] ready for use.
#[derive(Clone, Copy)]
pub(crate) struct Coefficients {
    u: (f32, f32),
    v: (f32, f32),
    c: (f32, f32),
    w: (f32, f32),
}

impl Coefficients {
    /// Where the place (u, v) of the code's plane is seen.
    pub(crate) fn apply(&self, u: f32, v: f32) -> Point {
        let depth = (1.0 + self.w.0 * u + self.w.1 * v).max(0.05);
        Point {
            x: (self.u.0 * u + self.v.0 * v + self.c.0) / depth,
            y: (self.u.1 * u + self.v.1 * v + self.c.1) / depth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_stay_where_they_are_under_any_tilt() {
        let map = Map {
            corner: Point { x: 3.0, y: 4.0 },
            right: Point { x: 90.0, y: 10.0 },
            below: Point { x: -5.0, y: 80.0 },
            tilt: (0.3, -0.2),
        };
        let near = |a: Point, b: Point| assert!(a.distance(b) < 1e-3, "{a:?} {b:?}");
        let apply = map.coefficients();
        near(apply.apply(0.0, 0.0), map.corner);
        near(apply.apply(1.0, 0.0), map.right);
        near(apply.apply(0.0, 1.0), map.below);
        let mirror = map.transposed().coefficients();
        near(apply.apply(0.3, 0.8), mirror.apply(0.8, 0.3));
        let large = map.scaled(2.0).coefficients().apply(0.3, 0.8);
        let small = apply.apply(0.3, 0.8);
        near(
            large,
            Point {
                x: small.x * 2.0,
                y: small.y * 2.0,
            },
        );
    }
}
