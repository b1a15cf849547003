//! From brightness to certainty: light that is uneven is evened out, and blur is taken back by a
//! filter that the code's own fixed patterns teach.

use super::square::Square;

/// Half the side of the window that a module is compared with.
const WINDOW: usize = 4;

/// The modules row by row, dark being positive; 1 is as certain as most.
pub(crate) fn flatten(square: &Square) -> Vec<f32> {
    let wide = square.side + 2;
    let ones = vec![1.0; wide * wide];
    let squares: Vec<f32> = square.values.iter().map(|v| v * v).collect();
    let count = window_sums(&ones, wide);
    let sums = window_sums(&square.values, wide);
    let square_sums = window_sums(&squares, wide);
    let deviations: Vec<f32> = (0..wide * wide)
        .map(|i| {
            let mean = sums[i] / count[i];
            (square_sums[i] / count[i] - mean * mean).max(0.0).sqrt()
        })
        .collect();
    let usual = deviations.iter().sum::<f32>() / deviations.len() as f32;
    (0..wide * wide)
        .map(|i| (sums[i] / count[i] - square.values[i]) / deviations[i].max(usual * 0.5).max(0.5))
        .collect()
}

/// Compares each module with the dark and the light ones around it, as `soft` tells them apart.
pub(crate) fn compare(square: &Square, soft: &[f32]) -> Vec<f32> {
    let wide = square.side + 2;
    let sums = |dark: bool| {
        let weight = |s: f32| (if dark { s } else { -s }).clamp(0.0, 1.0);
        let weights: Vec<f32> = soft.iter().map(|&s| weight(s)).collect();
        let values: Vec<f32> = square
            .values
            .iter()
            .zip(&weights)
            .map(|(v, w)| v * w)
            .collect();
        let weights = window_sums(&weights, wide);
        let values = window_sums(&values, wide);
        (values, weights)
    };
    let (dark, dark_weight) = sums(true);
    let (light, light_weight) = sums(false);
    let all = |v: &[f32]| v.iter().sum::<f32>();
    let everywhere_dark = all(&dark) / all(&dark_weight).max(0.1);
    let everywhere_light = all(&light) / all(&light_weight).max(0.1);
    let usual = ((everywhere_light - everywhere_dark) / 2.0).max(0.5);
    (0..wide * wide)
        .map(|i| {
            let d = (dark[i] + everywhere_dark) / (dark_weight[i] + 1.0);
            let l = (light[i] + everywhere_light) / (light_weight[i] + 1.0);
            let half = ((l - d) / 2.0).max(usual * 0.35);
            ((d + l) / 2.0 - square.values[i]) / half
        })
        .collect()
}

/// The inner modules, without those around.
pub(crate) fn inner(values: &[f32], side: usize) -> Vec<f32> {
    values
        .chunks_exact(side + 2)
        .skip(1)
        .take(side)
        .flat_map(|row| row[1..=side].iter().copied())
        .collect()
}

/// Teaches a filter of `(2 reach + 1)²` modules to give what is known (1 dark, -1 light, 0 not
/// known), or else what `soft` holds for certain, and applies it. `soft` has the modules around,
/// `known` has not. Returns modules with those around.
pub(crate) fn teach(soft: &[f32], known: &[i8], side: usize, reach: usize) -> Vec<f32> {
    let wide = side + 2;
    let taps = (2 * reach + 1) * (2 * reach + 1);
    let terms = taps + 1;
    let mut matrix = vec![0.0_f64; terms * terms];
    let mut target = vec![0.0_f64; terms];
    let mut features = vec![0.0_f32; terms];
    for y in 0..side {
        for x in 0..side {
            let here = soft[(y + 1) * wide + x + 1];
            let (wanted, weight) = match known[y * side + x] {
                0 => (here.signum(), 0.5 * (here.abs() - 0.2).clamp(0.0, 1.0)),
                colour => (f32::from(colour), 1.0),
            };
            if weight == 0.0 {
                continue;
            }
            gather(soft, wide, x + 1, y + 1, reach, &mut features);
            for (i, &f) in features.iter().enumerate() {
                let f = f64::from(f * weight);
                target[i] += f * f64::from(wanted);
                for (j, &g) in features.iter().enumerate().skip(i) {
                    matrix[i * terms + j] += f * f64::from(g);
                }
            }
        }
    }
    for i in 0..terms {
        for j in 0..i {
            matrix[i * terms + j] = matrix[j * terms + i];
        }
        // without evidence the filter changes nothing
        let pull = 6.0;
        matrix[i * terms + i] += pull;
        if i == taps / 2 {
            target[i] += pull * 0.9;
        }
    }
    let Some(filter) = solve(matrix, target) else {
        return soft.to_vec();
    };
    let mut out = soft.to_vec();
    for y in 0..wide {
        for x in 0..wide {
            gather(soft, wide, x, y, reach, &mut features);
            out[y * wide + x] = features.iter().zip(&filter).map(|(f, w)| f * w).sum();
        }
    }
    out
}

/// The modules around a place, those beyond the border being light, and 1.
fn gather(soft: &[f32], wide: usize, x: usize, y: usize, reach: usize, out: &mut [f32]) {
    let mut slots = out.iter_mut();
    for v in y..=y + 2 * reach {
        for u in x..=x + 2 * reach {
            let inside = (reach..wide + reach).contains(&u) && (reach..wide + reach).contains(&v);
            let value = if inside {
                soft[(v - reach) * wide + u - reach].clamp(-2.5, 2.5)
            } else {
                -1.0
            };
            if let Some(slot) = slots.next() {
                *slot = value;
            }
        }
    }
    if let Some(slot) = slots.next() {
        *slot = 1.0;
    }
}

/// Solves a symmetric positive system by Cholesky's way.
fn solve(mut matrix: Vec<f64>, mut target: Vec<f64>) -> Option<Vec<f32>> {
    let n = target.len();
    for i in 0..n {
        for j in 0..=i {
            let mut sum = matrix[i * n + j];
            for k in 0..j {
                sum -= matrix[i * n + k] * matrix[j * n + k];
            }
            if i == j {
                if sum <= 1e-9 {
                    return None;
                }
                matrix[i * n + i] = sum.sqrt();
            } else {
                matrix[i * n + j] = sum / matrix[j * n + j];
            }
        }
    }
    for i in 0..n {
        for k in 0..i {
            target[i] -= matrix[i * n + k] * target[k];
        }
        target[i] /= matrix[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            target[i] -= matrix[k * n + i] * target[k];
        }
        target[i] /= matrix[i * n + i];
    }
    Some(target.into_iter().map(|v| v as f32).collect())
}

/// For each place the sum over the window around it, as far as that lies inside.
fn window_sums(values: &[f32], wide: usize) -> Vec<f32> {
    let mut rows = vec![0.0; values.len()];
    for (row, out) in values.chunks_exact(wide).zip(rows.chunks_exact_mut(wide)) {
        for (x, slot) in out.iter_mut().enumerate() {
            *slot = row[x.saturating_sub(WINDOW)..(x + WINDOW + 1).min(wide)]
                .iter()
                .sum();
        }
    }
    let mut sums = vec![0.0; values.len()];
    for y in 0..wide {
        for v in y.saturating_sub(WINDOW)..(y + WINDOW + 1).min(wide) {
            for x in 0..wide {
                sums[y * wide + x] += rows[v * wide + x];
            }
        }
    }
    sums
}
