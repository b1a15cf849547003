use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_month_is_its_days() {
    let month: Month = "2028-02".parse().unwrap();
    assert_eq!(
        (month.first(), month.last()),
        (day("2028-02-01"), day("2028-02-29"))
    );
    assert_eq!(month.next().to_string(), "2028-03");
    assert_eq!(month.previous().previous().to_string(), "2027-12");
    for wrong in ["2028-13", "2028-2", "1999-12", "2028/02", "2028-02-1", ""] {
        assert!(wrong.parse::<Month>().is_err(), "{wrong}");
    }
}

#[test]
fn days_know_their_months_and_which_are_whole() {
    let days = Days::new(day("2026-10-15"), day("2026-12-31")).unwrap();
    let months: Vec<(String, bool)> = days
        .months()
        .into_iter()
        .map(|(m, whole)| (m.to_string(), whole))
        .collect();
    let expected = [("2026-10", false), ("2026-11", true), ("2026-12", true)];
    assert_eq!(months, expected.map(|(m, whole)| (m.to_owned(), whole)));
    let (from, until) = days.instants();
    assert_eq!(from.rfc3339(), "2026-10-15T00:00:00+08:00");
    assert_eq!(until.rfc3339(), "2027-01-01T00:00:00+08:00");
    let part = |month: &str| days.in_month(month.parse().unwrap());
    let october = Days::new(day("2026-10-15"), day("2026-10-31")).unwrap();
    let november = Days::of("2026-11".parse().unwrap());
    assert_eq!(part("2026-10"), Some(october));
    assert_eq!(part("2026-11"), Some(november));
    assert_eq!((part("2026-09"), part("2027-01")), (None, None));
    let both = Days::new(day("2026-10-15"), day("2026-11-30")).unwrap();
    assert_eq!(october.and(november), Some(both));
    assert_eq!(
        (november.and(october), november.and(november)),
        (None, None)
    );
    assert!(Days::new(day("2026-10-15"), day("2026-10-14")).is_err());
    assert!(Days::new(day("2026-01-01"), day("2029-01-03")).is_err());
}

