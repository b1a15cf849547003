//! Which module says what: the fixed patterns, and the way that the data takes.

use super::version::Version;

/// What is known of a version's modules before anything is read.
pub(crate) struct Layout {
    version: Version,
    /// Row by row: 1 dark, -1 light, 0 data or format.
    fixed: Vec<i8>,
    /// The places of the data's bits, in the order of reading.
    path: Vec<u16>,
}

impl Layout {
    pub(crate) fn new(version: Version) -> Self {
        let side = version.side();
        let mut canvas = Canvas {
            side,
            fixed: vec![0; side * side],
            reserved: vec![false; side * side],
        };
        for (x, y) in [(0, 0), (side - 7, 0), (0, side - 7)] {
            canvas.finder(x, y);
        }
        for i in 8..side - 8 {
            let colour = if i % 2 == 0 { 1 } else { -1 };
            canvas.set(i, 6, colour);
            canvas.set(6, i, colour);
        }
        let middles = version.alignment();
        let last = side - 7;
        for &y in &middles {
            for &x in &middles {
                if !matches!((x, y), (6, 6)) && (x, y) != (6, last) && (x, y) != (last, 6) {
                    canvas.alignment(x, y);
                }
            }
        }
        for i in 0..9 {
            canvas.reserve(i, 8);
            canvas.reserve(8, i);
        }
        for i in side - 8..side {
            canvas.reserve(i, 8);
            canvas.reserve(8, i);
        }
        canvas.set(8, side - 8, 1);
        if version.number() >= 7 {
            for i in 0..18 {
                canvas.reserve(side - 11 + i % 3, i / 3);
                canvas.reserve(i / 3, side - 11 + i % 3);
            }
        }
        let path = canvas.path();
        Self {
            version,
            fixed: canvas.fixed,
            path,
        }
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn side(&self) -> usize {
        self.version.side()
    }

    /// Row by row: 1 dark, -1 light, 0 not known beforehand.
    pub(crate) fn fixed(&self) -> &[i8] {
        &self.fixed
    }

    /// The places (row times side plus column) of the data's bits, in the order of reading.
    pub(crate) fn path(&self) -> &[u16] {
        &self.path
    }
}

struct Canvas {
    side: usize,
    fixed: Vec<i8>,
    reserved: Vec<bool>,
}

impl Canvas {
    fn set(&mut self, x: usize, y: usize, colour: i8) {
        self.fixed[y * self.side + x] = colour;
        self.reserved[y * self.side + x] = true;
    }

    fn reserve(&mut self, x: usize, y: usize) {
        self.reserved[y * self.side + x] = true;
    }

    /// A finder with its light border, as far as that lies inside.
    fn finder(&mut self, left: usize, top: usize) {
        for y in (top + 8).saturating_sub(9)..(top + 8).min(self.side) {
            for x in (left + 8).saturating_sub(9)..(left + 8).min(self.side) {
                let ring = (x + 1).abs_diff(left + 4).max((y + 1).abs_diff(top + 4));
                let dark = ring != 2 && ring < 4;
                self.set(x, y, if dark { 1 } else { -1 });
            }
        }
    }

    fn alignment(&mut self, middle_x: usize, middle_y: usize) {
        for y in middle_y - 2..=middle_y + 2 {
            for x in middle_x - 2..=middle_x + 2 {
                let ring = x.abs_diff(middle_x).max(y.abs_diff(middle_y));
                self.set(x, y, if ring == 1 { -1 } else { 1 });
            }
        }
    }

    /// Two columns at a time from the right, up and down by turns, past the timing column.
    fn path(&self) -> Vec<u16> {
        let mut path = Vec::new();
        let mut upward = true;
        let mut right = self.side - 1;
        loop {
            for step in 0..self.side {
                let y = if upward { self.side - 1 - step } else { step };
                for x in [right, right - 1] {
                    if !self.reserved[y * self.side + x] {
                        path.push((y * self.side + x) as u16);
                    }
                }
            }
            upward = !upward;
            match right {
                1 => return path,
                8 => right = 5,
                _ => right -= 2,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_has_room_for_all_codewords_and_less_than_one_more() {
        for version in (1..=40).filter_map(Version::new) {
            let bits = Layout::new(version).path().len();
            assert_eq!(bits / 8, version.codewords(), "{version:?}");
        }
    }
}
