use super::*;
use crate::geo::Position;

const HEADER: &str =
    "center_id,name,district,subdistrict_code,subdistrict,community,lat,lng,hours,phone";

fn one(row: &str) -> Result<CenterRow, RowError> {
    let mut rows = parse_centers(&format!("{HEADER}\n{row}\n"));
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn wrong(row: &str) -> (u64, String, RowProblem) {
    let RowError {
        line,
        column,
        problem,
    } = one(row).unwrap_err();
    (line, column, problem)
}

#[test]
fn a_list_is_read_in_whatever_encoding_a_spreadsheet_saves() {
    let text = format!(
        "{HEADER}\nsz440303001-01,大塘龙社区党群服务中心,罗湖区,440303001,桂园街道,大塘龙社区,,,,\n"
    );
    let utf16 = |little: bool| -> Vec<u8> {
        let units = std::iter::once('\u{feff}')
            .chain(text.chars())
            .collect::<String>();
        let bytes = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        units.encode_utf16().flat_map(bytes).collect()
    };
    let gb18030 = encoding_rs::GB18030.encode(&text).0.into_owned();
    let with_bom = format!("\u{feff}{text}").into_bytes();
    for bytes in [
        text.clone().into_bytes(),
        with_bom,
        utf16(true),
        utf16(false),
        gb18030,
    ] {
        let rows = parse_centers(&decode(&bytes).unwrap());
        let row = rows[0].as_ref().unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(row.name, "大塘龙社区党群服务中心");
        assert_eq!(row.id, "SZ440303001-01", "codes are kept in capitals");
    }
    assert_eq!(decode(&[0xff, 0xff, 0x00]), None);
}

#[test]
fn codes_that_differ_by_case_alone_are_one_center() {
    let row =
        |id: &str| format!("{id},大塘龙社区党群服务中心,罗湖区,440303001,桂园街道,大塘龙社区,,,,");
    let rows = parse_centers(&format!("{HEADER}\n{}\n{}\n", row("SZ1"), row("sz1")));
    assert!(rows[0].is_ok());
    let duplicate = rows[1].as_ref().unwrap_err();
    assert!(matches!(&duplicate.problem, RowProblem::Duplicate { id, .. } if id == "SZ1"));
}

#[test]
fn columns_may_stand_in_any_order_with_bom_and_crlf() {
    let text = "\u{feff}COMMUNITY,extra,center_name,subdistrict,subdistrict_code,district,Center_Id\r\n\
                大塘龙社区,x,大塘龙社区党群服务中心,桂园街道,440303001,罗湖区,SZ440303001-01\r\n\r\n\
                葵涌社区,x,葵涌社区党群服务中心,葵涌街道,440307009,大鹏新区,SZ440307009-01";
    let rows: Vec<_> = parse_centers(text)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].id.as_str(), rows[0].district_code.as_str()),
        ("SZ440303001-01", "440303")
    );
    assert_eq!(
        (rows[1].name.as_str(), rows[1].district_code.as_str()),
        ("葵涌社区党群服务中心", "SZ-DP")
    );
    assert_eq!(
        (
            rows[0].position,
            &rows[0].hours,
            &rows[0].phone,
            &rows[0].address
        ),
        (None, &None, &None, &None)
    );
}

#[test]
fn what_a_good_row_says_is_kept() {
    let row = one("A-1,甲,乙区,440303001,丙街道,丁社区,22.5431,114.0579,\"Mo-Fr 09:00-12:00,14:00-18:00\",０７５５－１２３４").unwrap();
    assert_eq!(row.position, Position::new(22_543_100, 114_057_900));
    assert_eq!(
        row.hours.unwrap().to_string(),
        "Mo-Fr 09:00-12:00,14:00-18:00; Sa-Su off"
    );
    assert_eq!(row.phone.as_deref(), Some("0755-1234"));
    assert!(!row.coordinates_demo && !row.second_site_demo);
}

