//! `xtask dev`: from a changed line to the screen in seconds. It builds the server in the dev
//! profile, serves, watches the sources, and begins anew with every change.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::site::{self, Modules};
use crate::steps::{files, run};

/// What is watched, from the workspace's folder.
const WATCHED: [&str; 4] = ["app", "server/src", "style", "public"];

/// What is compiled for the browser too. Everything else leaves its modules as they are: compiling
/// them takes a minute.
const IN_THE_BROWSER: [&str; 7] = [
    "app/desk",
    "app/module.rs",
    "app/src/islands",
    "app/src/islands.rs",
    "app/scan",
    "app/screen",
    "app/ticket",
];

/// How often the sources are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// When each file was changed last.
type Seen = BTreeMap<PathBuf, SystemTime>;

/// Builds, serves and watches until it is interrupted.
pub(crate) fn watch() -> Result<()> {
    let address = std::env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    if !paths::site().join("manifest.json").exists() {
        site::build(Modules::Compiled)?;
    }
    let mut seen = look()?;
    compile()?;
    server("migrate").and_then(|()| server("seed"))?;
    let mut serving = serve(&address, Instant::now())?;
    loop {
        sleep(EVERY);
        let now = look()?;
        let changed = changes(&seen, &now);
        if changed.is_empty() {
            continue;
        }
        let started = Instant::now();
        seen = now;
        for path in &changed {
            eprintln!("changed: {}", path.display());
        }
        if let Err(error) = renew(&changed, &mut serving, &address, started) {
            eprintln!("{error:#}\nStill serving what was there before; waiting for a change.");
        }
    }
}

/// Makes what changed anew. Where that fails, the server of before goes on.
fn renew(changed: &[PathBuf], serving: &mut Child, address: &str, started: Instant) -> Result<()> {
    let is = |places: &[&str]| {
        let begins = |path: &PathBuf| places.iter().any(|place| path.starts_with(place));
        changed.iter().any(begins)
    };
    let of = |ending: &str| {
        changed
            .iter()
            .any(|path| path.extension().is_some_and(|e| e == ending))
    };
    if is(&["style", "public"]) || of("js") {
        site::build(Modules::AsTheyAre)?;
    }
    if !changed
        .iter()
        .all(|path| path.starts_with("style") || path.starts_with("public"))
    {
        compile()?;
    }
    // SQLite's journal and PostgreSQL both stand that a server ends without notice.
    let _ = serving.kill();
    let _ = serving.wait();
    if of("sql") {
        server("migrate")?;
    }
    *serving = serve(address, started)?;
    if is(&IN_THE_BROWSER) {
        site::build(Modules::Compiled)?;
        let _ = serving.kill();
        let _ = serving.wait();
        *serving = serve(address, started)?;
    }
    Ok(())
}

/// The watched files, as they are now.
fn look() -> Result<Seen> {
    let root = paths::root();
    let mut seen = Seen::new();
    for folder in WATCHED {
        for path in files(&root.join(folder))? {
            // An editor may have taken it away meanwhile.
            if let Ok(changed) = path.metadata().and_then(|about| about.modified()) {
                let path = path.strip_prefix(&root).map(Path::to_path_buf);
                seen.insert(path.context("a file outside the workspace")?, changed);
            }
        }
    }
    Ok(seen)
}

/// What is new, newer or gone.
fn changes(before: &Seen, now: &Seen) -> Vec<PathBuf> {
    let new = now
        .iter()
        .filter(|(path, at)| before.get(*path) != Some(*at));
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    new.map(|(path, _)| path).chain(gone).cloned().collect()
}

fn compile() -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(paths::root())
        .args(["build", "--locked", "--package=server"]);
    run(&mut cargo, "the compiler's message is above")
}

fn program() -> PathBuf {
    paths::target().join("debug/server")
}

/// Runs one of the server's short commands.
fn server(command: &str) -> Result<()> {
    let mut server = Command::new(program());
    server.current_dir(paths::root()).arg(command);
    run(&mut server, "is no older program using the database?")
}

/// Starts the server and waits until it answers.
fn serve(address: &str, started: Instant) -> Result<Child> {
    let mut serving = Command::new(program())
        .current_dir(paths::root())
        .args(["serve", "--development", "--addr", address])
        .spawn()
        .context("the server cannot be started")?;
    let begun = Instant::now();
    while !answers(address) {
        if let Some(status) = serving.try_wait()? {
            bail!("the server ended at once ({status})");
        }
        if begun.elapsed() > PATIENCE {
            bail!("the server does not answer at http://{address}");
        }
        sleep(EVERY / 4);
    }
    eprintln!(
        "==> on the screen after {:.1} s: http://{address}",
        started.elapsed().as_secs_f32()
    );
    Ok(serving)
}

fn answers(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut connection = TcpStream::connect(address)?;
        connection.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            connection,
            "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut said = String::new();
        connection.read_to_string(&mut said)?;
        Ok(said.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}
