//! What a process has used, according to the kernel.

use anyhow::{Context, Result};
use std::{fs, time::Duration};

/// The kernel counts CPU time in hundredths of a second, on every Linux that Debian ships.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of a process with all its threads.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("is the process alive?")?;
    // The name, in parentheses, may hold blanks; `state` follows it.
    let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let field = |n: usize| -> Result<u32> { Ok(fields.get(n).context("/proc/PID/stat")?.parse()?) };
    Ok(TICK * (field(11)? + field(12)?))
}

/// Peak memory of a process, in MiB.
pub(crate) fn peak_memory(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line
        .and_then(|line| line.split_whitespace().nth(1))
        .context("VmHWM")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

/// The processes of the PostgreSQL cluster that listens on `port`: the first and its backends.
pub(crate) fn postgres(port: u16) -> Vec<u32> {
    let pids: Vec<u32> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    let port = port.to_string();
    let first = pids.iter().copied().find(|pid| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<&str> = line.split('\0').collect();
        words
            .first()
            .is_some_and(|program| program.ends_with("postgres"))
            && words
                .windows(2)
                .any(|pair| pair[0] == "-p" && pair[1] == port)
    });
    let Some(first) = first else {
        return Vec::new();
    };
    let parent = format!("PPid:\t{first}");
    let is_child = |pid: &u32| {
        fs::read_to_string(format!("/proc/{pid}/status"))
            .is_ok_and(|status| status.lines().any(|line| line == parent))
    };
    std::iter::once(first)
        .chain(pids.into_iter().filter(is_child))
        .collect()
}

/// CPU time of several processes; ones that have ended count as zero.
pub(crate) fn cpu_of_all(pids: &[u32]) -> Duration {
    pids.iter().filter_map(|pid| cpu(*pid).ok()).sum()
}
