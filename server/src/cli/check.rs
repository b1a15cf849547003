//! `server check`: whether what is kept twice says the same.
#![expect(
    clippy::print_stdout,
    reason = "standard output is how a command answers"
)]

use super::{
    Common,
    open::{act, migrated, told},
};
use anyhow::bail;
use store::{Db, check, reports};

pub(super) async fn check(common: &Common, mend: bool) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    let shifts = check_shifts(&db, mend).await?;
    let people = check_people(&db, mend).await?;
    let mut total = 0;
    loop {
        let wrong = check::counts(&db).await.map_err(told)?;
        for one in &wrong {
            println!("{}", line(one));
        }
        total += wrong.len();
        if wrong.is_empty() || !mend {
            break;
        }
        let occurrences = wrong.into_iter().map(|one| one.occurrence).collect();
        check::count_anew(&db, &act(), occurrences)
            .await
            .map_err(told)?;
    }
    // After the counts, which are what a month is added up from.
    let months = check_months(&db, mend).await?;
    db.close().await;
    match (total + shifts + people + months, mend) {
        (0, _) => eprintln!(
            "Every occurrence, every shift and every month is counted right, and people are found."
        ),
        (_, true) => eprintln!(
            "{total} occurrences, {shifts} shifts and {months} months were counted anew, and {people} \
             people are found again."
        ),
        (_, false) => bail!(
            "{total} occurrences, {shifts} shifts and {months} months are counted wrongly, and {people} \
             people are not found: `server check --mend` puts them right. Another program has changed \
             the database"
        ),
    }
    Ok(())
}

/// Whether the months of reports are added up right; how many are not.
async fn check_months(db: &Db, mend: bool) -> anyhow::Result<usize> {
    let wrong = reports::wrong_tallies(db).await.map_err(told)?;
    let total = wrong.len();
    for (month, center) in &wrong {
        println!("month {month}\tcenter {center}");
    }
    if mend {
        let anew = reports::tally_anew(db, &act(), wrong).await;
        anew.map_err(told)?;
    }
    Ok(total)
}

/// Whether people are found by what they are called and have; how many are not.
async fn check_people(db: &Db, mend: bool) -> anyhow::Result<usize> {
    let wrong = check::people(db).await.map_err(told)?;
    let total = wrong.misspelt as usize + wrong.unknown as usize;
    if total > 0 {
        println!(
            "people\tmisspelt {}\tunknown {}",
            wrong.misspelt, wrong.unknown
        );
    }
    if total > 0 && mend {
        let found = check::find_people_anew(db, &act()).await;
        found.map_err(told)?;
    }
    Ok(total)
}

/// The same of shifts; how many were wrong.
async fn check_shifts(db: &Db, mend: bool) -> anyhow::Result<usize> {
    let mut total = 0;
    loop {
        let wrong = check::shifts(db).await.map_err(told)?;
        for one in &wrong {
            println!("{}", shift_line(one));
        }
        total += wrong.len();
        if wrong.is_empty() || !mend {
            return Ok(total);
        }
        let shifts = wrong.into_iter().map(|one| one.id).collect();
        let counted = check::count_shifts_anew(db, &act(), shifts).await;
        counted.map_err(told)?;
    }
}

/// A shift with what is wrong of it, as `KEPT/COUNTED`.
fn shift_line(wrong: &check::WrongShift) -> String {
    let pairs = [
        ("leads", wrong.leads, wrong.led),
        ("volunteers", wrong.volunteers, wrong.held),
        ("kept", wrong.kept, wrong.invited),
        ("waiting", wrong.waiting, wrong.in_line),
        ("leads_in", wrong.leads_in, wrong.leads_there),
        ("volunteers_in", wrong.volunteers_in, wrong.volunteers_there),
    ];
    let mut line = format!("shift {}", wrong.id);
    for (name, kept, counted) in pairs.into_iter().filter(|(_, a, b)| a != b) {
        line.push_str(&format!("\t{name} {kept}/{counted}"));
    }
    line
}

/// An occurrence with what is wrong of it, as `KEPT/COUNTED`.
fn line(wrong: &check::Wrong) -> String {
    let (kept, counted) = (&wrong.kept, &wrong.counted);
    let pairs = [
        ("taken_online", kept.taken_online, counted.taken_online),
        (
            "taken_assisted",
            kept.taken_assisted,
            counted.taken_assisted,
        ),
        ("waiting", kept.waiting, counted.waiting),
        ("came", kept.came, counted.came),
        ("went", kept.went, counted.went),
        ("no_shows", kept.no_shows, counted.no_shows),
    ];
    let mut line = wrong.occurrence.to_string();
    for (name, kept, counted) in pairs.into_iter().filter(|(_, a, b)| a != b) {
        line.push_str(&format!("\t{name} {kept}/{counted}"));
    }
    if !wrong.knows_its_activity {
        line.push_str("\tfield or menu item");
    }
    line
}
