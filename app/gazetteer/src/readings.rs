//! Readings of Chinese characters.

use pinyin::ToPinyinMulti;
use std::{collections::HashMap, sync::LazyLock};

/// Maximum number of readings per character.
pub(crate) const MAX_READINGS: usize = 3;

/// Readings in place names of Shenzhen, the local one first, for characters of which a general
/// dictionary knows also readings that no place has (区 as `ou` would find every district), or
/// misses the local one (埔 as `bu`).
const LOCAL: &str = "
万 wan,仔 zai zi,例 li,六 liu,共 gong,内 nei,区 qu,半 ban,南 nan,厂 chang,厦 xia sha,古 gu,可 ke,合 he,
和 he,园 yuan,土 tu,圩 xu wei,地 di,圳 zhen,坂 ban,坑 keng,坜 li,坣 tang,坳 ao,埔 bu pu,埗 bu,培 pei,夏 xia,
大 da,太 tai,孖 ma zi,家 jia,容 rong,将 jiang,尚 shang,尾 wei,平 ping,年 nian,广 guang,庄 zhuang,强 qiang,
怀 huai,技 ji,招 zhao,排 pai,方 fang,明 ming,景 jing,月 yue,服 fu,果 guo,柏 bai bo,格 ge,桃 tao,桐 tong,
桔 ju jie,梧 wu,横 heng,母 mu,汤 tang,汪 wang,沙 sha,治 zhi,泥 ni,洋 yang,涌 chong yong,港 gang,溪 xi,潭 tan,
澳 ao,王 wang,甘 gan,登 deng,白 bai,皇 huang,盛 sheng cheng,眼 yan,石 shi,示 shi,祝 zhu,立 li,红 hong,约 yue,
绿 lv lu,胜 sheng,苑 yuan,英 ying,茜 xi qian,草 cao,莲 lian,蓝 lan,蓢 lang,蔚 wei yu,虹 hong,蚝 hao,蛇 she,
衙 ya,角 jiao,路 lu,身 shen,达 da,迳 jing,都 du dou,长 chang zhang,鹿 lu,龟 gui,倚 yi,愉 yu,乐 le yue";

static TABLE: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    LOCAL
        .split(',')
        .filter_map(|entry| {
            let mut parts = entry.split_whitespace();
            Some((parts.next()?.chars().next()?, parts.collect()))
        })
        .collect()
});

/// How a simplified character may be read: without tones, `ü` as `v`, the likeliest first.
/// Empty for what is no Chinese character.
pub(crate) fn readings(c: char) -> Vec<&'static str> {
    if c.is_ascii() {
        return Vec::new();
    }
    if let Some(local) = TABLE.get(&c) {
        return local.clone();
    }
    let mut found: Vec<&'static str> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let forms: &[&'static str] = match reading.plain() {
            "lü" => &["lv", "lu"],
            "nü" => &["nv", "nu"],
            "lüe" => &["lve", "lue"],
            "nüe" => &["nve", "nue"],
            plain => &[plain],
        };
        for form in forms {
            if !found.contains(form) && form.is_ascii() {
                found.push(form);
            }
        }
    }
    found.truncate(MAX_READINGS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_readings_come_first() {
        assert_eq!(readings('圳'), ["zhen"]);
        assert_eq!(readings('埔'), ["bu", "pu"]);
        assert_eq!(readings('涌'), ["chong", "yong"]);
        assert_eq!(readings('厦'), ["xia", "sha"]);
        assert_eq!(readings('莲'), ["lian"]);
        assert_eq!(readings('绿'), ["lv", "lu"]);
    }

    #[test]
    fn characters_outside_the_table_keep_what_the_dictionary_knows() {
        assert!(readings('重').contains(&"chong") && readings('重').contains(&"zhong"));
        assert_eq!(readings('湖'), ["hu"]);
        assert_eq!(readings('女')[..2], ["nv", "nu"]);
        assert!(readings('a').is_empty() && readings('，').is_empty());
    }

    #[test]
    fn the_table_is_well_formed() {
        assert!(TABLE.len() > 100);
        for (c, readings) in TABLE.iter() {
            assert!((1..=MAX_READINGS).contains(&readings.len()), "{c}");
            assert!(
                readings
                    .iter()
                    .all(|r| r.bytes().all(|b| b.is_ascii_lowercase())),
                "{c}"
            );
        }
    }
}
