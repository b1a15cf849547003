//! Rule 4 with the real program: it is killed (-9) amid a rush of bookings and started again. What
//! was answered is there, nothing is there twice, and the same key gets the same answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::program::{Server, program};
use domain::time::DAY;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::testing::{self, TestDb};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

const CENTER: &str = "SZ440303001-01";
const PLACES: i64 = 40;
const RESIDENTS: usize = 60;
const OCCURRENCES: usize = 4;

/// One request on a connection of its own; none where the program died meanwhile.
async fn call(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> Option<(u16, bool, Value)> {
    let work = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let key = key
            .map(|key| format!("Idempotency-Key: {key}\r\n"))
            .unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{key}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let replayed = head
            .to_ascii_lowercase()
            .contains("idempotent-replay: true");
        // An answer that was cut off is no answer.
        Some((status, replayed, serde_json::from_str(body).ok()?))
    };
    timeout(Duration::from_secs(30), work).await.ok()?
}

fn token(url: &str, args: &[&str]) -> String {
    let made = program(url)
        .args(["token", "create"])
        .args(args)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let token = String::from_utf8(made.stdout).unwrap();
    assert_eq!(
        token.lines().count(),
        1,
        "only the token is on standard output"
    );
    token.trim().to_owned()
}

type Answers = Arc<Mutex<Vec<(usize, usize, u16, Value)>>>;

fn key(resident: usize, occurrence: usize) -> String {
    format!("rush-{resident}-{occurrence}")
}

/// Everybody tries to get into everything, each from one connection after the other.
fn rush(
    address: SocketAddr,
    tokens: &[String],
    occurrences: &[String],
    answers: &Answers,
) -> Vec<tokio::task::JoinHandle<()>> {
    let each = |(resident, token): (usize, &String)| {
        let (token, occurrences, answers) = (token.clone(), occurrences.to_vec(), answers.clone());
        tokio::spawn(async move {
            for (nth, occurrence) in occurrences.iter().enumerate() {
                let path = format!("/api/v1/occurrences/{occurrence}/bookings");
                let key = key(resident, nth);
                let answer =
                    call(address, "POST", &path, &token, Some(&key), Some(&json!({}))).await;
                let Some((status, _, body)) = answer else {
                    return;
                };
                answers.lock().unwrap().push((resident, nth, status, body));
            }
        })
    };
    tokens.iter().enumerate().map(each).collect()
}

async fn a_killed_server_has_kept_what_it_answered(test: TestDb) {
    let url = test.url.clone();
    test.arrange(vec![
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) VALUES ('{CENTER}', '大塘龙社区党群服务中心', '440303',
             '罗湖区', '440303001', '桂园街道', '大塘龙社区', 'nbs2023', 'open')"
        ),
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('elder', '长者', 'Elders', 1)".into(),
    ])
    .await;
    let server = Server::start(&url);
    // Made while the server runs on the same database.
    let manager = token(&url, &["--role", "center_manager", "--scope", CENTER]);
    let mut tokens = Vec::new();
    for n in 0..RESIDENTS {
        tokens.push(token(
            &url,
            &["--role", "resident", "--account", &format!("138{n:08}")],
        ));
    }
    let path = format!("/api/v1/centers/{CENTER}/activities");
    let mut occurrences = Vec::new();
    // A month ahead, whatever today is.
    let coming = server::clock::now().plus(30 * DAY);
    for day in 1..=OCCURRENCES {
        let start = coming.plus(i64::try_from(day).unwrap() * DAY).rfc3339();
        let body = json!({ "title": "八段锦", "kind": "group", "field": "elder", "starts_at": start,
            "capacity": PLACES, "waitlist_capacity": 5 });
        let made = call(server.address, "POST", &path, &manager, None, Some(&body)).await;
        let (status, _, made) = made.expect("an answer");
        assert_eq!(status, 201, "{made}");
        occurrences.push(made["occurrences"][0]["id"].as_str().unwrap().to_owned());
    }

    let answers = Answers::default();
    let running = rush(server.address, &tokens, &occurrences, &answers);
    while answers.lock().unwrap().len() < RESIDENTS {
        sleep(Duration::from_millis(2)).await;
    }
    server.kill();
    for task in running {
        task.await.unwrap();
    }
    let answered = std::mem::take(&mut *answers.lock().unwrap());
    let all = RESIDENTS * OCCURRENCES;
    assert!(
        (RESIDENTS..all).contains(&answered.len()),
        "it was killed amid the rush: {}",
        answered.len()
    );

    let server = Server::start(&url);
    for (resident, nth, status, body) in &answered {
        let id = body["id"].as_str().unwrap_or_default();
        if *status == 201 {
            let path = format!("/api/v1/bookings/{id}");
            let (found, _, now) =
                call(server.address, "GET", &path, &tokens[*resident], None, None)
                    .await
                    .expect("an answer");
            assert_eq!(found, 200, "what was answered is gone: {body}");
            assert_eq!(now["occurrence_id"], occurrences[*nth]);
        }
        let path = format!("/api/v1/occurrences/{}/bookings", occurrences[*nth]);
        let key = key(*resident, *nth);
        let again = call(
            server.address,
            "POST",
            &path,
            &tokens[*resident],
            Some(&key),
            Some(&json!({})),
        )
        .await;
        let (again_status, replayed, again) = again.expect("an answer");
        assert!(replayed, "the key was forgotten: {again}");
        assert_eq!(again_status, *status);
        for member in ["id", "state", "position", "ticket", "code"] {
            assert_eq!(again[member], body[member], "{member}");
        }
    }
    // Everybody tries everything once more, with the same keys; then everything is taken.
    let answers = Answers::default();
    for task in rush(server.address, &tokens, &occurrences, &answers) {
        task.await.unwrap();
    }
    assert_eq!(answers.lock().unwrap().len(), all);
    for occurrence in &occurrences {
        let count = |condition: &str| {
            let query = format!(
                "SELECT COUNT(*) FROM booking WHERE occurrence_id = '{occurrence}' AND {condition}"
            );
            let test = &test;
            async move { test.number(&query).await }
        };
        assert_eq!(count("state = 'confirmed'").await, PLACES);
        assert_eq!(count("state = 'waitlisted'").await, 5);
        let twice = test
            .number(&format!(
                "SELECT COUNT(*) FROM (SELECT person_id FROM booking WHERE occurrence_id = '{occurrence}'
                 GROUP BY person_id HAVING COUNT(*) > 1) twice"
            ))
            .await;
        assert_eq!(twice, 0, "nobody is there twice");
    }
    server.stops_within(Duration::from_secs(15)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_a_killed_server_has_kept_what_it_answered_on_sqlite() {
    a_killed_server_has_kept_what_it_answered(testing::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_a_killed_server_has_kept_what_it_answered_on_postgres() {
    a_killed_server_has_kept_what_it_answered(testing::postgres().await).await;
}
