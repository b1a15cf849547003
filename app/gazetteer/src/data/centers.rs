//! Centers as a CSV file brings them: the built-in list and a city's own.

use crate::{Entry, geo::Position};
use domain::{
    Reason, Refusal,
    opening::{HoursError, Week},
    place, text,
};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::{borrow::Cow, collections::HashMap};

/// A center of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CenterRow {
    /// Its code: 1 to 32 letters, digits and `-`; never its name, because names repeat.
    pub id: String,
    /// Its name.
    pub name: String,
    /// District's code: the first six digits of the subdistrict's, `SZ-DP` for 大鹏新区.
    pub district_code: String,
    /// District's name.
    pub district: String,
    /// Subdistrict's code.
    pub subdistrict_code: String,
    /// Subdistrict's name.
    pub subdistrict: String,
    /// The community that it serves.
    pub community: String,
    /// Where the name comes from; empty where not told.
    pub name_source: String,
    /// Whether it is an invented second site.
    pub second_site_demo: bool,
    /// Address, if known.
    pub address: Option<String>,
    /// Telephone number, if known.
    pub phone: Option<String>,
    /// Where it stands, if known.
    pub position: Option<Position>,
    /// Whether that position is made up.
    pub coordinates_demo: bool,
    /// Opening hours of an ordinary week, if known.
    pub hours: Option<Week>,
}

/// What is wrong in a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// The file's first line lacks a column that must be there.
    #[error("the column is missing in the first line")]
    MissingColumn,
    /// The first line names a column twice.
    #[error("the column stands twice in the first line")]
    TwiceInHeader,
    /// The line cannot be read as CSV or as UTF-8.
    #[error("the line cannot be read: {0}")]
    Unreadable(String),
    /// Fewer or more cells than the first line.
    #[error("{found} cells where the first line has {expected}")]
    Cells {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Nothing where something must be.
    #[error("must not be empty")]
    Missing,
    /// No code.
    #[error("{0:?} is no code: use 1 to 32 letters, digits and hyphens")]
    BadCode(String),
    /// The code was used before.
    #[error("{id:?} is already on line {first_line}")]
    Duplicate {
        /// The code.
        id: String,
        /// Line of its first use.
        first_line: u64,
    },
    /// Longer than any real one.
    #[error("{found} characters are too many: at most {most}")]
    TooLong {
        /// How many there are.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// Line breaks or other control characters inside.
    #[error("holds a line break or another control character")]
    ControlCharacter,
    /// No telephone number.
    #[error("{0:?} is no telephone number")]
    BadPhone(String),
    /// Neither 0 nor 1.
    #[error("{0:?} must be 0 or 1")]
    BadFlag(String),
    /// No degrees, or out of range, or one of the pair is missing.
    #[error(
        "{0:?} is no coordinate: both lat (-90 to 90) and lng (-180 to 180) in degrees, or neither"
    )]
    BadCoordinate(String),
    /// No opening hours.
    #[error("{0}")]
    BadHours(#[from] HoursError),
}

/// What is wrong with a row, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {column}: {problem}")]
pub struct RowError {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column's name; empty where the whole line is meant.
    pub column: String,
    /// What is wrong.
    pub problem: RowProblem,
}

/// Columns that must be there. `center_name` may stand for `name`. The others of
/// [`CenterRow`]'s may be left out: `district_code`, `name_source`, `second_site_demo`,
/// `address`, `phone`, `lat`, `lng`, `coordinates_demo`, `hours`. Further ones are passed over.
const REQUIRED: [&str; 6] = [
    "center_id",
    "name",
    "district",
    "subdistrict_code",
    "subdistrict",
    "community",
];

const MOST_CHARACTERS: usize = 200;

/// The text of a list as spreadsheets save it: UTF-8 or UTF-16 where it says so or is plainly so,
/// else GB18030. None where it is none of these.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let (encoding, marked) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (GB18030, 0),
    };
    let text = bytes.get(marked..)?;
    encoding
        .decode_without_bom_handling_and_without_replacement(text)
        .map(Cow::into_owned)
}

/// Reads a list of centers (UTF-8 CSV, with or without BOM, any line ends, columns in any
/// order): a result a row, in order. A file without the required columns gives one error for
/// each that is missing, and nothing else.
pub fn parse_centers(text: &str) -> Vec<Result<CenterRow, RowError>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return vec![Err(unreadable(1, &error))],
    };
    let (columns, problems) = columns(&header);
    if !problems.is_empty() {
        return problems.into_iter().map(Err).collect();
    }
    let mut first_lines: HashMap<String, u64> = HashMap::new();
    reader
        .records()
        .filter(|record| !matches!(record, Ok(record) if record.iter().all(|cell| cell.trim().is_empty())))
        .map(|record| {
            let record = record.map_err(|error| {
                unreadable(error.position().map_or(0, csv::Position::line), &error)
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let cells = Cells { record: &record, columns: &columns, line };
            if record.len() != header.len() {
                let problem = RowProblem::Cells { found: record.len(), expected: header.len() };
                return Err(cells.error("", problem));
            }
            let row = cells.row()?;
            if let Some(first_line) = first_lines.get(&row.id) {
                let problem = RowProblem::Duplicate { id: row.id, first_line: *first_line };
                return Err(cells.error("center_id", problem));
            }
            first_lines.insert(row.id.clone(), line);
            Ok(row)
        })
        .collect()
}

fn unreadable(line: u64, error: &csv::Error) -> RowError {
    RowError {
        line,
        column: String::new(),
        problem: RowProblem::Unreadable(error.to_string()),
    }
}

fn columns(header: &csv::StringRecord) -> (HashMap<String, usize>, Vec<RowError>) {
    let mut columns = HashMap::new();
    let mut problems = Vec::new();
    let mut problem = |column: &str, problem| {
        problems.push(RowError {
            line: 1,
            column: column.to_owned(),
            problem,
        });
    };
    for (at, name) in header.iter().enumerate() {
        let name = match name.trim().to_ascii_lowercase().as_str() {
            "center_name" => "name".to_owned(),
            other => other.to_owned(),
        };
        if !name.is_empty() && columns.insert(name.clone(), at).is_some() {
            problem(&name, RowProblem::TwiceInHeader);
        }
    }
    for name in REQUIRED {
        if !columns.contains_key(name) {
            problem(name, RowProblem::MissingColumn);
        }
    }
    (columns, problems)
}

struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a HashMap<String, usize>,
    line: u64,
}

