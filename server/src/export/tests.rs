use super::*;
use std::io::Read;

fn table() -> Table {
    let texts = [
        "=1+1",
        "+86",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        "00123",
        "13800000001",
        "a,b",
        "说\"话\"",
        "两\n行",
    ];
    Table {
        file: "report".into(),
        name: "数字".into(),
        columns: vec!["=名称".into(), "人次".into()],
        rows: texts
            .iter()
            .map(|text| vec![Cell::Text((*text).into()), Cell::Number(7)])
            .chain([vec![Cell::Empty, Cell::Empty]])
            .collect(),
        about_name: "说明".into(),
        about: vec![("=条件".into(), "-全市".into())],
    }
}

#[test]
fn c156_no_cell_of_a_csv_begins_like_a_formula() {
    let bytes = table().bytes(Format::Csv).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text
        .strip_prefix('\u{feff}')
        .expect("the mark that spreadsheets look for (C-157)");
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let records: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 1 + 14 + 1);
    for cell in records.iter().flatten() {
        let first = cell.trim_start().chars().next().unwrap_or(' ');
        assert!(!"=+-@＝＋－＠".contains(first), "{cell:?}");
        assert!(!cell.starts_with(['\t', '\r']), "{cell:?}");
    }
    let kept: Vec<&str> = records[9..14].iter().map(|record| &record[0]).collect();
    assert_eq!(kept, ["00123", "13800000001", "a,b", "说\"话\"", "两\n行"]);
}

#[test]
fn c156_a_workbook_holds_no_formula_and_every_text_as_it_is() {
    let bytes = table().bytes(Format::Xlsx).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    let sheet = read("xl/worksheets/sheet1.xml");
    assert!(
        !sheet.contains("<f>") && !sheet.contains("<f "),
        "a formula"
    );
    assert!(sheet.contains("<v>7</v>"));
    let strings = read("xl/sharedStrings.xml");
    for text in [
        "=1+1",
        "+86",
        "@SUM(A1)",
        "00123",
        "13800000001",
        "=名称",
        "-全市",
    ] {
        assert!(strings.contains(&format!(">{text}<")), "{text}");
    }
    assert!(
        !strings.contains("'="),
        "an apostrophe would damage the text"
    );
}

#[test]
fn c157_what_the_writer_writes_the_import_of_plans_reads_back() {
    use domain::plan_import::cells;
    let texts: Vec<String> = table()
        .rows
        .iter()
        .map(|row| match &row[0] {
            Cell::Text(text) => text.clone(),
            _ => String::new(),
        })
        .collect();
    let written = Table {
        about: Vec::new(),
        ..table()
    }
    .bytes(Format::Csv)
    .unwrap();
    let read = cells(&String::from_utf8(written).unwrap());
    assert_eq!(read[0], ["=名称", "人次"]);
    let read: Vec<&String> = read[1..].iter().map(|row| &row[0]).collect();
    assert_eq!(read, texts.iter().collect::<Vec<_>>());
    let book = table().bytes(Format::Xlsx).unwrap();
    let read = cells(&app::web::sheet::text(&book).unwrap());
    assert_eq!(
        read.len(),
        texts.len(),
        "an empty row at the end of a sheet is none"
    );
    for (row, text) in read[1..].iter().zip(&texts) {
        assert_eq!((&row[0], row[1].as_str()), (text, "7"));
    }
}
