use super::*;
use proptest::prelude::*;

/// Nothing is locked.
fn none() -> Locked {
    Locked::new()
}

/// 长者饭堂 as the city describes it.
fn canteen() -> ItemTexts {
    ItemTexts {
        name: "长者饭堂".into(),
        for_whom: Some("60 岁以上居民".into()),
        bring: Some("身份证".into()),
        when: Some("周一至周五 11:30–13:00".into()),
        place: None,
        how_to_get: Some("直接前往".into()),
    }
}

#[test]
fn a_center_says_its_own_hours_and_keeps_the_rest() {
    let own = Overrides {
        when: Some("每天 11:00–12:30".into()),
        place: Some("二楼".into()),
        ..Default::default()
    };
    let read = effective(&canteen(), &own, &none());
    assert_eq!(read.when.as_deref(), Some("每天 11:00–12:30"));
    assert_eq!(read.place.as_deref(), Some("二楼"));
    assert_eq!(read.bring, canteen().bring);
    assert_eq!(read.name, "长者饭堂");
}

#[test]
fn blank_text_is_no_text_of_ones_own() {
    let own = Overrides {
        name: Some(" \u{3000}\r\n".into()),
        bring: Some(String::new()),
        ..Default::default()
    };
    assert_eq!(effective(&canteen(), &own, &none()), canteen());
    assert!(own.is_empty());
    assert_eq!(own.normalised(&canteen()), Overrides::default());
}

#[test]
fn the_database_keeps_only_what_is_overridden() {
    let own = Overrides {
        when: Some("每天".into()),
        ..Default::default()
    };
    let json = serde_json::to_string(&own).unwrap();
    assert_eq!(json, r#"{"when":"每天"}"#);
    assert_eq!(serde_json::from_str::<Overrides>(&json).unwrap(), own);
    assert_eq!(
        serde_json::from_str::<Overrides>("{}").unwrap(),
        Overrides::default()
    );
}

#[test]
fn texts_that_cannot_be_shown_are_refused_by_field() {
    let why = |texts: ItemTexts| match texts.check() {
        Err(Refusal::Invalid { field, reason }) => format!("{field} {reason}"),
        other => panic!("{other:?}"),
    };
    let good = canteen();
    assert_eq!(good.check(), Ok(()));
    assert_eq!(
        ItemTexts {
            name: "饭".repeat(60),
            bring: Some("证".repeat(400)),
            ..good.clone()
        }
        .check(),
        Ok(())
    );
    assert_eq!(
        why(ItemTexts {
            name: " ".into(),
            ..good.clone()
        }),
        "name missing"
    );
    assert_eq!(
        why(ItemTexts {
            name: "饭".repeat(61),
            ..good.clone()
        }),
        "name too_long"
    );
    assert_eq!(
        why(ItemTexts {
            bring: Some("证".repeat(401)),
            ..good.clone()
        }),
        "bring too_long"
    );
    assert_eq!(
        why(ItemTexts {
            place: Some("二\0楼".into()),
            ..good.clone()
        }),
        "place control_character"
    );
    assert_eq!(
        why(ItemTexts {
            when: Some("\u{202E}天每".into()),
            ..good
        }),
        "when control_character"
    );
}

#[test]
fn a_line_break_from_a_form_becomes_a_space() {
    let typed = ItemTexts {
        how_to_get: Some(" 先到前台\r\n再上二楼 ".into()),
        ..canteen()
    };
    assert!(typed.check().is_err());
    let tidied = typed.tidied();
    assert_eq!(tidied.how_to_get.as_deref(), Some("先到前台 再上二楼"));
    assert_eq!(tidied.check(), Ok(()));
}

#[test]
fn a_template_that_changes_under_a_centers_own_words_is_a_fork() {
    let own = Overrides {
        when: Some("每天".into()),
        place: Some("二楼".into()),
        ..Default::default()
    };
    let changed = ItemTexts {
        when: Some("周一至周六".into()),
        bring: Some("老年证".into()),
        ..canteen()
    };
    let expected = Fork {
        field: TextField::When,
        was: canteen().when,
        is: Some("周一至周六".into()),
        own: "每天".into(),
    };
    assert_eq!(forks(&canteen(), &changed, &own, &none()), [expected]);
    // Nothing changed, the center was looking already, it says the same now, or the city locks it.
    assert_eq!(forks(&canteen(), &canteen(), &own, &none()), []);
    assert_eq!(forks(&changed, &changed, &own, &none()), []);
    let same = ItemTexts {
        when: Some("每天".into()),
        ..canteen()
    };
    assert_eq!(forks(&canteen(), &same, &own, &none()), []);
    let locked = Locked::from([TextField::When]);
    assert_eq!(forks(&canteen(), &changed, &own, &locked), []);
}

#[test]
fn a_locked_field_is_read_as_the_city_says_and_keeps_the_centers_words_aside() {
    let own = Overrides {
        when: Some("每天".into()),
        place: Some("二楼".into()),
        ..Default::default()
    };
    let locked = Locked::from([TextField::When]);
    let read = effective(&canteen(), &own, &locked);
    assert_eq!(read.when, canteen().when);
    assert_eq!(read.place.as_deref(), Some("二楼"));
    let to = Overrides {
        when: Some("周末".into()),
        ..own.clone()
    };
    let refused = Refusal::invalid("when", Reason::Locked);
    assert_eq!(admit(&own, &to, &locked), Err(refused));
    let without = Overrides {
        when: None,
        place: Some("三楼".into()),
        ..Default::default()
    };
    let kept = admit(&own, &without, &locked).unwrap();
    assert_eq!(kept.when.as_deref(), Some("每天"));
    assert_eq!(kept.place.as_deref(), Some("三楼"));
    assert_eq!(admit(&own, &to, &none()).unwrap(), to);
}

/// Texts as they are kept: no blank ones.
fn some_text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[一-十a-e]{1,3}( [a-e]{1,2})?")
}

