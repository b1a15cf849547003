//! A restore proves the new before it touches the old, keeps the old, and refuses while a server
//! holds it (C-189).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::program::{Server, program};
use domain::{access::Caller, time::DAY};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};
use store::{
    Act, Db, Ids, personal,
    testing::{self, TestDb},
};

/// A folder for the test's files, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("linli-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What the database became that was there before.
    fn replaced(&self, of: &str) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let kept = names.filter(|name| name.starts_with(of) && name.contains(".replaced-"));
        kept.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(url: &str, arguments: &[&str]) -> Output {
    program(url).args(arguments).output().unwrap()
}

#[track_caller]
fn succeeds(url: &str, arguments: &[&str]) {
    let done = run(url, arguments);
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

#[track_caller]
fn fails(url: &str, arguments: &[&str]) -> String {
    let done = run(url, arguments);
    assert!(!done.status.success(), "{arguments:?} succeeded");
    String::from_utf8(done.stderr).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn c189_a_bad_backup_changes_nothing_and_a_good_one_keeps_the_old_on_sqlite() {
    let folder = Folder::new("restore");
    let database = folder.file("live.sqlite");
    let url = format!("sqlite://{}", database.display());
    let backup = folder.file("backup.sqlite");
    succeeds(&url, &["migrate"]);
    succeeds(&url, &["backup", text(&backup)]);
    let before = fs::read(&database).unwrap();

    let half = folder.file("half.sqlite");
    let whole = fs::read(&backup).unwrap();
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    let damaged = folder.file("damaged.sqlite");
    let mut bytes = whole.clone();
    let (from, to) = (bytes.len() / 3, bytes.len() / 2);
    bytes[from..to].fill(0x5a);
    fs::write(&damaged, &bytes).unwrap();
    let other = folder.file("other.sqlite");
    let stranger = testing::empty_sqlite().await;
    stranger
        .arrange(vec!["CREATE TABLE note (text TEXT)".into()])
        .await;
    stranger.db.close().await;
    fs::copy(stranger.url.strip_prefix("sqlite://").unwrap(), &other).unwrap();
    let empty = folder.file("empty.sqlite");
    fs::write(&empty, "").unwrap();
    let words = folder.file("words.txt");
    fs::write(&words, "no database at all").unwrap();
    for bad in [&half, &damaged, &other, &empty, &words] {
        fails(&url, &["restore", "--force", text(bad)]);
        assert_eq!(fs::read(&database).unwrap(), before, "{}", bad.display());
        assert!(folder.replaced("live").is_empty());
    }
    // Without being told to, nothing that is there is replaced.
    fails(&url, &["restore", text(&backup)]);

    succeeds(&url, &["restore", "--force", text(&backup)]);
    let kept = folder.replaced("live");
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read(folder.file(&kept[0])).unwrap(), before);
    succeeds(&url, &["ticket-key", "list"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c189_a_restore_waits_for_the_server_to_stop_on_sqlite() {
    let folder = Folder::new("held");
    let database = folder.file("live.sqlite");
    let url = format!("sqlite://{}", database.display());
    let backup = folder.file("backup.sqlite");
    succeeds(&url, &["migrate"]);
    succeeds(&url, &["backup", text(&backup)]);
    let server = Server::start(&url);
    let told = fails(&url, &["restore", "--force", text(&backup)]);
    assert!(told.contains("a server holds"), "{told}");
    assert!(folder.replaced("live").is_empty());
    let health = async || {
        let asked = common::program::get(server.address, "/healthz").await;
        asked
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(health().await, "200");
    // Whoever replaces the file by hand is found out.
    fs::rename(&database, folder.file("away.sqlite")).unwrap();
    fs::copy(&backup, &database).unwrap();
    assert_eq!(health().await, "503");
    server.kill();
    succeeds(&url, &["restore", "--force", text(&backup)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn c189_a_restore_keeps_the_old_on_postgres() {
    let test = testing::postgres().await;
    let folder = Folder::new("restore-pg");
    let backup = folder.file("backup.dump");
    test.db.close().await;
    succeeds(&test.url, &["migrate"]);
    succeeds(&test.url, &["backup", text(&backup)]);
    let words = folder.file("words.txt");
    fs::write(&words, "no backup at all").unwrap();
    fails(&test.url, &["restore", "--force", text(&words)]);
    let server = Server::start(&test.url);
    let told = fails(&test.url, &["restore", "--force", text(&backup)]);
    assert!(told.contains("hold the database"), "{told}");
    server.kill();
    // PostgreSQL notices in its own time that a killed client is gone.
    let mut done = run(&test.url, &["restore", "--force", text(&backup)]);
    for _ in 0..50 {
        if done.status.success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        done = run(&test.url, &["restore", "--force", text(&backup)]);
    }
    assert!(done.status.success(), "{done:?}");
    assert_eq!(folder.replaced("backup").len(), 1);
    succeeds(&test.url, &["ticket-key", "list"]);
}

/// The job that deletes accounts, at that database, once; later than the clock of the program that restores.
async fn deletes(url: &str) -> u32 {
    let db = Db::open(url, 2).await.unwrap();
    let later = common::now().plus(50 * 366 * DAY);
    let act = Act::new(Caller::system(), later, Ids::new(|bytes| bytes.fill(9)));
    let deleted = personal::run_due(&db, &act).await.unwrap();
    db.close().await;
    deleted
}

/// A backup from before an account was deleted is restored: the account is deleted again (C-169). `held` is
/// whether the database that told it is still there.
async fn deleted_again(test: TestDb, held: bool) {
    let account = "0190f000-0000-7000-8000-0000000000aa";
    test.arrange(vec![
        format!("INSERT INTO account (id, phone, created_at) VALUES ('{account}', '13911110000', 0)"),
        format!(
            "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
             VALUES ('0190f000-0000-7000-8000-0000000000ab', '{account}', 'self', '诸葛拾遗', 1950, 0)"
        ),
    ])
    .await;
    test.db.close().await;
    let folder = Folder::new(&format!("deleted-{held}-{}", test.url.len()));
    let backup = folder.file("backup");
    let list = folder.file("list.tsv");
    succeeds(&test.url, &["migrate"]);
    succeeds(&test.url, &["backup", text(&backup)]);
    let db = Db::open(&test.url, 2).await.unwrap();
    let act = Act::new(
        Caller::system(),
        common::now(),
        Ids::new(|bytes| bytes.fill(7)),
    );
    let ids = vec![account.parse().unwrap()];
    assert_eq!(personal::again(&db, &act, ids).await.unwrap(), 1);
    db.close().await;
    assert_eq!(deletes(&test.url).await, 1);
    let told = run(&test.url, &["deleted"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.starts_with(&format!("{account}\t")), "{told}");
    fs::write(&list, &told).unwrap();

    let mut restore = vec!["restore", "--force", text(&backup)];
    if !held {
        // The database itself is lost.
        fs::remove_file(test.url.strip_prefix("sqlite://").unwrap()).unwrap();
        restore.extend(["--deleted", text(&list)]);
    }
    succeeds(&test.url, &restore);
    assert_eq!(deletes(&test.url).await, 1);
    assert_eq!(deletes(&test.url).await, 0);
    fails(
        &test.url,
        &[
            "restore",
            "--force",
            text(&backup),
            "--deleted",
            "no-such-list",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn c169_a_restore_deletes_again_on_sqlite() {
    deleted_again(testing::sqlite().await, true).await;
    deleted_again(testing::sqlite().await, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c169_a_restore_deletes_again_on_postgres() {
    deleted_again(testing::postgres().await, true).await;
}
