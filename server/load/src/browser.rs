//! A cold phone page in a slow browser: `browser.mjs` drives Chromium, this reads what it says.

use crate::{report::Line, site::Running};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::process::Command;

/// Measures with a session cookie of a resident who may book `occurrence`.
pub(crate) fn lines(server: &Running, paths: &[(&str, String)], cookie: &str) -> Result<Vec<Line>> {
    let origin = format!("http://{}", server.address);
    let mut command = Command::new("node");
    command
        .arg("server/load/browser.mjs")
        .arg(&origin)
        .arg(cookie);
    command.args(paths.iter().map(|(_, path)| path));
    let said = command.output().context("node is missing")?;
    ensure!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let said: Value = serde_json::from_slice(&said.stdout)?;
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let mut lines = Vec::new();
    for (name, path) in paths {
        let page = &said["pages"][path];
        let kilobytes = number(&page["bytes"]) / 1000.0;
        let parts = page["parts"].as_str().unwrap_or_default();
        lines.push(
            Line::new(
                format!("Cold phone page: {name}"),
                format!("{kilobytes:.1} kB ({parts})"),
            )
            .aim("at most 150 kB", kilobytes <= 150.0),
        );
    }
    for (name, path) in paths {
        let page = &said["pages"][path];
        let seconds = number(&page["interactive_ms"]) / 1000.0;
        let painted = number(&page["painted_ms"]) / 1000.0;
        let text = format!("{seconds:.2} s, painted after {painted:.2} s");
        lines.push(
            Line::new(
                format!("Interactive at 4x CPU slow-down and slow 4G: {name}"),
                text,
            )
            .aim("within 3 s", seconds <= 3.0),
        );
    }
    let booking = number(&said["booking_ms"]) / 1000.0;
    ensure!(booking.is_finite(), "the browser booked nothing: {said}");
    let text = format!(
        "{booking:.2} s from the address to the ticket, {} taps",
        said["taps"]
    );
    lines.push(Line::new("First booking in that browser, signed in", text));
    Ok(lines)
}
