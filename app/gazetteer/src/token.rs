//! Matching one typed word against one text, character by character: a character is met by
//! itself, by a whole reading, by a reading's beginning at the word's end, or by an initial,
//! and a word may mix them (`龙岗bt`, `luohuqu`, `lhu`).

use crate::readings::readings;

/// Longest word that is looked at, in characters; what follows is cut off.
pub(crate) const MAX_WORD: usize = 48;

/// A text to be found, without noise, with its readings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    cells: Vec<Cell>,
    /// The letters of all cells, see [`Cell::letters`].
    letters: u32,
}

#[derive(Clone, Debug)]
struct Cell {
    c: char,
    /// A bit for each letter that a reading begins with, so that most cells are passed over
    /// without a look at their readings.
    letters: u32,
    readings: Vec<&'static str>,
}

/// A typed word, folded and without noise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    chars: Vec<char>,
}

/// How a word met a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Manner {
    /// In its own characters.
    Written,
    /// In whole syllables, the last perhaps begun only.
    Spoken,
    /// In initials alone.
    Initials,
    /// In syllables and initials.
    Mixed,
}

/// Where and how a word met a text. Lesser is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Meeting {
    /// How.
    pub(crate) manner: Manner,
    /// Not from the first character on.
    pub(crate) inside: bool,
    /// Not to the last character, or only to the beginning of its syllable.
    pub(crate) open_end: bool,
}

/// Steps of an initial cost two, a begun syllable one, whole ones nothing.
type Cost = u8;
const NEVER: Cost = Cost::MAX;
const INITIAL: Cost = 2;
const BEGUN: Cost = 1;

impl Text {
    /// The text of a name, folded and without noise.
    pub(crate) fn new(core: &str) -> Self {
        let cells = core.chars().filter(|c| c.is_alphanumeric());
        Self::of(cells.map(Cell::new).collect())
    }

    fn of(cells: Vec<Cell>) -> Self {
        let letters = cells.iter().fold(0, |bits, cell| bits | cell.letters);
        Self { cells, letters }
    }

    /// Characters.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The same without its last characters.
    pub(crate) fn shortened(&self, by: usize) -> Self {
        Self::of(self.cells[..self.cells.len().saturating_sub(by)].to_vec())
    }

    /// Whether the text ends so.
    pub(crate) fn ends_with(&self, end: &str) -> bool {
        let end: Vec<char> = end.chars().collect();
        self.cells.len() >= end.len()
            && self.cells[self.cells.len() - end.len()..]
                .iter()
                .zip(&end)
                .all(|(cell, c)| cell.c == *c)
    }

    /// The best way in which the whole word meets the text anywhere, or none. `loose` forgives
    /// what southern speakers mix up (zh/z, n/l, in/ing …).
    pub(crate) fn meet(&self, word: &Word, loose: bool) -> Option<Meeting> {
        let first = *word.chars.first()?;
        if first.is_ascii_lowercase() && self.letters & letter_bits(first, loose) == 0 {
            // A text in Latin letters has no readings, so its cells are asked one by one.
            if self.cells.iter().all(|cell| cell.c != first) {
                return None;
            }
        }
        (0..self.cells.len())
            .filter_map(|start| self.meet_at(start, word, loose))
            .min()
    }

    /// The best way in which the word meets the text from its first character on.
    pub(crate) fn meet_start(&self, word: &Word, loose: bool) -> Option<Meeting> {
        self.meet_at(0, word, loose)
    }

    fn meet_at(&self, start: usize, word: &Word, loose: bool) -> Option<Meeting> {
        let length = word.chars.len();
        let first = *word.chars.first()?;
        if !self.cells.get(start)?.may_take(first, loose) {
            return None;
        }
        let mut best: Option<Meeting> = None;
        self.walk(start, word, loose, |reached, cell| {
            let cost = reached[length];
            if cost != NEVER {
                let manner = word.manner(cost);
                let open_end = cell + 1 < self.cells.len() || cost % 2 == BEGUN;
                let meeting = Meeting {
                    manner,
                    inside: start > 0,
                    open_end,
                };
                best = Some(best.map_or(meeting, |b| b.min(meeting)));
            }
        });
        best
    }

