//! What the database keeps secret opens only with the key file, and what the program makes is its
//! owner's alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::program::{Server, get, program};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use store::testing::{self, TestDb};

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
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn with_key(url: &str, key: &Path, arguments: &[&str]) -> Command {
    let mut command = program(url);
    command.env("LINLI_KEY_FILE", key).args(arguments);
    command
}

#[track_caller]
fn succeeds(mut command: Command) -> Output {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    done
}

#[track_caller]
fn refuses(mut command: Command, sentence: &str) {
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success(), "it succeeded: {done:?}");
    assert!(told.contains(sentence), "{told}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The rows that are kept sealed, as the database has them.
async fn stored(test: &TestDb) -> Vec<String> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> = tx
        .sql(
            "SELECT secret FROM ticket_key UNION ALL
             SELECT totp_secret FROM staff WHERE totp_secret IS NOT NULL UNION ALL
             SELECT wall_secret FROM kiosk UNION ALL
             SELECT value FROM setting WHERE name = 'code_secret'",
        )
        .all()
        .await
        .unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

const TICKET_SEED: &str = "0707070707070707070707070707070707070707070707070707070707070707";
const WALL: &str = "0909090909090909090909090909090909090909090909090909090909090909";
const FACTOR: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// What a program before this one left: everything in the open.
fn old_rows() -> Vec<String> {
    let id = |n: u128| uuid::Uuid::from_u128(n);
    vec![
        format!(
            "INSERT INTO ticket_key (kid, secret, public, created_at) VALUES (0, '{TICKET_SEED}', 'public', 1)"
        ),
        format!(
            "INSERT INTO staff (id, username, name, password_hash, status, created_at, totp_secret)
             VALUES ('{}', 'wang-fang', '王芳', 'none', 'active', 1, '{FACTOR}')",
            id(1)
        ),
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, address, phone, hours, lat_e6, lng_e6, name_source, status) VALUES
         ('SZ440303001-01', '大塘龙社区党群服务中心', '440303', '罗湖区', '440303001', '桂园街道', '大塘龙社区',
         '红岭中路 1 号', '0755-1', 'Mo-Fr 09:00-21:00', 22546000, 114106000, 'nbs2023', 'open')"
            .into(),
        format!(
            "INSERT INTO token (id, secret_hash, label, role, scope, created_at) VALUES
             ('{}', 'hash', '东门', 'kiosk', 'center:SZ440303001-01', 1)",
            id(2)
        ),
        format!(
            "INSERT INTO kiosk (id, center_id, name, token_id, wall_secret, paired_by, paired_at)
             VALUES ('{}', 'SZ440303001-01', '东门', '{}', '{WALL}', 'system', 1)",
            id(3),
            id(2)
        ),
        "INSERT INTO setting (name, value) VALUES ('code_secret', 'aa55')".into(),
    ]
}

async fn what_an_older_program_left_open_is_sealed_and_works_on(test: TestDb) {
    let folder = Folder::new(&format!("sealing-{}", test.db.is_postgres()));
    let key = folder.file("linli.key");
    test.arrange(old_rows()).await;
    // Without having been brought up to date it is not served.
    refuses(
        with_key(&test.url, &key, &["ticket-key", "list"]),
        "run `server migrate` first",
    );
    succeeds(with_key(&test.url, &key, &["migrate"]));
    let sealed = stored(&test).await;
    assert_eq!(sealed.len(), 4);
    for text in &sealed {
        assert!(text.starts_with("sealed1."), "{text}");
        for secret in [TICKET_SEED, WALL, FACTOR, "aa55"] {
            assert!(!text.contains(secret));
        }
    }
    // Again it changes nothing, and the secrets are the same.
    succeeds(with_key(&test.url, &key, &["migrate"]));
    assert_eq!(stored(&test).await, sealed);
    let vault = vault(&key);
    let db = test.db.clone().with_vault(vault);
    assert_eq!(
        store::ticket_keys::all(&db).await.unwrap()[0].secret,
        TICKET_SEED
    );
    let act = store::Act::new(
        domain::access::Caller::system(),
        common::now(),
        store::Ids::repeatable(1),
    );
    let found = store::staff::begin_sign_in(&db, &act, "wang-fang")
        .await
        .unwrap();
    assert_eq!(found.unwrap().totp_secret.as_deref(), Some(FACTOR));
    let kiosk = domain::access::Caller {
        identity: domain::access::Identity::Program(uuid::Uuid::from_u128(2).into()),
        grants: Vec::new(),
    };
    assert_eq!(
        store::kiosks::own(&db, &kiosk).await.unwrap().wall_secret,
        WALL
    );
    assert_eq!(
        store::sealed::code_secret(&db, &act, "new").await.unwrap(),
        "aa55"
    );
    // With another key, or none, nothing of it opens.
    for db in [
        test.db.clone(),
        test.db.clone().with_vault(store::sealed::Vault::default()),
    ] {
        assert!(matches!(
            store::ticket_keys::all(&db).await,
            Err(store::Error::Sealed)
        ));
        assert!(matches!(
            store::kiosks::own(&db, &kiosk).await,
            Err(store::Error::Sealed)
        ));
    }
}

