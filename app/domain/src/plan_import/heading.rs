//! Which column says what.

use crate::sheet;

/// What a column says of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The title.
    Title,
    /// The day, perhaps with the times behind it.
    Day,
    /// From when to when.
    Hours,
    /// From when.
    Start,
    /// Until when.
    End,
    /// Where.
    Room,
    /// For how many.
    Places,
    /// The service field.
    Field,
    /// What it counts as.
    Kind,
    /// What happens.
    Summary,
    /// What to bring.
    Bring,
}

use Column::{Bring, Day, End, Field, Hours, Kind, Places, Room, Start, Summary, Title};

/// Which column says what.
pub(super) type Columns = sheet::Columns<Column>;

/// What people call them, folded.
const NAMES: [(Column, &[&str]); 11] = [
    (
        Title,
        &[
            "活动名称",
            "名称",
            "标题",
            "活动",
            "活动标题",
            "活动主题",
            "主题",
            "课程",
            "课程名称",
            "项目",
            "项目名称",
            "title",
            "name",
            "activity",
            "activityname",
            "activitytitle",
        ],
    ),
    (
        Day,
        &[
            "日期",
            "活动日期",
            "开展日期",
            "举办日期",
            "开始日期",
            "时间日期",
            "日期时间",
            "date",
            "day",
            "startdate",
        ],
    ),
    (
        Hours,
        &[
            "时间",
            "活动时间",
            "具体时间",
            "时段",
            "起止时间",
            "time",
            "times",
            "hours",
        ],
    ),
    (
        Start,
        &[
            "开始",
            "开始时间",
            "起",
            "起始时间",
            "start",
            "starts",
            "starttime",
            "from",
            "begin",
        ],
    ),
    (
        End,
        &[
            "结束",
            "结束时间",
            "止",
            "截止时间",
            "end",
            "ends",
            "endtime",
            "to",
            "until",
        ],
    ),
    (
        Room,
        &[
            "房间",
            "地点",
            "场地",
            "活动地点",
            "活动场地",
            "活动室",
            "room",
            "place",
            "venue",
            "location",
        ],
    ),
    (
        Places,
        &[
            "名额",
            "人数",
            "计划人数",
            "参加人数",
            "活动人数",
            "招募人数",
            "容量",
            "places",
            "capacity",
            "seats",
            "people",
        ],
    ),
    (
        Field,
        &[
            "服务领域",
            "领域",
            "类别",
            "服务类别",
            "活动类别",
            "field",
            "servicefield",
            "category",
        ],
    ),
    (Kind, &["种类", "活动种类", "工作方法", "工作手法", "kind"]),
    (
        Summary,
        &[
            "简介",
            "活动简介",
            "内容",
            "活动内容",
            "介绍",
            "说明",
            "活动说明",
            "summary",
            "description",
            "content",
        ],
    ),
    (
        Bring,
        &[
            "带什么",
            "自带",
            "自备",
            "自备物品",
            "携带物品",
            "bring",
            "whattobring",
        ],
    ),
];

/// The order of the columns where nothing says it.
const ORDER: [Column; 8] = [Title, Day, Start, End, Room, Places, Field, Summary];
/// The same where the third cell says from when to when.
const ORDER_OF_HOURS: [Column; 7] = [Title, Day, Hours, Room, Places, Field, Summary];

/// As a row of headings says.
pub(super) fn headed(row: &[String]) -> Option<Columns> {
    Columns::headed(&NAMES, row)
}

/// In the order that is told beside the form.
pub(super) fn in_order(has_hours: bool) -> Columns {
    let order: &[Column] = if has_hours { &ORDER_OF_HOURS } else { &ORDER };
    Columns::in_order(order)
}