    /// How many characters of the word are used when it begins with this whole text, written or
    /// in whole syllables, and something is left.
    pub(crate) fn consumed(&self, word: &Word) -> Option<usize> {
        let mut used = None;
        let first = *word.chars.first()?;
        if !self.cells.first()?.may_take(first, false) {
            return None;
        }
        self.walk(0, word, false, |reached, cell| {
            if cell + 1 == self.cells.len() {
                used = (1..word.chars.len()).rev().find(|at| reached[*at] == 0);
            }
        });
        used
    }

    /// Goes through the text from a cell on; after each cell tells at what cost each length of
    /// the word's beginning is used up.
    fn walk(&self, start: usize, word: &Word, loose: bool, mut after: impl FnMut(&[Cost], usize)) {
        let length = word.chars.len();
        if length == 0 {
            return;
        }
        let mut reached = [NEVER; MAX_WORD + 1];
        reached[0] = 0;
        for (at, cell) in self.cells.iter().enumerate().skip(start) {
            let mut next = [NEVER; MAX_WORD + 1];
            let mut alive = false;
            for (used, cost) in reached.iter().copied().enumerate().take(length) {
                if cost != NEVER {
                    cell.steps(&word.chars[used..], loose, |step, price| {
                        let slot = &mut next[used + step];
                        *slot = (*slot).min(cost.saturating_add(price));
                        alive = true;
                    });
                }
            }
            if !alive {
                return;
            }
            after(&next[..=length], at);
            reached = next;
        }
    }
}

impl Cell {
    fn new(c: char) -> Self {
        let readings = readings(c);
        let letters = readings
            .iter()
            .filter_map(|reading| reading.bytes().next())
            .fold(0, |bits, letter| bits | letter_bit(char::from(letter)));
        Self {
            c,
            letters,
            readings,
        }
    }

    /// Whether a word that begins so can meet this character at all.
    fn may_take(&self, first: char, loose: bool) -> bool {
        self.letters & letter_bits(first, loose) != 0
            || first == self.c
            || numeral(first) == Some(self.c)
    }

    /// Every way to use up a beginning of `rest` for this character: how much, at what cost.
    fn steps(&self, rest: &[char], loose: bool, mut step: impl FnMut(usize, Cost)) {
        let Some(&first) = rest.first() else { return };
        if first == self.c || numeral(first) == Some(self.c) {
            step(1, 0);
        }
        if !first.is_ascii_lowercase() {
            return;
        }
        for reading in &self.readings {
            if loose {
                for used in loose_lengths(reading, rest).into_iter().flatten() {
                    step(used, 0);
                }
            }
            let bytes = reading.as_bytes();
            if bytes.first().map(|b| char::from(*b)) != Some(first) {
                continue;
            }
            let same = bytes
                .iter()
                .zip(rest)
                .take_while(|(b, c)| char::from(**b) == **c)
                .count();
            if same == bytes.len() {
                step(same, 0);
            } else if same == rest.len() && same > 1 {
                step(same, BEGUN);
            }
            step(1, INITIAL);
        }
    }
}

impl Word {
    /// A word of a folded text, cut to [`MAX_WORD`].
    pub(crate) fn new(word: &str) -> Self {
        Self {
            chars: word.chars().take(MAX_WORD).collect(),
        }
    }

    /// The word after its first characters.
    pub(crate) fn rest(&self, from: usize) -> Self {
        Self {
            chars: self.chars[from.min(self.chars.len())..].to_vec(),
        }
    }

    /// The word as text.
    pub(crate) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    fn letters(&self) -> usize {
        self.chars.iter().filter(|c| c.is_ascii_lowercase()).count()
    }

