//! The program: `server serve`, and what an operator does with it.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::cli::run().await
}
