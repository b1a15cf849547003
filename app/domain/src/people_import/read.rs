//! Reading a list: which column says what, and what each row says.

use super::{
    Entry, MOST_BYTES, MOST_ROWS, Read, Row, Wrong,
    heading::{Column, Columns, headed, in_order},
};
use crate::{
    Reason, Refusal,
    person::{BirthYear, PersonName, Phone, Relation, needs_guardian},
    place::CommunityKey,
    plan_import::{cells, folded},
    text,
    time::Timestamp,
};

/// What is asked beside the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The communities that a row may name, with their names.
    pub communities: Vec<(CommunityKey, String)>,
    /// Where those live of whom no row says it.
    pub community: Option<CommunityKey>,
}

/// Among so many rows the headings are looked for.
const HEAD: usize = 5;
/// Longest beginning of a row that is shown, in characters.
const SHOWN: usize = 40;

fn wrong(reason: Reason) -> Refusal {
    Refusal::invalid("rows", reason)
}

/// Reads a list. A row of headings may stand at its beginning and says the order of the columns; without
/// one it is name, birth year, telephone number, community, relation.
///
/// # Errors
/// [`Refusal::Invalid`] on `rows`: `missing`, `too_large`, `too_many`. What is wrong in a row stands at the
/// row.
pub fn read(text: &str, asked: &Asked, now: Timestamp) -> Result<Read, Refusal> {
    if text.len() > MOST_BYTES {
        return Err(wrong(Reason::TooLarge));
    }
    let rows = cells(text);
    let filled: Vec<(usize, &Vec<String>)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    let mut first = filled.iter().take(HEAD).enumerate();
    let found = first.find_map(|(at, (_, row))| Some((headed(row)?, at + 1)));
    let (columns, skipped) = found.unwrap_or_else(|| (in_order(), 0));
    let filled = filled.get(skipped..).unwrap_or_default();
    match filled.len() {
        0 => return Err(wrong(Reason::Missing)),
        many if many > MOST_ROWS => return Err(wrong(Reason::TooMany)),
        _ => {}
    }
    let mut read = Read {
        rows: Vec::with_capacity(filled.len()),
        unused: Vec::new(),
    };
    for (at, row) in filled {
        let entry = entry(&columns, row, asked, now);
        let entry = entry.and_then(|entry| apart(&read.rows, &entry).map(|()| entry));
        let written = || {
            columns
                .cell(row, Column::Name)
                .chars()
                .take(SHOWN)
                .collect()
        };
        read.rows.push(Row {
            number: at + 1,
            entry: entry.map_err(|wrong| (written(), wrong)),
        });
    }
    read.unused = columns.unused;
    Ok(read)
}

fn entry(columns: &Columns, row: &[String], asked: &Asked, now: Timestamp) -> Result<Entry, Wrong> {
    let cell = |column| columns.cell(row, column);
    let name = PersonName::parse(cell(Column::Name)).map_err(|_| Wrong::Name)?;
    let birth_year = year(cell(Column::Birth)).ok_or(Wrong::BirthYear)?;
    let birth_year = BirthYear::new(birth_year, now).map_err(|_| Wrong::BirthYear)?;
    if needs_guardian(birth_year, now) {
        return Err(Wrong::NeedsGuardian);
    }
    let phone = match cell(Column::Phone) {
        "" => None,
        written => Some(Phone::parse(written).map_err(|_| Wrong::Phone)?),
    };
    let community = match cell(Column::Community) {
        "" => asked.community.clone(),
        written => Some(community(written, asked).ok_or(Wrong::Community)?),
    };
    if phone.is_none() && community.is_none() {
        return Err(Wrong::NothingToTellApart);
    }
    Ok(Entry {
        name,
        birth_year,
        phone,
        relation: relation(cell(Column::Relation)).ok_or(Wrong::Relation)?,
        community,
    })
}

/// Whether no earlier row says the same, or otherwise, of the same.
fn apart(rows: &[Row], entry: &Entry) -> Result<(), Wrong> {
    let before = rows
        .iter()
        .filter_map(|row| Some((row.number, row.entry.as_ref().ok()?)));
    for (row, other) in before {
        if (&other.name, other.birth_year, &other.phone)
            == (&entry.name, entry.birth_year, &entry.phone)
            && (entry.phone.is_some() || other.community == entry.community)
        {
            return Err(Wrong::Twice { row });
        }
        let both = [other.relation, entry.relation];
        if entry.phone.is_some() && other.phone == entry.phone && both == [Relation::Myself; 2] {
            return Err(Wrong::SecondHolder { row });
        }
    }
    Ok(())
}

/// The year of a birth date as people and spreadsheets write it: `1958`, `1958年3月`, `1958-03-12`,
/// `19580312`. Nothing longer is taken for one, such as the number of an identity card.
fn year(written: &str) -> Option<i64> {
    let plain = text::plain(written);
    let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
    let rest = plain.get(digits.len()..).unwrap_or_default();
    let is_date = matches!(digits.len(), 6 | 8) && rest.is_empty();
    let is_year = digits.len() == 4 && !rest.starts_with(|c: char| c.is_alphabetic() && c != '年');
    let year = digits.get(..4).filter(|_| is_year || is_date)?;
    year.parse().ok()
}

/// A community by its name, with 社区 behind it or without.
fn community(written: &str, asked: &Asked) -> Option<CommunityKey> {
    let bare = |name: &str| {
        let folded = folded(name);
        folded
            .strip_suffix("社区")
            .map(str::to_owned)
            .unwrap_or(folded)
    };
    let wanted = bare(written);
    let mut all = asked.communities.iter();
    all.find(|(_, name)| bare(name) == wanted)
        .map(|(key, _)| key.clone())
}

/// What somebody is to whom the number belongs; themselves, where nothing is said.
fn relation(written: &str) -> Option<Relation> {
    Some(match folded(written).as_str() {
        "" | "本人" | "自己" | "户主" | "机主" | "self" => Relation::Myself,
        "配偶" | "丈夫" | "妻子" | "老公" | "老婆" | "爱人" | "spouse" | "husband" | "wife" => {
            Relation::Spouse
        }
        "子女" | "儿子" | "女儿" | "孩子" | "child" | "son" | "daughter" => Relation::Child,
        "孙子女" | "孙子" | "孙女" | "外孙" | "外孙女" | "grandchild" => {
            Relation::Grandchild
        }
        "父母" | "父亲" | "母亲" | "爸爸" | "妈妈" | "公公" | "婆婆" | "岳父" | "岳母"
        | "parent" | "father" | "mother" => Relation::Parent,
        "其他" | "其它" | "亲友" | "other" => Relation::Other,
        _ => return None,
    })
}