fn vault(key: &Path) -> store::sealed::Vault {
    let text = fs::read_to_string(key).unwrap();
    let bytes = data_encoding::HEXLOWER
        .decode(text.trim().as_bytes())
        .unwrap();
    store::sealed::Vault::new(&bytes.try_into().unwrap())
}

async fn without_its_key_nothing_is_served_or_restored_and_nothing_is_changed(test: TestDb) {
    let folder = Folder::new(&format!("keyless-{}", test.db.is_postgres()));
    let (key, away) = (folder.file("linli.key"), folder.file("elsewhere.key"));
    let backup = folder.file("backup");
    test.db.close().await;
    succeeds(with_key(&test.url, &key, &["migrate"]));
    let done = succeeds(with_key(&test.url, &key, &["backup", text(&backup)]));
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        told.contains(text(&key)),
        "the backup names its key: {told}"
    );
    assert!(
        !fs::read(&backup)
            .unwrap()
            .windows(32)
            .any(|bytes| { fs::read(&key).unwrap().starts_with(bytes) }),
        "the key is not in the backup"
    );
    fs::rename(&key, &away).unwrap();
    for arguments in [
        &["serve", "--addr", "127.0.0.1:0"][..],
        &["migrate"],
        &["ticket-key", "list"],
        &["restore", "--force", text(&backup)],
    ] {
        refuses(with_key(&test.url, &key, arguments), "is missing");
        assert!(!key.exists(), "{arguments:?} made another key");
    }
    // Another installation's key is no better.
    let other = testing::empty_sqlite().await;
    succeeds(with_key(&other.url, &key, &["migrate"]));
    for arguments in [
        &["serve", "--addr", "127.0.0.1:0"][..],
        &["migrate"],
        &["restore", "--force", text(&backup)],
    ] {
        refuses(with_key(&test.url, &key, arguments), "is not the one");
    }
    fs::write(&key, "half a key").unwrap();
    refuses(with_key(&test.url, &key, &["migrate"]), "is damaged");
    fs::rename(&away, &key).unwrap();
    succeeds(with_key(
        &test.url,
        &key,
        &["restore", "--force", text(&backup)],
    ));
    let list = succeeds(with_key(&test.url, &key, &["ticket-key", "list"]));
    assert!(!list.stdout.is_empty());
}

/// Six at once on a database without a table.
async fn several_migrate_at_once(test: TestDb) {
    let folder = Folder::new(&format!("six-{}", test.db.is_postgres()));
    let key = folder.file("linli.key");
    test.db.close().await;
    let begun: Vec<_> = (0..6)
        .map(|_| {
            let mut command = with_key(&test.url, &key, &["migrate"]);
            command.stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for one in begun {
        let done = one.wait_with_output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    let again = store::Db::open(&test.url, 2)
        .await
        .unwrap()
        .with_vault(vault(&key));
    assert_eq!(store::ticket_keys::all(&again).await.unwrap().len(), 1);
    store::sealed::prove(&again).await.unwrap();
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_that_migrate_at_once_all_succeed_on_sqlite() {
    several_migrate_at_once(testing::empty_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_that_migrate_at_once_all_succeed_on_postgres() {
    several_migrate_at_once(testing::empty_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_makes_is_its_owners_alone() {
    let folder = Folder::new("private");
    let inside = folder.file("data");
    let database = inside.join("linli.sqlite");
    let url = format!("sqlite://{}", database.display());
    let backup = folder.file("backup.sqlite");
    let mut migrate = program(&url);
    // As a careless shell would run it, with the key where it is unless told.
    migrate.env_remove("LINLI_KEY_FILE").arg("migrate");
    succeeds(migrate);
    assert!(inside.join("linli.key").exists());
    let mut server = program(&url);
    server.env_remove("LINLI_KEY_FILE");
    let server = Server::spawn(server);
    let answer = get(server.address, "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut back_up = program(&url);
    back_up
        .env_remove("LINLI_KEY_FILE")
        .args(["backup", text(&backup)]);
    succeeds(back_up);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inside), 0o700);
    assert_eq!(mode(&backup), 0o600);
    let mut names = Vec::new();
    for entry in fs::read_dir(&inside).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for name in ["linli.sqlite", "linli.sqlite-wal", "linli.key"] {
        assert!(names.iter().any(|there| there == name), "{names:?}");
    }
}

store::on_both_databases! {
    what_an_older_program_left_open_is_sealed_and_works_on => super::what_an_older_program_left_open_is_sealed_and_works_on,
    without_its_key_nothing_is_served_or_restored_and_nothing_is_changed => super::without_its_key_nothing_is_served_or_restored_and_nothing_is_changed,
}
