//! Certificates and lists, read again from the file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::borrow::Cow;

use paper::{Code, Font, Paper, PaperError, pdf};
use qrcode::{Color, EcLevel, QrCode};
use support::read::{Sheet, sheets};
use support::{FONT, certificate, english, list};

fn drawn(paper: &Paper<'_>) -> Vec<Sheet> {
    sheets(&pdf(&FONT, paper).unwrap())
}

#[test]
fn a_certificate_says_all_its_words_on_one_page() {
    for paper in [certificate(), english()] {
        let pages = drawn(&paper);
        let [page] = pages.as_slice() else {
            panic!("{} pages", pages.len());
        };
        let code = paper.code.as_ref().unwrap();
        let mut texts = vec![&paper.title, &paper.subtitle, &paper.number, &paper.issuer];
        texts.extend([&paper.date, &paper.watermark, &code.caption]);
        texts.extend(&paper.notes);
        texts.extend(paper.rows.iter().flat_map(|(label, value)| [label, value]));
        for text in texts {
            assert!(page.has(text), "{text} is not in {page:#?}");
        }
        for paragraph in paper.statement.lines() {
            assert!(page.has(paragraph), "{paragraph} is not in {page:#?}");
        }
    }
}

#[test]
fn a_certificate_is_small() {
    for paper in [certificate(), english(), list(8)] {
        let size = pdf(&FONT, &paper).unwrap().len();
        assert!(size < 60_000, "{size} bytes");
    }
}

#[test]
fn the_same_words_give_the_same_bytes() {
    let path = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    let bytes = std::fs::read(path).expect("install Debian's fonts-noto-cjk");
    let other = Font::read(bytes, 2).unwrap();
    for paper in [certificate(), english(), list(50)] {
        assert_eq!(pdf(&FONT, &paper), pdf(&other, &paper));
    }
    let mut later = certificate();
    later.made.day += 1;
    assert_ne!(pdf(&FONT, &later), pdf(&FONT, &certificate()));
}

#[test]
fn the_file_claims_what_it_keeps() {
    let file = pdf(&FONT, &certificate()).unwrap();
    let text = String::from_utf8_lossy(&file);
    for claim in [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>A<",
        "<pdfuaid:part>1<",
        "<rdf:li xml:lang=\"x-default\">志愿服务证明 LL-2026-000123<",
        "<rdf:li>zh-CN<",
        "<xmp:CreateDate>2026-10-03",
        "/StructTreeRoot",
        "/H1",
        "/TH",
        "/Figure",
    ] {
        assert!(text.contains(claim), "{claim}");
    }
}

#[test]
fn a_missing_glyph_stops_it_and_is_named_with_its_text() {
    let missing = |paper: Paper<'_>| match pdf(&FONT, &paper) {
        Err(PaperError::MissingGlyph { characters, text }) => (characters, text),
        other => panic!("{other:?}"),
    };
    let name = "王𪚥".to_owned();
    let mut paper = certificate();
    paper.rows[0].1 = name.clone().into();
    assert_eq!(
        missing(paper.clone()),
        ("𪚥 (U+2A6A5)".into(), name.clone())
    );
    let error = pdf(&FONT, &paper).unwrap_err().to_string();
    assert!(error.contains("𪚥 (U+2A6A5) in \"王𪚥\""), "{error}");

    // In whichever text it stands, also in those that are drawn last or at an angle.
    type Place = for<'a> fn(&'a mut Paper<'static>) -> &'a mut Cow<'static, str>;
    let places: [Place; 13] = [
        |paper| &mut paper.title,
        |paper| &mut paper.subtitle,
        |paper| &mut paper.number,
        |paper| &mut paper.statement,
        |paper| &mut paper.rows[0].0,
        |paper| &mut paper.table.as_mut().unwrap().heading,
        |paper| &mut paper.table.as_mut().unwrap().columns[3].name,
        |paper| &mut paper.table.as_mut().unwrap().rows[19][2],
        |paper| &mut paper.notes[0],
        |paper| &mut paper.code.as_mut().unwrap().caption,
        |paper| &mut paper.issuer,
        |paper| &mut paper.date,
        |paper| &mut paper.watermark,
    ];
    for place in places {
        let mut paper = list(20);
        *place(&mut paper) = "谢谢🎉🎉\u{7}".into();
        let found = ("🎉 (U+1F389), U+0007".into(), "谢谢🎉🎉\u{7}".into());
        assert_eq!(missing(paper), found);
    }
}

#[test]
fn a_variant_of_a_character_that_the_font_lacks_is_missing_too() {
    let mut paper = certificate();
    paper.rows[0].1 = "葛\u{e01ef}".into();
    let found = pdf(&FONT, &paper);
    assert!(
        matches!(&found, Err(PaperError::MissingGlyph { characters, .. }) if characters.contains("U+E01EF")),
        "{found:?}"
    );
    // How an emoji keyboard marks a plain character is no variant.
    paper.rows[0].1 = "谢谢\u{fe0f}\u{200b}".into();
    assert!(drawn(&paper)[0].lines.contains(&"谢谢".to_owned()));
}

#[test]
fn rare_characters_of_names_are_drawn() {
    let mut paper = certificate();
    paper.rows[0].1 = "𬭚𬱖𠅤㛃䶮".into();
    assert!(drawn(&paper)[0].has("𬭚𬱖𠅤㛃䶮"));
}

