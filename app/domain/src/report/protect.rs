//! What is not shown because it is about too few people, and what isn't because those could be had by
//! subtraction (C-172).
//!
//! Whoever asks for one report can ask for the others over the same centers and days: by field, by month,
//! by place, in whole. So what is hidden is decided over all of these tables at once. In a table that
//! tells one thing more apart than another, the rows that make up one row of the other are its parts.
//! Where a part is hidden, the whole minus the parts that are shown is what the hidden ones add up to: at
//! least one of them must be about enough people. The same where the whole itself is hidden: not all of
//! its parts may be shown.

use super::audit::{Known, Sum};
use std::collections::{BTreeSet, HashMap, HashSet};

/// From so many people on, figures about them are shown.
pub const SMALL: u32 = 5;

/// Where a cell lies, by numbers that the caller gives: district, subdistrict and center, month, field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coords {
    /// The places, the largest first.
    pub places: [u16; 3],
    /// The month.
    pub month: u16,
    /// The field.
    pub field: u16,
}

/// One center, month and field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where.
    pub at: Coords,
    /// How many people it is about.
    pub people: u32,
    /// Who, where they are fewer than [`SMALL`]; else empty.
    pub few: Vec<u32>,
    /// Of how many the cell says that they stayed away.
    pub absent: u64,
}

/// A table of a report: what its rows are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level {
    /// So many of [`Coords::places`].
    pub places: usize,
    /// Whether by month.
    pub month: bool,
    /// Whether by field.
    pub field: bool,
}

/// A number that stands for "not told apart".
const ALL: u16 = u16::MAX;

/// A row of a table: place, month, field.
type Row = (u16, u16, u16);

impl Level {
    /// Every table, each after those that it is a refinement of.
    fn every() -> Vec<Self> {
        let mut every = Vec::with_capacity(16);
        for places in 0..=3 {
            for (month, field) in [(false, false), (true, false), (false, true), (true, true)] {
                every.push(Self {
                    places,
                    month,
                    field,
                });
            }
        }
        every
    }

    /// The tables that tell one thing less apart.
    fn coarser(self) -> impl Iterator<Item = Self> {
        let by_place = (self.places > 0).then(|| Self {
            places: self.places - 1,
            ..self
        });
        let by_month = self.month.then_some(Self {
            month: false,
            ..self
        });
        let by_field = self.field.then_some(Self {
            field: false,
            ..self
        });
        [by_place, by_month, by_field].into_iter().flatten()
    }

    fn row(self, at: Coords) -> Row {
        let place = match self.places {
            0 => ALL,
            n => at.places.get(n - 1).copied().unwrap_or(ALL),
        };
        let told = |is_told: bool, value: u16| if is_told { value } else { ALL };
        (
            place,
            told(self.month, at.month),
            told(self.field, at.field),
        )
    }
}

/// About whom a row is.
#[derive(Default)]
struct About {
    /// The most people that one of its cells is about.
    most: u32,
    /// Everybody, where no cell is about enough.
    few: BTreeSet<u32>,
    absent: u64,
    /// How large it is beside others.
    weight: u64,
}

impl About {
    fn add(&mut self, cell: &Cell) {
        self.most = self.most.max(cell.people);
        self.few.extend(&cell.few);
        self.absent += cell.absent;
        self.weight += u64::from(cell.people) + cell.absent;
    }

    fn people(&self) -> u64 {
        match (self.most >= SMALL, self.few.len()) {
            (true, _) => u64::from(self.most),
            (false, 0) => self.absent,
            (false, few) => few as u64,
        }
    }

    fn is_small(&self) -> bool {
        (1..u64::from(SMALL)).contains(&self.people())
    }
}

/// A table with its rows, and of each row of a coarser table the rows that make it up.
struct Table {
    level: Level,
    rows: HashMap<Row, About>,
    parts: Vec<(Level, HashMap<Row, Vec<Row>>)>,
}

impl Table {
    fn of(level: Level, cells: &[Cell]) -> Self {
        let mut rows: HashMap<Row, About> = HashMap::new();
        let mut of: HashMap<Row, Coords> = HashMap::new();
        for cell in cells {
            let row = level.row(cell.at);
            rows.entry(row).or_default().add(cell);
            of.entry(row).or_insert(cell.at);
        }
        rows.retain(|_, about| about.people() > 0);
        let parts = level.coarser().map(|coarser| {
            let mut parts: HashMap<Row, Vec<Row>> = HashMap::new();
            for (row, at) in &of {
                if rows.contains_key(row) {
                    parts.entry(coarser.row(*at)).or_default().push(*row);
                }
            }
            (coarser, parts)
        });
        Self {
            level,
            parts: parts.collect(),
            rows,
        }
    }

    fn weight(&self, row: &Row) -> (u64, Row) {
        (self.rows.get(row).map_or(0, |about| about.weight), *row)
    }

    /// The part that has to be hidden too, so that the hidden ones are about enough people.
    fn missing(&self, parts: &[Row], whole_is_hidden: bool, hidden: &HashSet<Row>) -> Option<Row> {
        let (gone, shown): (Vec<&Row>, Vec<&Row>) =
            parts.iter().partition(|row| hidden.contains(row));
        if gone.is_empty() && !whole_is_hidden {
            return None;
        }
        let is_enough = |row: &&Row| self.rows.get(row).is_some_and(|about| !about.is_small());
        if gone.len() > 1 && gone.iter().any(is_enough) {
            return None;
        }
        shown
            .into_iter()
            .min_by_key(|row| self.weight(row))
            .copied()
    }
}

