use super::*;
use proptest::prelude::*;

fn week(text: &str) -> Week {
    Week::parse(text).unwrap()
}

#[test]
fn a_week_knows_when_it_is_open() {
    let week = week("Mo-Fr 08:30-12:00,14:00-18:00; Sa 09:00-17:00");
    assert!(!week.is_open_at(Day::Mo, 8 * 60 + 29));
    assert!(week.is_open_at(Day::Mo, 8 * 60 + 30));
    assert!(!week.is_open_at(Day::Fr, 12 * 60));
    assert!(week.is_open_at(Day::Fr, 17 * 60 + 59));
    assert!(!week.is_open_at(Day::Fr, 18 * 60));
    assert!(week.is_open_at(Day::Sa, 9 * 60));
    assert!(!week.is_open_at(Day::Su, 9 * 60));
}

#[test]
fn a_later_rule_replaces_an_earlier_one_for_its_days() {
    let week = week("Mo-Su 09:00-21:00; Mo off");
    assert!(week.on(Day::Mo).is_empty());
    assert!(week.is_open_at(Day::Tu, 9 * 60));
    assert_eq!(week.to_string(), "Mo off; Tu-Su 09:00-21:00");
}

#[test]
fn a_span_may_run_into_the_next_day_also_over_the_end_of_the_week() {
    let week = week("Su 22:00-02:00; We 20:00-24:00");
    assert!(week.is_open_at(Day::Su, 23 * 60));
    assert!(week.is_open_at(Day::Mo, 60));
    assert!(!week.is_open_at(Day::Mo, 2 * 60));
    assert!(week.is_open_at(Day::We, MINUTES - 1));
    assert!(!week.is_open_at(Day::Th, 0));
    assert!(Week::parse("24/7").unwrap().is_open_at(Day::Sa, 0));
}

#[test]
fn days_may_run_over_the_weekend_and_signs_may_be_full_width() {
    assert_eq!(week("Fr-Mo 9:00-12:00"), week("Mo,Fr,Sa,Su 09:00-12:00"));
    assert_eq!(
        week("mo－su ０９：００ – ２１：００"),
        week("Mo-Su 09:00-21:00")
    );
    assert_eq!(week("Mo-We OFF ; Th 10:00-11:00"), week("Th 10:00-11:00"));
}

#[test]
fn the_openings_of_one_day_are_read_as_people_write_them() {
    let at = |from: u16, until: u16| Opening {
        from: from * 60,
        until: until * 60,
    };
    for text in [
        "09:00-12:00,14:00-21:00",
        "9:00-12:00, 14:00 - 21:00",
        "９：００～１２：００、１４：００－２１：００",
        "9:00至12:00，14:00到21:00，",
    ] {
        let read = parse_openings(text);
        assert_eq!(read, Ok(vec![at(9, 12), at(14, 21)]), "{text}");
    }
    assert_eq!(parse_openings("  "), Ok(vec![]));
    assert_eq!(written(&[at(9, 12), at(22, 26)]), "09:00-12:00,22:00-02:00");
    assert!(parse_openings("9-12").is_err());
    assert!(parse_openings("14:00-15:00,09:00-10:00").is_err());
}

#[test]
fn what_cannot_be_read_says_which_part() {
    use HoursError as E;
    let error = |text: &str| Week::parse(text).unwrap_err();
    assert_eq!(error(" ; "), E::Empty);
    assert_eq!(error("Mo-Xx 09:00-10:00"), E::Day("Xx".into()));
    assert_eq!(error("PH off"), E::Day("PH".into()));
    assert_eq!(error("Mo 25:00-26:00"), E::Time("25:00".into()));
    assert_eq!(error("Mo 24:00-25:00"), E::Time("25:00".into()));
    assert_eq!(error("Mo 9-10"), E::Time("9".into()));
    assert_eq!(error("Mo 09:00"), E::Rule("Mo 09:00".into()));
    assert_eq!(error("09:00-21:00"), E::Rule("09:00-21:00".into()));
    assert_eq!(error("open"), E::Rule("open".into()));
    assert_eq!(
        error("Mo 09:00-12:00,11:00-13:00"),
        E::Order("Mo 09:00-12:00,11:00-13:00".into())
    );
    assert_eq!(
        error("Mo 09:00-12:00,12:00-13:00"),
        E::Order("Mo 09:00-12:00,12:00-13:00".into())
    );
}

proptest! {
    #[test]
    fn every_week_reads_back_what_it_writes(
        days in proptest::array::uniform7(proptest::collection::btree_set(0u16..MINUTES, 0..4))
    ) {
        let days = days.map(|cuts| {
            let cuts: Vec<u16> = cuts.into_iter().collect();
            cuts.chunks_exact(2).map(|c| Opening { from: c[0], until: c[1] }).collect::<Vec<_>>()
        });
        let touching = days.iter().any(|d| d.windows(2).any(|w| w[1].from <= w[0].until));
        prop_assume!(!touching);
        let week = Week { days };
        prop_assert_eq!(Week::parse(&week.to_string()).unwrap(), week);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[MoTuSafoff0-9:,;/ \\-～：]{0,30}|\\PC{0,20}") {
        let _ = Week::parse(&text);
    }

    #[test]
    fn open_at_agrees_with_a_walk_through_the_openings(day in 0usize..7, minutes in 0u16..MINUTES) {
        let week = week("Mo-Th 09:00-12:00,14:00-21:00; Fr,Sa 18:00-03:00; Su 00:00-24:00");
        let absolute = day * usize::from(MINUTES) + usize::from(minutes);
        let open = Day::ALL.iter().any(|d| week.on(*d).iter().any(|o| {
            let start = *d as usize * usize::from(MINUTES) + usize::from(o.from);
            let length = usize::from(o.until - o.from);
            let into = (absolute + 7 * usize::from(MINUTES) - start) % (7 * usize::from(MINUTES));
            into < length
        }));
        prop_assert_eq!(week.is_open_at(Day::from_monday(day), minutes), open);
    }
}