#[test]
fn two_hundred_rows_make_several_pages_with_the_names_of_columns_on_each() {
    let pages = drawn(&list(200));
    assert!(pages.len() > 4, "{} pages", pages.len());
    let rows = pages.iter().flat_map(|page| &page.lines);
    assert_eq!(
        rows.filter(|line| *line == "老年人智能手机课堂").count(),
        200
    );
    for (index, page) in pages.iter().enumerate() {
        let number = format!("{} / {}", index + 1, pages.len());
        assert!(page.lines.contains(&number), "{number}");
        assert!(page.lines.contains(&"演示数据".to_owned()));
        if page.lines.contains(&"青松路邻里中心".to_owned()) && page.has("智能手机") {
            assert!(page.lines.contains(&"小时".to_owned()), "{page:#?}");
        }
    }
    assert!(pages.last().unwrap().has("扫码核对") && !pages[0].has("扫码核对"));
}

#[test]
fn whatever_its_length_a_list_loses_no_row() {
    for rows in [0, 1, 5, 7, 8, 9, 10, 11, 13, 25, 40, 41, 42] {
        let pages = drawn(&list(rows));
        let lines = pages.iter().flat_map(|page| &page.lines);
        assert_eq!(
            lines.filter(|line| *line == "老年人智能手机课堂").count(),
            rows
        );
    }
}

#[test]
fn texts_longer_than_a_page_go_on_and_lose_nothing() {
    let long = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。".repeat(120);
    let mut paper = list(1);
    paper.statement = long.clone().into();
    paper.rows[0].1 = long.clone().into();
    paper.notes = vec![long.clone().into()];
    paper.table.as_mut().unwrap().rows[0][1] = long.clone().into();
    let pages = drawn(&paper);
    let all: String = pages
        .iter()
        .flat_map(|page| page.lines.concat().chars().collect::<Vec<_>>())
        .collect();
    assert_eq!(all.matches("春").count(), 4 * 120);
    assert!(pages.len() > 5);
}

#[test]
fn the_code_is_the_one_that_qrcode_makes_large_and_with_white_around() {
    for text in [
        "https://linli.example.org/c/LL-2026-000123?k=7Q2M9XKD".to_owned(),
        "证".repeat(200),
    ] {
        let mut paper = certificate();
        paper.watermark = "演示数据".into();
        paper.code = Some(Code {
            text: text.clone().into(),
            caption: "扫码核对".into(),
        });
        let pages = drawn(&paper);
        let paths = &pages.last().unwrap().paths;
        let index = paths.iter().position(|path| path.len() > 100).unwrap();
        let (code, white) = (&paths[index], paths[index - 1][0]);

        let expected = QrCode::with_error_correction_level(&text, EcLevel::M).unwrap();
        let side = expected.width();
        let edge = |of: fn(f32, f32) -> f32, corner: usize| {
            code.iter().map(|part| part[corner]).reduce(of).unwrap()
        };
        let (left, top) = (edge(f32::min, 0), edge(f32::min, 1));
        let (right, bottom) = (edge(f32::max, 2), edge(f32::max, 3));
        let mm = 72.0 / 25.4;
        assert!(right - left >= 27.99 * mm && (right - left - (bottom - top)).abs() < 0.01);
        let module = (right - left) / side as f32;
        for (white, black) in [
            (left - white[0], module),
            (top - white[1], module),
            (white[2] - right, module),
            (white[3] - bottom, module),
        ] {
            assert!(
                (white - 4.0 * black).abs() < 0.05,
                "{white} is not 4 times {black}"
            );
        }
        let mut dark = vec![Color::Light; side * side];
        for part in code {
            let at = |from: f32, to: f32| ((to - from) / module).round() as usize;
            let (x, y) = (at(left, part[0]), at(top, part[1]));
            assert_eq!(at(part[1], part[3]), 1);
            dark[y * side + x..][..at(part[0], part[2])].fill(Color::Dark);
        }
        assert_eq!(dark, expected.into_colors());
    }
}

#[test]
fn what_makes_no_paper_is_said() {
    assert!(matches!(
        Font::read(b"no font".to_vec(), 0),
        Err(PaperError::BadFont)
    ));
    let path = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    let bytes = std::fs::read(path).expect("install Debian's fonts-noto-cjk");
    assert!(matches!(Font::read(bytes, 99), Err(PaperError::BadFont)));

    let mut paper = certificate();
    paper.code.as_mut().unwrap().text = "x".repeat(700).into();
    assert_eq!(pdf(&FONT, &paper), Err(PaperError::CodeTooLong));

    let mut paper = list(3);
    paper.table.as_mut().unwrap().rows[1].push("too much".into());
    assert!(matches!(pdf(&FONT, &paper), Err(PaperError::Draw(_))));

    let mut paper = certificate();
    paper.title = "".into();
    assert!(matches!(pdf(&FONT, &paper), Err(PaperError::Draw(_))));
}

#[test]
fn a_paper_of_little_more_than_a_title_is_one_too() {
    let paper = Paper {
        language: "zh-CN".into(),
        title: "签到表".into(),
        ..Paper::default()
    };
    assert_eq!(drawn(&paper)[0].lines, ["签到表"]);
}

#[test]
fn a_font_is_shared_by_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&*FONT);
}
