use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn event() -> Event {
    let at = |text| Timestamp::parse(text).unwrap();
    Event {
        uid: uid(&Subject::Booking(Uuid::from_u128(7).into())),
        sequence: 0,
        stamp: at("2026-11-23T21:00:00+08:00"),
        span: Span::new(at("2026-11-25T07:00"), at("2026-11-25T09:00")).unwrap(),
        standing: Standing::Confirmed,
        is_transparent: false,
        summary: "太极拳, 初级班; 第一课".into(),
        location: Some("草埔西社区党群服务中心\n二楼舞蹈室".into()),
        description: None,
        url: Some("https://linli.example/bookings/7?票=1".into()),
        organizer: Some("草埔西\"社区\"党群服务中心".into()),
        reminder: Some("两小时后开始".into()),
    }
}

fn unfold(text: &str) -> String {
    text.replace("\r\n ", "")
}

/// Unfolded lines, as a reader sees them that breaks lines wherever anybody does.
fn lines(text: &str) -> Vec<String> {
    unfold(text)
        .strip_suffix("\r\n")
        .unwrap()
        .replace("\r\n", "\n")
        .split(breaks_line)
        .map(str::to_owned)
        .collect()
}

fn unescape(text: &str) -> String {
    let (mut out, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next().unwrap() {
                'n' => '\n',
                other => other,
            },
            c => c,
        });
    }
    out
}

#[test]
fn a_booking_as_a_calendar_reads_it() {
    assert_eq!(
        lines(&write(None, &[event()])),
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Linli//Linli//ZH",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            "UID:00000000-0000-0000-0000-000000000007@linli",
            "SEQUENCE:0",
            "DTSTAMP:20261123T130000Z",
            "DTSTART:20261124T230000Z",
            "DTEND:20261125T010000Z",
            "STATUS:CONFIRMED",
            "SUMMARY:太极拳\\, 初级班\\; 第一课",
            "LOCATION:草埔西社区党群服务中心\\n二楼舞蹈室",
            "URL:https://linli.example/bookings/7?%E7%A5%A8=1",
            "ORGANIZER;CN=\"草埔西'社区'党群服务中心\":invalid:nomail",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-PT2H",
            "DESCRIPTION:两小时后开始",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    );
}

#[test]
fn c160_a_cancelled_booking_keeps_its_uid_and_says_so() {
    let cancelled = Event {
        sequence: 3,
        standing: State::Cancelled.into(),
        ..event()
    };
    let lines = lines(&write(None, &[cancelled]));
    for line in [
        "UID:00000000-0000-0000-0000-000000000007@linli",
        "SEQUENCE:3",
        "STATUS:CANCELLED",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line}");
    }
    assert!(
        !lines.iter().any(|l| l == "BEGIN:VALARM"),
        "nobody is reminded of what is called off"
    );
}

#[test]
fn who_waits_has_a_tentative_event() {
    let waiting = Event {
        standing: State::Waitlisted.into(),
        ..event()
    };
    assert!(write(None, &[waiting]).contains("\r\nSTATUS:TENTATIVE\r\n"));
}

#[test]
fn a_feed_has_a_name_and_every_event() {
    let other = Event {
        uid: uid(&Subject::Booking(Uuid::from_u128(8).into())),
        ..event()
    };
    let text = write(Some("我的预约"), &[event(), other]);
    assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), 2);
    assert!(text.contains("\r\nNAME:我的预约\r\nX-WR-CALNAME:我的预约\r\n"));
    assert!(write(Some(" "), &[]).ends_with("METHOD:PUBLISH\r\nEND:VCALENDAR\r\n"));
}

#[test]
fn seconds_are_whole_and_the_end_stays_after_the_start() {
    let start = Timestamp(1_795_000_000_250);
    let brief = Event {
        span: Span::new(start, start.plus(1)).unwrap(),
        ..event()
    };
    let lines = lines(&write(None, &[brief]));
    assert!(
        lines.contains(&"DTSTART:20261118T110640Z".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"DTEND:20261118T110641Z".to_owned()),
        "{lines:?}"
    );
}

/// Words that try to become properties.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\u{85}".to_owned()),
        Just("\u{0B}".to_owned()),
        Just("END:VEVENT".to_owned()),
        Just("\nATTACH:http://evil.example/\n".to_owned()),
        Just("\\n".to_owned()),
        Just("\\".to_owned()),
        Just("\":x\r\nURL:evil".to_owned()),
        Just("服务中心".repeat(9)),
        Just("\0\t\u{7F}".to_owned()),
        "\\PC{0,40}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn folding_is_undone_by_unfolding_and_no_line_is_too_long(line in "[^\\r\\n]{0,400}") {
        let mut folded = String::new();
        fold(&line, &mut folded);
        prop_assert!(folded.split("\r\n").all(|piece| piece.len() <= LINE));
        prop_assert_eq!(unfold(&folded), format!("{line}\r\n"));
    }

    #[test]
    fn no_text_becomes_a_property(
        words in prop::collection::vec(hostile(), 8), name in prop::option::of(hostile()),
    ) {
        let plain = |n: usize| Some(words[n].clone());
        let evil = Event {
            uid: words[0].clone(), summary: words[1].clone(), location: plain(2), description: plain(3),
            url: plain(4), organizer: plain(5), reminder: plain(6), ..event()
        };
        let text = write(name.as_deref(), &[evil]);
        prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        let lines = lines(&text);
        let known = [
            "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "UID", "SEQUENCE",
            "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "ORGANIZER",
            "ACTION", "TRIGGER", "END",
        ];
        let mut seen = Vec::new();
        for line in &lines {
            let property = line.split([':', ';']).next().unwrap();
            prop_assert!(known.contains(&property), "{line:?}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            seen.push(property);
        }
        let count = |wanted| seen.iter().filter(|p| **p == wanted).count();
        let alarms = usize::from(filled(Some(&words[6])).is_some());
        prop_assert_eq!(count("BEGIN"), 2 + alarms);
        prop_assert_eq!(count("END"), 2 + alarms);
        prop_assert!(count("URL") <= 1 && count("ORGANIZER") <= 1 && count("SUMMARY") <= 1);
    }

    #[test]
    fn words_survive_their_escaping(words in "[^\\x00-\\x1F\\x7F-\\x9F\u{2028}\u{2029}]{0,80}(\n[a-z,;\\\\]{1,9})?") {
        prop_assert_eq!(unescape(&escaped(&words)), words);
    }
}
