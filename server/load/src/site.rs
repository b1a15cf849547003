//! The server under test, as a separate process.

use crate::{
    base::{Base, Kind},
    crowd,
    http::{Ask, Connection},
    neighbourhood, process,
};
use anyhow::{Context, Result, ensure};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A process, killed on drop.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn peak_memory(&self) -> Result<f64> {
        process::peak_memory(self.pid())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

async fn ready(child: Child, address: String, path: &str) -> Result<Running> {
    let mut running = Running { child, address };
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Ok(mut connection) = Connection::open(&running.address).await
            && let Ok((status, _)) = connection.ask(&Ask::page(path)).await
            && status.is_success()
        {
            return Ok(running);
        }
        ensure!(
            running.child.try_wait()?.is_none(),
            "the program ended at once"
        );
        ensure!(
            Instant::now() < until,
            "the program did not answer within 30 s"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The bare handler, as a separate process.
pub(crate) async fn bare_page() -> Result<Running> {
    let address = free_address()?;
    let child = Command::new(std::env::current_exe()?)
        .args(["bare-page", &address])
        .spawn()?;
    ready(child, address, "/").await
}

fn program() -> Result<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let program = target.join("release/server");
    ensure!(
        program.exists(),
        "{} is missing: make build",
        program.display()
    );
    Ok(program)
}

fn run(program: &Path, base: &Base, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", &base.url)
        .env("LINLI_KEY_FILE", base.key_file())
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "server {} failed", arguments.join(" "));
    Ok(())
}

/// A token of that role and scope, which the program prints once.
pub(crate) fn token(base: &Base, role: &str, scope: &str) -> Result<String> {
    let made = Command::new(program()?)
        .args(["token", "create", "--role", role, "--scope", scope])
        .env("DATABASE_URL", &base.url)
        .env("LINLI_KEY_FILE", base.key_file())
        .output()?;
    ensure!(made.status.success(), "server token create failed");
    let said = String::from_utf8(made.stdout)?;
    let token = said.lines().next_back().context("no token")?;
    Ok(token.trim().to_owned())
}

/// How large a city is.
pub(crate) struct City {
    pub(crate) accounts: u32,
    pub(crate) activities: u32,
    pub(crate) bookings: u32,
    /// In how many days before now half of it lies; 0 for none.
    pub(crate) past: u32,
}

/// The server with a city, and the crowd with its tokens. The log is written as in production, but
/// goes nowhere.
pub(crate) async fn server(kind: Kind) -> Result<(Running, Base)> {
    let usual = City {
        accounts: 2000,
        activities: 1500,
        bookings: 5000,
        past: 0,
    };
    let (server, base, _) = city(kind, &usual).await?;
    Ok((server, base))
}

/// The same with a city of that size, and how many seconds it took to make.
pub(crate) async fn city(kind: Kind, city: &City) -> Result<(Running, Base, f64)> {
    let program = program()?;
    let base = Base::create(kind).await?;
    run(&program, &base, &["migrate"])?;
    let [accounts, activities, bookings, past] =
        [city.accounts, city.activities, city.bookings, city.past].map(|n| n.to_string());
    let fill = [
        "bench-data",
        "--centers",
        "668",
        "--accounts",
        &accounts,
        "--activities",
        &activities,
        "--bookings",
        &bookings,
        "--past",
        &past,
        "--seed",
        "1",
    ];
    let begun = Instant::now();
    run(&program, &base, &fill)?;
    let took = begun.elapsed().as_secs_f64();
    let db = base.open(4).await?;
    crowd::settle(&base).await?;
    crowd::hand_out_tokens(&db).await?;
    neighbourhood::settle(&base, &db).await?;
    db.close().await;
    let address = free_address()?;
    let child = Command::new(program)
        .args(["serve", "--addr", &address])
        .env("DATABASE_URL", &base.url)
        .env("LINLI_KEY_FILE", base.key_file())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let server = ready(child, address, "/readyz")
        .await
        .context("server serve")?;
    Ok((server, base, took))
}
