//! The build tool: what Cargo alone does not do. `cargo xtask` lists the commands.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

mod budget;
mod compress;
mod dev;
mod glue;
mod licences;
mod paths;
mod scanner;
mod site;
mod steps;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask build      build the site: WASM, glue, style, public files, compressed twins
cargo xtask dev        build in the dev profile, serve, and begin anew with every change
cargo xtask size       what a browser downloads, against server/xtask/budget.toml
cargo xtask licences   licences of all dependencies, against deny.toml; known advisories";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let result = match command.as_str() {
        "build" => site::build(site::Modules::Compiled),
        "dev" => dev::watch(),
        "size" => budget::check(),
        "licences" => licences::check(),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {command} failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}
