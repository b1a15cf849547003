//! The finder: all centers in memory, ranked by how well a typed text fits.

use crate::{
    geo::Position,
    keys::spellings,
    normal,
    token::{Manner, Meeting, Text, Word, one_letter_off},
};
use std::collections::HashMap;

mod hit;
pub use hit::{Entry, Hit, Nearby, Why};

/// Words with fewer digits aren't codes: `1村`.
const CODE_DIGITS: usize = 4;

/// All centers, ready to be searched.
#[derive(Clone, Debug, Default)]
pub struct Index {
    entries: Vec<Row>,
    districts: Vec<Place>,
    subdistricts: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Row {
    entry: Entry,
    code: String,
    name: Text,
    /// Only where it says more than the name.
    community: Option<Text>,
    address: Option<Text>,
    pinyin: Vec<String>,
    district: usize,
    subdistrict: usize,
}

#[derive(Clone, Debug)]
struct Place {
    /// `罗湖区`, `桂园`.
    full: Text,
    /// `罗湖`, where that differs.
    short: Option<Text>,
}

/// A typed word with what is known of it before any center is looked at.
struct Query {
    word: Word,
    /// The word without `shequ` or the like behind it.
    trimmed: Option<Word>,
    /// The word, if it may be (the beginning of) a code.
    code: Option<String>,
    /// For each place: whether the word names it, and what follows the place's name in it.
    districts: Vec<(bool, Option<Word>)>,
    subdistricts: Vec<(bool, Option<Word>)>,
}

impl Index {
    /// Prepares the centers for searching. Centers that match a query equally well keep the order
    /// in which they were given.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut index = Self::default();
        let mut seen: [HashMap<String, usize>; 2] = Default::default();
        for entry in entries {
            let [districts, subdistricts] = &mut seen;
            let district = place(&mut index.districts, districts, &entry.district);
            let subdistrict = place(&mut index.subdistricts, subdistricts, &entry.subdistrict);
            let name = normal::core(&entry.name);
            let extra = |text: &str| {
                let core = normal::core(text);
                (!core.is_empty() && !name.contains(&core)).then(|| Text::new(&core))
            };
            index.entries.push(Row {
                code: code(&entry.id),
                name: Text::new(&name),
                community: extra(&entry.community),
                address: extra(&entry.address),
                pinyin: spellings(&name),
                district,
                subdistrict,
                entry,
            });
        }
        index
    }

    /// How many centers there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All centers, in the order in which they were given.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|row| &row.entry)
    }

    /// The center with that code.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .map(|row| &row.entry)
            .find(|entry| entry.id == id)
    }

    /// The centers that fit the query, best first, at most `limit`.
    ///
    /// The query may be in simplified or traditional characters, pinyin, initials or a mix, in any
    /// width and case. All words must match, in any order; a place may also be attached directly
    /// in front of a name. An empty query finds nothing; one that consists only of words common to
    /// all centers finds them all.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let folded = normal::fold(query);
        if normal::words(&folded).is_empty() {
            return Vec::new();
        }
        let mut words = normal::words(&normal::without_noise(&folded));
        words.retain(|word| !normal::is_latin_noise(word));
        if words.is_empty() {
            let all = self.entries.iter().take(limit);
            return all
                .map(|row| Hit {
                    entry: &row.entry,
                    why: Vec::new(),
                })
                .collect();
        }
        // A name typed as separate syllables is one word too: "da tang long".
        let mut readings = vec![words.clone()];
        if words.len() > 1 {
            readings.push(vec![words.concat()]);
        }
        let strict = self.search(&readings, false, limit);
        if strict.is_empty() {
            self.search(&readings, true, limit)
        } else {
            strict
        }
    }

    /// The centers whose place is known, nearest first, at most `limit`.
    pub fn nearest(&self, from: Position, limit: usize) -> Vec<Nearby<'_>> {
        let mut near: Vec<Nearby<'_>> = self
            .entries
            .iter()
            .filter_map(|row| {
                let metres = row.entry.position?.metres_to(from);
                Some(Nearby {
                    entry: &row.entry,
                    metres,
                })
            })
            .collect();
        near.sort_by_key(|nearby| nearby.metres);
        near.truncate(limit);
        near
    }

    fn search(&self, readings: &[Vec<String>], loose: bool, limit: usize) -> Vec<Hit<'_>> {
        let readings: Vec<Vec<Query>> = readings
            .iter()
            .map(|words| words.iter().map(|word| self.query(word, loose)).collect())
            .collect();
        let mut found: Vec<(u32, usize, usize, Vec<Why>)> = Vec::new();
        for (n, row) in self.entries.iter().enumerate() {
            let best = readings
                .iter()
                .filter_map(|words| self.reasons(row, words, loose))
                .min();
            if let Some((score, why)) = best {
                found.push((score, row.name.len(), n, why));
            }
        }
        if found.len() > limit && limit > 0 {
            found.select_nth_unstable(limit - 1);
        }
        found.truncate(limit);
        found.sort_unstable();
        found
            .into_iter()
            .map(|(_, _, n, why)| Hit {
                entry: &self.entries[n].entry,
                why,
            })
            .collect()
    }

    fn query(&self, word: &str, loose: bool) -> Query {
        let places = |places: &[Place], word: &Word| {
            places
                .iter()
                .map(|place| (place.is_named(word, loose), place.after(word)))
                .collect()
        };
        let trimmed = normal::without_latin_noise(word).map(Word::new);
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let code = (digits >= CODE_DIGITS && word.is_ascii()).then(|| word.to_owned());
        let word = Word::new(word);
        let named = trimmed.as_ref().unwrap_or(&word);
        Query {
            districts: places(&self.districts, named),
            subdistricts: places(&self.subdistricts, named),
            word,
            trimmed,
            code,
        }
    }

    /// Why all words match the center, and how well (less is better). `None` if one doesn't.
    fn reasons(&self, row: &Row, words: &[Query], loose: bool) -> Option<(u32, Vec<Why>)> {
        let mut score = 0;
        let mut why = Vec::with_capacity(words.len());
        for word in words {
            let reasons = self.reason(row, word, loose)?;
            score += reasons.iter().map(|reason| *reason as u32 + 1).sum::<u32>();
            why.extend(reasons);
        }
        Some((score, why))
    }

    fn reason(&self, row: &Row, query: &Query, loose: bool) -> Option<Vec<Why>> {
        if query.code.as_ref().is_some_and(|typed| row.has_code(typed)) {
            return Some(vec![Why::Code]);
        }
        let word = &query.word;
        let (in_subdistrict, after_subdistrict) = &query.subdistricts[row.subdistrict];
        let (in_district, after_district) = &query.districts[row.district];
        // In the order of `Why`, so that the first is the best.
        let best = row
            .by_name(word, loose)
            .or_else(|| row.by_name(query.trimmed.as_ref()?, loose))
            .or_else(|| meets(&row.community, word, loose).then_some(Why::Community))
            .or_else(|| in_subdistrict.then_some(Why::Subdistrict))
            .or_else(|| in_district.then_some(Why::District))
            .or_else(|| meets(&row.address, word, loose).then_some(Why::Address));
        if let Some(best) = best {
            return Some(vec![best]);
        }
        let glued = |place: Why, rest: &Word| Some(vec![place, row.by_name(rest, loose)?]);
        if let Some(why) = after_subdistrict
            .as_ref()
            .and_then(|rest| glued(Why::Subdistrict, rest))
        {
            return Some(why);
        }
        if let Some(rest) = after_district {
            let subdistrict = &self.subdistricts[row.subdistrict];
            if let Some(why) = glued(Why::District, rest) {
                return Some(why);
            }
            if subdistrict.is_named(rest, loose) {
                return Some(vec![Why::District, Why::Subdistrict]);
            }
            if let Some(name) = subdistrict
                .after(rest)
                .and_then(|rest| row.by_name(&rest, loose))
            {
                return Some(vec![Why::District, Why::Subdistrict, name]);
            }
        }
        (loose && row.is_one_letter_off(word)).then(|| vec![Why::Similar])
    }
}

