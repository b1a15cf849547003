//! `xtask licences`: whether every dependency may be used, and known advisories against them.
//!
//! Licences are checked here against the lists in `deny.toml`. Advisories need a database from the
//! network: `cargo-deny` or `cargo-audit` is asked if installed. If neither is, or the database is
//! out of reach, this says plainly that advisories were not checked.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, LicenseReq};

use crate::paths;

#[derive(Deserialize)]
struct Settings {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// A licence that is allowed for one crate.
#[derive(Deserialize)]
struct Exception {
    #[serde(alias = "name")]
    #[serde(rename = "crate")]
    package: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// Checks licences, then advisories as far as possible.
pub(crate) fn check() -> Result<()> {
    let root = paths::root();
    let text = fs::read_to_string(root.join("deny.toml")).context("deny.toml cannot be read")?;
    let settings: Settings = toml::from_str(&text).context("deny.toml")?;
    let metadata = metadata()?;
    let members: BTreeSet<_> = metadata.workspace_members.iter().collect();

    let mut problems = Vec::new();
    let mut count = 0;
    for package in metadata
        .packages
        .iter()
        .filter(|package| !members.contains(&package.id))
    {
        count += 1;
        if let Err(problem) = judge(package, &settings.licenses) {
            problems.push(format!("{} {}: {problem}", package.name, package.version));
        }
    }
    if !problems.is_empty() {
        bail!(
            "{} of {count} dependencies are not allowed by deny.toml:\n  {}\n\
             find another crate, or allow the licence there with a reason",
            problems.len(),
            problems.join("\n  ")
        );
    }
    println!("licences: {count} dependencies, all allowed by deny.toml");
    advisories()
}

fn metadata() -> Result<Metadata> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(paths::root())
        .args(["metadata", "--format-version=1", "--locked"])
        .output()
        .context("cargo metadata cannot be started")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata said something unexpected")
}

/// Whether the package may be used; the error says why not.
fn judge(package: &Package, licences: &Licences) -> Result<(), String> {
    let source = package.source.as_deref().unwrap_or_default();
    if !source.starts_with("registry+https://github.com/rust-lang/crates.io-index")
        && !source.starts_with("sparse+https://index.crates.io/")
    {
        return Err(format!("comes from \"{source}\", not from crates.io"));
    }
    let Some(licence) = package.license.as_deref() else {
        return Err("states no licence".to_owned());
    };
    let expression = Expression::parse_mode(licence, spdx::ParseMode::LAX).map_err(|error| {
        format!(
            "\"{licence}\" is not a licence expression: {}",
            error.reason
        )
    })?;
    let own = licences
        .exceptions
        .iter()
        .filter(|exception| exception.package == package.name);
    let allowed: BTreeSet<&str> = licences
        .allow
        .iter()
        .chain(own.flat_map(|exception| &exception.allow))
        .map(String::as_str)
        .collect();
    let permits = |asked: &LicenseReq| allowed.contains(asked.to_string().as_str());
    if expression.evaluate(permits) {
        Ok(())
    } else {
        Err(format!("\"{licence}\""))
    }
}

/// Asks whichever tool is installed. A vulnerability is an error; being unable to ask is reported.
fn advisories() -> Result<()> {
    for (name, program, arguments) in [
        (
            "cargo-deny",
            "cargo-deny",
            &["check", "--hide-inclusion-graph", "advisories"][..],
        ),
        ("cargo-audit", "cargo-audit", &["audit"][..]),
    ] {
        let installed = Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success());
        if !installed {
            continue;
        }
        let output = Command::new(program)
            .current_dir(paths::root())
            .args(arguments)
            .output()?;
        let said =
            String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            println!("advisories: checked by {name}, none against what we use");
            return Ok(());
        }
        let unreachable = [
            "failed to fetch",
            "couldn't fetch",
            "failed to open",
            "could not resolve",
            "connection",
        ];
        let lower = said.to_lowercase();
        if !unreachable.iter().any(|sign| lower.contains(sign)) {
            bail!(
                "{name} reports:\n{said}\nupdate the crate, or ignore the advisory in deny.toml with its reason"
            );
        }
        println!("advisories: NOT CHECKED: {name} could not reach its database");
        return Ok(());
    }
    println!(
        "advisories: NOT CHECKED: neither cargo-deny nor cargo-audit is installed \
         (cargo install cargo-deny --locked)"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(licence: Option<&str>) -> Package {
        Package {
            id: "id".into(),
            name: "some".into(),
            version: "1.0.0".into(),
            license: licence.map(Into::into),
            source: Some("registry+https://github.com/rust-lang/crates.io-index".into()),
        }
    }

    fn allowing(allow: &[&str]) -> Licences {
        Licences {
            allow: allow.iter().map(|&name| name.into()).collect(),
            exceptions: vec![],
        }
    }

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_needs_all() {
        let allowed = allowing(&["MIT", "Unicode-3.0"]);
        assert!(judge(&package(Some("MIT OR GPL-3.0-only")), &allowed).is_ok());
        assert!(judge(&package(Some("MIT/Apache-2.0")), &allowed).is_ok());
        assert!(judge(&package(Some("MIT AND Unicode-3.0")), &allowed).is_ok());
        assert!(judge(&package(Some("MIT AND GPL-3.0-only")), &allowed).is_err());
        assert!(judge(&package(Some("GPL-3.0-only")), &allowed).is_err());
    }

    #[test]
    fn an_exception_to_a_licence_is_another_licence() {
        let text = Some("Apache-2.0 WITH LLVM-exception");
        assert!(judge(&package(text), &allowing(&["Apache-2.0"])).is_err());
        assert!(
            judge(
                &package(text),
                &allowing(&["Apache-2.0 WITH LLVM-exception"])
            )
            .is_ok()
        );
    }

    #[test]
    fn no_licence_and_no_registry_are_refused() {
        let allowed = allowing(&["MIT"]);
        assert!(judge(&package(None), &allowed).is_err());
        let elsewhere = Package {
            source: Some("git+https://example.org/x".into()),
            ..package(Some("MIT"))
        };
        assert!(judge(&elsewhere, &allowed).is_err());
    }

    #[test]
    fn a_crate_may_be_excepted_by_name() {
        let mut allowed = allowing(&["MIT"]);
        allowed.exceptions.push(Exception {
            package: "some".into(),
            allow: vec!["MPL-2.0".into()],
        });
        assert!(judge(&package(Some("MPL-2.0")), &allowed).is_ok());
    }
}
