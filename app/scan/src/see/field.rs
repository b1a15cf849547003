//! How much brighter a place is than its surroundings: what stands for black and white while
//! codes are looked for. Light that changes slowly across the picture drops out.

use super::luma::Frame;

/// Units of a field to one step of brightness.
pub(crate) const UNIT: f32 = 8.0;

/// A preparation of the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipe {
    /// Rounds of smoothing over 3 by 3 pixels.
    pub(crate) smooth: usize,
    /// How often the difference to the picture smoothed further is added again.
    pub(crate) sharpen: f32,
    /// Rounds of that further smoothing.
    pub(crate) against: usize,
    /// Half the side of the square whose mean is the surroundings, in pixels.
    pub(crate) reach: usize,
}

/// Brightness against the surroundings, per pixel, positive where it is brighter.
pub(crate) struct Field {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<i16>,
    /// Differences below this are noise, in the field's units.
    pub(crate) noise: i16,
}

impl Field {
    pub(crate) fn new(frame: &Frame, recipe: Recipe) -> Self {
        let (width, height) = (frame.width(), frame.height());
        let mut values: Vec<i16> = frame
            .pixels()
            .iter()
            .map(|&p| i16::from(p) * UNIT as i16)
            .collect();
        let mut spare = vec![0; values.len()];
        for _ in 0..recipe.smooth {
            smooth(&mut values, &mut spare, width, height);
        }
        if recipe.sharpen > 0.0 {
            let mut soft = values.clone();
            for _ in 0..recipe.against {
                smooth(&mut soft, &mut spare, width, height);
            }
            for (value, soft) in values.iter_mut().zip(&soft) {
                let more = f32::from(*value - soft) * recipe.sharpen;
                *value = (f32::from(*value) + more).clamp(-12000.0, 14000.0) as i16;
            }
        }
        subtract_surroundings(&mut values, width, height, recipe.reach);
        let noise = noise(&values, width);
        Self {
            width,
            height,
            values,
            noise,
        }
    }

    /// The value between four pixels; that of the border outside.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        bilinear(&self.values, self.width, self.height, x, y)
    }
}

