//! The program: `server serve`, and what an operator does with it.

fn main() -> std::process::ExitCode {
    server::cli::run()
}
