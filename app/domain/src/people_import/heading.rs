//! Which column says what.

use crate::plan_import::folded;

/// What a column says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The name.
    Name,
    /// The birth year, or the whole date.
    Birth,
    /// The telephone number.
    Phone,
    /// The relation to whom the number belongs.
    Relation,
    /// Where they live.
    Community,
}

use Column::{Birth, Community, Name, Phone, Relation};

/// What people call them, folded.
const NAMES: [(Column, &[&str]); 5] = [
    (Name, &["姓名", "名字", "居民姓名", "name"]),
    (
        Birth,
        &[
            "出生年份",
            "出生年",
            "出生日期",
            "出生年月",
            "生日",
            "birthyear",
            "yearofbirth",
            "birthdate",
            "born",
        ],
    ),
    (
        Phone,
        &[
            "手机号",
            "手机",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "联系方式",
            "phone",
            "mobile",
            "telephone",
        ],
    ),
    (
        Relation,
        &[
            "关系",
            "与机主关系",
            "和机主的关系",
            "relation",
            "relationship",
        ],
    ),
    (
        Community,
        &["社区", "居住社区", "所在社区", "所属社区", "community"],
    ),
];

/// The order of the columns where nothing says it.
const ORDER: [Column; 5] = [Name, Birth, Phone, Community, Relation];

/// The columns, each place at most once.
pub(super) struct Columns {
    places: Vec<Option<Column>>,
    /// Headings that nothing is taken from.
    pub(super) unused: Vec<String>,
}

fn named(heading: &str) -> Option<Column> {
    let plain = folded(heading);
    let bare = plain.split(['(', '[', '【']).next().unwrap_or_default();
    let bare = bare.trim_matches(|c: char| matches!(c, '*' | ':' | '：'));
    let found = NAMES.iter().find(|(_, names)| names.contains(&bare));
    found.map(|(column, _)| *column)
}

impl Columns {
    /// As a row of headings says, which names two of them at least.
    pub(super) fn headed(row: &[String]) -> Option<Self> {
        let mut places: Vec<Option<Column>> = Vec::with_capacity(row.len());
        let mut unused = Vec::new();
        for heading in row {
            let column = named(heading).filter(|column| !places.contains(&Some(*column)));
            if column.is_none() && !heading.trim().is_empty() {
                unused.push(heading.trim().chars().take(20).collect());
            }
            places.push(column);
        }
        let known = places.iter().flatten().count();
        (known >= 2).then_some(Self { places, unused })
    }

    /// In the order that is told beside the form.
    pub(super) fn in_order() -> Self {
        Self {
            places: ORDER.iter().copied().map(Some).collect(),
            unused: Vec::new(),
        }
    }

    /// What a row says in a column; the empty text where it says nothing.
    pub(super) fn cell<'r>(&self, row: &'r [String], column: Column) -> &'r str {
        let place = self.places.iter().position(|at| *at == Some(column));
        let cell = place.and_then(|place| row.get(place));
        cell.map_or("", |cell| cell.trim())
    }
}