/// The value at a place between the middles of four pixels (the middle of the first is 0.5).
pub(crate) fn bilinear<T: Copy + Into<f32>>(
    values: &[T],
    width: usize,
    height: usize,
    x: f32,
    y: f32,
) -> f32 {
    let x = (x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (y - 0.5).clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (fx, fy) = (x - left as f32, y - top as f32);
    let right = usize::from(left + 1 < width);
    let below = if top + 1 < height { width } else { 0 };
    let at = top * width + left;
    let value = |place: usize| values.get(place).map_or(0.0, |&v| v.into());
    let upper = value(at) * (1.0 - fx) + value(at + right) * fx;
    let lower = value(at + below) * (1.0 - fx) + value(at + below + right) * fx;
    upper * (1.0 - fy) + lower * fy
}

/// One round of weights 1, 2, 1 along both axes.
fn smooth(values: &mut [i16], spare: &mut [i16], width: usize, height: usize) {
    for (row, out) in values
        .chunks_exact(width)
        .zip(spare.chunks_exact_mut(width))
    {
        let last = width - 1;
        out[0] = row[0];
        out[last] = row[last];
        if let Some(inner) = out.get_mut(1..last) {
            for (slot, w) in inner.iter_mut().zip(row.windows(3)) {
                *slot = (w[0] + 2 * w[1] + w[2] + 2) >> 2;
            }
        }
    }
    for y in 0..height {
        let above = &spare[y.saturating_sub(1) * width..][..width];
        let here = &spare[y * width..][..width];
        let below = &spare[(y + 1).min(height - 1) * width..][..width];
        let out = &mut values[y * width..][..width];
        for (((slot, a), h), b) in out.iter_mut().zip(above).zip(here).zip(below) {
            *slot = (a + 2 * h + b + 2) >> 2;
        }
    }
}

/// Takes from each value the mean of the square around it, as far as that lies in the picture.
fn subtract_surroundings(values: &mut [i16], width: usize, height: usize, reach: usize) {
    let reach = reach.min(width.max(height));
    let original = values.to_vec();
    // column sums over the rows in reach, moved down row by row
    let mut columns = vec![0_i32; width];
    let add = |columns: &mut [i32], y: usize, sign: i32| {
        for (sum, &v) in columns.iter_mut().zip(&original[y * width..]) {
            *sum += sign * i32::from(v);
        }
    };
    for y in 0..reach.min(height) {
        add(&mut columns, y, 1);
    }
    for y in 0..height {
        if y + reach < height {
            add(&mut columns, y + reach, 1);
        }
        if y > reach {
            add(&mut columns, y - reach - 1, -1);
        }
        let rows = (y + reach + 1).min(height) - y.saturating_sub(reach);
        let mut sum: i32 = columns[..reach.min(width)].iter().sum();
        let row = &mut values[y * width..][..width];
        let mut factor = 0.0;
        let mut counted = 0;
        for (x, value) in row.iter_mut().enumerate() {
            if x + reach < width {
                sum += columns[x + reach];
            }
            if x > reach {
                sum -= columns[x - reach - 1];
            }
            let count = rows * ((x + reach + 1).min(width) - x.saturating_sub(reach));
            if count != counted {
                counted = count;
                factor = 1.0 / count as f32;
            }
            *value -= (sum as f32 * factor) as i16;
        }
    }
}

/// About twice the noise's deviation, by the median of differences between neighbours.
fn noise(values: &[i16], width: usize) -> i16 {
    let mut histogram = [0_u32; 256];
    let mut count = 0;
    for row in values.chunks_exact(width).step_by(4) {
        for pair in row.windows(3).step_by(3) {
            let bend = (pair[0] - 2 * pair[1] + pair[2]).unsigned_abs() / 4;
            histogram[usize::from(bend.min(255))] += 1;
            count += 1;
        }
    }
    let mut seen = 0;
    let median = histogram.iter().position(|&n| {
        seen += n;
        seen * 2 >= count
    });
    // |1, -2, 1| of independent noise has a median of 1.65 deviations; neighbours of a smoothed
    // picture are alike, which makes this an underestimate there
    (median.unwrap_or(0) as i16 * 3).clamp(UNIT as i16 * 2, UNIT as i16 * 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Recipe = Recipe {
        smooth: 0,
        sharpen: 0.0,
        against: 0,
        reach: 2,
    };

    #[test]
    fn the_surroundings_are_the_mean_of_the_square() {
        let pixels: Vec<u8> = (0..63_u32).map(|i| (i * i % 251) as u8).collect();
        let frame = Frame::new(9, 7, pixels.clone()).unwrap();
        let field = Field::new(&frame, PLAIN);
        for y in 0..7_usize {
            for x in 0..9_usize {
                let (mut sum, mut count) = (0.0, 0.0);
                for v in y.saturating_sub(2)..(y + 3).min(7) {
                    for u in x.saturating_sub(2)..(x + 3).min(9) {
                        sum += f32::from(pixels[v * 9 + u]);
                        count += 1.0;
                    }
                }
                let expected = (f32::from(pixels[y * 9 + x]) - sum / count) * UNIT;
                let got = f32::from(field.values[y * 9 + x]);
                assert!((got - expected).abs() <= 1.0, "{x} {y}: {got} {expected}");
            }
        }
    }

    #[test]
    fn c_97_the_smallest_pictures_have_fields() {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2)] {
            let frame = Frame::new(width, height, vec![7; width * height]).unwrap();
            let recipe = Recipe {
                smooth: 2,
                sharpen: 1.0,
                against: 3,
                reach: 50,
            };
            let field = Field::new(&frame, recipe);
            assert!(field.at(-5.0, 1e9).abs() < 2.0);
        }
    }
}