impl Row {
    fn by_name(&self, word: &Word, loose: bool) -> Option<Why> {
        let Meeting {
            manner,
            inside,
            open_end,
        } = self.name.meet(word, loose)?;
        Some(match (manner, inside, open_end) {
            _ if loose => Why::Similar,
            (Manner::Written, false, false) => Why::Name,
            (Manner::Written, false, true) => Why::NamePrefix,
            (Manner::Spoken, false, false) => Why::Pinyin,
            (Manner::Initials, false, _) => Why::Initials,
            (Manner::Spoken | Manner::Mixed, false, _) => Why::PinyinPrefix,
            (Manner::Written, true, _) => Why::NamePart,
            (_, true, _) => Why::PinyinPart,
        })
    }

    /// Whether the code begins so, with or without the letters in front.
    fn has_code(&self, typed: &str) -> bool {
        let number = self
            .code
            .trim_start_matches(|c: char| c.is_ascii_alphabetic());
        self.code.starts_with(typed) || number.starts_with(typed)
    }

    fn is_one_letter_off(&self, word: &Word) -> bool {
        let word = word.text();
        word.len() >= 5
            && word.is_ascii()
            && self.pinyin.iter().any(|key| one_letter_off(key, &word))
    }
}

impl Place {
    fn new(name: &str) -> Self {
        let full = Text::new(&normal::core(name));
        let suffix = ["新区", "区"]
            .iter()
            .find(|suffix| full.ends_with(suffix) && full.len() > suffix.chars().count());
        let short = suffix.map(|suffix| full.shortened(suffix.chars().count()));
        Self { full, short }
    }

    fn is_named(&self, word: &Word, loose: bool) -> bool {
        self.full.meet_start(word, loose).is_some()
    }

    /// What follows in the word after the place's name.
    fn after(&self, word: &Word) -> Option<Word> {
        let used = self
            .full
            .consumed(word)
            .or_else(|| self.short.as_ref()?.consumed(word))?;
        Some(word.rest(used))
    }
}

fn meets(text: &Option<Text>, word: &Word, loose: bool) -> bool {
    text.as_ref()
        .is_some_and(|text| text.meet(word, loose).is_some())
}

fn place(places: &mut Vec<Place>, seen: &mut HashMap<String, usize>, name: &str) -> usize {
    *seen.entry(name.to_owned()).or_insert_with(|| {
        places.push(Place::new(name));
        places.len() - 1
    })
}

/// A center's code without signs, folded: `sz44030300101`.
fn code(id: &str) -> String {
    id.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests;
