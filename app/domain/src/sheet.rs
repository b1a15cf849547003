//! Which column of a table out of a spreadsheet says what.

use crate::plan_import::folded;

/// Longest heading that is told, in characters.
const SHOWN: usize = 20;

/// What the columns of a table are called.
pub(crate) type Names<C> = [(C, &'static [&'static str])];

/// What a heading names: without what stands in brackets behind it, and without stars and colons.
fn named<C: Copy>(names: &Names<C>, heading: &str) -> Option<C> {
    let plain = folded(heading);
    let bare = plain.split(['(', '[', '【']).next().unwrap_or_default();
    let bare = bare.trim_matches(|c: char| matches!(c, '*' | ':' | '：'));
    let found = names.iter().find(|(_, names)| names.contains(&bare));
    found.map(|(column, _)| *column)
}

/// The columns, each place at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns<C> {
    places: Vec<Option<C>>,
    /// Headings that nothing is taken from.
    pub(crate) unused: Vec<String>,
}

impl<C: Copy + PartialEq> Columns<C> {
    /// As a row of headings says, which names two of them at least.
    pub(crate) fn headed(names: &Names<C>, row: &[String]) -> Option<Self> {
        let mut places: Vec<Option<C>> = Vec::with_capacity(row.len());
        let mut unused = Vec::new();
        for heading in row {
            let column = named(names, heading).filter(|column| !places.contains(&Some(*column)));
            if column.is_none() && !heading.trim().is_empty() {
                unused.push(heading.trim().chars().take(SHOWN).collect());
            }
            places.push(column);
        }
        let known = places.iter().flatten().count();
        (known >= 2).then_some(Self { places, unused })
    }

    /// In the order that is told beside the form.
    pub(crate) fn in_order(order: &[C]) -> Self {
        Self {
            places: order.iter().copied().map(Some).collect(),
            unused: Vec::new(),
        }
    }

    /// What a row says in a column; the empty text where it says nothing.
    pub(crate) fn cell<'r>(&self, row: &'r [String], column: C) -> &'r str {
        let place = self.places.iter().position(|at| *at == Some(column));
        let cell = place.and_then(|place| row.get(place));
        cell.map_or("", |cell| cell.trim())
    }
}
