//! A font, two papers, and reading a file again.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub(crate) mod read;

use std::sync::LazyLock;

use paper::{Code, Column, Day, Font, Paper, Table};

pub(crate) static FONT: LazyLock<Font> = LazyLock::new(|| {
    let path = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    let bytes = std::fs::read(path).expect("install Debian's fonts-noto-cjk");
    Font::read(bytes, 2).unwrap()
});

pub(crate) fn certificate() -> Paper<'static> {
    Paper {
        language: "zh-CN".into(),
        document_title: "志愿服务证明 LL-2026-000123".into(),
        title: "志愿服务证明".into(),
        subtitle: "Certificate of Volunteer Service".into(),
        number: "证明编号 LL-2026-000123".into(),
        statement: "兹证明王小明（Xiaoming Wang）于2026年3月1日至2026年9月30日期间，在青松路邻里中心参加\
            “邻里站”志愿服务，累计服务24.5小时。服务内容包括：活动签到、老年人智能手机课堂、周末儿童阅读。\n特此证明，并致谢意。"
            .into(),
        rows: vec![
            ("志愿者".into(), "王小明".into()),
            ("服务时间".into(), "2026年3月1日至2026年9月30日".into()),
            ("服务次数".into(), "11次".into()),
            ("累计时长".into(), "24.5小时".into()),
            (
                "服务地点".into(),
                "青松路邻里中心；滨江社区图书馆；河畔街道党群服务中心三楼多功能厅（周末儿童阅读）".into(),
            ),
        ],
        table: None,
        notes: vec![
            "本证明由系统根据签到与签退记录生成，时长以工作人员确认的记录为准。任何人可扫描二维码核对编号、姓名与时长；核对页面不显示证件号码与联系方式。".into(),
        ],
        code: Some(Code {
            text: "https://linli.example.org/c/LL-2026-000123?k=7Q2M9XKD".into(),
            caption: "扫码核对".into(),
        }),
        issuer: "青松路邻里中心".into(),
        date: "2026年10月3日".into(),
        made: Day {
            year: 2026,
            month: 10,
            day: 3,
        },
        watermark: "".into(),
    }
}

pub(crate) fn english() -> Paper<'static> {
    Paper {
        language: "en".into(),
        document_title: "".into(),
        title: "Certificate of Volunteer Service".into(),
        subtitle: "".into(),
        number: "Certificate no. LL-2026-000124".into(),
        statement: "This is to certify that Avery Tao volunteered with the Qingsong Road Neighborhood Center from \
            1 March 2026 to 30 September 2026, and gave 24.5 hours of service: welcoming people at the door, the smartphone \
            class for older neighbors, and weekend reading for children."
            .into(),
        rows: vec![
            ("Volunteer".into(), "Avery Tao".into()),
            ("Period".into(), "1 March 2026 to 30 September 2026".into()),
            ("Shifts".into(), "11".into()),
            ("Hours".into(), "24.5".into()),
        ],
        notes: vec!["Hours are those that the staff confirmed. Scan the code to compare number, name and hours.".into()],
        code: Some(Code {
            text: "https://linli.example.org/c/LL-2026-000124?k=7Q2M9XKD".into(),
            caption: "Scan to verify".into(),
        }),
        issuer: "Qingsong Road Neighborhood Center".into(),
        date: "3 October 2026".into(),
        watermark: "Demo data".into(),
        ..certificate()
    }
}

/// A certificate with a list of services.
pub(crate) fn list(rows: usize) -> Paper<'static> {
    let rows = (1..=rows).map(|index| {
        vec![
            format!("2026年3月{}日", index % 28 + 1).into(),
            "老年人智能手机课堂".into(),
            "青松路邻里中心".into(),
            format!("{}.5", index % 4 + 1).into(),
        ]
    });
    let column = |name: &'static str, right| Column {
        name: name.into(),
        right,
    };
    Paper {
        table: Some(Table {
            heading: "服务明细".into(),
            columns: vec![
                column("日期", false),
                column("服务", false),
                column("地点", false),
                column("小时", true),
            ],
            rows: rows.collect(),
        }),
        watermark: "演示数据".into(),
        ..certificate()
    }
}
