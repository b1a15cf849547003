//! Booking at a kiosk: who stands there, for whom, and nothing left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, Stage,
    browser::{Browser, between, booked, soon, without_keys},
    now,
};
use domain::time::HOUR;
use store::{occurrences::TermsEdit, testing::TestDb};

/// The code that was sent to the number last.
async fn code_sent(stage: &Stage, phone: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code' AND recipient = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
        .bind(phone.to_owned())
        .one()
        .await
        .unwrap();
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    digits[..6].to_owned()
}

async fn somebody_books_by_phone_and_leaves_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    stage.resident(RESIDENT).await;
    let occurrence = soon(&stage).await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{occurrence}");
    let at = |step: &str| format!("{begin}/{step}");
    let page = device
        .get(&stage, &format!("/kiosk/on/{occurrence}"))
        .await
        .is(200);
    assert!(page.text.contains(&format!("href=\"{begin}\"")), "one key");
    device.get(&stage, &begin).await.is(200);
    // Nobody is chosen, nothing is booked before anything is proven.
    for step in ["who", "confirm"] {
        let on = device.get(&stage, &at(step)).await.is(303);
        assert_eq!(on.header("location"), begin, "{step}");
        device.post(&stage, &at(step), &[("person", OWN)]).await;
    }
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM booking").await, 0);
    let on = device
        .post(&stage, &at("phone"), &[("code", RESIDENT)])
        .await
        .is(303);
    assert_eq!(on.header("location"), at("code"));
    let page = device.get(&stage, &at("code")).await.is(200);
    assert!(!page.text.contains(RESIDENT) && !page.text.contains("138****"));
    device.get(&stage, &at("who")).await.is(303);
    device
        .post(&stage, &at("code"), &[("code", "000000x")])
        .await
        .is(303);
    let page = device.get(&stage, &at("code")).await.is(200);
    assert!(page.text.contains("验证码不对"));
    let code = code_sent(&stage, RESIDENT).await;
    let on = device
        .post(&stage, &at("code"), &[("code", &code)])
        .await
        .is(303);
    assert_eq!(on.header("location"), at("who"));
    let page = device.get(&stage, &at("who")).await.is(200);
    assert!(!page.text.contains(RESIDENT), "masked");
    let person = between(&page.text, "name=\"person\" value=\"", "\"").to_owned();
    device
        .post(&stage, &at("who"), &[("person", &person)])
        .await
        .is(303);
    let page = device.get(&stage, &at("confirm")).await.is(200);
    let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
    // A form that was sent twice is one booking.
    for _ in 0..2 {
        let on = device
            .post(&stage, &at("confirm"), &[("key", &key)])
            .await
            .is(303);
        assert_eq!(on.header("location"), at("answer"));
    }
    let made = "SELECT COUNT(*) FROM booking WHERE channel = 'kiosk' AND state = 'confirmed'";
    assert_eq!(stage.test.number(made).await, 1);
    let page = device.get(&stage, &at("answer")).await.is(200);
    assert!(page.text.contains("data-light=\"green\"") && page.text.contains("<svg"));
    let short = between(&page.text, "class=\"kiosk-number\">", "<").to_owned();
    let (before, after) = short.split_once('-').unwrap();
    let known = format!("SELECT COUNT(*) FROM booking WHERE short_code = '{before}{after}'");
    assert_eq!(stage.test.number(&known).await, 1);
    // Done: the secret opens nothing more, wherever it may have been kept.
    let kept = device.clone();
    device.post(&stage, "/kiosk/done", &[]).await.is(303);
    assert!(!device.has("kiosk-visit"));
    assert_eq!(
        stage.test.number("SELECT COUNT(*) FROM kiosk_visit").await,
        0
    );
    let mut kept = kept;
    kept.get(&stage, &at("answer")).await.is(303);
    kept.get(&stage, &at("who")).await.is(303);
}

async fn a_kiosks_visit_ends_after_some_minutes_and_at_the_start(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let (_, code) = booked(&stage).await;
    let occurrence = soon(&stage).await;
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{occurrence}");
    let confirm = format!("{begin}/confirm");
    for leave in ["time", "/kiosk", "/kiosk/idle"] {
        let on = device
            .post(&stage, &begin, &[("code", &code)])
            .await
            .is(303);
        assert_eq!(on.header("location"), confirm);
        let page = device.get(&stage, &confirm).await;
        assert_ne!(page.header("location"), begin, "{leave}");
        let mut kept = device.clone();
        match leave {
            "time" => stage.at(now().plus(domain::kiosk::VISIT_LIFE)),
            path => drop(device.get(&stage, path).await),
        }
        let over = kept.get(&stage, &confirm).await.is(303);
        assert_eq!(over.header("location"), begin, "{leave}");
        stage.at(now());
    }
}

