//! How often the fuzz tests try, and how a failure can be had again. The crate `scan` counts in the
//! same way.

/// Gives `once` a random source for each round: `few` rounds in a plain run of the tests, or the
/// environment's `LINLI_FUZZ` divided by `share`, which is for inputs that take long. The sources
/// follow from `seed` and the round's number alone; where a round fails, both are printed, and
/// `LINLI_FUZZ_ROUND=NUMBER` repeats it alone.
pub fn fuzz(seed: u64, few: u64, share: u64, mut once: impl FnMut(&mut Random)) {
    let rounds = match (number("LINLI_FUZZ_ROUND"), number("LINLI_FUZZ")) {
        (Some(only), _) => only..only + 1,
        (None, Some(many)) => 0..many.div_ceil(share),
        (None, None) => 0..few,
    };
    for round in rounds.clone() {
        let _told = Told { seed, round };
        once(&mut Random(
            seed ^ round.wrapping_mul(0xd134_2543_de82_ef95),
        ));
    }
    eprintln!("{} inputs of seed {seed}", rounds.end - rounds.start);
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no whole number")),
    )
}

/// Says which round it was when one ends in a panic, of the test or of what is tested.
struct Told {
    seed: u64,
    round: u64,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "seed {}; again by LINLI_FUZZ_ROUND={}",
                self.seed, self.round
            );
        }
    }
}

/// A small, fixed source of random numbers (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn byte(&mut self) -> u8 {
        self.next() as u8
    }

    /// One of them.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
