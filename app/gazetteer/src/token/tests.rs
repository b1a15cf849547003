use super::*;
use proptest::prelude::*;

fn meet(text: &str, word: &str) -> Option<(Manner, bool, bool)> {
    let meeting = Text::new(text).meet(&Word::new(word), false)?;
    Some((meeting.manner, meeting.inside, meeting.open_end))
}

#[test]
fn a_word_meets_a_text_in_characters_syllables_initials_or_a_mix() {
    use Manner::*;
    assert_eq!(meet("大塘龙", "大塘龙"), Some((Written, false, false)));
    assert_eq!(meet("大塘龙", "塘"), Some((Written, true, true)));
    assert_eq!(meet("大塘龙", "datanglong"), Some((Spoken, false, false)));
    assert_eq!(meet("大塘龙", "datan"), Some((Spoken, false, true)));
    assert_eq!(meet("大塘龙", "dtl"), Some((Initials, false, false)));
    assert_eq!(meet("大塘龙", "tl"), Some((Initials, true, false)));
    assert_eq!(meet("大塘龙", "datl"), Some((Mixed, false, false)));
    assert_eq!(meet("大塘龙", "大tang龙"), Some((Spoken, false, false)));
    assert_eq!(meet("莲花一村", "莲花1村"), Some((Written, false, false)));
    assert_eq!(meet("大塘龙", "dalong"), None);
    assert_eq!(meet("大塘龙", ""), None);
}

#[test]
fn each_reading_of_a_character_is_met() {
    for word in ["huangbu", "huangpu", "hb", "hp"] {
        assert!(meet("黄埔", word).is_some(), "{word}");
    }
    assert_eq!(meet("罗湖区", "ou"), None);
}

#[test]
fn loose_matching_forgives_what_sounds_alike() {
    let loose = |text: &str, word: &str| Text::new(text).meet(&Word::new(word), true).is_some();
    assert!(meet("深圳", "senzen").is_none() && loose("深圳", "senzen"));
    assert!(loose("莲塘", "niantan") && loose("新安", "xingang") && loose("景田", "jintian"));
    assert!(loose("沙井", "sajin") && !loose("沙井", "sajun"));
}

#[test]
fn a_place_in_front_is_taken_off() {
    let used = |text: &str, word: &str| Text::new(text).consumed(&Word::new(word));
    assert_eq!(used("罗湖", "罗湖大塘龙"), Some(2));
    assert_eq!(used("罗湖", "luohudtl"), Some(5));
    assert_eq!(used("罗湖", "lhdtl"), None);
    assert_eq!(used("罗湖", "罗湖"), None);
}

#[test]
fn one_slip_of_the_finger_is_seen() {
    for word in [
        "datanlong",
        "dataanglong",
        "datonglong",
        "adtanglong",
        "datanglongg",
        "datanlo",
    ] {
        assert!(one_letter_off("datanglong", word), "{word}");
    }
    for word in ["dtanlong", "longdatang", "datanglongshe"] {
        assert!(!one_letter_off("datanglong", word), "{word}");
    }
}

proptest! {
    #[test]
    fn any_choice_of_reading_initial_or_character_is_met(
        name in proptest::collection::vec(proptest::sample::select("大塘龙罗湖黄贝岭埔涌厦圳莲长茜".chars().collect::<Vec<_>>()), 1..7),
        choice in proptest::collection::vec((0usize..3, 0usize..3), 7),
    ) {
        let text: String = name.iter().collect();
        let word: String = name.iter().zip(&choice).map(|(c, (how, which))| {
            let known = readings(*c);
            let reading = known[which % known.len()];
            match how { 0 => c.to_string(), 1 => reading.to_owned(), _ => reading[..1].to_owned() }
        }).collect();
        let meeting = Text::new(&text).meet(&Word::new(&word), false).unwrap();
        prop_assert!(!meeting.inside);
    }

    #[test]
    fn loose_finds_whatever_strict_finds(text in "[大塘龙罗湖黄贝岭深圳]{1,5}", word in "[a-z大塘]{1,6}") {
        let (text, word) = (Text::new(&text), Word::new(&word));
        prop_assert!(text.meet(&word, false).is_none() || text.meet(&word, true).is_some());
    }

    #[test]
    fn one_changed_letter_is_always_one_letter_off(key in "[a-z]{2,12}", at in 0usize..12, c in "[a-z]") {
        let at = at % key.len();
        let changed = format!("{}{c}{}", &key[..at], &key[at + 1..]);
        let longer = format!("{}{c}{}", &key[..at], &key[at..]);
        let shorter = format!("{}{}", &key[..at], &key[at + 1..]);
        for word in [changed, longer, shorter] {
            prop_assert!(one_letter_off(&key, &word), "{} {}", key, word);
        }
    }
}