/// The rows that are not shown.
#[derive(Debug, Default)]
pub struct Hidden(HashMap<Level, HashSet<Row>>);

impl Hidden {
    /// Whether the row of a table that a cell belongs to is hidden.
    pub fn has(&self, level: Level, at: Coords) -> bool {
        self.of(level).contains(&level.row(at))
    }

    fn of(&self, level: Level) -> &HashSet<Row> {
        static NONE: std::sync::LazyLock<HashSet<Row>> = std::sync::LazyLock::new(HashSet::new);
        self.0.get(&level).unwrap_or(&NONE)
    }
}

/// What of these cells' tables is not shown.
pub fn protect(cells: &[Cell]) -> Hidden {
    let tables: Vec<Table> = Level::every()
        .into_iter()
        .map(|level| Table::of(level, cells))
        .collect();
    let mut hidden = Hidden::default();
    for table in &tables {
        let small = table.rows.iter().filter(|(_, about)| about.is_small());
        let small = small.map(|(row, _)| *row).collect();
        hidden.0.insert(table.level, small);
    }
    loop {
        while hide_more(&tables, &mut hidden) {}
        if !hide_leaks(&tables, cells, &mut hidden) {
            return hidden;
        }
    }
}

/// So many cells are looked at together for what follows from several rows.
const TOGETHER: usize = 200;

/// Where a row about too few people follows from several that are shown, hides the least of those that
/// it lies in; whether there was one. A city is too much for it: there each center is looked at alone.
fn hide_leaks(tables: &[Table], cells: &[Cell], hidden: &mut Hidden) -> bool {
    if cells.len() <= TOGETHER {
        return hide_leaks_of(tables, cells, hidden);
    }
    let mut centers: HashMap<u16, Vec<Cell>> = HashMap::new();
    for cell in cells {
        let [.., center] = cell.at.places;
        centers.entry(center).or_default().push(cell.clone());
    }
    let centers = centers.into_values().filter(|own| own.len() <= TOGETHER);
    centers.fold(false, |any, own| {
        let alone: Vec<Table> = Level::every()
            .into_iter()
            .filter(|level| level.places == 3)
            .map(|level| Table::of(level, &own))
            .collect();
        hide_leaks_of(&alone, &own, hidden) || any
    })
}

fn hide_leaks_of(tables: &[Table], cells: &[Cell], hidden: &mut Hidden) -> bool {
    // Where nothing is about too few, nothing about too few can follow.
    let is_small = |table: &Table| table.rows.values().any(About::is_small);
    if !tables.iter().any(is_small) {
        return false;
    }
    let mut known = Known::default();
    let shown: Vec<(Level, Row, Sum)> = tables
        .iter()
        .flat_map(|table| table.rows.keys().map(|row| (table.level, *row)))
        .filter(|(level, row)| !hidden.of(*level).contains(row))
        .map(|(level, row)| (level, row, sum(level, row, cells)))
        .collect();
    for (_, _, sum) in &shown {
        known.learn(sum.clone());
    }
    let leak = tables.iter().find_map(|table| {
        let small = table.rows.iter().filter(|(_, about)| about.is_small());
        let mut small: Vec<Row> = small.map(|(row, _)| *row).collect();
        small.sort_unstable();
        let mut sums = small.into_iter().map(|row| sum(table.level, row, cells));
        sums.find(|sum| known.gives(sum.clone()))
    });
    let Some(leak) = leak else {
        return false;
    };
    let covers = |sum: &Sum| {
        sum.iter()
            .zip(&leak)
            .any(|(is_in, of)| *is_in > 0 && *of > 0)
    };
    let weight = |level: Level, row: &Row| {
        let of = tables.iter().find(|table| table.level == level);
        of.map_or((0, *row), |table| table.weight(row))
    };
    let least = shown
        .iter()
        .filter(|(_, _, sum)| covers(sum))
        .min_by_key(|(level, row, _)| (weight(*level, row), *level));
    let Some((level, row, _)) = least else {
        return false;
    };
    hidden.0.entry(*level).or_default().insert(*row)
}

/// Which cells make up a row.
fn sum(level: Level, row: Row, cells: &[Cell]) -> Sum {
    let is_in = |cell: &Cell| u64::from(level.row(cell.at) == row);
    cells.iter().map(is_in).collect()
}

/// One look over all tables; whether anything more is hidden now.
fn hide_more(tables: &[Table], hidden: &mut Hidden) -> bool {
    let mut is_more = false;
    for table in tables {
        for (coarser, wholes) in &table.parts {
            let found: Vec<Row> = wholes
                .iter()
                .filter_map(|(whole, parts)| {
                    let whole_is_hidden = hidden.of(*coarser).contains(whole);
                    table.missing(parts, whole_is_hidden, hidden.of(table.level))
                })
                .collect();
            // What has one part is that part.
            let same: Vec<Row> = wholes
                .iter()
                .filter(|(_, parts)| parts.len() == 1)
                .filter(|(_, parts)| hidden.of(table.level).contains(&parts[0]))
                .map(|(whole, _)| *whole)
                .filter(|whole| !hidden.of(*coarser).contains(whole))
                .collect();
            is_more |= !found.is_empty() || !same.is_empty();
            hidden.0.entry(table.level).or_default().extend(found);
            hidden.0.entry(*coarser).or_default().extend(same);
        }
    }
    is_more
}
