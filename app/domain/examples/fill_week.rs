//! Fills a made-up week and prints the roster:
//! `fill_week [--exact] [--seconds N] [--explain] WEEK.json`.
//!
//! The roster goes to standard output as `{"assignments": [{"shift", "person", "role"}]}`, what it
//! amounts to to standard error. Without `--exact` only the first stage runs; with it the search goes
//! on until the most ready shifts are proven, or for `--seconds` (2.8). With `--explain` it also tells
//! what is missing and what would help.

use domain::{
    fill::{self, Line, Offer, Person, Places, Proposal, Role, Shift, Week},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, error::Error, io::Write, time::Duration};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    shifts: Vec<FileShift>,
    #[serde(default)]
    leads: Vec<FilePerson>,
    #[serde(default)]
    volunteers: Vec<FilePerson>,
    /// Who is assigned already.
    #[serde(default)]
    assignments: Vec<FileLine>,
}

#[derive(Deserialize)]
struct FileShift {
    id: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    leads_min: u32,
    volunteers_min: u32,
    volunteers_max: u32,
}

#[derive(Deserialize)]
struct FilePerson {
    id: String,
    most_shifts: u32,
    #[serde(default)]
    served_before: u32,
    can: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct FileLine {
    shift: String,
    person: String,
    role: Role,
}

#[derive(Serialize)]
struct Roster {
    assignments: Vec<FileLine>,
}

/// The week, and the ids that the file has for what is in it.
struct Named {
    week: Week,
    shifts: Vec<String>,
    people: Vec<String>,
}

impl Named {
    fn of(file: File) -> Self {
        let mut named = Self {
            week: Week::default(),
            shifts: Vec::new(),
            people: Vec::new(),
        };
        let mut shift_numbers = HashMap::new();
        for shift in file.shifts {
            shift_numbers
                .entry(shift.id.clone())
                .or_insert(named.shifts.len());
            named.week.shifts.push(Shift {
                span: Span::kept(shift.starts_at, shift.ends_at),
                leads_min: shift.leads_min,
                volunteers_min: shift.volunteers_min,
                volunteers_max: shift.volunteers_max,
            });
            named.shifts.push(shift.id);
        }
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (role, people) in [(Role::Lead, file.leads), (Role::Volunteer, file.volunteers)] {
            for person in people {
                let offers = person
                    .can
                    .iter()
                    .filter_map(|id| shift_numbers.get(id))
                    .map(|&shift| Offer {
                        shift,
                        role,
                        liked: false,
                    });
                let number = *numbers.entry(person.id.clone()).or_insert_with(|| {
                    named.people.push(person.id.clone());
                    named.week.people.push(Person {
                        most_shifts: person.most_shifts,
                        served_before: person.served_before,
                        offers: Vec::new(),
                    });
                    named.people.len() - 1
                });
                // Somebody who is listed twice is one person, with the stricter limit.
                let known = &mut named.week.people[number];
                known.most_shifts = known.most_shifts.min(person.most_shifts);
                known.served_before = known.served_before.max(person.served_before);
                known.offers.extend(offers);
            }
        }
        named.week.fixed = file
            .assignments
            .iter()
            .filter_map(|line| {
                Some(Line {
                    shift: *shift_numbers.get(&line.shift)?,
                    person: *numbers.get(&line.person)?,
                    role: line.role,
                })
            })
            .collect();
        named
    }

    fn roster(&self, lines: &[Line]) -> Roster {
        let assignments = lines.iter().map(|line| FileLine {
            shift: self.shifts[line.shift].clone(),
            person: self.people[line.person].clone(),
            role: line.role,
        });
        Roster {
            assignments: assignments.collect(),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut exact, mut explain, mut seconds, mut path) = (false, false, 2.8, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--exact" => exact = true,
            "--explain" => explain = true,
            "--seconds" => seconds = arguments.next().unwrap_or_default().parse()?,
            _ => path = Some(argument),
        }
    }
    let path = path.ok_or("usage: fill_week [--exact] [--seconds N] [--explain] WEEK.json")?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let file = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let named = Named::of(file);
    let started = std::time::Instant::now();
    let mut proposal = fill::propose(&named.week, Places::Fairest);
    report(&named.week, "first stage", &proposal, started.elapsed())?;
    if exact {
        let limit = Duration::from_secs_f64(seconds);
        let improved = fill::improve(&named.week, proposal, Places::Fairest, &mut || {
            started.elapsed() < limit
        });
        proposal = improved.proposal;
        report(&named.week, "exact stage", &proposal, started.elapsed())?;
        writeln!(
            std::io::stderr(),
            "at most {} could be ready",
            improved.at_most
        )?;
    }
    compare(&named.week, proposal.lines.len())?;
    if explain {
        tell(&named.week, &proposal.lines)?;
    }
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &named.roster(&proposal.lines))?;
    Ok(writeln!(out)?)
}

fn report(week: &Week, stage: &str, found: &Proposal, took: Duration) -> std::io::Result<()> {
    writeln!(
        std::io::stderr(),
        "{stage}: {} of {} ready, {} places, Gini {:.3}, {} ms",
        found.count(),
        week.shifts.len(),
        found.lines.len(),
        fill::gini(week, &found.lines),
        took.as_millis()
    )
}

/// What first come, first served reaches, alone and with as many places as the plan has.
fn compare(week: &Week, places: usize) -> std::io::Result<()> {
    let mut served = fill::first_come(week);
    let ready = week.ready(&served).iter().filter(|&&ready| ready).count();
    let (all, gini) = (served.len(), fill::gini(week, &served));
    served.sort_by_key(|line| line.person);
    served.truncate(places);
    writeln!(
        std::io::stderr(),
        "first come, first served: {ready} ready, {all} places, Gini {gini:.3}; its first {}: {:.3}",
        served.len(),
        fill::gini(week, &served)
    )
}

/// Why people are where they are, what is missing, and what would help.
fn tell(week: &Week, lines: &[Line]) -> std::io::Result<()> {
    let mut err = std::io::stderr().lock();
    for (line, why) in lines.iter().zip(fill::why(week, lines)) {
        writeln!(err, "{line:?}: {why:?}")?;
    }
    for hole in fill::holes(week, lines) {
        writeln!(err, "{hole:?}")?;
    }
    for help in fill::helps(week, lines) {
        writeln!(err, "{help:?}")?;
    }
    Ok(())
}