#[test]
fn a_bad_row_names_line_column_and_what_is_wrong() {
    use RowProblem as P;
    let bad = |column: &str, problem| (2, column.to_owned(), problem);
    assert_eq!(
        wrong("A 1,甲,乙,44,丙,丁,,,,"),
        bad("center_id", P::BadCode("A 1".into()))
    );
    assert_eq!(wrong(",甲,乙,44,丙,丁,,,,"), bad("center_id", P::Missing));
    assert_eq!(wrong("A,　,乙,44,丙,丁,,,,"), bad("name", P::Missing));
    assert_eq!(
        wrong("A,甲,乙,44,丙,丁,91,114,,"),
        bad("lat", P::BadCoordinate("91".into()))
    );
    assert_eq!(
        wrong("A,甲,乙,44,丙,丁,22.5,x,,"),
        bad("lng", P::BadCoordinate("x".into()))
    );
    assert_eq!(
        wrong("A,甲,乙,44,丙,丁,NaN,1,,"),
        bad("lat", P::BadCoordinate("NaN".into()))
    );
    assert_eq!(
        wrong("A,甲,乙,44,丙,丁,22.5,,,"),
        bad("lng", P::BadCoordinate(String::new()))
    );
    assert_eq!(
        wrong("A,甲,乙,44,丙,丁,,,,call us"),
        bad("phone", P::BadPhone("call us".into()))
    );
    assert_eq!(
        wrong("A,\"a\nb\",乙,44,丙,丁,,,,"),
        bad("name", P::ControlCharacter)
    );
    assert_eq!(
        wrong("A,甲,乙"),
        bad(
            "",
            P::Cells {
                found: 3,
                expected: 10
            }
        )
    );
    let long = "甲".repeat(201);
    assert_eq!(
        wrong(&format!("A,{long},乙,44,丙,丁,,,,")),
        bad(
            "name",
            P::TooLong {
                found: 201,
                most: 200
            }
        )
    );
    let error = one("A,甲,乙,44,丙,丁,,,Mo 9-10,").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, hours: unknown time \"9\": use HH:MM from 00:00 to 24:00"
    );
}

#[test]
fn one_bad_row_stops_no_other_and_a_second_use_of_a_code_names_the_first() {
    let text = format!(
        "{HEADER}\nA,甲,乙,44,丙,丁,,,,\nB,,乙,44,丙,丁,,,,\nA,戊,乙,44,丙,丁,,,,\nC,己,乙,44,丙,丁,,,,\n"
    );
    let rows = parse_centers(&text);
    assert_eq!(
        rows.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, false, true]
    );
    let error = rows[2].as_ref().unwrap_err();
    assert_eq!(
        error.problem,
        RowProblem::Duplicate {
            id: "A".into(),
            first_line: 2
        }
    );
    assert_eq!((error.line, error.column.as_str()), (4, "center_id"));
}

#[test]
fn a_file_without_the_columns_says_which() {
    let problems: Vec<_> = parse_centers("center_id,name,name,district\nA,甲,乙,丙\n")
        .into_iter()
        .map(|row| row.unwrap_err())
        .map(|error| (error.line, error.column, error.problem))
        .collect();
    let missing = |column: &str| (1, column.to_owned(), RowProblem::MissingColumn);
    assert_eq!(
        problems,
        [
            (1, "name".to_owned(), RowProblem::TwiceInHeader),
            missing("subdistrict_code"),
            missing("subdistrict"),
            missing("community")
        ]
    );
    assert_eq!(parse_centers("").len(), 6);
    assert!(parse_centers(HEADER).is_empty());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_import_panic(rows in "[A-C甲乙,\"\n\r0-9.:;-]{0,120}|\\PC{0,60}") {
        let _ = parse_centers(&format!("{HEADER}\n{rows}"));
        let _ = parse_centers(&rows);
    }
}
