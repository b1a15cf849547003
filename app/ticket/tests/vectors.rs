//! The golden vectors, natively. `tests/vectors.mjs` checks them in WASM, and the tickets among
//! them with an implementation that is not ours.
#![allow(clippy::unwrap_used)]

mod support;

use support::vectors::{
    Accepted, GOLDEN, Issued, Pair, Refused, Shown, Vectors, bytes, check, kind as named,
};
use support::{decimal, keyring, payload, seed, signed_by_hand, signer};
use ticket::{
    Kind, ShortCode, issue, normalise,
    wall::{WallKey, step_at},
};
use uuid::Uuid;

const ID: &str = "019f2f4c-6b1e-7a3d-9c55-2e8d4b7a1f60";

#[test]
fn the_golden_vectors_hold() {
    assert!(check(GOLDEN) >= 40);
}

#[test]
fn the_golden_vectors_are_those_that_the_maker_makes() {
    assert_eq!(
        GOLDEN,
        made(),
        "the format changed: tickets in people's hands would not verify"
    );
}

#[test]
#[ignore = "writes tests/vectors.json anew; only when the format changes on purpose"]
fn make_the_golden_vectors() {
    std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.json"),
        made(),
    )
    .unwrap();
}

fn made() -> String {
    let id = Uuid::parse_str(ID).unwrap();
    let genuine = issue(&signer(1), Kind::Booking, id).into_string();
    let vectors = Vectors {
        about: "Tickets and short codes that must never change; made by tests/vectors.rs with keys that sign nothing else".into(),
        keyring: keyring().to_string(),
        issued: issued(),
        accepted: accepted(&genuine),
        refused: refused(&genuine),
        normalised: [
            "\u{feff}\\00002612", "]Q1\\00000312", "１２３ａｂｃ", "、000026１", " 1\t2\r\n3\u{3000}4\0",
            "ab\u{200b}cd—efgh", "票", "",
        ]
        .map(|input| pair(input, normalise(input)))
        .into(),
        short_codes_made: [
            "00000000000000", "ffffffffffffffffff00010203040506", "fcfbfafdfefff9f8f7f6",
            "1f8b0800c2a4e37d5599aa10", "16151413121110",
        ]
        .map(|hex| pair(hex, code(hex)))
        .into(),
        short_codes_read: ways_to_type(&code("00030406130901")),
        short_codes_refused: [
            ("too short", "2345-678"), ("too long", "2345-6789-9"), ("empty", ""), ("a stroke", "1222-2222"),
            ("a vowel", "A222-2222"), ("check", "2222-2223"), ("another script", "二222-2222"),
        ]
        .map(|(what, input)| refusal(what, input.into(), &format!("{:?}", ShortCode::parse(input).unwrap_err())))
        .into(),
        wall: shown(),
    };
    serde_json::to_string_pretty(&vectors).unwrap() + "\n"
}

fn shown() -> Vec<Shown> {
    let secrets = ["00", "ff", "5a"].map(|byte| byte.repeat(32));
    let ids = [ID, "00000000-0000-0000-0000-000000000000"];
    let times = [0, 14_999, 15_000, 1_795_000_000_123];
    let mut shown = Vec::new();
    for (secret, kiosk) in secrets.iter().flat_map(|s| ids.map(|id| (s, id))) {
        let raw = bytes(secret).try_into().unwrap();
        let key = WallKey::new(Uuid::parse_str(kiosk).unwrap(), raw);
        for millis in times {
            shown.push(Shown {
                secret: secret.clone(),
                kiosk: kiosk.into(),
                millis,
                code: key.code(step_at(millis)),
            });
        }
    }
    shown
}

fn issued() -> Vec<Issued> {
    let ids = [
        ID,
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ];
    let mut issued = Vec::new();
    for (kid, kind) in [(1, 1), (1, 2), (2, 1), (0, 1), (255, 2), (1, 3)] {
        for id in ids {
            let token =
                issue(&signer(kid), named(kind), Uuid::parse_str(id).unwrap()).into_string();
            let seed = seed(kid).iter().map(|byte| format!("{byte:02x}")).collect();
            issued.push(Issued {
                seed,
                kid,
                kind,
                id: id.into(),
                token,
            });
        }
    }
    issued
}

