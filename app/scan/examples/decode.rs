//! Reads the codes in picture files: `decode FILE…` prints a line `FILE<tab>TEXT` for each, TEXT
//! being empty where nothing was read. Several codes in one picture are joined by tabs.
//!
//! `--quick` tries little; `--camera` reads the picture as eight frames of a camera, until one is
//! read. `--times` writes a line `FILE<tab>MILLISECONDS`
//! for each to standard error.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

mod pictures;

use std::process::ExitCode;
use std::time::Instant;

use scan::{Effort, Found, Frame, decode};

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let mut effort = Effort::Thorough;
    let mut timed = false;
    for file in std::env::args_os().skip(1) {
        match file.to_str() {
            Some("--quick") => effort = Effort::Quick,
            Some("--camera") => effort = Effort::Frame(0),
            Some("--thorough") => effort = Effort::Thorough,
            Some("--times") => timed = true,
            _ => {
                let name = file.to_string_lossy();
                let mut texts = String::new();
                match pictures::files::open(std::path::Path::new(&file)) {
                    Ok(frame) => {
                        let started = Instant::now();
                        let found = read(&frame, effort);
                        if timed {
                            let spent = started.elapsed().as_secs_f64() * 1000.0;
                            eprintln!("{name}\t{spent:.2}");
                        }
                        let all: Vec<String> = found.iter().map(|f| one_line(&f.text)).collect();
                        texts = all.join("\t");
                    }
                    Err(why) => {
                        eprintln!("{name}: {why}");
                        code = ExitCode::FAILURE;
                    }
                }
                println!("{name}\t{texts}");
            }
        }
    }
    code
}

fn read(frame: &Frame, effort: Effort) -> Vec<Found> {
    let Effort::Frame(_) = effort else {
        return decode(frame, effort);
    };
    let mut frames = (0..8).map(|number| decode(frame, Effort::Frame(number)));
    frames.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Control characters would break the line.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
