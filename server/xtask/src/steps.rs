//! Steps that say what they do, how long it took, and what to do if they fail; and a memory that
//! lets unchanged steps be skipped.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::paths;

/// Runs a step and prints its name and duration.
pub(crate) fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let result = run();
    let seconds = started.elapsed().as_secs_f32();
    match &result {
        Ok(_) => eprintln!("  {name:<44} {seconds:>6.1} s"),
        Err(_) => eprintln!("  {name:<44} failed after {seconds:.1} s"),
    }
    result
}

/// Runs a program to its end; `advice` says what to do if it can't be started or fails.
pub(crate) fn run(command: &mut Command, advice: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("{program} cannot be started; {advice}"))?;
    if !status.success() {
        bail!("{program} failed ({status}); {advice}");
    }
    Ok(())
}

/// The first 16 hexadecimal digits of the content's SHA-256.
pub(crate) fn hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A hash over the names and contents of the files in a folder.
pub(crate) fn hash_folder(folder: &Path) -> Result<String> {
    let mut all = Vec::new();
    for path in files(folder)? {
        all.extend(path.to_string_lossy().bytes());
        all.extend(fs::read(&path)?);
    }
    Ok(hash(&all))
}

/// The files in a folder and its subfolders, sorted. A missing folder has none.
pub(crate) fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The inputs that each step last ran on, and the files it made from them.
#[derive(Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Memory(BTreeMap<String, (String, Vec<String>)>);

impl Memory {
    /// What the last run remembered, if there was one.
    pub(crate) fn load() -> Self {
        fs::read(paths::work().join("memory.json"))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// Saves it for the next run.
    pub(crate) fn save(&self) -> Result<()> {
        fs::create_dir_all(paths::work())?;
        fs::write(
            paths::work().join("memory.json"),
            serde_json::to_vec_pretty(self)?,
        )?;
        Ok(())
    }

    /// Runs the step unless it ran on the same inputs and its files (relative to the site) exist.
    pub(crate) fn step(
        &mut self,
        name: &str,
        inputs: &str,
        run: impl FnOnce() -> Result<Vec<String>>,
    ) -> Result<Vec<String>> {
        if let Some((seen, made)) = self.0.get(name)
            && seen == inputs
            && made.iter().all(|file| paths::site().join(file).is_file())
        {
            eprintln!("  {name:<44} unchanged");
            return Ok(made.clone());
        }
        let made = step(name, run)?;
        self.0
            .insert(name.to_owned(), (inputs.to_owned(), made.clone()));
        Ok(made)
    }
}
