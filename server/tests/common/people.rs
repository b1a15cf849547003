//! People who have signed in with browsers of their own.

use super::{Stage, browser::Browser, shifts::formal};
use domain::{id::PersonId, person::Phone};
use store::{logins::NewLogin, sign_in};

/// A browser in which the holder of that number has signed in, and who they are.
pub async fn signed_in(stage: &Stage, phone: &str) -> (Browser, PersonId) {
    let token = stage.resident(phone).await;
    let people = stage.get("/api/v1/me/people", Some(&token)).await.json;
    let person = people["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let (db, act, key) = (&stage.test.db, stage.system(), stage.site.code_key());
    let number = Phone::parse(phone).unwrap();
    sign_in::request_code(db, &act, key, &number, "zh-CN")
        .await
        .unwrap();
    let mut tx = db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code' AND recipient = $1")
        .bind(phone)
        .one()
        .await
        .unwrap();
    drop(tx);
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    let secret = format!("a-login-of-{phone}");
    let login = NewLogin::new(&secret, "phone");
    sign_in::verify(db, &act, key, &number, &digits[..6], "zh-CN", login)
        .await
        .unwrap();
    let browser = Browser {
        cookies: vec![("linli".into(), secret)],
    };
    (browser, person)
}

/// The same, as a formal volunteer.
pub async fn volunteer(stage: &Stage, phone: &str) -> (Browser, PersonId) {
    let (browser, person) = signed_in(stage, phone).await;
    formal(stage, &person).await;
    (browser, person)
}
