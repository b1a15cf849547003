//! Connections that say nothing keep nobody out, and stopping does not wait for them (C-190).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::program::{Server, get};
use std::time::{Duration, Instant};
use store::testing;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread")]
async fn c190_hundreds_of_silent_connections_keep_nobody_out() {
    let test = testing::sqlite().await;
    let server = Server::start(&test.url);
    // More than one network may hold, and fewer than the files that this process has at least.
    let mut silent = Vec::new();
    for n in 0..900 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(b"GET /healthz HTT").await.unwrap();
        }
        silent.push(stream);
    }
    let begun = Instant::now();
    for _ in 0..20 {
        let answer = get(server.address, "/healthz").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    // The oldest made room.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), silent[0].read_to_end(&mut rest));
    assert!(
        ended.await.is_ok(),
        "the first silent connection is still open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn c190_stopping_waits_for_requests_and_not_for_half_a_line() {
    let test = testing::sqlite().await;
    let server = Server::start(&test.url);
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: local")
        .await
        .unwrap();
    let _silent = TcpStream::connect(server.address).await.unwrap();
    assert!(
        get(server.address, "/healthz")
            .await
            .starts_with("HTTP/1.1 200")
    );
    server.stops_within(Duration::from_secs(5)).await;
}