fn accepted(genuine: &str) -> Vec<Accepted> {
    let id = Uuid::parse_str(ID).unwrap();
    let full_width = genuine
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap());
    let accept = |what: &str, input: String, kid, kind| Accepted {
        what: what.into(),
        input,
        kid,
        kind,
        id: ID.into(),
    };
    vec![
        accept("as it is", genuine.into(), 1, 1),
        accept(
            "an assignment",
            issue(&signer(1), Kind::Assignment, id).into_string(),
            1,
            2,
        ),
        accept(
            "of a retired key",
            issue(&signer(2), Kind::Booking, id).into_string(),
            2,
            1,
        ),
        accept(
            "signed by hand",
            signed_by_hand(1, payload(1, 1, 1, id.into_bytes())),
            1,
            1,
        ),
        accept(
            "a card",
            issue(&signer(1), Kind::Card, id).into_string(),
            1,
            3,
        ),
        accept("full-width", full_width.collect(), 1, 1),
        accept(
            "with BOM, ECI and an Enter",
            format!("\u{feff}\\000026{genuine}\r\n"),
            1,
            1,
        ),
        accept(
            "in groups",
            format!("{} {}", &genuine[..100], &genuine[100..]),
            1,
            1,
        ),
    ]
}

fn refused(genuine: &str) -> Vec<Refused> {
    let id = Uuid::parse_str(ID).unwrap();
    let by_hand = |kid, version, kind, named| {
        signed_by_hand(kid, payload(version, kind, named, id.into_bytes()))
    };
    vec![
        refusal("empty", String::new(), "malformed"),
        refusal("a digit short", genuine[..199].into(), "malformed"),
        refusal("a digit long", format!("{genuine}0"), "malformed"),
        refusal("scanned twice in one go", genuine.repeat(2), "malformed"),
        refusal(
            "a letter in it",
            format!("{}A", &genuine[..199]),
            "malformed",
        ),
        refusal("larger than 83 bytes", "9".repeat(200), "malformed"),
        refusal("an address", "https://example.org/t/12".into(), "malformed"),
        refusal("nothing but ones", decimal(&[0xff; 83]), "unknown_version"),
        refusal("zeros", "0".repeat(200), "unknown_version"),
        refusal("version 2", by_hand(1, 2, 1, 1), "unknown_version"),
        refusal(
            "a key that is not there",
            by_hand(4, 1, 1, 4),
            "unknown_key",
        ),
        refusal("a revoked key", by_hand(3, 1, 1, 3), "revoked_key"),
        refusal(
            "signed by key 2, names key 1",
            by_hand(2, 1, 1, 1),
            "forged",
        ),
        refusal(
            "a forged ticket of an unknown kind",
            by_hand(2, 1, 9, 1),
            "forged",
        ),
        refusal(
            "a genuine ticket of an unknown kind",
            by_hand(1, 1, 9, 1),
            "unknown_kind",
        ),
        refusal(
            "a card signed by key 2, names key 1",
            by_hand(2, 1, 3, 1),
            "forged",
        ),
        refusal(
            "the last digit changed",
            last_digit_changed(genuine),
            "forged",
        ),
    ]
}

fn last_digit_changed(token: &str) -> String {
    let last = token.as_bytes()[199] - b'0';
    format!("{}{}", &token[..199], (last + 1) % 10)
}

fn code(hex: &str) -> String {
    ShortCode::from_random(&support::vectors::bytes(hex))
        .unwrap()
        .to_string()
}

fn ways_to_type(code: &str) -> Vec<Pair> {
    let look_alikes = |c| match c {
        '2' => 'Z',
        '5' => 's',
        '6' => 'G',
        '8' => 'b',
        'V' => 'u',
        'D' => '0',
        c => c,
    };
    let full_width = code
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap());
    vec![
        pair(code, code.into()),
        pair(&code.to_lowercase(), code.into()),
        pair(&code.replace('-', ""), code.into()),
        pair(&code.replace('-', " "), code.into()),
        pair(&code.replace('-', "—"), code.into()),
        pair(&full_width.collect::<String>(), code.into()),
        pair(
            &code.chars().map(look_alikes).collect::<String>(),
            code.into(),
        ),
    ]
}

fn pair(input: &str, output: String) -> Pair {
    Pair {
        input: input.into(),
        output,
    }
}

fn refusal(what: &str, input: String, error: &str) -> Refused {
    Refused {
        what: what.into(),
        input,
        error: error.into(),
    }
}
