//! Cuts by halves: rows of the program are added up and halved, and what is left over is dropped,
//! as no roster has half a shift. Two leads for each of three shifts of which five people can lead
//! any are enough for two and a half; half of "at most five" is "at most two".

use super::relax::NEARLY;

/// A row of the program: the sum of `times` each column is at most `most`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) most: i64,
}

/// Cuts that are taken in one round, the shortest first.
const MOST_CUTS: usize = 30;

/// Rows that every roster keeps and that these values, between 0 and 1, break by a half: sums of
/// rows without slack that are even wherever a value is a fraction, and whose limit is odd.
pub(super) fn halves<'r>(rows: impl Iterator<Item = &'r Row>, values: &[f64]) -> Vec<Row> {
    let whole = |column: usize| (values[column] - values[column].round()).abs() < NEARLY;
    let mut bits = vec![usize::MAX; values.len()];
    let mut fractions = 0;
    for column in (0..values.len()).filter(|&column| !whole(column)) {
        bits[column] = fractions;
        fractions += 1;
    }
    let tight: Vec<&Row> = rows
        .filter(|row| row.terms.iter().any(|&(column, _)| !whole(column)))
        .filter(|row| slack(row, values).abs() < NEARLY)
        .collect();
    let mut basis: Vec<(usize, Parity)> = Vec::new();
    let mut cuts: Vec<Row> = Vec::new();
    for nth in 0..tight.len() {
        let mut sum = Parity::of(nth, &tight, &bits, fractions, values);
        for (lead, known) in &basis {
            if sum.odd.has(*lead) {
                sum.add(known);
            }
        }
        match sum.odd.first() {
            Some(lead) => basis.push((lead, sum)),
            None if sum.most_is_odd => cuts.push(halved(&sum, &tight, values)),
            None => {}
        }
    }
    cuts.sort_by_key(|cut| cut.terms.len());
    cuts.truncate(MOST_CUTS);
    cuts
}

fn slack(row: &Row, values: &[f64]) -> f64 {
    let sum = row
        .terms
        .iter()
        .map(|&(column, times)| times as f64 * values[column]);
    row.most as f64 - sum.sum::<f64>()
}

/// What a sum of rows leaves when it is halved.
struct Parity {
    /// Fractions that it has an odd number of times.
    odd: Bits,
    /// Whether its limit is odd, once the columns that are 1 are taken off.
    most_is_odd: bool,
    /// The rows in it.
    rows: Bits,
}

impl Parity {
    fn of(nth: usize, tight: &[&Row], bits: &[usize], fractions: usize, values: &[f64]) -> Self {
        let mut parity = Self {
            odd: Bits::none(fractions),
            most_is_odd: tight[nth].most % 2 != 0,
            rows: Bits::none(tight.len()),
        };
        parity.rows.flip(nth);
        for &(column, times) in tight[nth].terms.iter().filter(|(_, times)| times % 2 != 0) {
            if bits[column] != usize::MAX {
                parity.odd.flip(bits[column]);
            } else if times % 2 != 0 && values[column] > 0.5 {
                parity.most_is_odd = !parity.most_is_odd;
            }
        }
        parity
    }

    fn add(&mut self, other: &Self) {
        self.odd.add(&other.odd);
        self.rows.add(&other.rows);
        self.most_is_odd ^= other.most_is_odd;
    }
}

/// The sum of the rows, halved and rounded down. Columns that are whole are made even first: no
/// value is below 0 or above 1.
fn halved(sum: &Parity, tight: &[&Row], values: &[f64]) -> Row {
    let mut times = vec![0_i64; values.len()];
    let mut most = 0;
    for row in (0..tight.len())
        .filter(|&nth| sum.rows.has(nth))
        .map(|nth| tight[nth])
    {
        most += row.most;
        for &(column, more) in &row.terms {
            times[column] += more;
        }
    }
    for (column, times) in times
        .iter_mut()
        .enumerate()
        .filter(|(_, times)| **times % 2 != 0)
    {
        let is_one = values[column] > 0.5;
        *times += if is_one { 1 } else { -1 };
        most += i64::from(is_one);
    }
    let terms = times.iter().enumerate().filter(|(_, times)| **times != 0);
    Row {
        terms: terms.map(|(column, times)| (column, times / 2)).collect(),
        most: most.div_euclid(2),
    }
}

/// A set of numbers.
struct Bits(Vec<u64>);

impl Bits {
    fn none(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn flip(&mut self, bit: usize) {
        self.0[bit / 64] ^= 1 << (bit % 64);
    }

    fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word ^= more;
        }
    }

    fn first(&self) -> Option<usize> {
        let words = self.0.iter().enumerate();
        let mut set = words.filter(|(_, word)| **word != 0);
        set.next()
            .map(|(at, word)| 64 * at + word.trailing_zeros() as usize)
    }
}
