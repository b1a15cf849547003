//! A center's year beside the centers like it: those of its district that have anything on record in it.

use super::{Line, attendance};
use crate::{Act, Db, Result, centers::place};
use domain::{
    access::{Caller, Scope},
    id::CenterId,
    report::{Asked, By, Days, Figure, Middle, Month, PlaceBy, checked_year},
};

/// The figures that are compared.
const COMPARED: [Figure; 7] = [
    Figure::Attendances,
    Figure::Persons,
    Figure::Activities,
    Figure::Groups,
    Figure::Cases,
    Figure::Volunteers,
    Figure::VolunteerMinutes,
];

/// A center beside those like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Over which days.
    pub days: Days,
    /// How many others there are.
    pub others: usize,
    /// Whether there is demo data among them.
    pub is_demo: bool,
    /// Each figure.
    pub rows: Vec<Beside>,
}

/// A figure of a center beside the others'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Which.
    pub figure: Figure,
    /// The center's own; absent where it is about too few people.
    pub own: Option<i64>,
    /// The others'; absent where they are too few.
    pub middle: Option<Middle>,
}

/// A center's year up to now beside the other centers of its district. Nothing of a single one of them is
/// told: whoever may see the center's report may see this.
///
/// # Errors
/// As of [`attendance`]; [`Refusal::Invalid`](domain::Refusal::Invalid) for a year that is none.
pub async fn alike(db: &Db, act: &Act, center: &CenterId, year: i32) -> Result<Alike> {
    let year = checked_year(year)?;
    let mut tx = db.read().await?;
    let district = place(&mut tx, center).await?.district;
    drop(tx);
    let first: Month = format!("{year:04}-01").parse()?;
    let last: Month = format!("{year:04}-12").parse()?;
    let until = last.last().min(act.now.day()).max(first.first());
    let days = Days::new(first.first(), until)?;
    let own = Asked {
        scope: Scope::Center(center.clone()),
        days,
        by: By::default(),
    };
    let own = attendance(db, act, &own).await?;
    let all = Asked {
        scope: Scope::District(district),
        days,
        by: By {
            place: PlaceBy::Center,
            ..By::default()
        },
    };
    // The caller sees none of the lines, but what they have in common.
    let system = Act::new(Caller::system(), act.now, act.ids.clone());
    let all = attendance(db, &system, &all).await?;
    let is_other = |line: &&Line| {
        let place = line.place.as_ref();
        place.is_some_and(|place| place.center.as_ref() != Some(center))
    };
    let others: Vec<&Line> = all.rows.iter().filter(is_other).collect();
    let rows = COMPARED.map(|figure| Beside {
        figure,
        own: own.total.value(figure),
        middle: Middle::of(others.iter().filter_map(|line| line.value(figure))),
    });
    Ok(Alike {
        days,
        others: others.len(),
        is_demo: all.is_demo,
        rows: rows.into(),
    })
}