async fn a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let (booking, code) = booked(&stage).await;
    let terms = TermsEdit {
        capacity: Some(1),
        ..TermsEdit::default()
    };
    let at = now().plus(48 * HOUR);
    let later = stage.activity_at(OWN, terms, true, at).await.1.to_string();
    let mut device = Browser::kiosk(&secret);
    let begin = format!("/kiosk/book/{later}");
    let mut told = Vec::new();
    let forged = "1".repeat(200);
    for wrong in [RESIDENT, "王芳", forged.as_str(), "nonsense"] {
        let on = device
            .post(&stage, &begin, &[("code", wrong)])
            .await
            .is(303);
        assert_eq!(on.header("location"), begin);
        assert!(!device.has("kiosk-visit"));
        let page = device.get(&stage, &begin).await.is(200);
        told.push(between(&page.text, "field-error", "</p>").to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    let id: domain::id::BookingId = booking.parse().unwrap();
    let ticket = stage.site.tickets().ticket(&id).as_str().to_owned();
    for shown in [code.as_str(), ticket.as_str()] {
        device
            .post(&stage, &begin, &[("code", shown)])
            .await
            .is(303);
        let page = device.get(&stage, &format!("{begin}/who")).await.is(200);
        assert_eq!(page.text.matches("name=\"person\"").count(), 1);
        assert!(!page.text.contains(RESIDENT));
        device
            .get(&stage, &format!("{begin}/confirm"))
            .await
            .is(200);
    }
    // Once its booking is cancelled it says nothing any more.
    let cancel = format!("UPDATE booking SET state = 'cancelled' WHERE id = '{booking}'");
    stage.test.arrange(vec![cancel]).await;
    let on = device
        .post(&stage, &begin, &[("code", &ticket)])
        .await
        .is(303);
    assert_eq!(on.header("location"), begin);
}

async fn c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    stage.resident(RESIDENT).await;
    let occurrence = soon(&stage).await;
    let begin = format!("/kiosk/book/{occurrence}");
    let mut told = Vec::new();
    for phone in [RESIDENT, "13999999999"] {
        let mut device = Browser::kiosk(&secret);
        let path = format!("{begin}/phone");
        let on = device.post(&stage, &path, &[("code", phone)]).await.is(303);
        assert_eq!(on.header("location"), format!("{begin}/code"));
        let page = device.get(&stage, &format!("{begin}/code")).await.is(200);
        told.push(without_keys(between(&page.text, "<main", "</main>")));
        // Whoever holds that telephone learns that no name is known; no account is made by it.
        if phone != RESIDENT {
            let code = code_sent(&stage, phone).await;
            let path = format!("{begin}/code");
            let on = device.post(&stage, &path, &[("code", &code)]).await.is(303);
            assert_eq!(on.header("location"), format!("{begin}/phone"));
        }
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM account").await, 1);
}

/// The account's holder gets a card, whose digits are returned.
async fn card_of(stage: &Stage, phone: &str) -> String {
    stage.resident(phone).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (domain::id::PersonId,) = tx
        .sql("SELECT p.id FROM person p JOIN account a ON a.id = p.account_id WHERE a.phone = $1")
        .bind(phone.to_owned())
        .one()
        .await
        .unwrap();
    drop(tx);
    let center = OWN.parse().unwrap();
    let card = store::cards::issue(&stage.test.db, &stage.system(), &center, &person)
        .await
        .unwrap();
    stage.site.tickets().card(&card.id).as_str().to_owned()
}

async fn a_card_gets_a_place_in_line_and_where_none_is_left_the_reason(test: TestDb) {
    let stage = Stage::new(test).await;
    let (secret, _) = stage.kiosk(OWN, "门口").await;
    let terms = TermsEdit {
        capacity: Some(1),
        waitlist_capacity: Some(1),
        ..TermsEdit::default()
    };
    let at = now().plus(48 * HOUR);
    let occurrence = stage.activity_at(OWN, terms, true, at).await.1;
    let first = stage.resident(RESIDENT).await;
    stage.book(&occurrence, &first).await.is(201);
    let begin = format!("/kiosk/book/{occurrence}");
    let confirm = format!("{begin}/confirm");
    let mut device = Browser::kiosk(&secret);
    for (phone, waits) in [("13800000077", true), ("13800000078", false)] {
        let card = card_of(&stage, phone).await;
        let on = device.post(&stage, &begin, &[("code", &card)]).await;
        assert_eq!(on.is(303).header("location"), confirm);
        let page = device.get(&stage, &confirm).await;
        assert!(!page.text.contains(phone));
        if waits {
            let page = page.is(200);
            assert!(page.text.contains("排候补"), "said before it is done");
            let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
            device
                .post(&stage, &confirm, &[("key", &key)])
                .await
                .is(303);
            let answer = device.get(&stage, &format!("{begin}/answer")).await.is(200);
            assert!(answer.text.contains("data-light=\"amber\""));
            assert!(answer.text.contains("第 1 位"), "{}", answer.text);
        } else {
            // C-116: the reason, and what to do.
            assert!(page.text.contains("名额满了"), "{}", page.text);
            let to_confirm = format!("action=\"{confirm}\"");
            assert!(!page.text.contains(&to_confirm), "nothing to confirm");
        }
        device.post(&stage, "/kiosk/done", &[]).await.is(303);
    }
    let waiting = "SELECT COUNT(*) FROM booking WHERE channel = 'kiosk' AND state = 'waitlisted'";
    assert_eq!(stage.test.number(waiting).await, 1);
    assert_eq!(stage.test.number("SELECT COUNT(*) FROM booking").await, 2);
}

store::on_both_databases! {
    a_card_gets_a_place_in_line_and_where_none_is_left_the_reason => super::a_card_gets_a_place_in_line_and_where_none_is_left_the_reason,
    somebody_books_by_phone_and_leaves_nothing => super::somebody_books_by_phone_and_leaves_nothing,
    a_kiosks_visit_ends_after_some_minutes_and_at_the_start => super::a_kiosks_visit_ends_after_some_minutes_and_at_the_start,
    a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing => super::a_ticket_books_for_the_one_person_on_it_and_a_wrong_one_says_nothing,
    c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known => super::c132_a_number_that_nobody_knows_is_answered_like_one_that_is_known,
}