    fn manner(&self, cost: Cost) -> Manner {
        match (self.letters(), usize::from(cost / INITIAL)) {
            (0, _) => Manner::Written,
            (_, 0) => Manner::Spoken,
            (letters, initials) if letters == initials => Manner::Initials,
            _ => Manner::Mixed,
        }
    }
}

/// The bit of a lower-case letter; none for anything else.
const fn letter_bit(c: char) -> u32 {
    if c.is_ascii_lowercase() {
        1 << (c as u32 - 'a' as u32)
    } else {
        0
    }
}

/// The bits of the letters that a reading may begin with to be met by a word that begins so.
const fn letter_bits(first: char, loose: bool) -> u32 {
    const NASALS: u32 = letter_bit('n') | letter_bit('l');
    match letter_bit(first) {
        bit if loose && bit & NASALS != 0 => NASALS,
        bit => bit,
    }
}

/// `莲花1村` means `莲花一村`.
const fn numeral(digit: char) -> Option<char> {
    Some(match digit {
        '1' => '一',
        '2' => '二',
        '3' => '三',
        '4' => '四',
        '5' => '五',
        '6' => '六',
        '7' => '七',
        '8' => '八',
        '9' => '九',
        _ => return None,
    })
}

/// How much of `rest` a reading uses up when neighbours in sound are forgiven: the initials
/// zh/z, ch/c, sh/s, n/l and the finals ang/an, eng/en, ing/in.
fn loose_lengths(reading: &str, rest: &[char]) -> [Option<usize>; 4] {
    let (initials, ending): ([&str; 2], &str) = match reading.as_bytes() {
        [b'z', b'h', ..] | [b'z', ..] => (
            ["zh", "z"],
            reading.trim_start_matches("zh").trim_start_matches('z'),
        ),
        [b'c', b'h', ..] | [b'c', ..] => (
            ["ch", "c"],
            reading.trim_start_matches("ch").trim_start_matches('c'),
        ),
        [b's', b'h', ..] | [b's', ..] => (
            ["sh", "s"],
            reading.trim_start_matches("sh").trim_start_matches('s'),
        ),
        [b'n' | b'l', ..] => (["n", "l"], &reading[1..]),
        _ => (["", ""], reading),
    };
    let (stem, nasal) = match ending.strip_suffix('g').unwrap_or(ending) {
        stem if stem.ends_with("an") || stem.ends_with("en") || stem.ends_with("in") => {
            (stem, true)
        }
        _ => (ending, false),
    };
    let begins = |at: usize, with: &str| {
        rest.len() >= at + with.len() && with.chars().zip(&rest[at..]).all(|(a, b)| a == *b)
    };
    let mut found = [None; 4];
    for (n, initial) in initials.into_iter().enumerate() {
        if begins(0, initial) && begins(initial.len(), stem) {
            let used = initial.len() + stem.len();
            found[2 * n] = Some(used);
            found[2 * n + 1] = (nasal && rest.get(used) == Some(&'g')).then_some(used + 1);
        }
    }
    found
}

/// Whether the word becomes the key, or a beginning of it, by putting in, leaving out or
/// changing one letter, or by swapping two neighbours.
pub(crate) fn one_letter_off(key: &str, word: &str) -> bool {
    let (key, word) = (key.as_bytes(), word.as_bytes());
    let same = key.iter().zip(word).take_while(|(a, b)| a == b).count();
    let (key, word) = (&key[same..], &word[same..]);
    let begins = |key: &[u8], word: &[u8]| key.starts_with(word);
    match (key, word) {
        (_, []) => true,
        ([], [_]) => true,
        ([], _) => false,
        ([a, key_rest @ ..], [b, word_rest @ ..]) => {
            begins(key, word_rest)
                || begins(key_rest, word)
                || begins(key_rest, word_rest)
                || matches!((key_rest, word_rest), ([c, key_rest @ ..], [d, word_rest @ ..])
                    if a == d && b == c && begins(key_rest, word_rest))
        }
    }
}

#[cfg(test)]
mod tests;