fn texts() -> impl Strategy<Value = ItemTexts> {
    (
        "[一-十]{1,4}",
        some_text(),
        some_text(),
        some_text(),
        some_text(),
        some_text(),
    )
        .prop_map(
            |(name, for_whom, bring, when, place, how_to_get)| ItemTexts {
                name,
                for_whom,
                bring,
                when,
                place,
                how_to_get,
            },
        )
}

fn overrides() -> impl Strategy<Value = Overrides> {
    (some_text(), texts()).prop_map(|(name, texts)| Overrides {
        name,
        ..Overrides::from(texts)
    })
}

/// The six fields side by side, to speak of "field n".
fn fields(texts: &ItemTexts) -> [Option<String>; 6] {
    let t = texts.clone();
    [
        Some(t.name),
        t.for_whom,
        t.bring,
        t.when,
        t.place,
        t.how_to_get,
    ]
}

fn set(overrides: &mut Overrides, field: usize, text: Option<String>) {
    let o = overrides;
    *[
        &mut o.name,
        &mut o.for_whom,
        &mut o.bring,
        &mut o.when,
        &mut o.place,
        &mut o.how_to_get,
    ][field] = text;
}

proptest! {
    #[test]
    fn overriding_one_field_leaves_the_others(template in texts(), field in 0usize..6, own in "[a-e]{1,9}") {
        let mut overrides = Overrides::default();
        set(&mut overrides, field, Some(own.clone()));
        let mut wanted = fields(&template);
        wanted[field] = Some(own);
        prop_assert_eq!(fields(&effective(&template, &overrides, &none())), wanted);
    }

    #[test]
    fn what_is_locked_is_read_as_the_city_says(template in texts(), own in overrides(), field in 0usize..6) {
        let locked = Locked::from([TextField::ALL[field]]);
        let read = effective(&template, &own, &locked);
        prop_assert_eq!(fields(&read)[field].clone(), fields(&template)[field].clone());
    }

    #[test]
    fn a_fork_is_where_the_city_changed_what_the_center_changed(
        base in texts(), template in texts(), own in overrides(),
    ) {
        let found = forks(&base, &template, &own, &none());
        for (n, field) in TextField::ALL.iter().enumerate() {
            let (was, is) = (fields(&base)[n].clone(), fields(&template)[n].clone());
            let said = own.get(*field).filter(|own| Some(*own) != is.as_ref());
            let expected = said.is_some() && was != is;
            prop_assert_eq!(found.iter().any(|fork| fork.field == *field), expected);
        }
    }

    #[test]
    fn saying_what_the_template_says_is_no_override(template in texts()) {
        prop_assert_eq!(Overrides::from(template.clone()).normalised(&template), Overrides::default());
    }

    #[test]
    fn normalising_changes_nothing_that_is_read(template in texts(), own in overrides()) {
        let kept = own.normalised(&template);
        prop_assert_eq!(effective(&template, &kept, &none()), effective(&template, &own, &none()));
        prop_assert_eq!(kept.normalised(&template), kept);
    }

    #[test]
    fn a_form_sent_back_unchanged_stores_the_same(template in texts(), own in overrides()) {
        let kept = own.normalised(&template);
        let shown = effective(&template, &kept, &none());
        prop_assert_eq!(Overrides::from(shown).normalised(&template), kept);
    }

    #[test]
    fn the_citys_change_and_the_centers_change_of_other_fields_both_stand(
        before in texts(), after in texts(), own in texts(), theirs in prop::collection::vec(any::<bool>(), 6),
    ) {
        // The center overrides the fields marked as theirs, the city changes the others.
        let (mut changed, mut overrides) = (Overrides::from(before.clone()), Overrides::default());
        let (mut wanted, city, center) = (fields(&before), fields(&after), fields(&own));
        for field in 0..6 {
            if theirs[field] && center[field].is_some() {
                set(&mut overrides, field, center[field].clone());
                wanted[field] = center[field].clone();
            } else {
                set(&mut changed, field, city[field].clone());
                wanted[field] = city[field].clone();
            }
        }
        let template = ItemTexts {
            name: changed.name.unwrap_or_default(), for_whom: changed.for_whom, bring: changed.bring,
            when: changed.when, place: changed.place, how_to_get: changed.how_to_get,
        };
        let stored = overrides.normalised(&before);
        let read = fields(&effective(&template, &stored, &none()));
        for field in 0..6 {
            // An override equal to the text of then was none, so the city's stands.
            let same_as_then = theirs[field] && center[field] == fields(&before)[field];
            let expected = if same_as_then { &fields(&template)[field] } else { &wanted[field] };
            prop_assert_eq!(&read[field], expected);
        }
    }
}