#[test]
fn by_is_read_and_written() {
    for text in [
        "",
        "field",
        "field,month,center",
        "month,district",
        "subdistrict",
    ] {
        assert_eq!(By::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(
        By::parse(" center , field").unwrap().to_string(),
        "field,center"
    );
    assert!(By::parse("week").is_err());
    assert!(By::parse("center,district").is_err());
}

#[test]
fn a_month_closes_when_it_is_over() {
    let month: Month = "2026-11".parse().unwrap();
    let end = Timestamp::start_of(day("2026-12-01"));
    assert_eq!(check_closable(month, end), Ok(()));
    assert_eq!(
        check_closable(month, end.plus(-1)),
        Err(Refusal::NotOver { until: end })
    );
}

#[test]
fn a_contract_counts_what_it_can() {
    assert_eq!(check_target(Figure::Activities, 96), Ok(()));
    assert!(check_target(Figure::Activities, 1_000_001).is_err());
    assert!(check_target(Figure::NoShows, 1).is_err());
}

#[test]
fn corrections_are_what_differs() {
    let kept = Kept::from([
        (Figure::Attendances, 120),
        (Figure::Persons, 40),
        (Figure::Shifts, 3),
    ]);
    let now = Kept::from([
        (Figure::Attendances, 121),
        (Figure::Persons, 40),
        (Figure::Cases, 1),
    ]);
    let told: Vec<_> = corrections(&kept, &now)
        .iter()
        .map(|c| (c.figure, c.was, c.is))
        .collect();
    let expected = [
        (Figure::Cases, None, Some(1)),
        (Figure::Attendances, Some(120), Some(121)),
        (Figure::Shifts, Some(3), None),
    ];
    assert_eq!(told, expected);
}

fn at(place: u16, month: u16, field: u16) -> Coords {
    Coords {
        places: [0, place / 2, place],
        month,
        field,
    }
}

fn cell(at: Coords, people: &[u32]) -> Cell {
    let size = u32::try_from(people.len()).unwrap();
    Cell {
        at,
        people: size,
        few: if size < SMALL {
            people.to_vec()
        } else {
            vec![]
        },
        absent: 0,
    }
}

const WHOLE: Level = Level {
    places: 0,
    month: false,
    field: false,
};
const BY_FIELD: Level = Level {
    field: true,
    ..WHOLE
};

#[test]
fn c172_few_people_are_hidden_and_so_is_what_they_could_be_had_from() {
    let cells = [
        cell(at(0, 0, 0), &[1, 2, 3]),
        cell(at(0, 0, 1), &[1, 2, 3, 4, 5, 6]),
        cell(at(0, 0, 2), &[1, 2, 3, 4, 5, 6, 7, 8]),
    ];
    let hidden = protect(&cells);
    let fields: Vec<bool> = cells
        .iter()
        .map(|cell| hidden.has(BY_FIELD, cell.at))
        .collect();
    assert_eq!(
        fields,
        [true, true, false],
        "the smallest other one is hidden with it"
    );
    assert!(!hidden.has(WHOLE, cells[0].at));
}

#[test]
fn c172_few_people_over_several_cells_stay_few() {
    let same = [1, 2, 3];
    let cells = [cell(at(0, 0, 0), &same), cell(at(0, 1, 0), &same)];
    assert!(protect(&cells).has(WHOLE, cells[0].at));
    let others = [cell(at(0, 0, 0), &same), cell(at(0, 1, 0), &[4, 5, 6])];
    assert!(!protect(&others).has(WHOLE, others[0].at));
}

#[test]
fn c172_those_who_stayed_away_are_people_too() {
    let mut nobody_came = cell(at(0, 0, 0), &[]);
    nobody_came.absent = 2;
    assert!(protect(&[nobody_came.clone()]).has(WHOLE, nobody_came.at));
    nobody_came.absent = 0;
    assert!(!protect(&[nobody_came.clone()]).has(WHOLE, nobody_came.at));
}

/// Arithmetic modulo a prime: enough to see whether one sum follows from others.
const PRIME: i64 = 2_147_483_647;

fn inverse(of: i64) -> i64 {
    let (mut result, mut base, mut exponent) = (1, of.rem_euclid(PRIME), PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

/// What follows from sums, as rows in echelon form by their first column.
#[derive(Default)]
struct Known(BTreeMap<usize, Vec<i64>>);

impl Known {
    fn rest(&self, mut sum: Vec<i64>) -> Vec<i64> {
        for (column, row) in &self.0 {
            let factor = sum[*column];
            if factor != 0 {
                for (value, of) in sum.iter_mut().zip(row) {
                    *value = (*value - factor * of).rem_euclid(PRIME);
                }
            }
        }
        sum
    }

    fn learn(&mut self, sum: Vec<i64>) {
        let rest = self.rest(sum);
        if let Some(column) = rest.iter().position(|value| *value != 0) {
            let by = inverse(rest[column]);
            self.0.insert(
                column,
                rest.iter().map(|value| value * by % PRIME).collect(),
            );
        }
    }

    fn follows(&self, sum: Vec<i64>) -> bool {
        self.rest(sum).iter().all(|value| *value == 0)
    }
}

fn every_level() -> impl Iterator<Item = Level> {
    (0..=3).flat_map(|places| {
        [(false, false), (true, false), (false, true), (true, true)].map(|(month, field)| Level {
            places,
            month,
            field,
        })
    })
}

/// Which cells belong to the row of a table that a cell belongs to.
fn members(level: Level, of: Coords, cells: &[Cell]) -> Vec<i64> {
    let same = |at: Coords| {
        (level.places == 0 || at.places[level.places - 1] == of.places[level.places - 1])
            && (!level.month || at.month == of.month)
            && (!level.field || at.field == of.field)
    };
    cells.iter().map(|cell| i64::from(same(cell.at))).collect()
}

fn grids() -> impl Strategy<Value = Vec<Cell>> {
    let people = prop_oneof![
        3 => Just(0usize), 3 => 1usize..5, 3 => 5usize..12
    ];
    proptest::collection::vec((people, 0u32..20), 4 * 3 * 2).prop_map(|sizes| {
        let mut cells = Vec::new();
        for (n, (size, first)) in (0u16..).zip(sizes) {
            if size > 0 {
                let people: Vec<u32> = (first..).take(size).collect();
                cells.push(cell(at(n / 6, n / 2 % 3, n % 2), &people));
            }
        }
        cells
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nobody who asks for every table can work out a figure about fewer than five people.
    #[test]
    fn c172_no_small_figure_follows_from_those_that_are_shown(cells in grids()) {
        let hidden = protect(&cells);
        let mut known = Known::default();
        for level in every_level() {
            for cell in &cells {
                if !hidden.has(level, cell.at) {
                    known.learn(members(level, cell.at, &cells));
                }
            }
        }
        for level in every_level() {
            for cell in &cells {
                let sum = members(level, cell.at, &cells);
                let people: std::collections::BTreeSet<u32> = cells.iter().zip(&sum)
                    .filter(|(_, is_in)| **is_in == 1)
                    .flat_map(|(cell, _)| match cell.people < SMALL {
                        true => cell.few.clone(),
                        false => (1000..1000 + cell.people).collect(),
                    })
                    .collect();
                if people.len() < SMALL as usize {
                    prop_assert!(!known.follows(sum), "{level:?} {:?}", cell.at);
                }
            }
        }
    }

    /// Where every figure is about enough people, all are shown.
    #[test]
    fn c172_nothing_is_hidden_without_need(cells in grids()) {
        let large: Vec<Cell> = cells.into_iter().filter(|cell| cell.people >= SMALL).collect();
        let hidden = protect(&large);
        for level in every_level() {
            for cell in &large {
                prop_assert!(!hidden.has(level, cell.at));
            }
        }
    }
}
