//! The built program as an operator runs it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

/// A folder for the built site, which the program wants to find.
fn site() -> &'static PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(make_site)
}

fn make_site() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("linli-site-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("root")).unwrap();
    let manifest = r#"{"css": "/pkg/a.css", "tools": "/pkg/t.js", "js": "/pkg/a.js", "wasm": "/pkg/a.wasm",
        "screen_js": "/pkg/s.js", "screen_wasm": "/pkg/s.wasm",
        "desk_js": "/pkg/d.js", "desk_wasm": "/pkg/d.wasm",
        "scan_worker": "/pkg/w.js", "scan_wasm": "/pkg/w.wasm"}"#;
    std::fs::write(folder.join("manifest.json"), manifest).unwrap();
    // The key of the test databases.
    let key = data_encoding::HEXLOWER.encode(&store::testing::KEY);
    std::fs::write(folder.join("linli.key"), key).unwrap();
    folder
}

/// The program, with a database.
pub fn program(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .env("DATABASE_URL", url)
        .env("LINLI_SITE", site())
        .env("LINLI_KEY_FILE", site().join("linli.key"))
        .env("LINLI_LOG", "warn");
    command
}

/// The running program.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(url: &str) -> Self {
        let migrated = program(url).arg("migrate").output().unwrap();
        assert!(migrated.status.success(), "{migrated:?}");
        Self::spawn(program(url))
    }

    /// The same of a program that is ready to serve.
    pub fn spawn(mut program: Command) -> Self {
        let mut child = program
            .args(["serve", "--addr", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("it ended: {said:?}"))
                .unwrap();
            match line.split_once("http://") {
                Some((_, address)) => break address.trim().parse().unwrap(),
                None => said.push(line),
            }
        };
        // Read on, so that the program never waits for its log to be taken.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// SIGKILL: nothing is finished, nothing is told.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Server {
    /// SIGTERM: it ends by itself, and well, within so long.
    pub async fn stops_within(mut self, limit: Duration) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.unwrap().success());
        let ended = tokio::time::timeout(limit, async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        assert!(ended.await.expect("it stops in time").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program answers to a GET, head and all.
pub async fn get(address: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