impl Cells<'_> {
    fn error(&self, column: &str, problem: RowProblem) -> RowError {
        RowError {
            line: self.line,
            column: column.to_owned(),
            problem,
        }
    }

    /// A cell's text without spaces around; none where empty or without such a column.
    fn text(&self, column: &str) -> Result<Option<String>, RowError> {
        let Some(cell) = self.columns.get(column).and_then(|at| self.record.get(*at)) else {
            return Ok(None);
        };
        let cell = cell.trim();
        let found = cell.chars().count();
        let is_unfit = |refusal: Refusal| {
            matches!(
                refusal,
                Refusal::Invalid {
                    reason: Reason::ControlCharacter,
                    ..
                }
            )
        };
        let text = text::line(column, cell, usize::MAX);
        if cell.chars().any(char::is_control) || text.is_err_and(is_unfit) {
            Err(self.error(column, RowProblem::ControlCharacter))
        } else if found > MOST_CHARACTERS {
            Err(self.error(
                column,
                RowProblem::TooLong {
                    found,
                    most: MOST_CHARACTERS,
                },
            ))
        } else {
            Ok((!cell.is_empty()).then(|| cell.to_owned()))
        }
    }

    fn required(&self, column: &str) -> Result<String, RowError> {
        self.text(column)?
            .ok_or_else(|| self.error(column, RowProblem::Missing))
    }

    fn code(&self, column: &str) -> Result<String, RowError> {
        let code = self.required(column)?;
        let fits = code.len() <= 32 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits {
            Ok(code.to_ascii_uppercase())
        } else {
            Err(self.error(column, RowProblem::BadCode(code)))
        }
    }

    fn flag(&self, column: &str) -> Result<bool, RowError> {
        match self.text(column)?.as_deref() {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(other) => Err(self.error(column, RowProblem::BadFlag(other.to_owned()))),
        }
    }

    fn phone(&self) -> Result<Option<String>, RowError> {
        let Some(typed) = self.text("phone")? else {
            return Ok(None);
        };
        match place::telephone("phone", &typed) {
            Ok(phone) => Ok(Some(phone)),
            Err(_) => Err(self.error("phone", RowProblem::BadPhone(typed))),
        }
    }

    fn position(&self) -> Result<Option<Position>, RowError> {
        let degrees = |column: &str, most: f64| match self.text(column)? {
            None => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(value) if value.abs() <= most => Ok(Some(value)),
                _ => Err(self.error(column, RowProblem::BadCoordinate(text))),
            },
        };
        match (degrees("lat", 90.0)?, degrees("lng", 180.0)?) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(self.error("lat", RowProblem::BadCoordinate(String::new()))),
            (Some(_), None) => Err(self.error("lng", RowProblem::BadCoordinate(String::new()))),
            (Some(lat), Some(lng)) => Ok(Position::from_degrees(lat, lng)),
        }
    }

    fn row(&self) -> Result<CenterRow, RowError> {
        let id = self.code("center_id")?;
        let name = self.required("name")?;
        let district = self.required("district")?;
        let subdistrict_code = self.code("subdistrict_code")?;
        let district_code = match self.text("district_code")? {
            Some(_) => self.code("district_code")?,
            None if district.starts_with("大鹏") => "SZ-DP".to_owned(),
            None => subdistrict_code.chars().take(6).collect(),
        };
        let hours = match self.text("hours")? {
            Some(text) => {
                Some(Week::parse(&text).map_err(|error| self.error("hours", error.into()))?)
            }
            None => None,
        };
        Ok(CenterRow {
            subdistrict: self.required("subdistrict")?,
            community: self.required("community")?,
            name_source: self.text("name_source")?.unwrap_or_default(),
            second_site_demo: self.flag("second_site_demo")?,
            address: self.text("address")?,
            phone: self.phone()?,
            position: self.position()?,
            coordinates_demo: self.flag("coordinates_demo")?,
            id,
            name,
            district_code,
            district,
            subdistrict_code,
            hours,
        })
    }
}

impl From<&CenterRow> for Entry {
    fn from(row: &CenterRow) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            district: row.district.clone(),
            subdistrict: row.subdistrict.clone(),
            community: row.community.clone(),
            address: row.address.clone().unwrap_or_default(),
            position: row.position,
        }
    }
}
